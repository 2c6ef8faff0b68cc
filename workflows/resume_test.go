package workflows_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/workflows"
)

func TestMessages_ResumeOfAnEarlierMomentIsNotKeptForALaterPark(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fail("SendLetter", "recipient_rejected")
	resume := workflows.Resume{By: "user-1", Reason: "audit 1"}
	w.after(0, func() { w.SignalWorkflow(workflows.SignalResume, resume) })
	w.after(30*time.Minute, func() { w.SignalWorkflow(workflows.SignalResume, resume) })
	w.during("SendLetter", func() { w.SignalWorkflow(workflows.SignalResume, resume) })
	var parked workflows.Progress
	w.after(2*time.Hour, func() {
		parked = w.progress()
		w.SignalWorkflow(workflows.SignalResume, resume)
	})
	w.run()
	require.Equal(t, onboarding.StatusParked, parked.Status)
	require.Equal(t, onboarding.StatusCompleted, w.result().Status)
	require.Equal(t, 2, w.count("SendLetter"))
	resumed := w.recorded()[slices.Index(w.kinds(), "resumed")]
	require.Equal(t, "user-1", resumed.By)
	require.Equal(t, "audit 1", resumed.Note)
}

func TestMessages_ResumeMustFitThePark(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		signal any
		goesOn bool
	}{
		"whatever is parked": {workflows.Resume{By: "user-1", Reason: "audit 1"}, true},
		"the step":           {workflows.Resume{By: "user-1", Reason: "audit 1", Step: onboarding.StepRegisterModule}, true},
		"the park":           {workflows.Resume{By: "user-1", Reason: "audit 1", ParkNo: 1}, true},
		"step and park":      {workflows.Resume{By: "user-1", Reason: "audit 1", Step: onboarding.StepRegisterModule, ParkNo: 1}, true},
		"another step":       {workflows.Resume{By: "user-1", Reason: "audit 1", Step: onboarding.StepSendLetter}, false},
		"another park":       {workflows.Resume{By: "user-1", Reason: "audit 1", ParkNo: 7}, false},
		"nobody":             {workflows.Resume{Reason: "audit 1"}, false},
		"empty object":       {object{}, false},
		"unreadable":         {unreadable(), false},
		"a word":             {"go", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.fail("RegisterModule", "module_unknown")
			w.after(time.Minute, func() { w.SignalWorkflow(workflows.SignalResume, c.signal) })
			var after workflows.Progress
			w.after(2*time.Minute, func() {
				if after = w.progress(); after.Status == onboarding.StatusParked {
					require.Nil(t, w.decide(onboarding.ActionRetry).rejected)
				}
			})
			w.run()
			require.Equal(t, onboarding.StatusCompleted, w.result().Status)
			require.Equal(t, c.goesOn, after.Status != onboarding.StatusParked)
		})
	}
}

func TestMessages_TwoResumesAtOnceAreOneRetry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fail("RegisterModule", "module_unknown", "module_unknown")
	resume := workflows.Resume{By: "user-1", Reason: "audit 1"}
	w.after(time.Minute, func() {
		w.SignalWorkflowSkippingWorkflowTask(workflows.SignalResume, resume)
		w.SignalWorkflow(workflows.SignalResume, resume)
	})
	var parked workflows.Progress
	w.after(2*time.Minute, func() {
		parked = w.progress()
		w.decide(onboarding.ActionRetry)
	})
	w.run()
	require.Equal(t, onboarding.StatusCompleted, w.result().Status)
	require.Equal(t, onboarding.StatusParked, parked.Status, "the second failure is for people to see")
	require.Equal(t, 2, parked.ParkNo)
}

func TestMessages_ResumeSendsAnUndoOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fail("UndoCreateAccount", "panel_communicating")
	w.after(10*time.Minute, w.CancelWorkflow)
	w.after(11*time.Minute, func() {
		w.SignalWorkflow(workflows.SignalResume, workflows.Resume{By: "user-1", Reason: "audit 1", Step: onboarding.UndoCreateAccount})
	})
	w.run()
	w.requireCancelled()
	require.Equal(t, 2, w.count("UndoCreateAccount"))
}

func TestMessages_SignalsAtTheMomentOfCloseAreRead(t *testing.T) {
	t.Parallel()
	for name, moment := range map[string]string{
		"in the last step":             "SendLetter",
		"while the end is recorded":    "RecordTransition:completed",
		"while the wait is recorded":   "RecordTransition:waiting",
		"while the letter is recorded": "RecordTransition:letter_requested",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.after(10*time.Minute, func() { w.SignalWorkflow(workflows.SignalSendLetterNow, workflows.SendLetterNow{By: "user-1"}) })
			w.during(moment, func() {
				w.SignalWorkflow(workflows.SignalResume, workflows.Resume{By: "user-1", Reason: "audit 1"})
				w.SignalWorkflow(workflows.SignalSendLetterNow, workflows.SendLetterNow{By: "user-1"})
			})
			w.run()
			require.Equal(t, onboarding.StatusCompleted, w.result().Status, "and result requires that nothing is unread")
			require.Equal(t, 1, w.count("SendLetter"))
		})
	}
}
