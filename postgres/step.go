package postgres

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// Everything that changes a run takes this lock first. So changes of one run happen one
// after the other, and its events become visible in the order of their numbers.
const sqlLockOnboarding = `
SELECT dealer_id, status, revision, ended_at IS NOT NULL AS final
FROM onboardings WHERE id = @onboarding FOR NO KEY UPDATE`

type lockedOnboarding struct {
	DealerID string
	Status   onboarding.Status
	Revision int
	Final    bool
}

func lockOnboarding(ctx context.Context, tx pgx.Tx, onboardingID string) (lockedOnboarding, error) {
	return one[lockedOnboarding](ctx, tx, sqlLockOnboarding, pgx.NamedArgs{"onboarding": idOf(onboardingID)})
}

// BeginStep notes one more attempt. When the effect of key is done it notes nothing and
// returns the recorded result and true. An onboarding that is over still answers: its
// workflow may have been started anew.
func (s *Store) BeginStep(ctx context.Context, key onboarding.EffectKey) (result []byte, done bool, err error) {
	err = s.transact(ctx, "begin step", func(tx pgx.Tx) error {
		step, err := lockStep(ctx, tx, key)
		if err != nil {
			return err
		}
		if done = len(step.done) > 0; done {
			result = step.done[0].Result
			return nil
		}
		return write(ctx, tx, attempted(key, step.effect().Attempts+1)...)
	})
	return result, done, err
}

const effectDone = "done"

// What a step did for an earlier revision holds for a later one: an amendment cannot
// touch what a done step has used.
const sqlDoneEffect = `
SELECT result FROM step_effects
WHERE onboarding_id = @onboarding AND step = @step AND revision <= @revision AND state = 'done'
ORDER BY revision DESC LIMIT 1`

const sqlEffect = `
SELECT state, result, attempts FROM step_effects
WHERE onboarding_id = @onboarding AND step = @step AND revision = @revision`

type effectRow struct {
	State    string
	Result   []byte
	Attempts int
}

type doneRow struct{ Result []byte }

// standing is how an onboarding and one of its steps stand.
type standing struct {
	onboarding lockedOnboarding
	done       []doneRow
	effects    []effectRow
}

// effect is the zero row for one that was never begun.
func (s standing) effect() effectRow {
	if len(s.effects) == 0 {
		return effectRow{}
	}
	return s.effects[0]
}

// lockStep takes the onboarding's lock and looks at the step, in one round trip. Each
// statement sees what was committed when it began: those after the lock see all that its
// last holder did.
func lockStep(ctx context.Context, tx pgx.Tx, key onboarding.EffectKey) (step standing, err error) {
	batch := &pgx.Batch{}
	askOne(batch, sqlLockOnboarding, pgx.NamedArgs{"onboarding": idOf(key.OnboardingID)}, &step.onboarding)
	ask(batch, sqlDoneEffect, keyArgs(key), &step.done)
	ask(batch, sqlEffect, keyArgs(key), &step.effects)
	return step, tx.SendBatch(ctx, batch).Close()
}

func keyArgs(key onboarding.EffectKey) pgx.NamedArgs {
	return pgx.NamedArgs{"onboarding": idOf(key.OnboardingID), "step": key.Step, "revision": key.Revision}
}

// with is args and one more; args itself may belong to another statement already.
func with(args pgx.NamedArgs, name string, value any) pgx.NamedArgs {
	more := maps.Clone(args)
	more[name] = value
	return more
}

const sqlAttemptEffect = `
INSERT INTO step_effects (onboarding_id, step, revision, attempts) VALUES (@onboarding, @step, @revision, 1)
ON CONFLICT (onboarding_id, step, revision) DO UPDATE
SET state = 'pending', attempts = step_effects.attempts + 1, code = ''`

const sqlAttemptStep = `
INSERT INTO onboarding_steps (onboarding_id, step, revision, status, attempts, started_at)
VALUES (@onboarding, @step, @revision, 'running', 1, now())
ON CONFLICT (onboarding_id, step) DO UPDATE
SET revision = @revision, status = 'running', attempts = onboarding_steps.attempts + 1,
    started_at = coalesce(onboarding_steps.started_at, now()), ended_at = NULL, code = ''`

// await_network has no activity that could end it: it is over when another step begins.
const sqlEndWait = `
UPDATE onboarding_steps SET status = @status, ended_at = now()
WHERE onboarding_id = @onboarding AND step = 'await_network' AND status = 'running'`

// A step that begins proves that there is a workflow again, and that the wait is over.
const sqlMoveTo = `
UPDATE onboardings
SET step = @step, started_at = coalesce(started_at, now()), updated_at = now(),
    status       = CASE WHEN park_reason = 'workflow_lost' OR status = 'waiting' THEN 'active' ELSE status END,
    park_step    = CASE park_reason WHEN 'workflow_lost' THEN NULL ELSE park_step END,
    parked_since = CASE park_reason WHEN 'workflow_lost' THEN NULL ELSE parked_since END,
    park_reason  = nullif(park_reason, 'workflow_lost')
WHERE id = @onboarding AND ended_at IS NULL`

func attempted(key onboarding.EffectKey, attempt int) []statement {
	statements := []statement{
		{sqlAttemptEffect, keyArgs(key)},
		{sqlAttemptStep, keyArgs(key)},
		{sqlEndWait, with(keyArgs(key), "status", endOfWait(key.Step))},
		{sqlMoveTo, keyArgs(key)},
	}
	if key.Step == onboarding.StepSendLetter {
		statements = append(statements, announceReady(key.OnboardingID, time.Time{}))
	}
	if attempt == 1 {
		statements = append(statements, appendEvent(stepEvent(key, onboarding.EventStepStarted, "", "started")))
	}
	return statements
}

// endOfWait says how a wait ends that step cuts: an undo step means it was given up.
func endOfWait(step onboarding.Step) onboarding.StepStatus {
	if step.IsUndo() {
		return onboarding.StepSkipped
	}
	return onboarding.StepDone
}

// FinishStep records the result of an effect that changed nothing of ours. An effect
// keeps its first result.
func (s *Store) FinishStep(ctx context.Context, key onboarding.EffectKey, result []byte) error {
	return s.effect(ctx, "finish step", key, result, func(pgx.Tx, lockedOnboarding) error { return nil })
}

// effect makes a change and records the step's result with it, in one transaction and
// once: a repetition changes nothing.
func (s *Store) effect(ctx context.Context, doing string, key onboarding.EffectKey, result []byte, change func(pgx.Tx, lockedOnboarding) error) error {
	return s.transact(ctx, doing, func(tx pgx.Tx) error {
		step, err := lockStep(ctx, tx, key)
		if err != nil || step.effect().State == effectDone {
			return err
		}
		if err := change(tx, step.onboarding); err != nil {
			return err
		}
		return finish(ctx, tx, key, result, "")
	})
}

// nothing is the result of an undo step.
var nothing = []byte(`{}`)

const sqlFinishEffect = `
INSERT INTO step_effects (onboarding_id, step, revision, state, result, done_at)
VALUES (@onboarding, @step, @revision, 'done', @result, now())
ON CONFLICT (onboarding_id, step, revision) DO UPDATE
SET state = 'done', result = @result, done_at = now(), code = ''
WHERE step_effects.state <> 'done'`

const sqlFinishStep = `
INSERT INTO onboarding_steps (onboarding_id, step, revision, status, started_at, ended_at, code)
VALUES (@onboarding, @step, @revision, 'done', now(), now(), @code)
ON CONFLICT (onboarding_id, step) DO UPDATE
SET revision = @revision, status = 'done', ended_at = now(), code = @code`

const sqlTouch = `UPDATE onboardings SET updated_at = now() WHERE id = @onboarding`

// finish closes the effect of key and its step. The code is the step's answer, when it
// has one that is worth a word in the timeline.
func finish(ctx context.Context, tx pgx.Tx, key onboarding.EffectKey, result []byte, code string) error {
	return write(ctx, tx,
		statement{sqlFinishEffect, with(keyArgs(key), "result", result)},
		statement{sqlFinishStep, with(keyArgs(key), "code", code)},
		statement{sqlTouch, keyArgs(key)},
		appendEvent(stepEvent(key, onboarding.EventStepDone, code, "done")),
	)
}

const sqlFailEffect = `
INSERT INTO step_effects (onboarding_id, step, revision, code, detail)
VALUES (@onboarding, @step, @revision, @code, @detail)
ON CONFLICT (onboarding_id, step, revision) DO UPDATE SET code = @code, detail = @detail
RETURNING attempts`

const sqlFailStep = `
UPDATE onboarding_steps SET code = @code
WHERE onboarding_id = @onboarding AND step = @step AND status NOT IN ('done', 'skipped')`

// FailStep notes why an attempt failed. detail is the full text for people with access
// to the database; it stays out of events, logs and Temporal.
func (s *Store) FailStep(ctx context.Context, key onboarding.EffectKey, code onboarding.Reason, detail string) error {
	return s.transact(ctx, "fail step", func(tx pgx.Tx) error {
		if _, err := lockOnboarding(ctx, tx, key.OnboardingID); err != nil {
			return err
		}
		attempts, err := scalar[int](ctx, tx, sqlFailEffect, with(with(keyArgs(key), "code", code), "detail", detail))
		if err != nil {
			return err
		}
		return write(ctx, tx,
			statement{sqlFailStep, with(keyArgs(key), "code", code)},
			statement{sqlTouch, keyArgs(key)},
			appendEvent(stepEvent(key, onboarding.EventStepFailed, string(code), fmt.Sprintf("failed:%d", attempts))),
		)
	})
}
