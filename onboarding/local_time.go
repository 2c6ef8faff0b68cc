package onboarding

import "time"

// inZone is the instant at which a wall clock of the zone shows the date and time of wall,
// which is given in UTC. A time that the clock skips in spring becomes the one as much
// later (half past two is half past three); one that it shows twice in autumn is the first.
func inZone(wall time.Time, zone *time.Location) time.Time {
	before := wall.Add(-offsetAt(wall.AddDate(0, 0, -1), zone))
	after := wall.Add(-offsetAt(wall.AddDate(0, 0, 1), zone))
	if !shows(before, zone, wall) && shows(after, zone, wall) {
		return after
	}
	return before
}

func offsetAt(at time.Time, zone *time.Location) time.Duration {
	_, seconds := at.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}

func shows(at time.Time, zone *time.Location, wall time.Time) bool {
	return wall.Sub(at) == offsetAt(at, zone)
}
