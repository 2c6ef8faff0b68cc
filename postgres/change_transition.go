package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlLastChangeTransition = `
SELECT run_id, transition_no, transition_at FROM account_changes WHERE id = @change`

const sqlChangeTransition = `
UPDATE account_changes
SET status = @status, step = coalesce(nullif(@step, ''), step), park_no = greatest(park_no, @park_no),
    park_step    = CASE @status WHEN 'parked' THEN coalesce(nullif(@step, ''), step) END,
    park_reason  = CASE @status WHEN 'parked' THEN @reason END,
    parked_since = CASE @status WHEN 'parked' THEN @at::timestamptz END,
    ready_at = coalesce(@ready_at::timestamptz, ready_at),
    attempts = CASE @status WHEN 'waiting' THEN attempts || '{"await_network": 1}' ELSE attempts END,
    started_at = coalesce(started_at, @at), updated_at = now(),
    ended_at = CASE WHEN @final::boolean THEN coalesce(ended_at, @at) END,
    run_id = @run, transition_no = @no, transition_at = @at
WHERE id = @change`

const sqlReadyAtOfChange = `
UPDATE accounts SET ready_at = @ready_at
WHERE id = (SELECT account_id FROM account_changes WHERE id = @change) AND state = 'open' AND @ready_at::timestamptz IS NOT NULL`

// A module whose release was given up may still be the carrier's: nobody gets it.
const sqlRetireModule = `UPDATE modules SET change_id = NULL, retired_at = now() WHERE change_id = @change`

// taskOf is what the dealer's office is asked while a change of this kind is parked.
var taskOf = map[onboarding.ChangeKind]onboarding.TaskKind{
	onboarding.ChangeModuleSwap:  onboarding.TaskSwapParked,
	onboarding.ChangeTermination: onboarding.TaskTerminationParked,
}

// RecordChange writes what the run of a change decided to its record, as RecordTransition
// does for an onboarding; transition.OnboardingID is not used.
func (s *Store) RecordChange(ctx context.Context, runID, changeID string, transition onboarding.Transition) error {
	return s.alter(ctx, "record change", changeID, func(tx pgx.Tx, row onboarding.Change) error {
		last, err := one[lastTransition](ctx, tx, sqlLastChangeTransition, changeArgs(changeID))
		if err != nil || !last.before(runID, transition) {
			return err
		}
		args := with(with(transitionArgs(transition), "run", runID), "change", idOf(changeID))
		statements := []statement{{sqlChangeTransition, args}, {sqlReadyAtOfChange, args}, closeTask(taskOf[row.Kind], row.AccountID)}
		switch {
		case transition.Status == onboarding.StatusParked:
			statements = append(statements, openTask(onboarding.Task{
				DealerID: row.DealerID, Kind: taskOf[row.Kind], ObjectID: row.AccountID, Code: string(transition.Reason),
			}))
		case transition.Kind == onboarding.EventSkipped:
			statements = append(statements, statement{sqlRetireModule, args})
		case transition.Status == onboarding.StatusCompleted && row.Kind == onboarding.ChangeModuleSwap:
			statements = append(statements, announce(onboarding.Announcement{
				Kind: onboarding.AnnounceModuleSwapped, DealerID: row.DealerID, OnboardingID: row.OnboardingID, AccountID: row.AccountID, Once: row.ID,
			}))
		}
		return write(ctx, tx, statements...)
	})
}
