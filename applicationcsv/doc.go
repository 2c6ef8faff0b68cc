// Package applicationcsv is the CSV form of an application (RFC 4180): a row is an
// application, a column a member of its JSON form, named with dots. customer.first_name is
// the member first_name of the section customer.
//
// It reads what spreadsheets write (semicolons, a byte order mark, columns in any order) and
// writes what spreadsheets can open without harm: no cell of it is taken for a formula.
package applicationcsv
