package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// attemptsLife is far longer than any lock of a sign-in.
const attemptsLife = 24 * time.Hour

// importsLife is how long a file with people in it waits to be imported.
const importsLife = 7 * 24 * time.Hour

const sqlClearSessions = `
DELETE FROM sessions WHERE token IN
    (SELECT token FROM sessions WHERE expiry < now() ORDER BY expiry LIMIT @limit FOR UPDATE SKIP LOCKED)`

const sqlClearAttempts = `
DELETE FROM sign_in_attempts WHERE (door, name_hash) IN
    (SELECT door, name_hash FROM sign_in_attempts WHERE last_at < now() - @age::interval
     ORDER BY last_at LIMIT @limit FOR UPDATE SKIP LOCKED)`

const sqlClearAnswers = `
DELETE FROM idempotency_keys WHERE (user_id, key) IN
    (SELECT user_id, key FROM idempotency_keys WHERE created_at < now() - @age::interval
     ORDER BY created_at LIMIT @limit FOR UPDATE SKIP LOCKED)`

// Nothing is told again for a notice that is gone: the onboarding's workflows are over.
const sqlClearTraces = `
WITH deliveries AS (
    DELETE FROM webhook_deliveries WHERE id IN
        (SELECT id FROM webhook_deliveries WHERE state IN ('delivered', 'given_up') AND created_at < now() - @age::interval
         ORDER BY created_at LIMIT @limit FOR UPDATE SKIP LOCKED) RETURNING 1
), told AS (
    DELETE FROM notices n WHERE (n.onboarding_id, n.notice) IN
        (SELECT onboarding_id, notice FROM notices JOIN onboardings o ON o.id = onboarding_id
         WHERE o.ended_at < now() - @age::interval AND sent_at < now() - @age::interval LIMIT @limit FOR UPDATE OF notices SKIP LOCKED) RETURNING 1
), unknown AS (
    DELETE FROM panel_events WHERE event_id IN
        (SELECT event_id FROM panel_events WHERE onboarding_id IS NULL AND received_at < now() - @age::interval
         LIMIT @limit FOR UPDATE SKIP LOCKED) RETURNING 1
)
SELECT (SELECT count(*) FROM deliveries) + (SELECT count(*) FROM told) + (SELECT count(*) FROM unknown)`

// Clear deletes what its time is up for, of each kind at most limit, and counts it. What it
// cannot lock is somebody's at this moment and is left to the next round.
func (s *Store) Clear(ctx context.Context, retention onboarding.Retention, limit int) (onboarding.Cleared, error) {
	var cleared onboarding.Cleared
	for _, kind := range []struct {
		sql   string
		age   time.Duration
		count *int64
	}{
		{sqlForgetDrafts, onboarding.DraftLifetime, &cleared.Drafts},
		{sqlClearSessions, attemptsLife, &cleared.Sessions},
		{sqlClearAttempts, attemptsLife, &cleared.Attempts},
		{sqlForgetImports, importsLife, &cleared.Imports},
		{sqlClearAnswers, retention.Answers, &cleared.Answers},
	} {
		if kind.age == 0 {
			continue
		}
		tag, err := s.pool.Exec(ctx, kind.sql, pgx.NamedArgs{"age": kind.age, "lifetime": kind.age, "limit": limit})
		if err != nil {
			return cleared, translate("clear", err)
		}
		*kind.count = tag.RowsAffected()
	}
	if retention.Traces == 0 {
		return cleared, nil
	}
	traces, err := scalar[int64](ctx, s.pool, sqlClearTraces, pgx.NamedArgs{"age": retention.Traces, "limit": limit})
	cleared.Traces = traces
	return cleared, translate("clear", err)
}
