package workflows_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/workflows"
)

// newChange is a change of an account, whose onboarding has the same ID here.
func (l *live) newChange(t *testing.T, kind onboarding.ChangeKind) *liveRun {
	t.Helper()
	start := changeStart(uuid.NewString(), kind)
	start.DealerID = uuid.NewString()
	return &liveRun{
		script: l.script(start.ID), live: l, t: t, change: &start,
		start: onboarding.StartRun{OnboardingID: start.ID, DealerID: start.DealerID},
	}
}

func (r *liveRun) requireChanged() {
	r.t.Helper()
	var result workflows.ChangeAccountResult
	require.NoError(r.t, r.live.temporal.GetWorkflow(r.context(), r.workflowID(), "").Get(r.context(), &result))
	require.Equal(r.t, onboarding.StatusCompleted, result.Status)
	require.Equal(r.t, onboarding.StatusCompleted, r.lastStatus())
}

var changeStories = []story{
	{name: "swap_completed", of: onboarding.ChangeModuleSwap, tell: func(r *liveRun) {
		r.begin()
		r.requireChanged()
		require.Equal(r.t, []string{"RegisterReplacement", "SwitchModule", "ReleaseModule"}, r.callsSoFar())
		require.GreaterOrEqual(r.t, r.lastCalled("ReleaseModule").Sub(r.lastCalled("SwitchModule")), r.hour, "the old module works until the new one does")
		require.Equal(r.t, []string{"waiting", "completed"}, r.kinds())
	}},
	{name: "swap_panel", of: onboarding.ChangeModuleSwap, kept: workflows.PanelWorkflowID, tell: func(r *liveRun) {
		r.begin()
		r.requireChanged()
		swap := onboarding.Change{ID: r.change.ID, OnboardingID: r.change.OnboardingID}
		require.NoError(r.t, r.live.ReplacementCommunicated(r.context(), swap, "event-1", time.Now()))
		r.awaitPanelOver()
		require.Equal(r.t, []string{"panel_communicated"}, r.sent())
	}},
	{name: "swap_amended", of: onboarding.ChangeModuleSwap, tell: func(r *liveRun) {
		r.fail("RegisterReplacement", "module_already_registered")
		r.begin()
		require.Equal(r.t, onboarding.StepRegisterReplacement, r.awaitParked(1).Step)
		r.mustDecide(onboarding.ActionAmend, func(d *onboarding.Decision) { d.Revision = 2 })
		r.requireChanged()
		require.Equal(r.t, 1, r.count("RegisterReplacement:2"))
	}},
	{name: "swap_release_parked", of: onboarding.ChangeModuleSwap, tell: func(r *liveRun) {
		r.fail("ReleaseModule", "carrier_refused")
		r.begin()
		require.Equal(r.t, onboarding.StepReleaseModule, r.awaitParked(1).Step)
		require.NoError(r.t, r.live.temporal.SignalWorkflow(r.context(), r.workflowID(), "", workflows.SignalResume, workflows.Resume{By: "user-1", Reason: "audit 1"}))
		r.requireChanged()
		require.Equal(r.t, []string{"waiting", "parked", "resumed", "completed"}, r.kinds())
	}},
	{name: "swap_cancelled", of: onboarding.ChangeModuleSwap, tell: func(r *liveRun) {
		r.fail("RegisterReplacement", "module_unknown")
		r.begin()
		r.awaitParked(1)
		require.NoError(r.t, r.live.CancelSwap(r.context(), r.change.ID))
		r.requireCancelled()
		require.Equal(r.t, []string{"UndoRegisterReplacement"}, r.undone())
		require.Zero(r.t, r.count("SwitchModule"))
	}},
	{name: "swap_cancelled_too_late", of: onboarding.ChangeModuleSwap, tell: func(r *liveRun) {
		r.hour = 3 * time.Second
		r.begin()
		r.awaitWaiting()
		require.NoError(r.t, r.live.CancelSwap(r.context(), r.change.ID))
		r.requireChanged()
		require.Empty(r.t, r.undone(), "the account has its new module")
		require.Equal(r.t, 1, r.count("ReleaseModule"))
	}},
	{name: "termination", of: onboarding.ChangeTermination, tell: func(r *liveRun) {
		early := onboarding.Change{ID: r.change.OnboardingID, OnboardingID: r.change.OnboardingID}
		require.NoError(r.t, r.live.ReplacementCommunicated(r.context(), early, "event-1", time.Now()), "a panel is waited for")
		r.silent = []string{r.change.OnboardingID, uuid.NewString()}
		r.begin()
		r.requireChanged()
		require.Equal(r.t, []string{"ReleaseModule"}, r.callsSoFar())
		r.requirePanelCalledIn()
	}},
	{name: "termination_parked", of: onboarding.ChangeTermination, tell: func(r *liveRun) {
		r.fail("ReleaseModule", "module_not_owned")
		r.begin()
		r.awaitParked(1)
		_, err := r.decide(onboarding.ActionCancel)
		require.ErrorContains(r.t, err, `"cancel" is not possible here. Possible: [retry skip].`)
		r.mustDecide(onboarding.ActionSkip)
		r.requireChanged()
		require.Equal(r.t, []string{"parked", "skipped", "completed"}, r.kinds())
	}},
}

func TestSwapModule_ItsNetworkHourCanBeMoved(t *testing.T) {
	t.Parallel()
	run := newLive(t).newChange(t, onboarding.ChangeModuleSwap)
	run.hour = time.Hour
	run.begin()
	run.awaitWaiting()
	require.NoError(t, run.live.AdjustSwapWait(run.context(), run.change.ID, time.Now().Add(time.Second), "user-1", "audit 1"))
	run.requireChanged()
	require.Equal(t, []string{"waiting", "wait_adjusted", "completed"}, run.kinds())
	requireRefused(t, run.live.AdjustSwapWait(run.context(), run.change.ID, time.Now().Add(time.Hour), "user-1", "audit 2"), over)
}

// Whoever cancels the workflow of a termination in Temporal stops nothing.
func TestTerminateAccount_CannotBeCancelled(t *testing.T) {
	t.Parallel()
	run := newLive(t).newChange(t, onboarding.ChangeTermination)
	run.fail("ReleaseModule", "module_not_owned")
	run.begin()
	run.awaitParked(1)
	require.NoError(t, run.live.temporal.CancelWorkflow(run.context(), run.workflowID(), ""))
	run.mustDecide(onboarding.ActionRetry)
	run.requireChanged()
}

func TestResumeAll_SendsSwapsAndTerminationsOn(t *testing.T) {
	t.Parallel()
	l := newLonelyLive(t)
	defer l.startWorker(t)()
	var parked []*liveRun
	for _, kind := range []onboarding.ChangeKind{onboarding.ChangeModuleSwap, onboarding.ChangeTermination} {
		run := l.newChange(t, kind)
		run.fail("ReleaseModule", "module_not_owned")
		run.begin()
		run.awaitParked(1)
		parked = append(parked, run)
	}
	eventually(t, "both can be found by the query of a saved view", func() bool {
		count, err := l.temporal.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{
			Namespace: l.namespace, Query: "OnboardingStatus = 'parked' AND ParkReason = 'module_not_owned' AND OnboardingStep = 'release_module'",
		})
		return err == nil && count.GetCount() == int64(len(parked))
	})
	_, err := l.ResumeAll(t.Context(), onboarding.Batch{Reason: "module_not_owned", Step: onboarding.StepReleaseModule, By: "user-1", Note: "audit 1"})
	require.NoError(t, err)
	for _, run := range parked {
		run.requireChanged()
	}
}
