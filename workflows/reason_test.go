package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/workflows"
)

// What a person is told to look at must be where the trouble is: a fault of our own is
// not the carrier's silence.
func TestReason_FaultOfOurOwnIsCalledInternal(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*world){
		"code that no reason has": func(w *world) { w.down("RegisterModule", "a_code_of_tomorrow") },
		"panic":                   func(w *world) { w.during("RegisterModule", func() { panic("a fault of our own") }) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			prepare(w)
			var parked workflows.Progress
			w.after(stuck, func() {
				parked = w.progress()
				w.up("RegisterModule")
				w.during("RegisterModule", nil)
				requireNotRefused(t, w.decide(onboarding.ActionRetry))
			})
			w.run()
			require.Equal(t, onboarding.StatusCompleted, w.result().Status)
			require.Equal(t, onboarding.ReasonInternal, parked.ParkReason)
		})
	}
}

func TestReason_LaterAnswerDoesNotInheritAnEarlierOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.coverage = []onboarding.Reason{onboarding.ReasonNoCoverage}
	w.after(time.Minute, func() { w.decide(onboarding.ActionRetry) })
	var waiting workflows.Progress
	w.after(10*time.Minute, func() { waiting = w.progress() })
	w.run()
	require.Equal(t, onboarding.StatusCompleted, w.result().Status)
	require.Equal(t, workflows.StepProgress{Step: onboarding.StepCheckCoverage, Status: onboarding.StepDone, Attempts: 2}, waiting.Steps[1])
}
