package onboarding

import "time"

func (p SimulatedPanel) opens(date simulatedDate) time.Time {
	return p.routine(date, "opens", 7*hour+30*minute, 8*hour+30*minute)
}

func (p SimulatedPanel) closes(date simulatedDate) time.Time {
	return p.routine(date, "closes", 17*hour+30*minute, 19*hour)
}

// atWork is the day of a business: armed from the evening until the next working day.
func (d *simulatedDay) atWork() {
	if d.date.weekend() {
		return
	}
	opens, closes := d.panel.opens(d.date), d.panel.closes(d.date)
	before := d.date.plus(-1)
	for before.weekend() {
		before = before.plus(-1)
	}
	if !d.panel.closes(before).Before(d.from) {
		d.scene(opens, act{0, ActivityDisarmed, thePanel, "System disarmed by the manager"})
	}
	d.scene(opens.Add(2*time.Minute), act{0, ActivityUnlocked, "Front door lock", "Front door unlocked"}, d.warms(69, 71))
	d.errands(opens.Add(10*time.Minute), closes.Add(-20*time.Minute), 3, inTheStore, atTheLoadingDock)
	d.troubles()
	d.scene(closes.Add(-2*time.Minute), act{0, ActivityLocked, "Front door lock", "Front door locked"}, d.warms(60, 63))
	d.scene(closes, act{0, ActivityArmedAway, thePanel, "System armed: Away"})
}

var (
	inTheStore       = []act{{0, ActivityMotion, "Store room", "Motion in the store room"}}
	atTheLoadingDock = []act{
		{0, ActivityOpened, "Loading dock", "Loading dock opened"},
		{300, ActivityClosed, "Loading dock", "Loading dock closed"},
	}
)
