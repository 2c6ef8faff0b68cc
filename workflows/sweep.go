package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/activities"
)

// sweepRounds bounds one sweep, and with it the length of its history. What is left is for
// the next one, which begins within a minute.
const sweepRounds = 100

// CommitmentSweep activates the commitments whose date has come and ends those that expired,
// every minute, round after round until nothing is due. Expiring comes second: what was
// promised for a time before the expiry is activated however late the sweep is.
func CommitmentSweep(ctx workflow.Context) (activities.SweepResult, error) {
	var total activities.SweepResult
	for range sweepRounds {
		var round activities.SweepResult
		if err := execute(ctx, sweepRow, activities.ActivateDueName, nil, &round); err != nil {
			return total, err
		}
		countSwept(ctx, round)
		total = activities.SweepResult{
			Due: total.Due + round.Due, Activated: total.Activated + round.Activated, NeedsSerial: total.NeedsSerial + round.NeedsSerial,
			Refused: total.Refused + round.Refused, Failed: total.Failed + round.Failed,
		}
		if !round.More {
			break
		}
	}
	for range sweepRounds {
		var round activities.SweepResult
		if err := execute(ctx, sweepRow, activities.ExpireCommitmentsName, nil, &round); err != nil {
			return total, err
		}
		countSwept(ctx, round)
		if round.Expired == 0 {
			break
		}
		total.Expired += round.Expired
	}
	return total, nil
}
