package onboarding

// MaxImportRows is how many rows one file may have.
const MaxImportRows = 10_000

// ImportRow is one row of a file that is imported: an application, and what is expected of
// its installation where the file is about commitments.
type ImportRow struct {
	// Line is where the row begins, counted as an editor counts: a line break inside a cell
	// begins a new line too.
	Line     int
	Answers  Answers
	Expected Expected
	// ExpiresAt is a date of the property's zone; empty is CommitmentLifetime from now.
	ExpiresAt string
	// ActivateAt is a date, or a date and time, of the property's zone; empty for none.
	ActivateAt string
	// Problems are about cells that cannot be read. What could be read is in Answers.
	Problems Problems
}

// AlternateID is the dealer's own number for what the row is about, by which a row that is
// imported again is known; empty when there is none that can be read.
func (r ImportRow) AlternateID() string {
	id, _ := ParseLine(r.Answers.Customer.Operations.AlternateID, maxAlternateIDLength)
	return id
}

// RowProblem is what is wrong with one row of a file.
type RowProblem struct {
	Line int
	Problem
}

// KnownImport is what an earlier import made of a row.
type KnownImport struct {
	AlternateID string
	// UnbegunID is the onboarding whose run has not begun; empty for one whose run has, and
	// for a commitment.
	UnbegunID string
}
