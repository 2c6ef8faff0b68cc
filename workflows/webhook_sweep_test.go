package workflows_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/workflows"
)

// sweepWorld runs WebhookSweep on activities that answer in turn.
func sweepWorld(t *testing.T, parts ...activities.WebhookSweepResult) (w *world, windows *[]time.Duration) {
	t.Helper()
	w, windows = newPanelWorld(t), new([]time.Duration)
	w.RegisterActivityWithOptions(func(_ context.Context, in activities.WebhookSweepInput) (activities.WebhookSweepResult, error) {
		*windows = append(*windows, in.Window)
		part := parts[min(len(*windows), len(parts))-1]
		return part, w.call(activities.DeliverWebhooksName, activities.StepInput{})
	}, activity.RegisterOptions{Name: activities.DeliverWebhooksName})
	w.RegisterActivityWithOptions(func(context.Context) error {
		return w.call(activities.TellWebhookEndName, activities.StepInput{})
	}, activity.RegisterOptions{Name: activities.TellWebhookEndName})
	return w, windows
}

func TestWebhookSweep_DeliversForAMinuteAndMailsNobodyWithoutAReason(t *testing.T) {
	t.Parallel()
	w, windows := sweepWorld(t, activities.WebhookSweepResult{Delivered: 3, Failed: 1})
	w.ExecuteWorkflow(workflows.WebhookSweep)
	require.NoError(t, w.GetWorkflowError())
	var result activities.WebhookSweepResult
	require.NoError(t, w.GetWorkflowResult(&result))
	require.Equal(t, activities.WebhookSweepResult{Delivered: 3, Failed: 1}, result)
	require.Equal(t, []time.Duration{55 * time.Second}, *windows)
	require.NotContains(t, w.calls, activities.TellWebhookEndName)
}

func TestWebhookSweep_GoesOnElsewhereWhenItsWorkerStops(t *testing.T) {
	t.Parallel()
	w, windows := sweepWorld(t, activities.WebhookSweepResult{Delivered: 3, Stopped: true}, activities.WebhookSweepResult{Delivered: 2, Untold: 1})
	w.ExecuteWorkflow(workflows.WebhookSweep)
	require.NoError(t, w.GetWorkflowError())
	var result activities.WebhookSweepResult
	require.NoError(t, w.GetWorkflowResult(&result))
	require.Equal(t, activities.WebhookSweepResult{Delivered: 5, Untold: 1}, result)
	require.Len(t, *windows, 2)
	require.Contains(t, w.calls, activities.TellWebhookEndName)
}

func TestWebhookSweep_IsHeldUpByNoMailServer(t *testing.T) {
	t.Parallel()
	w, _ := sweepWorld(t, activities.WebhookSweepResult{Untold: 1})
	w.down(activities.TellWebhookEndName, "mail_server_unavailable")
	start := w.Now()
	w.ExecuteWorkflow(workflows.WebhookSweep)
	require.NoError(t, w.GetWorkflowError())
	require.Less(t, w.Now().Sub(start), 30*time.Second)
}

func TestWebhookSweep_GivesUpARoundThatTheNextOneWillRepeat(t *testing.T) {
	t.Parallel()
	w, _ := sweepWorld(t, activities.WebhookSweepResult{})
	w.down(activities.DeliverWebhooksName, "store_unavailable")
	start := w.Now()
	w.ExecuteWorkflow(workflows.WebhookSweep)
	var fault *temporal.ApplicationError
	require.ErrorAs(t, w.GetWorkflowError(), &fault)
	require.Less(t, w.Now().Sub(start), 6*time.Minute)
}
