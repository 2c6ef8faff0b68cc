package onboarding

import (
	"strings"
	"time"
)

// activationHour is when a commitment is activated on a date given without a time.
const activationHour = 8 * time.Hour

// localForms are the ways to write a date and time of the property's zone.
var localForms = []string{"2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02 15:04:05"}

// ParseActivationDate reads when a commitment is to be activated: a date of the property's
// zone, at eight in the morning, or a date and time there, or an RFC 3339 time, which says
// itself what zone it means. What a clock change skips or repeats is settled by inZone.
//
// Codes: required, malformed, in_past, out_of_range (later than expires).
func ParseActivationDate(typed string, zone *time.Location, now, expires time.Time) (time.Time, Fault) {
	if strings.TrimSpace(typed) == "" {
		return time.Time{}, Fault{"required", "Enter the date on which the commitment is activated."}
	}
	at, fault := parseMoment(typed, zone, activationHour)
	switch {
	case fault.Found():
		return time.Time{}, fault
	case !at.After(now):
		return time.Time{}, Fault{"in_past", "This is past in the property's time zone. Enter a later date or time, or activate the commitment now."}
	case !at.Before(expires):
		return time.Time{}, Fault{"out_of_range", "The commitment expires before this. Enter an earlier date."}
	}
	return at, Fault{}
}

// maxCommitmentLifetime bounds how far a commitment can be kept: prices and panels of years
// ago are no promise to anybody.
const maxCommitmentLifetime = 2 * 365 * 24 * time.Hour

// ParseExpiry reads until when a commitment can be activated, like ParseActivationDate but
// to the end of a date given without a time. Empty is CommitmentLifetime from now.
//
// Codes: malformed, in_past, out_of_range.
func ParseExpiry(typed string, zone *time.Location, now time.Time) (time.Time, Fault) {
	const wholeDay = 24 * time.Hour
	if strings.TrimSpace(typed) == "" {
		return now.Add(CommitmentLifetime), Fault{}
	}
	at, fault := parseMoment(typed, zone, wholeDay)
	switch {
	case fault.Found():
		return time.Time{}, fault
	case !at.After(now):
		return time.Time{}, Fault{"in_past", "This is past in the property's time zone. Enter a later date, or cancel the commitment."}
	case at.After(now.Add(maxCommitmentLifetime)):
		return time.Time{}, Fault{"out_of_range", "A commitment can be kept for two years at most. Enter an earlier date."}
	}
	return at, Fault{}
}

// parseMoment reads an instant; ofDay is the time of a date without one.
func parseMoment(typed string, zone *time.Location, ofDay time.Duration) (time.Time, Fault) {
	typed = strings.TrimSpace(typed)
	if at, err := time.Parse(time.RFC3339, typed); err == nil {
		return at.UTC(), Fault{}
	}
	if date, err := time.Parse(time.DateOnly, typed); err == nil {
		return inZone(date.Add(ofDay), zone).UTC(), Fault{}
	}
	for _, form := range localForms {
		if wall, err := time.Parse(form, typed); err == nil {
			return inZone(wall, zone).UTC(), Fault{}
		}
	}
	return time.Time{}, Fault{"malformed", "Enter a date such as 2027-01-31, or a date and time of the property such as 2027-01-31T09:30."}
}
