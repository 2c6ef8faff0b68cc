package onboarding

import (
	"errors"
	"time"
)

// StartRun names the run to begin.
type StartRun struct {
	OnboardingID string
	DealerID     string
	Source       Source
	CommitmentID string
	// Revision is the newest one: greater than 1 only when a run is begun anew. 0 means 1.
	Revision int
	// ParkNo is the number of the last park when a run is begun anew: the new run counts
	// on, so that no number stands for two parks.
	ParkNo int
}

// LongestWait bounds how far the end of the network hour can be moved: a slip of the
// keyboard must not hold an account for years.
const LongestWait = 7 * 24 * time.Hour

// Verdict is the first answer of a run.
type Verdict struct {
	Accepted bool
	Problems Problems
}

// ErrNoAnswerYet says that an onboarding is committed but its first answer is not known yet.
var ErrNoAnswerYet = errors.New("no answer yet")

// Decision is what a person decided about a parked run.
type Decision struct {
	// ID makes a repeated decision the same one; empty draws a new one.
	ID     string
	Action Action
	Step   Step
	ParkNo int
	By     string
	Reason string
	// Revision is the corrected application; only with ActionAmend.
	Revision int
}

// Next is what a decision leads to.
type Next struct {
	ParkNo int
	Step   Step
	Action Action
}

// Batch is a set of parked runs to send on.
type Batch struct {
	Reason   Reason
	Step     Step
	DealerID string
	By       string
	Note     string
}

// Refusal says in words why a message does not fit the run as it stands now.
type Refusal struct{ Sentence string }

// Error is the sentence, made for people.
func (r *Refusal) Error() string { return r.Sentence }
