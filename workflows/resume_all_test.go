package workflows_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"

	"github.com/latchkey/latchkey/onboarding"
)

// resumeAll starts a batch; the server runs one at a time, and says so.
func (l *live) resumeAll(t *testing.T, batch onboarding.Batch) {
	t.Helper()
	eventually(t, "the batch has its turn", func() bool {
		job, err := l.ResumeAll(t.Context(), batch)
		var busy *onboarding.Refusal
		if errors.As(err, &busy) {
			return false
		}
		require.NoError(t, err)
		return job != ""
	})
}

func TestResumeAll_SendsOnWhatIsParkedForTheReasonAndLeavesTheRest(t *testing.T) {
	t.Parallel()
	l := newLonelyLive(t)
	defer l.startWorker(t)()
	dealer := uuid.NewString()
	park := func(n int, dealerID, activity, code string) []*liveRun {
		var runs []*liveRun
		for range n {
			run := l.newRun(t)
			run.start.DealerID = dealerID
			run.fail(activity, code)
			run.begin()
			runs = append(runs, run)
		}
		return runs
	}
	meant := park(25, dealer, "RegisterModule", "carrier_refused")
	others := park(3, dealer, "RegisterModule", "module_unknown")                              // another reason
	others = append(others, park(3, dealer, "CheckCoverage", "carrier_refused")...)            // another step
	others = append(others, park(3, uuid.NewString(), "RegisterModule", "carrier_refused")...) // another dealer
	for _, run := range append(others, meant...) {
		run.awaitParked(1)
	}
	query := fmt.Sprintf("DealerId = '%s' AND OnboardingStatus = 'parked'", dealer)
	eventually(t, "the list shows all that are parked", func() bool {
		count, err := l.temporal.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Namespace: l.namespace, Query: query})
		return err == nil && count.GetCount() == 31
	})

	batch := onboarding.Batch{
		Reason: onboarding.ReasonCarrierRefused, Step: onboarding.StepRegisterModule, DealerID: dealer, By: "user-1", Note: "audit 1",
	}
	l.resumeAll(t, batch)
	for _, run := range meant {
		run.requireCompleted()
		require.Equal(t, "user-1", run.recorded()[1].By)
		require.Equal(t, "audit 1", run.recorded()[1].Note)
	}
	for _, run := range others {
		require.Equal(t, onboarding.StatusParked, run.awaitParked(1).Status)
		require.Equal(t, []string{"parked"}, run.kinds())
	}

	batch.Step, batch.DealerID = "", ""
	l.resumeAll(t, batch)
	for _, run := range others {
		if run.recorded()[0].Reason == onboarding.ReasonCarrierRefused {
			run.requireCompleted()
		} else {
			run.mustDecide(onboarding.ActionRetry)
			run.requireCompleted()
		}
	}
}

func TestResumeAll_CannotBeTalkedIntoMore(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	run := l.newRun(t)
	run.fail("RegisterModule", "module_sunset")
	run.begin()
	run.awaitParked(1)
	l.resumeAll(t, onboarding.Batch{Reason: "x' OR OnboardingStatus = 'parked", By: "user-1", Note: "audit 1"})
	run.mustDecide(onboarding.ActionRetry)
	run.requireCompleted()
	require.Equal(t, []string{"parked", "resumed", "waiting", "completed"}, run.kinds())
}
