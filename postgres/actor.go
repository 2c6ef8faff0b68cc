package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

// The scope is the user's own dealer and the linked ones, and every dealer below them;
// the own one first.
const sqlActorByAPIKey = `
SELECT u.id, u.dealer_id, u.role, array(
    WITH RECURSIVE scope (id) AS (
        SELECT u.dealer_id WHERE u.dealer_id IS NOT NULL
        UNION SELECT l.dealer_id FROM user_dealers l WHERE l.user_id = u.id
        UNION SELECT d.id FROM dealers d JOIN scope ON d.parent_id = scope.id)
    SELECT d.id::text FROM scope JOIN dealers d USING (id)
    ORDER BY d.id IS DISTINCT FROM u.dealer_id, d.name, d.id) AS dealers
FROM api_keys k JOIN users u ON u.id = k.user_id
WHERE k.hash = @hash AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
  AND u.disabled_at IS NULL`

// Once a minute is enough to tell a key that is used from one that is not.
const sqlTouchAPIKey = `
UPDATE api_keys SET last_used_at = now()
WHERE hash = @hash AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`

type actorRow struct {
	ID       string
	DealerID zeronull.Text
	Role     onboarding.Role
	Dealers  []string
}

// ActorByAPIKey finds the user behind a key by the SHA-256 of it; onboarding.ErrNotFound
// when there is none, or it is revoked or expired, or its user is disabled.
func (s *Store) ActorByAPIKey(ctx context.Context, hash [32]byte) (onboarding.Actor, error) {
	args := pgx.NamedArgs{"hash": hash[:]}
	var rows []actorRow
	batch := &pgx.Batch{}
	ask(batch, sqlActorByAPIKey, args, &rows)
	batch.Queue(sqlTouchAPIKey, args)
	if err := s.pool.SendBatch(ctx, batch).Close(); err != nil {
		return onboarding.Actor{}, translate("authenticate", err)
	}
	if len(rows) == 0 {
		return onboarding.Actor{}, onboarding.ErrNotFound
	}
	row := rows[0]
	return onboarding.Actor{UserID: row.ID, DealerID: string(row.DealerID), Role: row.Role, Dealers: row.Dealers}, nil
}
