package onboarding

import (
	"slices"
	"time"
)

// simulatedDate is a day by the calendar of a zone.
type simulatedDate struct {
	year  int
	month time.Month
	day   int
	zone  *time.Location
}

func (p SimulatedPanel) dateOf(at time.Time) simulatedDate {
	year, month, day := at.In(p.Zone).Date()
	return simulatedDate{year, month, day, p.Zone}
}

// at is a time on the clock of that day, in seconds after midnight.
func (d simulatedDate) at(seconds int) time.Time {
	return time.Date(d.year, d.month, d.day, 0, 0, seconds, 0, d.zone)
}

func (d simulatedDate) end() time.Time { return d.plus(1).at(0) }

func (d simulatedDate) plus(days int) simulatedDate {
	const noon = 12 // exists on every day of every zone, which midnight does not
	year, month, day := time.Date(d.year, d.month, d.day+days, noon, 0, 0, 0, d.zone).Date()
	return simulatedDate{year, month, day, d.zone}
}

// String is the date as IDs have it, 20270131.
func (d simulatedDate) String() string {
	const noon = 12
	return time.Date(d.year, d.month, d.day, noon, 0, 0, 0, time.UTC).Format("20060102")
}

func (d simulatedDate) weekend() bool {
	const noon = 12
	day := time.Date(d.year, d.month, d.day, noon, 0, 0, 0, time.UTC).Weekday()
	return day == time.Saturday || day == time.Sunday
}

// simulatedDay collects what happens on a day, scene by scene.
type simulatedDay struct {
	panel SimulatedPanel
	date  simulatedDate
	dice  *dice
	// from is when life begins: what began before it is left out to its end.
	from     time.Time
	activity []PanelActivity
}

// act is one report of a scene, some seconds after its beginning.
type act struct {
	after  int
	kind   ActivityKind
	device string
	text   string
}

// scene adds what belongs together: who opens a door closes it.
func (d *simulatedDay) scene(begins time.Time, acts ...act) {
	if begins.Before(d.from) {
		return
	}
	for _, a := range acts {
		if a.kind == ActivityCommunicated || slices.Contains(reported[d.panel.Type], a.kind) {
			at := begins.Add(time.Duration(a.after) * time.Second).UTC()
			d.activity = append(d.activity, PanelActivity{At: at, Kind: a.kind, Device: a.device, Text: a.text})
		}
	}
}

const (
	minute = 60
	hour   = 60 * minute

	thePanel = "Panel"
)

// time throws a second from one minute of the day to another.
func (d *simulatedDay) time(from, to int) time.Time { return d.date.at(d.dice.between(from, to)) }

// routine is a time that recurs every day, a little earlier or later; the next day's can be
// asked for as well as this one's.
func (p SimulatedPanel) routine(date simulatedDate, name string, from, to int) time.Time {
	return date.at(diceOf(p.AccountID, date.String(), name).between(from, to))
}

// install is the first communication, and the installer who tries every device after it.
func (d *simulatedDay) install() {
	d.from = d.panel.FirstCommunication()
	d.scene(
		d.from,
		act{0, ActivityCommunicated, thePanel, "System communicated for the first time"},
		act{20, ActivityOpened, "Front door", "Front door opened"},
		act{26, ActivityClosed, "Front door", "Front door closed"},
		act{45, ActivityMotion, "Hallway", "Motion in the hallway"},
		act{70, ActivityLocked, "Front door lock", "Front door locked from the panel"},
		act{95, ActivityUnlocked, "Front door lock", "Front door unlocked from the panel"},
		act{130, ActivityArmedStay, thePanel, "System armed: Stay"},
		act{160, ActivityDisarmed, thePanel, "System disarmed by the installer"},
		act{200, ActivityTemperatureSet, "Thermostat", "Thermostat set to 70 °F"},
	)
}

// errands are the small things that people do in a building, spread over a part of the day.
func (d *simulatedDay) errands(from, to time.Time, most int, scenes ...[]act) {
	const longest = 6 * minute
	count := d.dice.between(most/2, most)
	for i := range count {
		slot := int(to.Sub(from).Seconds()) / count
		begins := from.Add(time.Duration(i*slot+d.dice.between(0, slot-longest)) * time.Second)
		d.scene(begins, scenes[d.dice.between(1, len(scenes))-1]...)
	}
}

// troubles come now and then, and are over before the day is.
func (d *simulatedDay) troubles() {
	lasts := d.dice.between(20*minute, 150*minute)
	begins := d.time(11*hour, 19*hour)
	switch d.dice.between(1, 24) {
	case 1:
		d.scene(begins,
			act{0, ActivityTrouble, thePanel, "Power failure: running on battery"},
			act{lasts, ActivityTroubleRestored, thePanel, "Power restored"})
	case 2:
		d.scene(begins,
			act{0, ActivityTrouble, "Rear window", "Rear window: low battery"},
			act{lasts, ActivityTroubleRestored, "Rear window", "Rear window: battery replaced"})
	case 3:
		d.scene(begins,
			act{0, ActivityTrouble, "Motion sensor", "Motion sensor does not respond"},
			act{lasts, ActivityTroubleRestored, "Motion sensor", "Motion sensor responds again"})
	}
}
