package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// Of two requests with one key, the second waits here until the first has committed.
const sqlClaimObjectKey = `
INSERT INTO idempotency_keys (user_id, key, body_hash, object_id) VALUES (@user, @key, @hash, @object)
ON CONFLICT (user_id, key) DO NOTHING`

// claimObject lets the first write with a key make its object, and tells every other one
// what the first has made: *onboarding.MadeBefore. A write without a key goes on.
func claimObject(ctx context.Context, tx pgx.Tx, entry onboarding.AuditEntry) error {
	if entry.Key == nil {
		return nil
	}
	claimed, err := changed(ctx, tx, sqlClaimObjectKey, pgx.NamedArgs{
		"user": idOf(entry.Key.UserID), "key": entry.Key.Key, "hash": entry.Key.BodyHash[:], "object": idOf(entry.ObjectID),
	})
	if err != nil || claimed {
		return err
	}
	known, err := remembered(ctx, tx, *entry.Key)
	if err != nil {
		return err
	}
	if known.ObjectID == nil {
		return onboarding.ErrKeyReused
	}
	return &onboarding.MadeBefore{ID: known.ObjectID.String()}
}
