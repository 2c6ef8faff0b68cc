package onboarding

import "time"

// ActivityKind is what a panel reports.
type ActivityKind string

// What the simulated panel of a virtual customer reports.
const (
	ActivityCommunicated    ActivityKind = "communicated" // for the first time
	ActivityArmedStay       ActivityKind = "armed_stay"
	ActivityArmedAway       ActivityKind = "armed_away"
	ActivityDisarmed        ActivityKind = "disarmed"
	ActivityOpened          ActivityKind = "opened"
	ActivityClosed          ActivityKind = "closed"
	ActivityMotion          ActivityKind = "motion"
	ActivityLocked          ActivityKind = "locked"
	ActivityUnlocked        ActivityKind = "unlocked"
	ActivityTemperatureSet  ActivityKind = "temperature_set"
	ActivityTrouble         ActivityKind = "trouble"
	ActivityTroubleRestored ActivityKind = "trouble_restored"
	ActivityAlarm           ActivityKind = "alarm"
	ActivityAlarmCancelled  ActivityKind = "alarm_cancelled"
)

// PanelActivity is one report of a panel.
type PanelActivity struct {
	// ID names the report among those of its panel: the day and the number on it.
	ID   string
	At   time.Time
	Kind ActivityKind
	// Device is what it is about, e.g. "Front door".
	Device string
	// Text tells it to people, e.g. "Front door opened".
	Text string
}

// After reports whether a comes after b, in an order in which no two reports are equal.
func (a PanelActivity) After(b PanelActivity) bool {
	if a.At.Equal(b.At) {
		return a.ID > b.ID
	}
	return a.At.After(b.At)
}

// ActivityFilter narrows the activity of a panel, newest first.
type ActivityFilter struct {
	// Since leaves out what is older; zero leaves out nothing.
	Since time.Time
	// Cursor is what an earlier page gave as the next one; opaque.
	Cursor string
	Limit  int
}
