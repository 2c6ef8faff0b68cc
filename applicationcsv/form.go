package applicationcsv

import (
	"slices"
	"strings"
)

// Form is what the rows of a file are about, and so which columns it may have.
type Form struct {
	columns []Column
	byName  map[string]Column
}

// The two forms. Customers are onboarded at once, so nothing is expected of them.
var (
	Customers   = formOf(applicationColumns())
	Commitments = formOf(slices.Concat(applicationColumns(), expectedColumns()))
)

func formOf(columns []Column) Form {
	form := Form{columns, make(map[string]Column, len(columns))}
	for _, column := range columns {
		form.byName[column.Name] = column
	}
	return form
}

// Columns are the form's columns, in the order of an application's sections.
func (f Form) Columns() []Column { return slices.Clone(f.columns) }

// ColumnOf is the column that a JSON pointer into an application means, for people who have
// a file in front of them: /package/add_ons/0/id is package.add_ons. A section as a whole
// is its name.
func (f Form) ColumnOf(pointer string) string {
	name := strings.ReplaceAll(strings.TrimPrefix(pointer, "/"), "/", ".")
	for shorter := name; shorter != ""; {
		if _, known := f.byName[shorter]; known {
			return shorter
		}
		cut := strings.LastIndexByte(shorter, '.')
		if cut < 0 {
			break
		}
		shorter = shorter[:cut]
	}
	return name
}
