package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// A count is over when its time has passed. Attempts beyond the limit are counted but do
// not begin that time anew, so that a lock ends however often somebody knocks.
const sqlCountAttempt = `
INSERT INTO sign_in_attempts AS a (door, name_hash, attempts) VALUES (@door, @name, 1)
ON CONFLICT (door, name_hash) DO UPDATE
SET attempts = CASE WHEN a.last_at <= now() - @lock::interval THEN 1 ELSE least(a.attempts + 1, 1000) END,
    last_at  = CASE WHEN a.last_at > now() - @lock::interval AND a.attempts >= @most THEN a.last_at ELSE now() END
RETURNING attempts`

const sqlForgetOldAttempts = `
DELETE FROM sign_in_attempts WHERE (door, name_hash) IN
    (SELECT door, name_hash FROM sign_in_attempts WHERE last_at <= now() - @lock::interval
     ORDER BY last_at LIMIT 20 FOR UPDATE SKIP LOCKED)`

// CountAttempt counts an attempt to sign in before its password is looked at, so that
// guesses sent all at once count as well, and tells how many there were in a row, this
// one included. The count starts anew when lock has passed since the last of the first
// most attempts. name is a hash: one that nobody has is counted like any other.
func (s *Store) CountAttempt(ctx context.Context, door onboarding.Door, name [32]byte, most int, lock time.Duration) (attempts int, err error) {
	args := pgx.NamedArgs{"door": door, "name": name[:], "most": most, "lock": lock}
	attempts, err = scalar[int](ctx, s.pool, sqlCountAttempt, args)
	if err == nil && attempts == 1 {
		_, err = s.pool.Exec(ctx, sqlForgetOldAttempts, args)
	}
	return attempts, translate("count attempt", err)
}

const sqlForgetAttempts = `DELETE FROM sign_in_attempts WHERE door = @door AND name_hash = @name`

// ForgetAttempts ends the count after a success.
func (s *Store) ForgetAttempts(ctx context.Context, door onboarding.Door, name [32]byte) error {
	_, err := s.pool.Exec(ctx, sqlForgetAttempts, pgx.NamedArgs{"door": door, "name": name[:]})
	return translate("forget attempts", err)
}
