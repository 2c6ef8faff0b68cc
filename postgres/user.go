package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

// Of a user u and the dealer d acted for. Switching the dealer narrows the scope to that
// dealer and those below it, unlike an API key's, which cannot switch.
const userColumns = `
    u.id, u.role, u.login_name, u.first_name, u.last_name, u.password_hash, u.must_change, u.password_until,
    d.id AS dealer_id, coalesce(d.name, '') AS dealer_name, array(
        WITH RECURSIVE scope (id) AS (
            SELECT d.id WHERE d.id IS NOT NULL
            UNION SELECT below.id FROM dealers below JOIN scope ON below.parent_id = scope.id)
        SELECT s.id::text FROM scope JOIN dealers s USING (id)
        ORDER BY s.id IS DISTINCT FROM d.id, s.name, s.id) AS dealers`

const sqlUserByLogin = `
SELECT ` + userColumns + `
FROM users u LEFT JOIN dealers d ON d.id = u.dealer_id
WHERE lower(u.login_name) = lower(@login_name) AND u.disabled_at IS NULL`

const sqlUser = `
SELECT ` + userColumns + `
FROM users u LEFT JOIN dealers d ON d.id = @dealer
WHERE u.id = @user AND u.disabled_at IS NULL
  AND (@dealer IS NOT DISTINCT FROM u.dealer_id
       OR EXISTS (SELECT FROM user_dealers l WHERE l.user_id = u.id AND l.dealer_id = @dealer))`

type userRow struct {
	ID            string
	Role          onboarding.Role
	LoginName     string
	FirstName     string
	LastName      string
	PasswordHash  string
	MustChange    bool
	PasswordUntil zeronull.Timestamptz
	DealerID      zeronull.Text
	DealerName    string
	Dealers       []string
}

func (r userRow) user() onboarding.User {
	return onboarding.User{
		Actor:     onboarding.Actor{UserID: r.ID, DealerID: string(r.DealerID), Role: r.Role, Dealers: r.Dealers},
		LoginName: r.LoginName, FirstName: r.FirstName, LastName: r.LastName,
		DealerName: r.DealerName, PasswordHash: r.PasswordHash, MustChange: r.MustChange,
		PasswordUntil: time.Time(r.PasswordUntil),
	}
}

// UserByLogin finds an enabled user by login name, in any case, acting for their own
// dealer; onboarding.ErrNotFound when there is none.
func (s *Store) UserByLogin(ctx context.Context, loginName string) (onboarding.User, error) {
	row, err := one[userRow](ctx, s.pool, sqlUserByLogin, pgx.NamedArgs{"login_name": loginName})
	return row.user(), translate("find user", err)
}

// User is an enabled user acting for a dealer that is their own or linked: the scope is
// that dealer and those below it. onboarding.ErrNotFound when there is none.
func (s *Store) User(ctx context.Context, userID, dealerID string) (onboarding.User, error) {
	row, err := one[userRow](ctx, s.pool, sqlUser, pgx.NamedArgs{"user": idOf(userID), "dealer": optionalID(dealerID)})
	return row.user(), translate("read user", err)
}

const sqlChangeUserPassword = `
UPDATE users SET password_hash = @password, must_change = false WHERE id = @user AND password_hash = @was AND disabled_at IS NULL`

// ChangeUserPassword replaces the password wasHash of an enabled user, which ends their
// sessions; onboarding.ErrNotFound when it is another by now.
func (s *Store) ChangeUserPassword(ctx context.Context, userID, wasHash, passwordHash string, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "change own password", entry, sqlChangeUserPassword, pgx.NamedArgs{
		"user": idOf(userID), "was": wasHash, "password": passwordHash,
	})
}

const sqlDealersOf = `
SELECT d.id, d.name
FROM users u JOIN dealers d ON d.id = u.dealer_id OR EXISTS
    (SELECT FROM user_dealers l WHERE l.user_id = u.id AND l.dealer_id = d.id)
WHERE u.id = @user
ORDER BY d.id IS DISTINCT FROM u.dealer_id, d.name, d.id`

// DealersOf are the user's own dealer and the linked ones, the own one first.
func (s *Store) DealersOf(ctx context.Context, userID string) ([]onboarding.NamedID, error) {
	rows, err := all[namedIDRow](ctx, s.pool, sqlDealersOf, pgx.NamedArgs{"user": idOf(userID)})
	dealers := make([]onboarding.NamedID, len(rows))
	for i, row := range rows {
		dealers[i] = onboarding.NamedID(row)
	}
	return dealers, translate("read dealers", err)
}
