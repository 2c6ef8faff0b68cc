package dealing

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/latchkey/latchkey/onboarding"
)

// restartOf begins the run of an onboarding anew whose workflow is gone.
func restartOf(row onboarding.Onboarding) onboarding.StartRun {
	return onboarding.StartRun{
		OnboardingID: row.ID, DealerID: row.DealerID, Source: row.Source, CommitmentID: row.CommitmentID,
		Revision: row.Revision, ParkNo: row.Parked.No,
	}
}

// restartsAtOnce keeps a batch from crowding out the starts of people who wait.
const restartsAtOnce = 8

// restartAll begins every run of a batch anew whose workflow is gone, as after Temporal was
// restored from an older state or lost: no signal reaches those. What was begun before an
// error stays begun, and asking again goes on with the rest.
func (d *Desk) restartAll(ctx context.Context, batch onboarding.Batch) error {
	filter := StuckFilter{Reason: onboarding.ReasonWorkflowLost, Step: batch.Step, Limit: 200}
	if batch.DealerID != "" {
		filter.Dealers = []string{batch.DealerID}
	}
	for {
		page, next, err := d.store.Stuck(ctx, filter)
		if err != nil {
			return err
		}
		restarts, restartCtx := errgroup.WithContext(ctx)
		restarts.SetLimit(restartsAtOnce)
		for _, row := range page {
			restarts.Go(func() error { return d.engine.Restart(restartCtx, restartOf(row.Onboarding)) })
		}
		if err := restarts.Wait(); err != nil {
			return engineError(err)
		}
		if filter.Cursor = next; next == "" {
			return nil
		}
	}
}
