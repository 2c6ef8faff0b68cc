package onboarding

import "time"

// TaskKind is what a dealer is asked to do.
type TaskKind string

// The kinds of tasks.
const (
	TaskLetterBounced         TaskKind = "letter_bounced"
	TaskCommitmentNeedsSerial TaskKind = "commitment_needs_serial"
	TaskCommitmentRefused     TaskKind = "commitment_refused"
	TaskSwapParked            TaskKind = "swap_parked"
	TaskTerminationParked     TaskKind = "termination_parked"
	TaskWebhookDisabled       TaskKind = "webhook_disabled"
)

// Task is something that waits for the dealer's office. There is one open task of a kind
// about an object; it is closed when what it asks for is done, or dismissed by a person.
type Task struct {
	ID       string
	DealerID string
	Kind     TaskKind
	// ObjectID is what it is about: an onboarding, an account, a commitment or a webhook endpoint.
	ObjectID string
	// OnboardingID and AccountID are the customer that it is about, CustomerName what they
	// are called; empty when it is about something else.
	OnboardingID string
	AccountID    string
	CustomerName string
	// Code is a reason or a fault; may be empty.
	Code     string
	OpenedAt time.Time
	// ClosedAt is zero while the task is open; ClosedBy is empty when it closed by itself.
	ClosedAt time.Time
	ClosedBy string
}

// TaskFilter narrows a list of open tasks, oldest first.
type TaskFilter struct {
	Dealers []string // nil means every dealer
	Kind    TaskKind
	Cursor  string
	Limit   int
}
