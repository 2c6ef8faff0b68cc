package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

// RecordTransition is idempotent and never moves the row back behind a later transition
// of the same run. A run that is new to the row takes over, unless its transition is older
// than what the row has: then the run is an earlier one that was slow to tell.
//
// Later means a later time, and a higher number only at the same one: a worker that is
// killed may have told transitions that its run then knows nothing of. Done anew, the run
// may take another way, and gives their numbers to what happens there.
func (s *Store) RecordTransition(ctx context.Context, runID string, transition onboarding.Transition) error {
	return s.transact(ctx, "record transition", func(tx pgx.Tx) error {
		var (
			row  lockedOnboarding
			told bool
			last lastTransition
		)
		id, event := pgx.NamedArgs{"onboarding": idOf(transition.OnboardingID)}, transitionEvent(runID, transition)
		batch := &pgx.Batch{}
		askOne(batch, sqlLockOnboarding, id, &row)
		batch.Queue(event.sql, event.args).Exec(func(tag pgconn.CommandTag) error {
			told = tag.RowsAffected() > 0
			return nil
		})
		askOne(batch, sqlLastTransition, id, &last)
		if err := tx.SendBatch(ctx, batch).Close(); err != nil {
			return err
		}
		later := last.before(runID, transition)
		if !told && !later {
			return nil
		}
		statements := decided(transition)
		if later {
			statements = append(statements, moved(runID, transition)...)
			statements = append(statements, announceTransition(row.DealerID, transition)...)
			statements = append(statements, bounced(row.DealerID, transition)...)
		}
		return write(ctx, tx, statements...)
	})
}

// A run ends once, whichever step or run of the workflow tells it.
func transitionEvent(runID string, transition onboarding.Transition) statement {
	once := fmt.Sprintf("%s:%d:%s:%s", runID, transition.No, transition.Kind, transition.Step)
	if transition.Status.Final() {
		once = string(transition.Kind)
	}
	return appendEvent(newEvent{
		onboarding.Event{
			OnboardingID: transition.OnboardingID, At: transition.At, Kind: transition.Kind, Step: transition.Step,
			Code: string(transition.Reason), By: transition.By, Note: transition.Note,
		}, once,
	})
}

const sqlLastTransition = `
SELECT run_id, transition_no, transition_at FROM onboardings WHERE id = @onboarding`

type lastTransition struct {
	RunID        string
	TransitionNo int
	TransitionAt zeronull.Timestamptz
}

func (l lastTransition) before(runID string, transition onboarding.Transition) bool {
	const kept = time.Microsecond // what the database keeps of a time
	switch at, last := transition.At.Truncate(kept), time.Time(l.TransitionAt); {
	case !at.Equal(last):
		return at.After(last)
	case l.RunID == runID:
		return transition.No > l.TransitionNo
	default:
		return true
	}
}

const sqlStepDecided = `
INSERT INTO onboarding_steps (onboarding_id, step, revision, status, started_at, ended_at)
VALUES (@onboarding, @step, @revision, @step_status, @at, @at)
ON CONFLICT (onboarding_id, step) DO UPDATE SET status = @step_status, ended_at = @at
WHERE onboarding_steps.status <> 'done'`

// decided is what a person's word makes of a step. It holds whatever came later.
func decided(transition onboarding.Transition) []statement {
	args := transitionArgs(transition)
	switch transition.Kind {
	case onboarding.EventSkipped:
		return []statement{{sqlStepDecided, with(args, "step_status", onboarding.StepSkipped)}}
	case onboarding.EventOverridden:
		return []statement{{sqlStepDecided, with(args, "step_status", onboarding.StepDone)}}
	default:
		return nil
	}
}

const sqlTransition = `
UPDATE onboardings
SET status = @status, step = coalesce(nullif(@step, ''), step), revision = greatest(revision, @revision),
    park_no = greatest(park_no, @park_no),
    park_step    = CASE @status WHEN 'parked' THEN coalesce(nullif(@step, ''), step) END,
    park_reason  = CASE @status WHEN 'parked' THEN @reason END,
    parked_since = CASE @status WHEN 'parked' THEN @at::timestamptz END,
    problems     = CASE @status WHEN 'rejected' THEN problems ELSE '[]' END,
    ready_at = coalesce(@ready_at::timestamptz, ready_at),
    started_at = coalesce(started_at, @at), updated_at = now(),
    ended_at = CASE WHEN @final::boolean THEN coalesce(ended_at, @at) END,
    run_id = @run, transition_no = @no, transition_at = @at
WHERE id = @onboarding`

const sqlStepParked = `
INSERT INTO onboarding_steps (onboarding_id, step, revision, status, started_at, code)
VALUES (@onboarding, @step, @revision, 'parked', @at, @reason)
ON CONFLICT (onboarding_id, step) DO UPDATE SET status = 'parked', ended_at = NULL, code = @reason`

// What a cancellation overtook will not be done any more.
const sqlGiveUp = `
UPDATE onboarding_steps SET status = 'skipped', ended_at = @at
WHERE onboarding_id = @onboarding AND status IN ('parked', 'running')`

const sqlWaitBegan = `
INSERT INTO onboarding_steps (onboarding_id, step, revision, status, attempts, started_at)
VALUES (@onboarding, 'await_network', @revision, 'running', 1, @at)
ON CONFLICT (onboarding_id, step) DO UPDATE SET status = 'running', ended_at = NULL`

const sqlAccountReadyAt = `
UPDATE accounts SET ready_at = @ready_at WHERE onboarding_id = @onboarding AND @ready_at::timestamptz IS NOT NULL`

// moved is where a transition moves the row.
func moved(runID string, transition onboarding.Transition) []statement {
	args := with(transitionArgs(transition), "run", runID)
	statements := []statement{{sqlTransition, args}}
	switch {
	case transition.Status == onboarding.StatusParked:
		statements = append(statements, statement{sqlStepParked, args})
	case transition.Kind == onboarding.EventCompensating:
		statements = append(statements, statement{sqlGiveUp, args})
	case transition.Kind == onboarding.EventWaiting:
		statements = append(statements, statement{sqlWaitBegan, args}, statement{sqlAccountReadyAt, args})
	case transition.Kind == onboarding.EventWaitAdjusted:
		statements = append(statements, statement{sqlAccountReadyAt, args})
	case transition.Status == onboarding.StatusCompleted:
		statements = append(statements, statement{sqlEndWait, with(args, "status", onboarding.StepDone)})
	case transition.Status == onboarding.StatusCancelled:
		statements = append(statements, statement{sqlEndWait, with(args, "status", onboarding.StepSkipped)}, reopenCommitment(transition.OnboardingID))
	}
	return statements
}

func transitionArgs(transition onboarding.Transition) pgx.NamedArgs {
	return pgx.NamedArgs{
		"onboarding": idOf(transition.OnboardingID), "status": transition.Status, "step": transition.Step,
		"revision": max(1, transition.Revision), "park_no": transition.ParkNo, "reason": transition.Reason,
		"ready_at": nullTime(transition.ReadyAt), "at": transition.At, "no": transition.No, "final": transition.Status.Final(),
	}
}
