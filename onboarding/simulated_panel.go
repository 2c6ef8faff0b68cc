package onboarding

import (
	"fmt"
	"slices"
	"time"
)

// SimulatedPanel is the control panel of a virtual customer. What it reports is a function
// of who it is and of the time alone: nothing runs, nothing is stored, and everybody who
// asks is told the same story.
type SimulatedPanel struct {
	// AccountID tells one panel's story from another's.
	AccountID string
	Type      AccountType
	// Business says that the panel watches over a business, where less happens than at home.
	Business  bool
	CreatedAt time.Time
	// Zone is where it is installed: people sleep at night there.
	Zone *time.Location
}

// SimulatedPanel is the panel of a virtual customer; false for a customer who has a real
// one. In a time zone that is unknown the days are those of UTC.
func (a Account) SimulatedPanel() (SimulatedPanel, bool) {
	if a.Kind != KindVirtual {
		return SimulatedPanel{}, false
	}
	zone, err := time.LoadLocation(a.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	return SimulatedPanel{
		AccountID: a.ID, Type: a.Type, Business: a.CompanyName != "", CreatedAt: a.CreatedAt, Zone: zone,
	}, true
}

// AsOf is the account at a moment: a simulated panel communicates without anybody being
// told of it.
func (a Account) AsOf(now time.Time) Account {
	panel, simulated := a.SimulatedPanel()
	if simulated && !now.Before(panel.FirstCommunication()) {
		a.CommunicatedAt = panel.FirstCommunication()
	}
	return a
}

// FirstCommunication is some seconds after the account was created.
func (p SimulatedPanel) FirstCommunication() time.Time {
	wait := diceOf(p.AccountID, "first communication").between(5, 15)
	return p.CreatedAt.UTC().Truncate(time.Second).Add(time.Duration(wait) * time.Second)
}

// reported are the kinds that an account of a type can report: without a security system
// nothing is armed, without a control panel there are cameras and doors with access control.
var reported = map[AccountType][]ActivityKind{
	SecuritySystem: {
		ActivityArmedStay, ActivityArmedAway, ActivityDisarmed, ActivityOpened, ActivityClosed, ActivityMotion, ActivityLocked,
		ActivityUnlocked, ActivityTemperatureSet, ActivityTrouble, ActivityTroubleRestored, ActivityAlarm, ActivityAlarmCancelled,
	},
	AutomationAwareness: {
		ActivityOpened, ActivityClosed, ActivityMotion, ActivityLocked, ActivityUnlocked, ActivityTemperatureSet,
		ActivityTrouble, ActivityTroubleRestored,
	},
	StandaloneVideoAccess: {ActivityMotion, ActivityLocked, ActivityUnlocked, ActivityTrouble, ActivityTroubleRestored},
}

// Activity is what the panel reported since a moment, included, and before a report: the
// newest most of it, newest first. Before the report with nothing but a time comes what is
// older than that time.
func (p SimulatedPanel) Activity(since time.Time, before PanelActivity, most int) []PanelActivity {
	since = latest(since, p.FirstCommunication())
	var found []PanelActivity
	for date := p.dateOf(before.At); len(found) < most && date.end().After(since); date = date.plus(-1) {
		for _, activity := range slices.Backward(p.day(date)) {
			if before.After(activity) && !activity.At.Before(since) && len(found) < most {
				found = append(found, activity)
			}
		}
	}
	return found
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// walkThrough is how long the installer tries the devices: life begins after it.
const walkThrough = 10 * time.Minute

// day is what the panel reports on a date, oldest first.
func (p SimulatedPanel) day(date simulatedDate) []PanelActivity {
	day := &simulatedDay{panel: p, date: date, dice: diceOf(p.AccountID, date.String()), from: p.FirstCommunication().Add(walkThrough)}
	if p.Business {
		day.atWork()
	} else {
		day.atHome()
	}
	if p.dateOf(p.FirstCommunication()) == date {
		day.install()
	}
	slices.SortStableFunc(day.activity, func(a, b PanelActivity) int { return a.At.Compare(b.At) })
	for i := range day.activity {
		day.activity[i].ID = fmt.Sprintf("%s-%02d", date, i+1)
	}
	return day.activity
}
