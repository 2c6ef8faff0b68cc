package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/latchkey/latchkey/workflows"
)

func TestEnsureSchedules_SaysTheSameHoweverOften(t *testing.T) {
	t.Parallel()
	for id, round := range map[string]string{
		workflows.ScheduleReconcile: "Reconcile", workflows.ScheduleCommitmentSweep: "CommitmentSweep",
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			requireLastingSchedule(t, id, round)
		})
	}
}

func requireLastingSchedule(t *testing.T, id, round string) {
	t.Helper()
	l := newLonelyLive(t)
	describe := func() *client.ScheduleDescription {
		description, err := l.temporal.ScheduleClient().GetHandle(t.Context(), id).Describe(t.Context())
		require.NoError(t, err)
		return description
	}
	require.NoError(t, workflows.EnsureSchedules(t.Context(), l.temporal))
	first := describe()
	require.NoError(t, l.temporal.ScheduleClient().GetHandle(t.Context(), id).Pause(t.Context(), client.SchedulePauseOptions{Note: "audit 1"}))
	require.NoError(t, workflows.EnsureSchedules(t.Context(), l.temporal))
	second := describe()
	require.Equal(t, []client.ScheduleIntervalSpec{{Every: time.Minute}}, first.Schedule.Spec.Intervals)
	require.Equal(t, first.Schedule.Spec.Intervals, second.Schedule.Spec.Intervals)
	require.Equal(t, enums.SCHEDULE_OVERLAP_POLICY_SKIP, second.Schedule.Policy.Overlap)
	require.Equal(t, time.Minute, second.Schedule.Policy.CatchupWindow)
	require.True(t, second.Schedule.State.Paused, "who paused it had a reason; a worker's start does not undo it")
	action, ok := second.Schedule.Action.(*client.ScheduleWorkflowAction)
	require.True(t, ok)
	require.Equal(t, round, action.Workflow)
	require.Equal(t, workflows.QueueOnboarding, action.TaskQueue)
}
