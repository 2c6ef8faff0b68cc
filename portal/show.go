package portal

import (
	"fmt"
	"strings"
	"time"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding"
)

// dollars shows an amount with its sign: $21.95.
func dollars(cents catalog.Cents) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	return fmt.Sprintf("%s$%d.%02d", sign, cents/100, cents%100)
}

// moment is a time for people and for machines.
type moment struct {
	At   time.Time
	zone *time.Location
}

func momentIn(zone *time.Location, at time.Time) moment { return moment{at, zone} }

// Known is false for a time that has not come.
func (m moment) Known() bool { return !m.At.IsZero() }

// Machine is the time as an attribute has it.
func (m moment) Machine() string { return m.At.UTC().Format(time.RFC3339) }

// String is the time as people read it, in the reader's zone.
func (m moment) String() string {
	if m.At.IsZero() {
		return ""
	}
	zone := m.zone
	if zone == nil {
		zone = time.UTC
	}
	return m.At.In(zone).Format("Jan 2, 2006, 3:04 PM MST")
}

// ago is a duration in one unit, rounded down: "3 hours".
func ago(passed time.Duration) string {
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		switch n := int(passed / unit.length); {
		case n == 1:
			return "1 " + unit.name
		case n > 1:
			return fmt.Sprintf("%d %ss", n, unit.name)
		}
	}
	return "less than a minute"
}

// badge is a word in a colour of the stylesheet.
type badge struct {
	Label string
	Tone  string
}

var statusBadges = map[onboarding.Status]badge{
	onboarding.StatusSubmitted:    {"Submitted", "neutral"},
	onboarding.StatusActive:       {"In progress", "info"},
	onboarding.StatusWaiting:      {"Joining the network", "info"},
	onboarding.StatusParked:       {"Needs a decision", "warning"},
	onboarding.StatusCompensating: {"Being taken back", "warning"},
	onboarding.StatusCompleted:    {"Completed", "success"},
	onboarding.StatusRejected:     {"Rejected", "danger"},
	onboarding.StatusCancelled:    {"Cancelled", "neutral"},
}

// stepLabels tell the story of the seed, a line a step.
var stepLabels = map[onboarding.Step]string{
	onboarding.StepRegisterReplacement: "New module registered",
	onboarding.StepSwitchModule:        "Account switched to the new module",
	onboarding.StepReleaseModule:       "Old module released",

	onboarding.StepValidate:       "Check the application",
	onboarding.StepCheckCoverage:  "Check coverage at the installation address",
	onboarding.StepRegisterModule: "Register the module with the network",
	onboarding.StepCreateAccount:  "Create the account",
	onboarding.StepApplyTemplate:  "Queue the AirFX panel template",
	onboarding.StepAwaitNetwork:   "Wait for the module to join the network",
	onboarding.StepSendLetter:     "Send the welcome letter",
	onboarding.UndoValidate:       "Give back login name and module",
	onboarding.UndoRegisterModule: "Take the module off the network",
	onboarding.UndoCreateAccount:  "Close the account and reverse the charge",
	onboarding.UndoApplyTemplate:  "Take back the AirFX panel template",
	onboarding.UndoSendLetter:     "Void the welcome letter",
}

func stepLabel(step onboarding.Step) string {
	if label, ok := stepLabels[step]; ok {
		return label
	}
	return words(string(step))
}

var stepBadges = map[onboarding.StepStatus]badge{
	onboarding.StepPending: {"To come", "neutral"},
	onboarding.StepRunning: {"Under way", "info"},
	onboarding.StepDone:    {"Done", "success"},
	onboarding.StepParked:  {"Needs a decision", "warning"},
	onboarding.StepSkipped: {"Skipped", "neutral"},
}

// words makes a snake_case word readable: module_in_use is "Module in use".
func words(code string) string {
	if code == "" {
		return ""
	}
	spaced := strings.ReplaceAll(code, "_", " ")
	return strings.ToUpper(spaced[:1]) + spaced[1:]
}
