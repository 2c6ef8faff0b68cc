package workflows_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	updatepb "go.temporal.io/api/update/v1"
	"go.temporal.io/api/workflowservice/v1"

	"github.com/latchkey/latchkey/onboarding"
)

// requireRefused: in words that say what to do, not as a fault.
func requireRefused(t *testing.T, err error, sentence string) {
	t.Helper()
	var refusal *onboarding.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, sentence, refusal.Sentence)
}

const over = "This is over; nothing about it can be changed here any more."

func TestDecide_RefusesInWords(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	run := l.newRun(t)
	run.coverage = []onboarding.Reason{onboarding.ReasonNoCoverage}
	run.begin()
	run.awaitParked(1)
	const who = `Say who decides ("by") and why ("reason"); both are kept in the audit trail.`
	for _, c := range []struct {
		change   func(*onboarding.Decision)
		sentence string
	}{
		{func(d *onboarding.Decision) { d.Step = onboarding.StepSendLetter }, `"step" must be "check_coverage", the step that is parked.`},
		{func(d *onboarding.Decision) { d.ParkNo = 0 }, `"park_no" must be 1: an older number is a decision about an earlier park.`},
		{func(d *onboarding.Decision) { d.Action = "" }, `Give an "action": one of [retry amend override cancel].`},
		{func(d *onboarding.Decision) { d.Action = onboarding.ActionSkip }, `"skip" is not possible here. Possible: [retry amend override cancel].`},
		{func(d *onboarding.Decision) { d.By = "" }, who},
		{func(d *onboarding.Decision) { d.Reason = "" }, who},
		{func(d *onboarding.Decision) { d.Action, d.Revision = onboarding.ActionCancel, 2 }, `"revision" goes with the actions amend and retry only.`},
	} {
		_, err := run.decide(onboarding.ActionRetry, c.change)
		requireRefused(t, err, c.sentence)
	}
	requireRefused(t, l.AdjustWait(run.context(), run.start.OnboardingID, time.Now().Add(time.Hour), "user-1", "audit 1"),
		"The run does not wait for the network; it is parked at check_coverage.")

	run.mustDecide(onboarding.ActionOverride)
	run.requireCompleted()
	_, err := run.decide(onboarding.ActionRetry)
	requireRefused(t, err, over)
	requireRefused(t, l.AdjustWait(run.context(), run.start.OnboardingID, time.Now().Add(time.Hour), "user-1", "audit 1"), over)
	requireRefused(t, l.Cancel(run.context(), run.start.OnboardingID), over)
	requireRefused(t, l.SendLetterNow(run.context(), run.start.OnboardingID, "user-1"), over)
	require.Equal(t, onboarding.StatusCompleted, run.lastStatus())
}

func TestDecide_AboutAnUnknownOnboardingIsRefused(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	unknown := uuid.NewString()
	_, err := l.Decide(t.Context(), unknown, onboarding.Decision{Action: onboarding.ActionRetry})
	requireRefused(t, err, over)
	requireRefused(t, l.Cancel(t.Context(), unknown), over)
	requireRefused(t, l.SendLetterNow(t.Context(), unknown, "user-1"), over)
}

func TestDecide_RepeatedUnderItsIDIsTheSameDecision(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	run := l.newRun(t)
	run.fail("RegisterModule", "module_unknown", "module_unknown")
	run.begin()
	run.awaitParked(1)
	decision := onboarding.Decision{
		ID: uuid.NewString(), Action: onboarding.ActionRetry, Step: onboarding.StepRegisterModule, ParkNo: 1, By: "user-1", Reason: "audit 1",
	}
	first, err := l.Decide(run.context(), run.start.OnboardingID, decision)
	require.NoError(t, err)
	run.awaitParked(2)
	again, err := l.Decide(run.context(), run.start.OnboardingID, decision)
	require.NoError(t, err, "a repetition gets the answer, not the refusal of an old park")
	require.Equal(t, first, again)
	require.Equal(t, onboarding.Next{ParkNo: 1, Step: onboarding.StepRegisterModule, Action: onboarding.ActionRetry}, again)
	require.Equal(t, 2, run.count("RegisterModule"))
	run.mustDecide(onboarding.ActionRetry)
	run.requireCompleted()
}

func TestDecide_OfManyAtOnceOneCounts(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	run := l.newRun(t)
	run.coverage = []onboarding.Reason{onboarding.ReasonNoCoverage}
	run.begin()
	run.awaitParked(1)
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = l.Decide(run.context(), run.start.OnboardingID, onboarding.Decision{
				Action: onboarding.ActionOverride, Step: onboarding.StepCheckCoverage, ParkNo: 1, By: fmt.Sprintf("user-%d", i), Reason: "audit 1",
			})
		})
	}
	wg.Wait()
	counted := 0
	for _, err := range errs {
		if err == nil {
			counted++
			continue
		}
		var refusal *onboarding.Refusal
		require.ErrorAs(t, err, &refusal)
	}
	require.Equal(t, 1, counted)
	run.requireCompleted()
}

// pending waits until the server holds an update that no worker has answered yet.
func (r *liveRun) pending(updateID string) {
	r.t.Helper()
	eventually(r.t, "the server holds the update "+updateID, func() bool {
		ctx, cancel := context.WithTimeout(r.context(), time.Second)
		defer cancel()
		_, err := r.live.temporal.WorkflowService().PollWorkflowExecutionUpdate(ctx, &workflowservice.PollWorkflowExecutionUpdateRequest{
			Namespace: r.live.namespace,
			UpdateRef: &updatepb.UpdateRef{WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: r.workflowID()}, UpdateId: updateID},
		})
		return err == nil
	})
}

// decideLater sends a decision that nobody can answer before a worker runs.
func (r *liveRun) decideLater(decision onboarding.Decision) (answer func() error) {
	r.t.Helper()
	answered := make(chan error, 1)
	go func() {
		_, err := r.live.Decide(r.context(), r.start.OnboardingID, decision)
		answered <- err
	}()
	r.pending(decision.ID)
	return func() error { return <-answered }
}

func TestDecide_SecondInTheSameMomentIsToldThatItIsLate(t *testing.T) {
	t.Parallel()
	l := newLonelyLive(t)
	stop := l.startWorker(t)
	run := l.newRun(t)
	run.coverage = []onboarding.Reason{onboarding.ReasonNoCoverage}
	run.begin()
	run.awaitParked(1)
	stop()
	decision := onboarding.Decision{Action: onboarding.ActionOverride, Step: onboarding.StepCheckCoverage, ParkNo: 1, By: "user-1", Reason: "audit 1"}
	decision.ID = "first"
	first := run.decideLater(decision)
	decision.ID, decision.Action = "second", onboarding.ActionCancel
	second := run.decideLater(decision)
	defer l.startWorker(t)()
	require.NoError(t, first())
	requireRefused(t, second(), "Park 1 has just been decided by somebody else.")
	run.requireCompleted()
}
