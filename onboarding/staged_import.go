package onboarding

import "time"

// ImportKind is what the rows of a file become.
type ImportKind string

// What can be imported.
const (
	ImportCommitments ImportKind = "commitments"
	// ImportCustomers are onboarded at once: each row needs its module.
	ImportCustomers ImportKind = "customers"
)

// ImportReport is what became, or would become, of each row of a file.
type ImportReport struct {
	Rows int
	// Accepted rows are new and in order: they were added, if anything was.
	Accepted int
	// Known rows came with an earlier import, and are left as they are.
	Known int
	// Rejected rows have problems.
	Rejected int
	// Problems are in the order of lines.
	Problems []RowProblem
	// Added is false when nothing was added because some rows were rejected.
	Added bool
}

// ImportState is how far a file is that a person looks at before it is imported.
type ImportState string

// The states of a staged import.
const (
	ImportExamined ImportState = "examined"
	ImportRunning  ImportState = "running"
	// ImportStopped was cut short. Part of its rows are in, and it can go on.
	ImportStopped ImportState = "stopped"
	ImportDone    ImportState = "done"
)

// StagedImport is a file that was sent, looked at and kept until a person says what to do.
type StagedImport struct {
	ID       string
	DealerID string
	UserID   string
	Kind     ImportKind
	Content  []byte
	State    ImportState
	// Report is that of the look at it, and of the import once it is done.
	Report ImportReport
	// DoneRows is how many rows of the import that runs are done with.
	DoneRows  int
	CreatedAt time.Time
	UpdatedAt time.Time
}
