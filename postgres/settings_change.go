package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// A change of a dealer's settings and the line of the audit trail about it are kept
// together or not at all. onboarding.ErrNotFound is a change that met no row.

func (s *Store) changeAudited(ctx context.Context, doing string, entry onboarding.AuditEntry, sql string, args pgx.NamedArgs) error {
	return s.transact(ctx, doing, func(tx pgx.Tx) error {
		return changeNoted(ctx, tx, entry, sql, args)
	})
}

func changeNoted(ctx context.Context, tx pgx.Tx, entry onboarding.AuditEntry, sql string, args pgx.NamedArgs) error {
	if err := claimKey(ctx, tx, entry.Key, keyed{object: entry.ObjectID}); err != nil {
		return err
	}
	found, err := changed(ctx, tx, sql, args)
	if err != nil {
		return err
	}
	if !found {
		return onboarding.ErrNotFound
	}
	return write(ctx, tx, insertAudit(newID(), entry))
}
