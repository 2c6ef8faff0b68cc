package onboarding

import "time"

// Transition is a change of a run's state that no step records by itself: it parked,
// was sent on, waits, is over.
type Transition struct {
	OnboardingID string
	// No grows within a run, so that a late repetition never moves the row back.
	No       int
	Kind     EventKind
	Status   Status
	Step     Step
	Revision int
	ParkNo   int
	Reason   Reason
	// ReadyAt is set when the run begins to wait and when its wait is moved.
	ReadyAt time.Time
	// By is the user who decided, Note what they gave as their reason.
	By   string
	Note string
	At   time.Time
}

// EventKind is what an Event tells.
type EventKind string

// The kinds of events.
const (
	EventSubmitted        EventKind = "submitted"
	EventStepStarted      EventKind = "step_started"
	EventStepDone         EventKind = "step_done"
	EventStepFailed       EventKind = "step_failed"
	EventParked           EventKind = "parked"
	EventResumed          EventKind = "resumed"
	EventSkipped          EventKind = "skipped"
	EventOverridden       EventKind = "overridden"
	EventAmended          EventKind = "amended"
	EventCorrected        EventKind = "corrected" // after completion
	EventWaiting          EventKind = "waiting"
	EventWaitAdjusted     EventKind = "wait_adjusted"
	EventLetterRequested  EventKind = "letter_requested"
	EventCancelRequested  EventKind = "cancel_requested"
	EventCompensating     EventKind = "compensating"
	EventCompleted        EventKind = "completed"
	EventRejected         EventKind = "rejected"
	EventCancelled        EventKind = "cancelled"
	EventPanelCommunicate EventKind = "panel_communicated"
	EventWorkflowLost     EventKind = "workflow_lost"
)
