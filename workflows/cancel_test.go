package workflows_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/workflows"
)

// takenBack is what a cancellation undoes when a step was the last one that began.
var takenBack = map[onboarding.Step][]string{
	onboarding.StepValidate:       {"UndoValidate"},
	onboarding.StepCheckCoverage:  {"UndoValidate"},
	onboarding.StepRegisterModule: {"UndoRegisterModule", "UndoValidate"},
	onboarding.StepCreateAccount:  {"UndoCreateAccount", "UndoRegisterModule", "UndoValidate"},
	onboarding.StepApplyTemplate:  {"UndoApplyTemplate", "UndoCreateAccount", "UndoRegisterModule", "UndoValidate"},
	onboarding.StepAwaitNetwork:   {"UndoApplyTemplate", "UndoCreateAccount", "UndoRegisterModule", "UndoValidate"},
	onboarding.StepSendLetter:     {"UndoSendLetter", "UndoApplyTemplate", "UndoCreateAccount", "UndoRegisterModule", "UndoValidate"},
}

// stuck is when a step that always fails is sure to be parked.
const stuck = 10 * time.Hour

// outage is the fault of a step that is tried again until its budget is used.
func outage(step onboarding.Step) onboarding.Reason {
	switch step {
	case onboarding.StepCheckCoverage, onboarding.StepRegisterModule, onboarding.UndoRegisterModule:
		return onboarding.ReasonCarrierUnavailable
	case onboarding.StepSendLetter:
		return onboarding.ReasonMailServerUnavailable
	default:
		return onboarding.ReasonStoreUnavailable
	}
}

func workingSteps() []onboarding.Step {
	var steps []onboarding.Step
	for _, step := range onboarding.Steps {
		if step != onboarding.StepAwaitNetwork {
			steps = append(steps, step)
		}
	}
	return steps
}

func TestCancel_DecidedWhileParkedTakesBackNewestFirst(t *testing.T) {
	t.Parallel()
	for _, step := range workingSteps() {
		t.Run(string(step), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.down(activities.Name(step), string(outage(step)))
			var noted []onboarding.Step
			w.after(stuck, func() {
				noted = w.progress().Undo
				require.Equal(t, step, w.parkedStep())
				require.Nil(t, w.decide(onboarding.ActionCancel).rejected)
			})

			w.run()

			w.requireCancelled()
			require.Equal(t, takenBack[step], w.undone())
			require.Len(t, noted, len(takenBack[step]), "only what was noted is undone")
			kinds := w.kinds()
			require.Equal(t, []string{"parked", "cancel_requested", "compensating", "cancelled"}, kinds[len(kinds)-4:])
			recorded := w.recorded()
			asked := recorded[len(recorded)-3]
			require.Equal(t, "user-1", asked.By)
			require.Equal(t, "audit 1", asked.Note)
			require.Equal(t, onboarding.StatusCompensating, recorded[len(recorded)-2].Status)
		})
	}
}

func TestCancel_RequestedWhileParkedTakesBackNewestFirst(t *testing.T) {
	t.Parallel()
	for _, step := range workingSteps() {
		t.Run(string(step), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.down(activities.Name(step), string(outage(step)))
			w.after(stuck, w.CancelWorkflow)
			w.run()
			w.requireCancelled()
			require.Equal(t, takenBack[step], w.undone())
			require.NotContains(t, w.kinds(), "cancel_requested", "nobody decided about the park")
		})
	}
}

func TestCancel_RequestedBetweenTwoTriesTakesBackAtOnce(t *testing.T) {
	t.Parallel()
	for _, step := range workingSteps() {
		t.Run(string(step), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.hour = 0
			name := activities.Name(step)
			w.down(name, string(outage(step)))
			var cancelledAt time.Time
			w.after(30*time.Second, func() {
				cancelledAt = w.Now()
				w.CancelWorkflow()
			})
			w.run()
			w.requireCancelled()
			require.Equal(t, takenBack[step], w.undone())
			require.NotContains(t, w.kinds(), "parked")
			require.False(t, w.lastCalled(name).After(cancelledAt), "a cancelled step is not tried again")
		})
	}
}

func TestCancel_RequestedDuringTheHourSendsNoLetterAndCallsThePanelIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	start := w.Now()
	w.after(20*time.Minute, w.CancelWorkflow)
	w.run()
	w.requireCancelled()
	require.Equal(t, takenBack[onboarding.StepAwaitNetwork], w.undone())
	require.Zero(t, w.count("SendLetter"))
	require.Equal(t, []string{"panel-" + id}, w.panelsCalledIn)
	require.Less(t, w.Now().Sub(start), 30*time.Minute, "it does not sit out the hour")
}

func TestCancel_CallsNoPanelInBeforeThereIsOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fail("CreateAccount", "login_taken")
	w.after(time.Minute, w.CancelWorkflow)
	w.run()
	w.requireCancelled()
	require.Empty(t, w.panelsCalledIn)
}

func TestCancel_UndoThatCannotGoOnParks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		undo   onboarding.Step
		reason onboarding.Reason
		fail   func(*world, string, string)
	}{
		"permanent code":     {onboarding.UndoCreateAccount, onboarding.ReasonPanelCommunicating, func(w *world, name, code string) { w.fail(name, code) }},
		"not our module":     {onboarding.UndoRegisterModule, onboarding.ReasonModuleNotOwned, func(w *world, name, code string) { w.fail(name, code) }},
		"carrier refuses":    {onboarding.UndoRegisterModule, onboarding.ReasonCarrierRefused, func(w *world, name, code string) { w.fail(name, code) }},
		"carrier away":       {onboarding.UndoRegisterModule, onboarding.ReasonCarrierUnavailable, (*world).down1},
		"store away, newest": {onboarding.UndoSendLetter, onboarding.ReasonStoreUnavailable, (*world).down1},
		"store away":         {onboarding.UndoApplyTemplate, onboarding.ReasonStoreUnavailable, (*world).down1},
		"store away, oldest": {onboarding.UndoValidate, onboarding.ReasonStoreUnavailable, (*world).down1},
	} {
		for _, action := range []onboarding.Action{onboarding.ActionRetry, onboarding.ActionSkip} {
			t.Run(name+"_"+string(action), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				w.fail("SendLetter", "letter_render_failed")
				undo := activities.Name(c.undo)
				c.fail(w, undo, string(c.reason))
				w.after(2*time.Hour, func() { require.Nil(t, w.decide(onboarding.ActionCancel).rejected) })
				var parked workflows.Progress
				var refused *reply
				tried := 0
				w.after(4*time.Hour, func() {
					parked = w.progress()
					tried = w.count(undo)
					refused = w.decide(onboarding.ActionCancel)
					w.up(undo)
					require.Nil(t, w.decide(action).rejected)
				})

				w.run()

				w.requireCancelled()
				require.Equal(t, onboarding.StatusParked, parked.Status)
				require.Equal(t, c.undo, parked.Step)
				require.Equal(t, c.reason, parked.ParkReason)
				require.Equal(t, []onboarding.Action{onboarding.ActionRetry, onboarding.ActionSkip}, parked.AllowedActions)
				require.ErrorContains(t, refused.rejected, `"cancel" is not possible here. Possible: [retry skip].`)
				again := map[onboarding.Action]int{onboarding.ActionRetry: 1, onboarding.ActionSkip: 0}
				require.Equal(t, tried+again[action], w.count(undo))
				for _, other := range takenBack[onboarding.StepSendLetter] {
					require.NotZero(t, w.count(other), "%s: one undo that is stuck holds up none for good", other)
				}
				event := map[onboarding.Action]string{onboarding.ActionRetry: "resumed", onboarding.ActionSkip: "skipped"}
				kinds := w.kinds()
				require.Equal(t, []string{"compensating", "parked", event[action], "cancelled"}, kinds[len(kinds)-4:])
			})
		}
	}
}

// down1 is down, in the shape of a table's column.
func (w *world) down1(name, code string) { w.down(name, code) }

func TestCancel_SecondRequestChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fail("UndoCreateAccount", "panel_communicating")
	w.down("UndoRegisterModule", "carrier_unavailable")
	w.after(10*time.Minute, w.CancelWorkflow)
	var parked, stillParked workflows.Progress
	w.after(20*time.Minute, func() {
		parked = w.progress()
		w.CancelWorkflow()
	})
	w.after(30*time.Minute, func() {
		stillParked = w.progress()
		w.decide(onboarding.ActionRetry)
	})
	w.after(35*time.Minute, func() { // an undo waits for its next try
		w.CancelWorkflow()
		w.up("UndoRegisterModule")
	})

	w.run()

	w.requireCancelled()
	require.Equal(t, onboarding.UndoCreateAccount, parked.Step)
	require.Equal(t, parked, stillParked)
	require.Equal(t, 2, w.count("UndoCreateAccount"))
	require.Greater(t, w.count("UndoRegisterModule"), 2)
	require.Equal(t, 1, w.count("UndoValidate"))
	require.Equal(t, []string{"waiting", "compensating", "parked", "resumed", "cancelled"}, w.kinds())
}

func TestCancel_RejectedRunHasNothingToTakeBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.problems = []activities.Problem{{Field: "/login/name", Code: "login_taken", Message: "m"}}
	w.during("Validate", w.CancelWorkflow)
	w.run()
	require.True(t, w.IsWorkflowCompleted())
	require.LessOrEqual(t, len(w.undone()), 1, "only the hold of the application itself can be given back")
	require.Equal(t, "Validate", w.callsSoFar()[0])
}

func TestCancel_BeforeTheVerdictAnswersWhoWaitsForIt(t *testing.T) {
	t.Parallel()
	for name, cancel := range map[string]func(*world){
		"requested while it retries": func(w *world) { w.after(time.Minute, w.CancelWorkflow) },
		"requested while parked":     func(w *world) { w.after(stuck, w.CancelWorkflow) },
		"decided":                    func(w *world) { w.after(stuck, func() { w.decide(onboarding.ActionCancel) }) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.down("Validate", "store_unavailable")
			var validate *reply
			w.after(time.Second, func() { validate = w.update(workflows.UpdateValidate, nil) })
			cancel(w)
			w.run()
			w.requireCancelled()
			require.Equal(t, []string{"UndoValidate"}, w.undone())
			require.True(t, validate.done, "the caller does not hang")
			require.Error(t, validate.err, "a run that was never judged has no verdict")
		})
	}
}

func TestCancel_AnswersNoVerdictEvenWhileItsUndoIsParked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.down("Validate", "store_unavailable")
	w.down("UndoValidate", "store_unavailable")
	w.after(time.Minute, w.CancelWorkflow)
	var validate *reply
	w.after(2*time.Hour, func() {
		require.Equal(t, onboarding.UndoValidate, w.parkedStep())
		validate = w.update(workflows.UpdateValidate, nil)
	})
	w.after(3*time.Hour, func() { w.decide(onboarding.ActionSkip) })
	w.run()
	w.requireCancelled()
	require.True(t, validate.done)
	require.Error(t, validate.err, "an application nobody judged is not rejected")
}

func TestCancel_TakesNothingBackBeforeTheRecordKnows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.after(10*time.Minute, func() {
		w.fail("RecordTransition", slices.Repeat([]string{"store_unavailable"}, 8)...)
		w.CancelWorkflow()
	})
	var told []string
	w.during("UndoApplyTemplate", func() { told = w.kinds() })
	w.run()
	w.requireCancelled()
	require.Equal(t, []string{"waiting", "compensating"}, told)
	require.Equal(t, []string{"waiting", "compensating", "cancelled"}, w.kinds())
}
