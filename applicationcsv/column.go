package applicationcsv

import (
	"strconv"
	"strings"

	"github.com/latchkey/latchkey/onboarding"
)

// Column is one column of a file.
type Column struct {
	Name string
	// About says what goes into it, for documentation.
	About string

	// read puts a cell that is not empty into the row; the zero Fault when it could.
	read func(row *onboarding.ImportRow, cell string) onboarding.Fault
	// write is the row's cell.
	write func(row onboarding.ImportRow) string
}

// pointer is the column as a JSON pointer into the application.
func (c Column) pointer() string { return "/" + strings.ReplaceAll(c.Name, ".", "/") }

// text is a column whose cell is taken as it is; member finds its place in a row.
func text(name, about string, member func(*onboarding.ImportRow) *string) Column {
	return Column{
		Name: name, About: about,
		read: func(row *onboarding.ImportRow, cell string) onboarding.Fault {
			*member(row) = cell
			return onboarding.Fault{}
		},
		write: func(row onboarding.ImportRow) string { return *member(&row) },
	}
}

// truth is a column of true and false; empty is false.
func truth(name, about string, member func(*onboarding.ImportRow) *bool) Column {
	return Column{
		Name: name, About: about + " (true or false)",
		read: func(row *onboarding.ImportRow, cell string) (fault onboarding.Fault) {
			*member(row), fault = parseTruth(cell)
			return fault
		},
		write: func(row onboarding.ImportRow) string {
			if *member(&row) {
				return "true"
			}
			return ""
		},
	}
}

// parseTruth reads what people and spreadsheets write for true and false.
func parseTruth(cell string) (bool, onboarding.Fault) {
	switch strings.ToLower(strings.TrimSpace(cell)) {
	case "true", "yes", "1":
		return true, onboarding.Fault{}
	case "", "false", "no", "0":
		return false, onboarding.Fault{}
	default:
		return false, onboarding.Fault{Code: "malformed", Message: "Write true or false, or leave it empty."}
	}
}

// parseWhole reads a whole number; blank is 0.
func parseWhole(cell string) (int, onboarding.Fault) {
	cell = strings.TrimSpace(cell)
	if cell == "" {
		return 0, onboarding.Fault{}
	}
	number, err := strconv.ParseInt(cell, 10, 32)
	if err != nil {
		return 0, onboarding.Fault{Code: "malformed", Message: "Write a whole number, with digits alone."}
	}
	return int(number), onboarding.Fault{}
}

// between stands between the entries of a cell that has several.
const between = "|"

// entries are the entries of a cell; those that are left empty are none.
func entries(cell string) []string {
	list := []string{}
	for entry := range strings.SplitSeq(cell, between) {
		if entry = strings.TrimSpace(entry); entry != "" {
			list = append(list, entry)
		}
	}
	return list
}
