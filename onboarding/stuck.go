package onboarding

import "time"

// StuckFilter narrows the list of parked onboardings, the longest parked first; zero
// members do not narrow.
type StuckFilter struct {
	Dealers []string // nil means every dealer
	Reason  Reason
	Step    Step
	// Before keeps those parked before this time.
	Before time.Time
	Cursor string
	Limit  int
}

// StuckOnboarding is a parked onboarding with whose it is.
type StuckOnboarding struct {
	Onboarding
	DealerName string
	// CustomerName is first and last name as typed, for people to read.
	CustomerName string
}

// StuckCount is how many onboardings are parked for one reason.
type StuckCount struct {
	Reason Reason
	Count  int
	// Oldest is since when the longest parked one waits.
	Oldest time.Time
}

// AuditLine is one line of the audit trail as people read it.
type AuditLine struct {
	ID       string
	At       time.Time
	Action   string
	ObjectID string
	// ByName is who did it; empty for a customer or a program.
	ByName  string
	Reason  string
	Request string
}
