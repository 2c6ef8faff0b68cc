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
	// Commitments are those with a date that has come or is near.
	Commitments CommitmentsDue
	// Webhooks are the messages that dealers' systems are owed.
	Webhooks WebhooksOwed
	// Endpoints are the webhook endpoints, by how they do: working, failing, or
	// disabled with the reason.
	Endpoints []NamedCount
	// Changes are the module swaps and terminations that are not over, by kind and status.
	Changes []ChangeCount
	// ParkedChanges are those of them that wait for a person, by kind, step and reason.
	ParkedChanges []ParkedChangeCount
	// UnstartedChange is when the oldest of them was asked for that has no workflow yet;
	// zero when there is none.
	UnstartedChange time.Time
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

// CommitmentsDue are open commitments by when they are to be activated.
type CommitmentsDue struct {
	// Due have come to their date, Oldest first of them: the sweep settles them within a
	// minute or two. Oldest is zero when there are none.
	Due    int
	Oldest time.Time
	// Soon come to it within the next hour: what the sweep will have to do then.
	Soon int
}

// WebhooksOwed are messages that were not delivered and not given up.
type WebhooksOwed struct {
	// Due wait for a worker, Oldest since when the longest does so: a worker takes them
	// within seconds. Oldest is zero when there are none.
	Due    int
	Oldest time.Time
	// Later are on their way, or failed and wait for their next try.
	Later int
}

// ChangeCount is how many changes of a kind have a status.
type ChangeCount struct {
	Kind   ChangeKind
	Status Status
	Count  int
}

// ParkedChangeCount is how many changes of a kind wait at a step for a reason, and since when.
type ParkedChangeCount struct {
	Kind   ChangeKind
	Step   Step
	Reason Reason
	Count  int
	Oldest time.Time
}
