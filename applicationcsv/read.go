package applicationcsv

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/latchkey/latchkey/onboarding"
)

// The columns that a file of rejected rows has beside those of the file it came from. They
// are passed over when it is fed again.
const (
	lineColumn   = "line"
	errorsColumn = "errors"
)

// File is a file whose header is in order.
type File struct {
	Rows []onboarding.ImportRow

	form   Form
	header []string
	// cells are the rows as they came, for the file of rejected ones: by the columns of
	// header, or otherwise what there was.
	cells [][]string
}

// Form is what the file is about.
func (f File) Form() Form { return f.form }

// Read reads a whole file. Problems are about the file as a whole, such as a column that
// does not exist, and then nothing of it was read; Problem.Field is the column or empty.
// What is wrong with a row is in the row.
//
// Codes: empty_file, malformed, unknown_column, duplicate_column, missing_column,
// too_many_rows.
func Read(form Form, content []byte) (File, onboarding.Problems) {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if bytes.HasPrefix(content, []byte("\xff\xfe")) || bytes.HasPrefix(content, []byte("\xfe\xff")) {
		return File{}, onboarding.Problems{{Code: "malformed", Message: "The file is written in UTF-16. Save it as \"CSV UTF-8\" and send it again."}}
	}
	reading := &reading{form: form, content: content, csv: csv.NewReader(bytes.NewReader(content))}
	reading.csv.FieldsPerRecord = -1
	reading.csv.Comma = separatorOf(content)
	if problems := reading.header(); len(problems) > 0 {
		return File{}, problems
	}
	if problems := reading.rows(); len(problems) > 0 {
		return File{}, problems
	}
	return reading.file, nil
}

// separatorOf tells the spreadsheets of countries that write 1,5 from the others: the names
// of columns have neither sign in them.
func separatorOf(content []byte) rune {
	header, _, _ := bytes.Cut(content, []byte("\n"))
	if bytes.Count(header, []byte(";")) > bytes.Count(header, []byte(",")) {
		return ';'
	}
	return ','
}

type reading struct {
	form    Form
	content []byte
	csv     *csv.Reader
	// columns are those of the header; one that is passed over is zero.
	columns []Column
	// confirms is true when the file repeats e-mail addresses itself.
	confirms bool
	file     File
}

func (r *reading) header() onboarding.Problems {
	names, err := r.csv.Read()
	if errors.Is(err, io.EOF) {
		return onboarding.Problems{{Code: "empty_file", Message: "The file is empty. Its first line names the columns, each row after it is one application."}}
	}
	if err != nil {
		return onboarding.Problems{{Code: "malformed", Message: "The first line cannot be read. It names the columns, with commas or semicolons between them."}}
	}
	var problems onboarding.Problems
	seen := map[string]bool{}
	for i, name := range names {
		name = strings.TrimSpace(name)
		column, known := r.form.byName[name]
		switch {
		case name == lineColumn || name == errorsColumn:
		case !known:
			problems = append(problems, unknownColumn(i, name))
		case seen[name]:
			problems = append(problems, onboarding.Problem{Field: name, Code: "duplicate_column", Message: "There are two columns with the name " + name + ". Keep one of them."})
		}
		seen[name] = true
		r.columns = append(r.columns, column)
		if known {
			r.file.header = append(r.file.header, name)
		}
	}
	if len(problems) == 0 && !seen[AlternateIDColumn] {
		problems = onboarding.Problems{{Field: AlternateIDColumn, Code: "missing_column", Message: "The column " + AlternateIDColumn + " is missing. It holds your own number for each row, by which a row that is imported again is known."}}
	}
	r.file.form, r.confirms = r.form, seen[confirmationColumn]
	return problems
}

// unknownColumn names a column only when it looks like a name: a file without a header has
// a customer in its first line.
func unknownColumn(index int, name string) onboarding.Problem {
	const longest = 60
	const letters = "abcdefghijklmnopqrstuvwxyz_."
	shown := name
	if name == "" || len(name) > longest || strings.Trim(name, letters) != "" {
		shown = fmt.Sprintf("column %d", index+1)
	}
	return onboarding.Problem{Field: shown, Code: "unknown_column", Message: "There is no column with the name of " + shown + " here. Correct the name as the documentation has it, or take the column out."}
}

func (r *reading) rows() onboarding.Problems {
	for {
		began := r.csv.InputOffset()
		cells, err := r.csv.Read()
		var broken *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &broken):
			raw := strings.Trim(string(r.content[began:r.csv.InputOffset()]), "\r\n")
			r.add(onboarding.ImportRow{Line: broken.StartLine, Problems: onboarding.Problems{{
				Code: "malformed", Message: "The quotes of this row do not match, so it cannot be read. Put a cell with a quote in it in quotes, and write the quote twice.",
			}}}, []string{strings.ToValidUTF8(raw, "\ufffd")})
		case blank(cells):
			continue
		default:
			line, _ := r.csv.FieldPos(0)
			r.row(line, cells)
		}
		if len(r.file.Rows) > onboarding.MaxImportRows {
			return onboarding.Problems{{Code: "too_many_rows", Message: fmt.Sprintf("The file has more than %d rows. Split it into several.", onboarding.MaxImportRows)}}
		}
	}
}

// blank rows are what spreadsheets leave behind below a table.
func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

func (r *reading) add(row onboarding.ImportRow, cells []string) {
	r.file.Rows = append(r.file.Rows, row)
	r.file.cells = append(r.file.cells, cells)
}

func (r *reading) row(line int, cells []string) {
	row := onboarding.ImportRow{Line: line, Answers: onboarding.Answers{Kind: onboarding.KindCustomer}}
	if len(cells) != len(r.columns) {
		row.Problems = onboarding.Problems{{
			Code: "wrong_cell_count", Message: fmt.Sprintf("This row has %d cells, and the first line names %d columns. Look for a separator too many or too few.", len(cells), len(r.columns)),
		}}
		for i, cell := range cells {
			cells[i] = strings.ToValidUTF8(harmful(cell), "\ufffd")
		}
		r.add(row, cells)
		return
	}
	var kept []string
	for i, column := range r.columns {
		if column.Name == "" {
			continue
		}
		cell := harmful(cells[i])
		kept = append(kept, strings.ToValidUTF8(cell, "\ufffd"))
		if fault := readCell(column, &row, cell); fault.Found() {
			row.Problems = append(row.Problems, onboarding.Problem{Field: column.pointer(), Code: fault.Code, Message: fault.Message})
		}
	}
	if !r.confirms {
		row.Answers.Customer.EmailConfirmation = row.Answers.Customer.Email
	}
	if row.Answers.Customer.Operations.AlternateID == "" {
		row.Problems = append(row.Problems, onboarding.Problem{
			Field: "/customer/operations/alternate_id", Code: "required",
			Message: "Enter your own number for this row. By it, a row that is imported again is known.",
		})
	}
	r.add(row, kept)
}

func readCell(column Column, row *onboarding.ImportRow, cell string) onboarding.Fault {
	switch {
	case !utf8.ValidString(cell) || strings.ContainsRune(cell, 0):
		return onboarding.Fault{Code: "malformed", Message: "This cell is not valid UTF-8 text. Save the file as \"CSV UTF-8\" and look at the cell."}
	case strings.TrimSpace(cell) == "":
		return onboarding.Fault{}
	default:
		return column.read(row, cell)
	}
}
