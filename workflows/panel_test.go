package workflows_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/workflows"
)

// remindAfter is when a silent panel is worth a notice in these tests.
const remindAfter = 73 * time.Hour

// runPanel runs the panel's workflow as the onboarding starts it.
func (w *world) runPanel() {
	w.after(0, func() { w.SignalWorkflow(workflows.SignalExpectPanel, w.expectation()) })
	w.runEarlyPanel()
}

// runEarlyPanel runs it as its own first event starts it.
func (w *world) runEarlyPanel() {
	w.ExecuteWorkflow(workflows.ActivatePanel, workflows.ActivatePanelInput{OnboardingID: id})
}

func (w *world) expectation() workflows.Expectation {
	return workflows.Expectation{AccountID: "account-1", RemindAt: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC).Add(remindAfter)}
}

func (w *world) communicates() {
	w.SignalWorkflow(workflows.SignalPanelCommunicated, workflows.PanelCommunicated{EventID: "event-1", At: w.Now()})
}

func (w *world) requirePanelDone() {
	w.t.Helper()
	require.True(w.t, w.IsWorkflowCompleted(), "the panel's workflow is over")
	require.NoError(w.t, w.GetWorkflowError())
	w.requireNothingUnread()
}

func TestActivatePanel_PushesLiftsAndTells(t *testing.T) {
	t.Parallel()
	w := newPanelWorld(t)
	start := w.Now()
	w.after(10*time.Minute, w.communicates)
	w.runPanel()
	w.requirePanelDone()
	require.Equal(t, []string{"PushTemplate", "LiftLoginBlock", "TellDealer"}, w.callsSoFar())
	require.Equal(t, []string{"panel_communicated"}, w.sent())
	require.WithinDuration(t, start.Add(10*time.Minute), w.blockLifted, 0)
}

func TestActivatePanel_RefusedTemplateStillLetsTheCustomerIn(t *testing.T) {
	t.Parallel()
	for _, code := range []onboarding.Reason{onboarding.ReasonTemplateNotFound, onboarding.ReasonPanelUnsupported} {
		t.Run(string(code), func(t *testing.T) {
			t.Parallel()
			w := newPanelWorld(t)
			w.template = activities.PushTemplateResult{Code: string(code)}
			w.after(10*time.Minute, w.communicates)
			w.runPanel()
			w.requirePanelDone()
			require.Equal(t, []string{"panel_communicated" + string(code)}, w.sent())
			require.False(t, w.blockLifted.IsZero())
		})
	}
}

func TestActivatePanel_RemindsOnceWhenThePanelIsSilent(t *testing.T) {
	t.Parallel()
	w := newPanelWorld(t)
	start := w.Now()
	var before, after []string
	w.after(remindAfter-time.Minute, func() { before = w.sent() })
	w.after(remindAfter+time.Minute, func() { after = w.sent() })
	var lifted time.Time
	w.after(30*24*time.Hour, func() {
		require.Equal(t, []string{"panel_silent"}, w.sent(), "one reminder, not one a day")
		lifted = w.Now()
		w.communicates()
	})
	w.runPanel()
	w.requirePanelDone()
	require.Empty(t, before)
	require.Equal(t, []string{"panel_silent"}, after)
	require.Equal(t, []string{"panel_silent", "panel_communicated"}, w.sent())
	require.WithinDuration(t, lifted, w.blockLifted, 0)
	require.GreaterOrEqual(t, w.Now().Sub(start), 30*24*time.Hour, "a panel is waited for without end")
}

func TestActivatePanel_ReminderThatCannotBeSentLosesNoCommunication(t *testing.T) {
	t.Parallel()
	w := newPanelWorld(t)
	w.fail("TellDealer", "recipient_rejected")
	w.after(remindAfter+time.Hour, w.communicates)
	w.runPanel()
	w.requirePanelDone()
	require.Equal(t, []string{"panel_communicated"}, w.sent())
}

func TestActivatePanel_CommunicationDuringTheReminderIsNotLost(t *testing.T) {
	t.Parallel()
	w := newPanelWorld(t)
	w.during("TellDealer", func() {
		if len(w.sent()) == 0 {
			w.communicates()
		}
	})
	w.runPanel()
	w.requirePanelDone()
	require.Equal(t, []string{"panel_silent", "panel_communicated"}, w.sent())
}

func TestActivatePanel_EarlyPanelWaitsForItsAccount(t *testing.T) {
	t.Parallel()
	w := newPanelWorld(t)
	start := w.Now()
	w.after(0, w.communicates)
	var early []string
	w.after(5*time.Hour, func() {
		early = w.callsSoFar()
		w.SignalWorkflow(workflows.SignalExpectPanel, w.expectation())
	})
	w.runEarlyPanel()
	w.requirePanelDone()
	require.Empty(t, early, "there is nothing to lift the block of")
	require.Equal(t, []string{"PushTemplate", "LiftLoginBlock", "TellDealer"}, w.callsSoFar())
	require.Equal(t, []string{"panel_communicated"}, w.sent(), "and no reminder")
	require.WithinDuration(t, start, w.blockLifted, time.Second, "when it communicated, not when we knew")
	require.WithinDuration(t, start.Add(5*time.Hour), w.Now(), time.Second)
}

func TestActivatePanel_ExpectationWithoutAnAccountIsNone(t *testing.T) {
	t.Parallel()
	for name, signal := range map[string]any{"empty": object{}, "unreadable": unreadable(), "no account": workflows.Expectation{RemindAt: time.Now()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newPanelWorld(t)
			w.after(0, w.communicates)
			w.after(time.Hour, func() { w.SignalWorkflow(workflows.SignalExpectPanel, signal) })
			w.after(2*time.Hour, func() {
				require.Empty(t, w.callsSoFar())
				w.SignalWorkflow(workflows.SignalExpectPanel, w.expectation())
			})
			w.runEarlyPanel()
			w.requirePanelDone()
			require.Equal(t, []string{"panel_communicated"}, w.sent())
		})
	}
}

func TestActivatePanel_RepeatedEventsAreOne(t *testing.T) {
	t.Parallel()
	w := newPanelWorld(t)
	for _, at := range []time.Duration{0, time.Second, time.Minute} {
		w.after(at, w.communicates)
	}
	w.during("PushTemplate", w.communicates)
	w.during("LiftLoginBlock", func() {
		w.communicates()
		w.SignalWorkflow(workflows.SignalExpectPanel, w.expectation())
	})
	w.during("TellDealer", w.communicates)
	w.runPanel()
	w.requirePanelDone()
	require.Equal(t, []string{"PushTemplate", "LiftLoginBlock", "TellDealer"}, w.callsSoFar())
}

func TestActivatePanel_UnreadableEventIsIgnored(t *testing.T) {
	t.Parallel()
	w := newPanelWorld(t)
	w.after(time.Minute, func() { w.SignalWorkflow(workflows.SignalPanelCommunicated, unreadable()) })
	w.after(time.Hour, func() {
		require.Empty(t, w.callsSoFar())
		w.communicates()
	})
	w.runPanel()
	w.requirePanelDone()
	require.Equal(t, []string{"panel_communicated"}, w.sent())
}

func TestActivatePanel_EventTypedByHandMayLeaveTheTimeOut(t *testing.T) {
	t.Parallel()
	w := newPanelWorld(t)
	start := w.Now()
	w.after(time.Hour, func() { w.SignalWorkflow(workflows.SignalPanelCommunicated, object{"event_id": "event-1"}) })
	w.runPanel()
	w.requirePanelDone()
	require.WithinDuration(t, start.Add(time.Hour), w.blockLifted, 0)
}

func TestActivatePanel_OutagesHoldItUpAndNoMore(t *testing.T) {
	t.Parallel()
	w := newPanelWorld(t)
	w.fail("PushTemplate", slices.Repeat([]string{"carrier_unavailable"}, 9)...)
	w.fail("LiftLoginBlock", slices.Repeat([]string{"store_unavailable"}, 7)...)
	w.fail("TellDealer", slices.Repeat([]string{"mail_server_unavailable"}, 5)...)
	w.after(time.Minute, w.communicates)
	w.runPanel()
	w.requirePanelDone()
	require.Equal(t, []string{"panel_communicated"}, w.sent())
	require.False(t, w.blockLifted.IsZero())
}

func TestActivatePanel_NoticeThatCannotBeSentEndsItAllTheSame(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"recipient_rejected", "message_rejected", "mail_auth_failed", "unknown_outcome"} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			w := newPanelWorld(t)
			w.fail("TellDealer", code)
			w.after(time.Minute, w.communicates)
			w.runPanel()
			w.requirePanelDone()
			require.Equal(t, 1, w.count("TellDealer"))
			require.False(t, w.blockLifted.IsZero())
		})
	}
}

func TestActivatePanel_CalledInDoesNothingMore(t *testing.T) {
	t.Parallel()
	for name, run := range map[string]func(*world){"waiting for the panel": (*world).runPanel, "waiting for the account": (*world).runEarlyPanel} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newPanelWorld(t)
			w.after(time.Hour, w.CancelWorkflow)
			run(w)
			var cancelled *temporal.CanceledError
			require.ErrorAs(t, w.GetWorkflowError(), &cancelled)
			require.Empty(t, w.callsSoFar())
		})
	}
}

func TestOnboardAccount_HandsThePanelOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	start := w.Now()
	w.run()
	require.Equal(t, onboarding.StatusCompleted, w.result().Status)
	waits := w.panelWaits()
	require.Equal(t, []activities.PanelWait{{
		OnboardingID: id, AccountID: "account-1", RemindAt: waits[0].RemindAt,
	}}, waits)
	require.WithinDuration(t, start.Add(time.Hour+72*time.Hour), waits[0].RemindAt, time.Second)
}

// panelWaits are the waits for a panel that the record was told of.
func (s *script) panelWaits() (waits []activities.PanelWait) {
	for _, transition := range s.recorded() {
		if transition.Panel != (activities.PanelWait{}) {
			waits = append(waits, transition.Panel)
		}
	}
	return waits
}

// A run that was begun anew long after its account was made has no hour to wait for. Its
// panel is waited for all the same.
func TestOnboardAccount_HandsThePanelOverWhenTheHourIsOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hour = 0
	w.run()
	require.Equal(t, onboarding.StatusCompleted, w.result().Status)
	require.Equal(t, []string{"completed"}, w.kinds())
	require.Len(t, w.panelWaits(), 1)
}

func TestOnboardAccount_TakenBackBeforeThePanelIsWaitedForNeverWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hour = 0
	w.during("SendLetter", w.CancelWorkflow)
	w.run()
	w.requireCancelled()
	require.Empty(t, w.panelWaits())
}

func TestOnboardAccount_WithoutAModuleExpectsNoPanel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.plan = []onboarding.Step{onboarding.StepValidate, onboarding.StepCreateAccount, onboarding.StepSendLetter}
	w.after(time.Minute, w.CancelWorkflow)
	w.fail("SendLetter", "recipient_rejected")
	w.run()
	w.requireCancelled()
	require.Empty(t, w.panelWaits())
	require.Empty(t, w.panelsCalledIn)
	require.Equal(t, []string{"UndoSendLetter", "UndoCreateAccount", "UndoValidate"}, w.undone())
}
