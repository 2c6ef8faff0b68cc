package workflows

import (
	"context"
	"errors"
	"fmt"
	"time"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// The schedules: each can be paused, and triggered by hand, in the Temporal UI.
const (
	ScheduleReconcile       = "reconcile"
	ScheduleCommitmentSweep = "commitment-sweep"
)

// schedules is all of them. A round covers everything overdue, so rounds missed during an
// outage are worthless, and one that takes long makes the next ones superfluous.
func schedules() []client.ScheduleOptions {
	everyMinute := func(id string, jitter time.Duration, round any, summary string) client.ScheduleOptions {
		return client.ScheduleOptions{
			ID:            id,
			Spec:          client.ScheduleSpec{Intervals: []client.ScheduleIntervalSpec{{Every: time.Minute}}, Jitter: jitter},
			Action:        &client.ScheduleWorkflowAction{ID: id, Workflow: round, TaskQueue: QueueOnboarding, StaticSummary: summary},
			Overlap:       enums.SCHEDULE_OVERLAP_POLICY_SKIP,
			CatchupWindow: time.Minute,
		}
	}
	return []client.ScheduleOptions{
		everyMinute(ScheduleReconcile, 5*time.Second, Reconcile, "Start what was committed but never begun; report what is gone"),
		everyMinute(ScheduleCommitmentSweep, 10*time.Second, CommitmentSweep, "Activate commitments whose date has come; end those that expired"),
	}
}

// EnsureSchedules makes the schedules exist as they are written here. Every worker
// calls it at its start; the last one to come wins, and all say the same.
func EnsureSchedules(ctx context.Context, temporalClient client.Client) error {
	for _, options := range schedules() {
		if err := ensureSchedule(ctx, temporalClient.ScheduleClient(), options); err != nil {
			return err
		}
	}
	return nil
}

func ensureSchedule(ctx context.Context, scheduleClient client.ScheduleClient, options client.ScheduleOptions) error {
	_, err := scheduleClient.Create(ctx, options)
	if err == nil {
		return nil
	}
	if !errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
		return fmt.Errorf("create schedule %s: %w", options.ID, err)
	}
	err = scheduleClient.GetHandle(ctx, options.ID).Update(ctx, client.ScheduleUpdateOptions{
		DoUpdate: func(in client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
			schedule := in.Description.Schedule
			schedule.Action, schedule.Spec = options.Action, &options.Spec
			return &client.ScheduleUpdate{Schedule: &schedule}, nil
		},
	})
	if err != nil {
		return fmt.Errorf("update schedule %s: %w", options.ID, err)
	}
	return nil
}
