package onboarding

import (
	"slices"
	"time"
)

// Onboarding is the record of one run: the row people look at, in API and portal.
type Onboarding struct {
	ID           string
	DealerID     string
	Kind         Kind
	AccountType  AccountType
	Source       Source
	Status       Status
	Step         Step
	Revision     int
	AccountID    string // empty until create_account is done
	CommitmentID string // empty unless it came from a commitment
	CreatedAt    time.Time
	// ReadyAt is when the network hour is over; zero until the account exists or when there is no hour.
	ReadyAt  time.Time
	Steps    []StepProgress
	Parked   *Park
	Problems Problems
}

// Did reports whether a step is done.
func (o Onboarding) Did(step Step) bool {
	return slices.ContainsFunc(o.Steps, func(p StepProgress) bool { return p.Step == step && p.Status == StepDone })
}

// StepProgress is one line of the timeline.
type StepProgress struct {
	Step     Step
	Status   StepStatus
	Attempts int
	// StartedAt and EndedAt are zero until they happen.
	StartedAt time.Time
	EndedAt   time.Time
	// Code is the last answer or fault of the step, e.g. "module_already_registered".
	Code string
}

// Park is an onboarding waiting for a person. No grows with every park of a run, so
// that a decision made for an earlier one (a stale browser tab) can be told apart.
type Park struct {
	Step   Step
	No     int
	Reason Reason
	Since  time.Time
}

// Event is one line of an onboarding's history. Events are only ever appended.
type Event struct {
	Seq          int64
	OnboardingID string
	At           time.Time
	Kind         EventKind
	Step         Step
	// Code is the answer or fault, By the user who acted, Note what they gave as reason.
	Code string
	By   string
	Note string
}
