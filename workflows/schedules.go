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

// ScheduleReconcile is the schedule of Reconcile: it can be paused, and triggered by
// hand, in the Temporal UI.
const ScheduleReconcile = "reconcile"

// Schedules are those that an installation must have.
var Schedules = []string{ScheduleReconcile}

// EnsureSchedules makes the schedules exist as they are written here. Every worker
// calls it at its start; the last one to come wins, and all say the same.
func EnsureSchedules(ctx context.Context, temporalClient client.Client) error {
	options := client.ScheduleOptions{
		ID: ScheduleReconcile,
		Spec: client.ScheduleSpec{
			Intervals: []client.ScheduleIntervalSpec{{Every: time.Minute}},
			Jitter:    5 * time.Second,
		},
		Action: &client.ScheduleWorkflowAction{
			ID: ScheduleReconcile, Workflow: Reconcile, TaskQueue: QueueOnboarding,
			StaticSummary: "Start what was committed but never begun; report what is gone",
		},
		Overlap: enums.SCHEDULE_OVERLAP_POLICY_SKIP,
		// A round covers everything overdue, so rounds missed during an outage are worthless.
		CatchupWindow: time.Minute,
	}
	_, err := temporalClient.ScheduleClient().Create(ctx, options)
	if err == nil {
		return nil
	}
	if !errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
		return fmt.Errorf("create schedule %s: %w", ScheduleReconcile, err)
	}
	err = temporalClient.ScheduleClient().GetHandle(ctx, ScheduleReconcile).Update(ctx, client.ScheduleUpdateOptions{
		DoUpdate: func(in client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
			schedule := in.Description.Schedule
			schedule.Action, schedule.Spec = options.Action, &options.Spec
			return &client.ScheduleUpdate{Schedule: &schedule}, nil
		},
	})
	if err != nil {
		return fmt.Errorf("update schedule %s: %w", ScheduleReconcile, err)
	}
	return nil
}
