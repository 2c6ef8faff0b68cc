package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

// What `latchkey admin` changes about how an existing user signs in. Each names the user by
// login name, in any case, returns their ID, and is onboarding.ErrNotFound for a user who is
// not there or disabled.

const sqlSetEmail = `
UPDATE users SET email = @email WHERE lower(login_name) = lower(@login_name) AND disabled_at IS NULL
RETURNING id, dealer_id`

// SetEmail says by which e-mail address an identity provider's person is found.
func (s *Store) SetEmail(ctx context.Context, loginName, email string) (userID string, err error) {
	return s.changeSignIn(ctx, "set e-mail", "admin.set_email", sqlSetEmail, pgx.NamedArgs{"login_name": loginName, "email": email})
}

const sqlLetInWithPassword = `
UPDATE users SET password_hash = @password, must_change = true, password_until = @until
WHERE lower(login_name) = lower(@login_name) AND disabled_at IS NULL
RETURNING id, dealer_id`

// LetInWithPassword gives a user a password that is enough until then, also where an identity
// provider is required. It ends their sessions.
func (s *Store) LetInWithPassword(ctx context.Context, loginName, passwordHash string, until time.Time) (userID string, err error) {
	return s.changeSignIn(ctx, "let in with password", "admin.let_in_with_password", sqlLetInWithPassword, pgx.NamedArgs{
		"login_name": loginName, "password": passwordHash, "until": until,
	})
}

const sqlLinkUser = `
INSERT INTO user_identities (id, user_id, issuer, subject)
SELECT @id, id, @issuer, @subject FROM users WHERE lower(login_name) = lower(@login_name) AND disabled_at IS NULL
ON CONFLICT DO NOTHING
RETURNING user_id AS id, (SELECT dealer_id FROM users u WHERE u.id = user_id) AS dealer_id`

// LinkUser links a user to a provider's subject, for a provider that tells no verified e-mail
// address. onboarding.ErrNotFound as well when either of the two is linked already.
func (s *Store) LinkUser(ctx context.Context, loginName, issuer, subject string) (userID string, err error) {
	return s.changeSignIn(ctx, "link user", "admin.link_user", sqlLinkUser, pgx.NamedArgs{
		"id": newID(), "login_name": loginName, "issuer": issuer, "subject": subject,
	})
}

const sqlUnlinkUser = `
WITH gone AS (
    DELETE FROM user_identities i USING users u WHERE u.id = i.user_id AND lower(u.login_name) = lower(@login_name)
    RETURNING u.id, u.dealer_id)
SELECT DISTINCT id, dealer_id FROM gone`

// UnlinkUser takes a user's identities away, also a disabled one's; onboarding.ErrNotFound
// when there is none.
func (s *Store) UnlinkUser(ctx context.Context, loginName string) (userID string, err error) {
	return s.changeSignIn(ctx, "unlink user", "admin.unlink_user", sqlUnlinkUser, pgx.NamedArgs{"login_name": loginName})
}

func (s *Store) changeSignIn(ctx context.Context, doing, action, sql string, args pgx.NamedArgs) (userID string, err error) {
	err = s.transact(ctx, doing, func(tx pgx.Tx) error {
		changed, err := one[struct {
			ID       string
			DealerID zeronull.Text
		}](ctx, tx, sql, args)
		if err != nil {
			return err
		}
		userID = changed.ID
		return write(ctx, tx, insertAudit(newID(), onboarding.AuditEntry{DealerID: string(changed.DealerID), Action: action, ObjectID: userID}))
	})
	return userID, err
}
