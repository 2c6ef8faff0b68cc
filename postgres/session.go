package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// Sessions keeps the sessions of one web site. It is an scs.CtxStore.
type Sessions struct {
	store *Store
	door  onboarding.Door
}

// Sessions is where the site behind a door keeps its sessions. A token of one site is
// unknown to the other.
func (s *Store) Sessions(door onboarding.Door) *Sessions { return &Sessions{s, door} }

const sqlFindSession = `SELECT data FROM sessions WHERE token = @token AND expiry > now()`

// FindCtx is the data of a session that has not expired.
func (s *Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	data, err = scalar[[]byte](ctx, s.store.pool, sqlFindSession, pgx.NamedArgs{"token": s.key(token)})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, false, nil
	}
	return data, err == nil, translate("find session", err)
}

// Each session that is kept takes a few expired ones away.
const sqlCommitSession = `
WITH expired AS (
    DELETE FROM sessions WHERE token IN
        (SELECT token FROM sessions WHERE expiry < now() AND token <> @token ORDER BY expiry LIMIT 20 FOR UPDATE SKIP LOCKED))
INSERT INTO sessions (token, data, expiry) VALUES (@token, @data, @expiry)
ON CONFLICT (token) DO UPDATE SET data = @data, expiry = @expiry`

// CommitCtx keeps the data of a session until expiry.
func (s *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	_, err := s.store.pool.Exec(ctx, sqlCommitSession, pgx.NamedArgs{"token": s.key(token), "data": data, "expiry": expiry})
	return translate("keep session", err)
}

const sqlDeleteSession = `DELETE FROM sessions WHERE token = @token`

// DeleteCtx ends a session.
func (s *Sessions) DeleteCtx(ctx context.Context, token string) error {
	_, err := s.store.pool.Exec(ctx, sqlDeleteSession, pgx.NamedArgs{"token": s.key(token)})
	return translate("end session", err)
}

func (s *Sessions) key(token string) string { return string(s.door) + ":" + token }

// errNeedsContext is for scs's interface alone: it never calls these when the others exist.
var errNeedsContext = errors.New("postgres: a session is kept with a context")

// Find refuses; see FindCtx.
func (s *Sessions) Find(string) (data []byte, found bool, err error) {
	return nil, false, errNeedsContext
}

// Commit refuses; see CommitCtx.
func (s *Sessions) Commit(string, []byte, time.Time) error { return errNeedsContext }

// Delete refuses; see DeleteCtx.
func (s *Sessions) Delete(string) error { return errNeedsContext }
