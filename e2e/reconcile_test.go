package e2e

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/latchkey/latchkey/workflows"
)

func TestReconciler_FinishesWhatNobodyElseWould(t *testing.T) {
	t.Parallel()
	s := startStack(t)

	t.Run("an order that came while Temporal was away", func(t *testing.T) {
		s.killTemporal()
		c := s.newCustomer(t)
		made := as[onboarding](t, s.office.post(t, "/v1/onboardings", c.Application), http.StatusAccepted)
		require.Equal(t, "submitted", made.Status)
		s.bringBackTemporal(t)
		s.awaitWorkflows(t)
		require.Equal(t, "submitted", s.onboarding(t, made.ID).Status, "nothing has told Temporal of it")

		s.reconcileUntil(t, made.ID, "waiting")
		s.complete(t, made.ID)
		s.requireOneOfEach(t, made.ID, c)
	})

	t.Run("an onboarding whose workflow was terminated", func(t *testing.T) {
		c := s.newCustomer(t)
		id := s.submit(t, c).ID
		s.awaitStatus(t, id, "waiting")
		require.NoError(t, s.client.TerminateWorkflow(t.Context(), workflows.OnboardingWorkflowID(id), "", "by mistake"))

		lost := s.reconcileUntil(t, id, "parked")
		require.Equal(t, "workflow_lost", lost.Parked.Reason)
		require.Equal(t, []string{"retry"}, lost.Parked.AllowedActions)
		require.Empty(t, s.lettersTo(c.email()))

		s.sendOn(t, id, decisionOn(lost.Parked, "retry", "Terminated by mistake."))
		s.complete(t, id)
		s.requireOneOfEach(t, id, c)
	})
}

// reconcileUntil lets rounds of the reconciler pass until the onboarding has the status.
// They come each minute, and leave alone what is younger than two: here the onboarding is
// made to look old and the rounds are triggered by hand.
func (s *stack) reconcileUntil(t *testing.T, id, status string) onboarding {
	t.Helper()
	_, err := s.rows.Exec(t.Context(), "UPDATE onboardings SET created_at = created_at - $2::interval WHERE id = $1", id, 5*time.Minute)
	require.NoError(t, err)
	schedule := s.client.ScheduleClient().GetHandle(t.Context(), workflows.ScheduleReconcile)
	return await(t, "the reconciler to make it "+status, func() (onboarding, bool) {
		require.NoError(t, schedule.Trigger(t.Context(), client.ScheduleTriggerOptions{}))
		row := s.onboarding(t, id)
		return row, row.Status == status
	})
}
