package onboarding

import (
	"fmt"
	"time"
)

// wakes is when the first of a household gets up.
func (p SimulatedPanel) wakes(date simulatedDate) time.Time {
	if date.weekend() {
		return p.routine(date, "wakes", 7*hour+30*minute, 9*hour)
	}
	return p.routine(date, "wakes", 6*hour, 7*hour+15*minute)
}

// sleeps is when the last of a household goes to bed.
func (p SimulatedPanel) sleeps(date simulatedDate) time.Time {
	return p.routine(date, "sleeps", 22*hour+10*minute, 23*hour+20*minute)
}

// atHome is the day of a household: armed at night, and by day while everybody is away.
func (d *simulatedDay) atHome() {
	wakes, sleeps := d.panel.wakes(d.date), d.panel.sleeps(d.date)
	if !d.panel.sleeps(d.date.plus(-1)).Before(d.from) {
		d.scene(wakes, act{0, ActivityDisarmed, thePanel, "System disarmed by the first user"})
	}
	d.scene(wakes.Add(4*time.Minute), d.warms(68, 71))
	home := wakes.Add(10 * time.Minute)
	if !d.date.weekend() {
		leaves := d.time(8*hour, 8*hour+50*minute)
		d.errands(home, leaves.Add(-5*time.Minute), 2, inTheKitchen, inTheHallway)
		home = d.awayUntil(leaves)
	} else {
		d.scene(wakes.Add(25*time.Minute), act{0, ActivityUnlocked, "Front door lock", "Front door unlocked"})
	}
	d.errands(home, sleeps.Add(-20*time.Minute), 7, inTheKitchen, inTheHallway, inTheLivingRoom, outTheBackDoor, outTheBackDoor)
	d.troubles()
	d.scene(sleeps.Add(-5*time.Minute), act{0, ActivityLocked, "Front door lock", "Front door locked"}, d.warms(62, 65))
	d.scene(sleeps, act{0, ActivityArmedStay, thePanel, "System armed: Stay"})
}

var (
	inTheKitchen    = []act{{0, ActivityMotion, "Kitchen", "Motion in the kitchen"}}
	inTheHallway    = []act{{0, ActivityMotion, "Hallway", "Motion in the hallway"}}
	inTheLivingRoom = []act{{0, ActivityMotion, "Living room", "Motion in the living room"}}
	outTheBackDoor  = []act{
		{0, ActivityUnlocked, "Back door lock", "Back door unlocked"},
		{4, ActivityOpened, "Back door", "Back door opened"},
		{150, ActivityClosed, "Back door", "Back door closed"},
		{170, ActivityLocked, "Back door lock", "Back door locked"},
	}
)

func (d *simulatedDay) warms(low, high int) act {
	return act{0, ActivityTemperatureSet, "Thermostat", fmt.Sprintf("Thermostat set to %d °F", d.dice.between(low, high))}
}

// awayUntil is a day at work and school, and when the first one comes home. Now and then
// somebody is too slow at the panel: the alarm is cancelled at once.
func (d *simulatedDay) awayUntil(leaves time.Time) (back time.Time) {
	back = d.time(16*hour+10*minute, 18*hour+20*minute)
	home := int(back.Sub(leaves).Seconds())
	acts := []act{
		{0, ActivityArmedAway, thePanel, "System armed: Away"},
		{15, ActivityUnlocked, "Front door lock", "Front door unlocked"},
		{20, ActivityOpened, "Front door", "Front door opened"},
		{29, ActivityClosed, "Front door", "Front door closed"},
		{60, ActivityLocked, "Front door lock", "Front door locked"},
		{home, ActivityUnlocked, "Front door lock", "Front door unlocked with a user code"},
		{home + 5, ActivityOpened, "Front door", "Front door opened"},
		{home + 12, ActivityClosed, "Front door", "Front door closed"},
	}
	if d.dice.oneIn(25) {
		acts = append(
			acts,
			act{home + 40, ActivityAlarm, "Front door", "Alarm: front door, entry delay is over"},
			act{home + 65, ActivityDisarmed, thePanel, "System disarmed by the second user"},
			act{home + 66, ActivityAlarmCancelled, thePanel, "Alarm cancelled by the second user"},
		)
	} else {
		acts = append(acts, act{home + 25, ActivityDisarmed, thePanel, "System disarmed by the second user"})
	}
	d.scene(leaves, acts...)
	return back.Add(10 * time.Minute)
}
