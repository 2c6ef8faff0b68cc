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
	ScheduleWebhookSweep    = "webhook-sweep"
	ScheduleRetention       = "retention"
)

// schedule is one that a worker makes exist. Every round covers everything overdue, so
// rounds missed during an outage are worthless and are not caught up on.
type schedule struct {
	id       string
	workflow any
	every    time.Duration
	jitter   time.Duration
	// overlap is what happens to a round that comes before the last one is over.
	overlap enums.ScheduleOverlapPolicy
	summary string
}

// schedules is all of them, a row each.
var schedules = []schedule{
	{
		ScheduleReconcile, Reconcile, time.Minute, 5 * time.Second, enums.SCHEDULE_OVERLAP_POLICY_SKIP,
		"Start what was committed but never begun; report what is gone",
	},
	{
		ScheduleCommitmentSweep, CommitmentSweep, time.Minute, 10 * time.Second, enums.SCHEDULE_OVERLAP_POLICY_SKIP,
		"Activate commitments whose date has come; end those that expired",
	},
	{ // a sweep lasts a minute, and the next one follows on its heels
		ScheduleWebhookSweep, WebhookSweep, time.Minute, 0, enums.SCHEDULE_OVERLAP_POLICY_BUFFER_ONE,
		"Deliver webhooks to dealers' own systems",
	},
	{
		ScheduleRetention, Retention, 24 * time.Hour, time.Hour, enums.SCHEDULE_OVERLAP_POLICY_SKIP,
		"Delete what is kept for a time only; erase customers whose time is up",
	},
}

// catchUp is how late a round may still begin.
const catchUp = time.Minute

// Schedules are those that an installation must have.
var Schedules = []string{ScheduleReconcile, ScheduleCommitmentSweep, ScheduleWebhookSweep, ScheduleRetention}

// EnsureSchedules makes the schedules exist as they are written here. Every worker
// calls it at its start; the last one to come wins, and all say the same.
func EnsureSchedules(ctx context.Context, temporalClient client.Client) error {
	for _, row := range schedules {
		if err := row.ensure(ctx, temporalClient.ScheduleClient()); err != nil {
			return err
		}
	}
	return nil
}

func (row schedule) options() client.ScheduleOptions {
	return client.ScheduleOptions{
		ID:   row.id,
		Spec: client.ScheduleSpec{Intervals: []client.ScheduleIntervalSpec{{Every: row.every}}, Jitter: row.jitter},
		Action: &client.ScheduleWorkflowAction{
			ID: row.id, Workflow: row.workflow, TaskQueue: QueueOnboarding, StaticSummary: row.summary,
		},
		Overlap:       row.overlap,
		CatchupWindow: catchUp,
		// A new installation need not wait for the first full minute.
		TriggerImmediately: true,
	}
}

func (row schedule) ensure(ctx context.Context, schedules client.ScheduleClient) error {
	options := row.options()
	_, err := schedules.Create(ctx, options)
	if err == nil {
		return nil
	}
	if !errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
		return fmt.Errorf("create schedule %s: %w", row.id, err)
	}
	err = schedules.GetHandle(ctx, row.id).Update(ctx, client.ScheduleUpdateOptions{
		DoUpdate: func(in client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
			schedule := in.Description.Schedule
			schedule.Action, schedule.Spec = options.Action, &options.Spec
			return &client.ScheduleUpdate{Schedule: &schedule}, nil
		},
	})
	if err != nil {
		return fmt.Errorf("update schedule %s: %w", row.id, err)
	}
	return nil
}
