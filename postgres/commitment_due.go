package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// The sweep compares instants only: the zone did its part when the date was typed.
const sqlDueCommitments = `
WITH due AS (
    SELECT id FROM commitments
    WHERE state = 'open' AND activate_at <= now() AND (claimed_until IS NULL OR claimed_until < now())
    ORDER BY activate_at, id
    LIMIT @limit
    FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE commitments SET claimed_until = now() + @lease::interval WHERE id IN (SELECT id FROM due) RETURNING *
)
SELECT ` + commitmentColumns + ` FROM claimed c ` + commitmentJoins + `
ORDER BY c.activate_at, c.id`

// DueCommitments claims commitments whose date has come, the earliest first, at most limit.
// They are the caller's for as long as the lease; one that is not settled by then is due again.
func (s *Store) DueCommitments(ctx context.Context, lease time.Duration, limit int) ([]onboarding.Commitment, error) {
	rows, err := all[commitmentRow](ctx, s.pool, sqlDueCommitments, pgx.NamedArgs{"lease": lease, "limit": limit})
	if err != nil {
		return nil, translate("find due commitments", err)
	}
	commitments, err := commitmentsOf(rows)
	return commitments, translate("find due commitments", err)
}

const sqlActivationsUnderWay = `
SELECT count(*) FROM onboardings
WHERE source = 'commitment' AND status IN ('submitted', 'active') AND created_at > now() - @within::interval`

// ActivationsUnderWay counts the onboardings of commitments that were made within the time
// given and have not come to their network hour, or to an end.
func (s *Store) ActivationsUnderWay(ctx context.Context, within time.Duration) (int, error) {
	count, err := scalar[int](ctx, s.pool, sqlActivationsUnderWay, pgx.NamedArgs{"within": within})
	return count, translate("count activations under way", err)
}

const sqlNeedsSerial = `
UPDATE commitments SET state = 'needs_serial', claimed_until = NULL, version = version + 1, updated_at = now()
WHERE id = @id AND version = @version AND state = 'open'`

// CommitmentNeedsSerial asks the dealer for the serial number of a due commitment. One that
// was changed meanwhile is left alone.
func (s *Store) CommitmentNeedsSerial(ctx context.Context, commitment onboarding.Commitment) error {
	return s.settleDue(ctx, commitment, sqlNeedsSerial,
		openTask(onboarding.Task{DealerID: commitment.DealerID, Kind: onboarding.TaskCommitmentNeedsSerial, ObjectID: commitment.ID}),
		announce(commitment.Due("")),
		announce(onboarding.Announcement{
			Kind: onboarding.AnnounceCommitmentNeedsSerial, DealerID: commitment.DealerID, CommitmentID: commitment.ID,
			Once: commitment.DueOnce(),
		}))
}

const sqlRefuseDue = `
UPDATE commitments SET activate_at = NULL, claimed_until = NULL, version = version + 1, updated_at = now()
WHERE id = @id AND version = @version AND state = 'open'`

// RefuseCommitment takes the date from a due commitment that cannot be activated as it
// stands, and asks the dealer to correct it; code is the first thing that is wrong. One that
// was changed meanwhile is left alone.
func (s *Store) RefuseCommitment(ctx context.Context, commitment onboarding.Commitment, code string) error {
	return s.settleDue(ctx, commitment, sqlRefuseDue,
		openTask(onboarding.Task{DealerID: commitment.DealerID, Kind: onboarding.TaskCommitmentRefused, ObjectID: commitment.ID, Code: code}),
		announce(commitment.Due(code)))
}

func (s *Store) settleDue(ctx context.Context, commitment onboarding.Commitment, sql string, after ...statement) error {
	return s.transact(ctx, "settle due commitment", func(tx pgx.Tx) error {
		settled, err := changed(ctx, tx, sql, pgx.NamedArgs{"id": idOf(commitment.ID), "version": commitment.Version})
		if err != nil || !settled {
			return err
		}
		return write(ctx, tx, after...)
	})
}

// What is due is for the sweep: it was promised for a time before the expiry.
const sqlExpireCommitments = `
WITH ended AS (
    SELECT id FROM commitments
    WHERE state IN ('open', 'needs_serial') AND expires_at <= now() AND (state <> 'open' OR activate_at IS NULL OR activate_at > now())
    ORDER BY expires_at
    LIMIT @limit
    FOR UPDATE SKIP LOCKED
), expired AS (
    UPDATE commitments SET state = 'expired', claimed_until = NULL, version = version + 1, updated_at = now()
    WHERE id IN (SELECT id FROM ended) RETURNING id, dealer_id, version
), told AS (
    INSERT INTO announcements (id, dealer_id, kind, commitment_id, dedupe_key)
    SELECT gen_random_uuid(), dealer_id, @announced::text, id, @announced || ':' || id || ':' || version FROM expired
    ON CONFLICT ON CONSTRAINT announcements_once DO NOTHING
), done AS (
    UPDATE tasks SET closed_at = now() WHERE object_id IN (SELECT id FROM expired) AND kind = ANY (@tasks::text[]) AND closed_at IS NULL
)
SELECT count(*) FROM expired`

// ExpireCommitments ends commitments that were not activated in time, at most limit, and
// tells how many.
func (s *Store) ExpireCommitments(ctx context.Context, limit int) (int, error) {
	expired, err := scalar[int](ctx, s.pool, sqlExpireCommitments, pgx.NamedArgs{
		"limit": limit, "announced": onboarding.AnnounceCommitmentExpired,
		"tasks": []string{string(onboarding.TaskCommitmentNeedsSerial), string(onboarding.TaskCommitmentRefused)},
	})
	return expired, translate("expire commitments", err)
}
