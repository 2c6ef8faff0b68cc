package onboarding

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding/places"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	location, known := places.Location(name)
	require.True(t, known, name)
	return location
}

func TestParseActivationDate_ReadsTheClockOfTheProperty(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	expires := now.AddDate(3, 0, 0)
	for _, c := range []struct{ typed, zone, want string }{
		{"2026-12-01", "America/New_York", "2026-12-01T13:00:00Z"}, // eight in the morning
		{" 2026-12-01 ", "America/Los_Angeles", "2026-12-01T16:00:00Z"},
		{"2027-07-01", "America/New_York", "2027-07-01T12:00:00Z"}, // daylight saving time
		{"2027-07-01", "America/Phoenix", "2027-07-01T15:00:00Z"},  // which Arizona has not
		{"2026-12-01T09:30", "America/New_York", "2026-12-01T14:30:00Z"},
		{"2026-12-01 09:30", "America/New_York", "2026-12-01T14:30:00Z"},
		{"2026-12-01T09:30:15", "America/New_York", "2026-12-01T14:30:15Z"},
		{"2026-12-01T09:30:00Z", "America/New_York", "2026-12-01T09:30:00Z"},
		{"2026-12-01T09:30:00+02:00", "America/New_York", "2026-12-01T07:30:00Z"},
		{"2026-12-01", "America/St_Johns", "2026-12-01T11:30:00Z"}, // half an hour off
		// Clocks go forward at two: what they skip comes an hour later.
		{"2027-03-14T01:59", "America/New_York", "2027-03-14T06:59:00Z"},
		{"2027-03-14T02:00", "America/New_York", "2027-03-14T07:00:00Z"},
		{"2027-03-14T02:30", "America/New_York", "2027-03-14T07:30:00Z"},
		{"2027-03-14T03:00", "America/New_York", "2027-03-14T07:00:00Z"},
		{"2027-03-14", "America/New_York", "2027-03-14T12:00:00Z"},
		// They go back at two: what they show twice is the first.
		{"2027-11-07T00:59", "America/New_York", "2027-11-07T04:59:00Z"},
		{"2027-11-07T01:00", "America/New_York", "2027-11-07T05:00:00Z"},
		{"2027-11-07T01:30", "America/New_York", "2027-11-07T05:30:00Z"},
		{"2027-11-07T02:00", "America/New_York", "2027-11-07T07:00:00Z"},
		{"2027-11-07T01:30", "America/Los_Angeles", "2027-11-07T08:30:00Z"},
		// Leap days.
		{"2028-02-29", "America/New_York", "2028-02-29T13:00:00Z"},
		{"2028-02-29T23:59", "Pacific/Honolulu", "2028-03-01T09:59:00Z"},
	} {
		at, fault := ParseActivationDate(c.typed, zone(t, c.zone), now, expires)
		require.Equal(t, Fault{}, fault, "%s in %s", c.typed, c.zone)
		require.Equal(t, c.want, at.Format(time.RFC3339), "%s in %s", c.typed, c.zone)
		require.Equal(t, time.UTC, at.Location())
	}
}

func TestParseActivationDate_RefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) // seven in the morning in New York
	expires := now.Add(CommitmentLifetime)
	for typed, code := range map[string]string{
		"": "required", "  ": "required", "tomorrow": "malformed", "12/01/2026": "malformed", "2027-02-29": "malformed",
		"2026-12-32": "malformed", "2026-13-01": "malformed", "2026-12-01T25:00": "malformed", "2026-12-01T24:00": "malformed",
		"2026-12-01T09:30 ": "", "2026-12-01\x00": "malformed", "\u202e2026-12-01": "malformed", "２０２６-12-01": "malformed",
		"+002026-12-01": "malformed", "99999-01-01": "malformed", "1764000000": "malformed",
		"2026-11-24T06:59": "in_past", "2026-11-24T07:00": "in_past", "2026-11-24T07:01": "", "2026-11-23": "in_past", "0001-01-01": "in_past",
		"2026-11-24T12:00:00Z": "in_past", "2026-11-24": "", // eight is still to come
		"2027-05-24": "out_of_range", "9999-12-31T23:59": "out_of_range", "2027-05-23": "out_of_range", "2027-05-22": "",
	} {
		_, fault := ParseActivationDate(typed, zone(t, "America/New_York"), now, expires)
		require.Equal(t, code, fault.Code, "%q", typed)
	}
}

func TestParseExpiry_IsTheEndOfADate(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	eastern := zone(t, "America/New_York")
	for typed, want := range map[string]string{
		"": now.Add(CommitmentLifetime).Format(time.RFC3339), "2026-11-24": "2026-11-25T05:00:00Z",
		"2028-02-29": "2028-03-01T05:00:00Z", "2026-12-24T18:00": "2026-12-24T23:00:00Z",
	} {
		at, fault := ParseExpiry(typed, eastern, now)
		require.Equal(t, Fault{}, fault, "%q", typed)
		require.Equal(t, want, at.Format(time.RFC3339), "%q", typed)
	}
	for typed, code := range map[string]string{"never": "malformed", "2026-11-23": "in_past", "2029-01-01": "out_of_range"} {
		_, fault := ParseExpiry(typed, eastern, now)
		require.Equal(t, code, fault.Code, "%q", typed)
	}
}

// Every hour of two years, in every zone we offer: an instant that a clock shows is found
// again, unless the clock shows its time twice and this is the second.
func TestInZone_FindsEveryHourOfEveryZone(t *testing.T) {
	t.Parallel()
	for _, offered := range places.TimeZones() {
		location := zone(t, offered.Name)
		for at := time.Date(2026, 1, 1, 0, 30, 0, 0, time.UTC); at.Year() < 2029; at = at.Add(time.Hour) {
			local := at.In(location)
			wall := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), 0, 0, time.UTC)
			found := inZone(wall, location)
			if !found.Equal(at) {
				require.Equal(t, wall.Format(time.DateTime), found.In(location).Format(time.DateTime), "%s %s", offered.Name, local)
				require.True(t, found.Before(at), "%s %s", offered.Name, local)
			}
		}
	}
}
