package portal

import (
	"fmt"
	"slices"
	"time"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// progress is the onboarding's timeline.
type progress struct {
	ID    string
	Steps []stepLine
	Badge badge
	// Countdown is nil unless the network hour is running.
	Countdown *countdown
	// Live says that more will happen, so that a script follows it.
	Live bool
	// LastEvent is the event that the page knows already.
	LastEvent int64
}

// stepLine is one line of the timeline.
type stepLine struct {
	Label    string
	Badge    badge
	State    string
	Detail   string
	Attempts int
	Ended    moment
}

// countdown is what is left of the network hour.
type countdown struct {
	ReadyAt moment
	Began   moment
	Left    string
	// Percent is how much of it is over.
	Percent int
}

// progressOf is the timeline: every step of the plan, and what was taken back after it.
func (s *site) progressOf(file dealing.CustomerFile, zone *time.Location) progress {
	row := file.Onboarding
	made := progress{ID: row.ID, Badge: statusBadges[row.Status], Live: !row.Status.Final()}
	if n := len(file.Events); n > 0 {
		made.LastEvent = file.Events[n-1].Seq
	}
	known := map[onboarding.Step]onboarding.StepProgress{}
	for _, step := range row.Steps {
		known[step.Step] = step
	}
	plan, _ := onboarding.PlanFor(row.Kind, row.AccountType)
	steps := slices.Clone(plan.Steps)
	for _, step := range row.Steps {
		if !slices.Contains(steps, step.Step) {
			steps = append(steps, step.Step)
		}
	}
	for _, step := range steps {
		made.Steps = append(made.Steps, stepLineOf(step, known[step], zone))
	}
	if row.Status == onboarding.StatusWaiting && !row.ReadyAt.IsZero() {
		made.Countdown = s.countdownOf(row, known[onboarding.StepAwaitNetwork], zone)
	}
	return made
}

func stepLineOf(step onboarding.Step, done onboarding.StepProgress, zone *time.Location) stepLine {
	state := done.Status
	if state == "" {
		state = onboarding.StepPending
	}
	line := stepLine{Label: stepLabel(step), Badge: stepBadges[state], State: string(state), Attempts: done.Attempts, Ended: momentIn(zone, done.EndedAt)}
	if reason := onboarding.Reason(done.Code); reason.Known() && state != onboarding.StepDone {
		line.Detail = reason.Message()
	}
	return line
}

func (s *site) countdownOf(row onboarding.Onboarding, step onboarding.StepProgress, zone *time.Location) *countdown {
	began := step.StartedAt
	if began.IsZero() {
		began = row.CreatedAt
	}
	return s.countdownBetween(began, row.ReadyAt, zone)
}

func (s *site) countdownBetween(began, readyAt time.Time, zone *time.Location) *countdown {
	left := max(readyAt.Sub(s.now()), 0)
	made := &countdown{ReadyAt: momentIn(zone, readyAt), Began: momentIn(zone, began), Left: clock(left)}
	if whole := readyAt.Sub(began); whole > 0 {
		made.Percent = int(100 * (whole - min(left, whole)) / whole)
	}
	return made
}

// clock shows a duration as minutes and seconds, 59:07.
func clock(left time.Duration) string {
	seconds := int(left / time.Second)
	if seconds >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}
