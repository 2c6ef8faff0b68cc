package applicationcsv

import (
	"bytes"
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/latchkey/latchkey/onboarding"
)

// formulaSigns are what a spreadsheet takes for the beginning of a formula (OWASP, CSV
// injection). A cell that begins so gets an apostrophe, which spreadsheets do not show.
const formulaSigns = "=+-@\t\r"

// harmless is the cell as it is written; harmful takes that back, so that a file that was
// written can be read again.
func harmless(cell string) string {
	if begins(cell) {
		return "'" + cell
	}
	return cell
}

func harmful(cell string) string {
	if unmarked, marked := strings.CutPrefix(cell, "'"); marked && begins(unmarked) {
		return unmarked
	}
	return cell
}

// begins is true for what needs an apostrophe, and for what has one already: it would be
// taken off.
func begins(cell string) bool {
	bare := strings.TrimLeft(cell, "'")
	return bare != "" && strings.ContainsRune(formulaSigns, rune(bare[0]))
}

// Writer writes rows that a spreadsheet can open without harm.
type Writer struct{ csv *csv.Writer }

// NewWriter writes to w; Flush sends what is buffered.
func NewWriter(w io.Writer) *Writer { return &Writer{csv.NewWriter(w)} }

// Write writes one row.
func (w *Writer) Write(cells ...string) error {
	safe := make([]string, len(cells))
	for i, cell := range cells {
		safe[i] = harmless(cell)
	}
	return w.csv.Write(safe)
}

// Flush sends what is buffered.
func (w *Writer) Flush() error {
	w.csv.Flush()
	return w.csv.Error()
}

// Header are the names of the form's columns.
func (f Form) Header() []string {
	names := make([]string, len(f.columns))
	for i, column := range f.columns {
		names[i] = column.Name
	}
	return names
}

// cells are a row's cells, by Header. Reading them again gives the same row.
func (f Form) cells(row onboarding.ImportRow) []string {
	cells := make([]string, len(f.columns))
	for i, column := range f.columns {
		cells[i] = column.write(row)
	}
	return cells
}

// Rejects is a file of the rows that have problems, each as it came, after its line and what
// is wrong with it. It can be corrected and fed again. problems are in the order of lines.
func (f File) Rejects(problems []onboarding.RowProblem) []byte {
	wrong := map[int][]string{}
	for _, problem := range problems {
		sentence := problem.Message
		if column := f.form.ColumnOf(problem.Field); column != "" {
			sentence = column + ": " + sentence
		}
		wrong[problem.Line] = append(wrong[problem.Line], sentence)
	}
	return f.written([]string{lineColumn, errorsColumn}, func(row onboarding.ImportRow) ([]string, bool) {
		sentences, rejected := wrong[row.Line]
		return []string{strconv.Itoa(row.Line), strings.Join(sentences, " "+between+" ")}, rejected
	})
}

// Part is a file of some of the rows alone, by their place in Rows, in their order.
func (f File) Part(places []int) []byte {
	place := -1
	return f.written(nil, func(onboarding.ImportRow) ([]string, bool) {
		place++
		_, chosen := slices.BinarySearch(places, place)
		return nil, chosen
	})
}

// written is a file of the rows that choose takes, each after the cells that it gives.
func (f File) written(names []string, choose func(onboarding.ImportRow) ([]string, bool)) []byte {
	var content bytes.Buffer
	writer := NewWriter(&content)
	_ = writer.Write(append(names, f.header...)...) // a buffer takes everything
	for i, row := range f.Rows {
		if cells, chosen := choose(row); chosen {
			_ = writer.Write(append(cells, f.cells[i]...)...)
		}
	}
	_ = writer.Flush()
	return content.Bytes()
}
