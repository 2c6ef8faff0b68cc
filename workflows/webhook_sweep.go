package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/activities"
)

// webhookWindow is how long a sweep goes on: until the schedule begins the next one.
const webhookWindow = 55 * time.Second

// WebhookSweep delivers webhooks for a minute. The sweeps follow one another without a
// gap, and one that is lost costs nothing: what is owed stands in our own record.
func WebhookSweep(ctx workflow.Context) (activities.WebhookSweepResult, error) {
	var total activities.WebhookSweepResult
	for again := true; again; {
		var part activities.WebhookSweepResult
		in := activities.WebhookSweepInput{Window: webhookWindow}
		if err := execute(ctx, webhookRow, activities.DeliverWebhooksName, in, &part); err != nil {
			return total, err
		}
		total = activities.WebhookSweepResult{
			Delivered: total.Delivered + part.Delivered, Failed: total.Failed + part.Failed, Untold: part.Untold,
		}
		again = part.Stopped // its worker stopped: another one goes on
	}
	if total.Untold > 0 {
		if err := execute(ctx, webhookEndRow, activities.TellWebhookEndName, nil, nil); err != nil {
			workflow.GetLogger(ctx).Warn("notice not sent", "notice", "webhook_end", "error", err)
		}
	}
	return total, nil
}
