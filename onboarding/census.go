package onboarding

import "time"

// Census is how the record stands at a moment: what is counted for those who keep
// Latchkey running. It names nobody.
type Census struct {
	// Open are the onboardings that are not over, by status and source.
	Open []OpenCount
	// Parked are those that wait for a person, by step and reason.
	Parked []ParkedCount
	// Unstarted were submitted and have no workflow yet; the oldest is zero when there are none.
	Unstarted       int
	UnstartedOldest time.Time
	// Hours are the network hours that have not ended, by when they are due.
	Hours HoursDue
	// Letters are the e-mailed letters that the mail server has not taken, by state.
	Letters []NamedCount
	// Tasks are what dealers are asked to do, by kind.
	Tasks []NamedCount
}

// OpenCount is how many onboardings of a source have a status.
type OpenCount struct {
	Status Status
	Source Source
	Count  int
}

// ParkedCount is how many onboardings wait at a step for a reason, and since when.
type ParkedCount struct {
	Step   Step
	Reason Reason
	Count  int
	Oldest time.Time
}

// HoursDue are network hours by when they end.
type HoursDue struct {
	// Overdue have passed, and nobody has gone on: a worker does that within seconds.
	Overdue int
	// Soon end within the next hour; Later after that.
	Soon, Later int
}

// NamedCount is how many there are of a kind or in a state.
type NamedCount struct {
	Name  string
	Count int
}
