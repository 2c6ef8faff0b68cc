package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// SealedRoot is what set-up links and the secrets of webhooks are derived from, as it is
// kept: encrypted. Before is what they were derived from before a renewal; nil otherwise.
type SealedRoot struct {
	KeyID  string
	Sealed []byte
	Before []byte
}

const sqlRootSecret = `SELECT key_id, sealed, sealed_before AS before FROM root_secret`

// RootSecret is onboarding.ErrNotFound when none is kept yet.
func (s *Store) RootSecret(ctx context.Context) (SealedRoot, error) {
	kept, err := one[SealedRoot](ctx, s.pool, sqlRootSecret, nil)
	return kept, translate("read root secret", err)
}

const sqlKeepRootSecret = `
INSERT INTO root_secret (key_id, sealed, sealed_before) VALUES (@key, @sealed, @before) ON CONFLICT (one) DO NOTHING`

// KeepRootSecret keeps the first one, and returns the one that is kept: another program may
// have been faster.
func (s *Store) KeepRootSecret(ctx context.Context, root SealedRoot) (SealedRoot, error) {
	if _, err := s.pool.Exec(ctx, sqlKeepRootSecret, root.args()); err != nil {
		return SealedRoot{}, translate("keep root secret", err)
	}
	return s.RootSecret(ctx)
}

const sqlChangeRootSecret = `
UPDATE root_secret SET key_id = @key, sealed = @sealed, sealed_before = @before, changed_at = now() WHERE sealed = @was`

// ChangeRootSecret puts one in the place of the one that is kept; onboarding.ErrStale when
// somebody else did meanwhile.
func (s *Store) ChangeRootSecret(ctx context.Context, was, becomes SealedRoot, entry onboarding.AuditEntry) error {
	args := becomes.args()
	args["was"] = was.Sealed
	err := s.changeAudited(ctx, "change root secret", entry, sqlChangeRootSecret, args)
	if errors.Is(err, onboarding.ErrNotFound) {
		return onboarding.ErrStale
	}
	return err
}

func (r SealedRoot) args() pgx.NamedArgs {
	return pgx.NamedArgs{"key": r.KeyID, "sealed": r.Sealed, "before": r.Before}
}

const sqlSecretsGivenOut = `SELECT EXISTS (SELECT FROM webhook_endpoints) OR EXISTS (SELECT FROM letters WHERE token_hash IS NOT NULL)`

// SecretsGivenOut reports whether anybody was given a derived secret.
func (s *Store) SecretsGivenOut(ctx context.Context) (bool, error) {
	given, err := scalar[bool](ctx, s.pool, sqlSecretsGivenOut, nil)
	return given, translate("look for secrets", err)
}
