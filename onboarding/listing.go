package onboarding

import "time"

// Filter narrows a list of onboardings, newest first; zero members do not narrow.
type Filter struct {
	Dealers    []string // nil means every dealer
	Status     Status
	Step       Step
	ParkReason Reason
	Source     Source
	Since      time.Time
	// Cursor is what an earlier page gave as the next one; opaque.
	Cursor string
	Limit  int
}

// NamedID is a choice of a list.
type NamedID struct {
	ID   string
	Name string
}

// Rep is a sales or installer representative.
type Rep struct {
	LoginName string
	FirstName string
	LastName  string
}
