package onboarding

// Status is where an onboarding stands; the word is the same in API, SQL and in the
// search attribute OnboardingStatus.
type Status string

// The states of an onboarding.
const (
	StatusSubmitted    Status = "submitted" // committed, its workflow not begun
	StatusActive       Status = "active"
	StatusWaiting      Status = "waiting" // for the network hour
	StatusParked       Status = "parked"  // for a person
	StatusCompensating Status = "compensating"
	StatusCompleted    Status = "completed"
	StatusRejected     Status = "rejected"
	StatusCancelled    Status = "cancelled"
)

// Final reports whether nothing more will happen.
func (s Status) Final() bool {
	return s == StatusCompleted || s == StatusRejected || s == StatusCancelled
}

// StepStatus is where one step of an onboarding stands.
type StepStatus string

// The states of a step.
const (
	StepPending StepStatus = "pending"
	StepRunning StepStatus = "running"
	StepDone    StepStatus = "done"
	StepParked  StepStatus = "parked"
	StepSkipped StepStatus = "skipped"
)

// Action is what a person may decide about a parked onboarding.
type Action string

// The decisions.
const (
	ActionRetry    Action = "retry"
	ActionAmend    Action = "amend"
	ActionOverride Action = "override"
	ActionSkip     Action = "skip"
	ActionCancel   Action = "cancel"
)
