package workflows_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/workflows"
)

func (w *world) wantLetter() {
	w.SignalWorkflow(workflows.SignalSendLetterNow, workflows.SendLetterNow{By: "user-2"})
}

// requireLetterAndEnd: one letter, and the run over, so long after the start.
func (w *world) requireLetterAndEnd(start time.Time, letter, end time.Duration) {
	w.t.Helper()
	require.Equal(w.t, onboarding.StatusCompleted, w.result().Status)
	require.Equal(w.t, 1, w.count("SendLetter"))
	require.WithinDuration(w.t, start.Add(letter), w.lastCalled("SendLetter"), 2*time.Second, "the letter")
	require.WithinDuration(w.t, start.Add(end), w.Now(), 2*time.Second, "the end")
}

func TestWait_LetterWantedWhileWaitingGoesOutAndTheHourIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	start := w.Now()
	w.after(10*time.Minute, w.wantLetter)
	var later workflows.Progress
	w.after(20*time.Minute, func() { later = w.progress() })
	w.run()
	w.requireLetterAndEnd(start, 10*time.Minute, time.Hour)
	require.Equal(t, onboarding.StatusWaiting, later.Status)
	require.Equal(t, onboarding.StepDone, later.Steps[len(later.Steps)-1].Status, "send_letter")
	require.Equal(t, []string{"waiting", "letter_requested", "waiting", "completed"}, w.kinds())
	requested := w.recorded()[slices.Index(w.kinds(), "letter_requested")]
	require.Equal(t, "user-2", requested.By)
}

func TestWait_LetterWantedBeforeTheWaitGoesOutWhenItBegins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.coverage = []onboarding.Reason{onboarding.ReasonNoCoverage}
	start := w.Now()
	w.after(time.Minute, w.wantLetter)
	w.after(5*time.Minute, func() {
		require.Zero(t, w.count("SendLetter"), "there is no account yet to write about")
		w.decide(onboarding.ActionOverride)
	})
	w.run()
	w.requireLetterAndEnd(start, 5*time.Minute, 65*time.Minute)
}

func TestWait_LetterWantedTwiceIsOneLetter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	start := w.Now()
	w.after(10*time.Minute, func() {
		w.SignalWorkflowSkippingWorkflowTask(workflows.SignalSendLetterNow, workflows.SendLetterNow{By: "user-2"})
		w.wantLetter()
	})
	w.after(20*time.Minute, w.wantLetter)
	w.run()
	w.requireLetterAndEnd(start, 10*time.Minute, time.Hour)
}

func TestWait_UnreadableWishForTheLetterIsIgnored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	start := w.Now()
	w.after(10*time.Minute, func() { w.SignalWorkflow(workflows.SignalSendLetterNow, unreadable()) })
	w.run()
	w.requireLetterAndEnd(start, time.Hour, time.Hour)
}

func TestWait_IsMovedWhileItRuns(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		moves []time.Duration // seen from minute 10, 20, …
		end   time.Duration
	}{
		"shorter":                   {[]time.Duration{5 * time.Minute}, 15 * time.Minute},
		"at once":                   {[]time.Duration{0}, 10 * time.Minute},
		"longer":                    {[]time.Duration{5 * time.Hour}, 5*time.Hour + 10*time.Minute},
		"the longest":               {[]time.Duration{7 * 24 * time.Hour}, 7*24*time.Hour + 10*time.Minute},
		"longer, then shorter":      {[]time.Duration{5 * time.Hour, 30 * time.Minute}, 50 * time.Minute},
		"longer, and longer still":  {[]time.Duration{5 * time.Hour, 6 * time.Hour}, 6*time.Hour + 20*time.Minute},
		"shorter, then as it was":   {[]time.Duration{30 * time.Minute, 40 * time.Minute}, time.Hour},
		"three times is no trouble": {[]time.Duration{time.Hour, time.Hour, time.Hour}, 90 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			start := w.Now()
			for i, move := range c.moves {
				w.after(time.Duration(i+1)*10*time.Minute, func() {
					answer := w.adjust(move)
					require.NoError(t, answer.rejected)
				})
			}
			w.run()
			w.requireLetterAndEnd(start, c.end, c.end)
			adjusted := 0
			for _, transition := range w.recorded() {
				if transition.Kind == "wait_adjusted" {
					adjusted++
					require.Equal(t, "user-1", transition.By)
					require.Equal(t, "audit 1", transition.Note)
					require.WithinDuration(t, transition.At.Add(c.moves[adjusted-1]), transition.ReadyAt, 0)
				}
			}
			require.Equal(t, len(c.moves), adjusted)
		})
	}
}

func TestWait_IsMovedAfterTheLetterWentEarly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ move, end time.Duration }{
		"shorter": {10 * time.Minute, 30 * time.Minute},
		"longer":  {3 * time.Hour, 3*time.Hour + 20*time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			start := w.Now()
			w.after(10*time.Minute, w.wantLetter)
			w.after(20*time.Minute, func() { requireNotRefused(t, w.adjust(c.move)) })
			w.run()
			w.requireLetterAndEnd(start, 10*time.Minute, c.end)
		})
	}
}

func TestWait_LetterMayStillBeWantedAfterAMove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	start := w.Now()
	w.after(10*time.Minute, func() { requireNotRefused(t, w.adjust(5*time.Hour)) })
	w.after(20*time.Minute, w.wantLetter)
	w.run()
	w.requireLetterAndEnd(start, 20*time.Minute, 5*time.Hour+10*time.Minute)
}

// A move that comes while the run is busy recording the letter's wish was confirmed to
// its sender, so it counts.
func TestWait_MoveThatCrossesTheLetterCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	start := w.Now()
	w.after(10*time.Minute, w.wantLetter)
	var answer *reply
	w.during("RecordTransition:letter_requested", func() { answer = w.adjust(3 * time.Hour) })
	w.run()
	requireNotRefused(t, answer)
	w.requireLetterAndEnd(start, 10*time.Minute, 3*time.Hour+10*time.Minute)
}

func TestWait_MoveThatCrossesAnotherCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	start := w.Now()
	var second *reply
	w.during("RecordTransition:wait_adjusted", func() {
		if second == nil {
			second = w.adjust(3 * time.Hour)
		}
	})
	w.after(10*time.Minute, func() { requireNotRefused(t, w.adjust(0)) })
	w.run()
	requireNotRefused(t, second)
	require.True(t, second.done)
	w.requireLetterAndEnd(start, 3*time.Hour+10*time.Minute, 3*time.Hour+10*time.Minute)
}

func TestWait_ParkedLetterThatWentEarlyKeepsTheHour(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	start := w.Now()
	w.fail("SendLetter", "recipient_rejected")
	w.after(10*time.Minute, w.wantLetter)
	w.after(3*time.Hour, func() { requireNotRefused(t, w.decide(onboarding.ActionSkip)) })
	w.run()
	require.Equal(t, onboarding.StatusCompleted, w.result().Status)
	require.WithinDuration(t, start.Add(3*time.Hour), w.Now(), time.Second)
	require.Equal(t, []string{"waiting", "letter_requested", "parked", "skipped", "completed"}, w.kinds())
}

func requireNotRefused(t *testing.T, answer *reply) {
	t.Helper()
	require.NotNil(t, answer)
	require.NoError(t, answer.rejected)
}
