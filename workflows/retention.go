package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/activities"
)

// retentionRounds bounds one run, and with it the length of its history. What is left is
// for the next day.
const retentionRounds = 500

// Retention deletes what is kept for a time only and erases customers whose time is up,
// every day, round after round until nothing is left.
func Retention(ctx workflow.Context) (activities.RetentionResult, error) {
	var total activities.RetentionResult
	for _, activity := range []string{activities.ClearExpiredName, activities.EraseEndedName} {
		for range retentionRounds {
			var round activities.RetentionResult
			if err := execute(ctx, retentionRow, activity, nil, &round); err != nil {
				return total, err
			}
			total = activities.RetentionResult{
				Drafts: total.Drafts + round.Drafts, Imports: total.Imports + round.Imports, Sessions: total.Sessions + round.Sessions, Attempts: total.Attempts + round.Attempts,
				Answers: total.Answers + round.Answers, Traces: total.Traces + round.Traces, Erased: total.Erased + round.Erased,
			}
			if !round.More {
				break
			}
		}
	}
	return total, nil
}
