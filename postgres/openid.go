package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

// Each attempt that is kept takes a few expired ones away.
const sqlKeepOpenIDAttempt = `
WITH expired AS (
    DELETE FROM openid_attempts WHERE state_hash IN
        (SELECT state_hash FROM openid_attempts WHERE expires_at < now() ORDER BY expires_at LIMIT 20 FOR UPDATE SKIP LOCKED))
INSERT INTO openid_attempts (state_hash, browser_hash, nonce, verifier, next, expires_at)
VALUES (@state, @browser, @nonce, @verifier, @next, @expires)`

// KeepOpenIDAttempt keeps a sign-in that was begun.
func (s *Store) KeepOpenIDAttempt(ctx context.Context, attempt onboarding.KeptOpenIDAttempt) error {
	_, err := s.pool.Exec(ctx, sqlKeepOpenIDAttempt, pgx.NamedArgs{
		"state": attempt.State[:], "browser": attempt.Browser[:], "nonce": attempt.Nonce, "verifier": attempt.Verifier,
		"next": attempt.Next, "expires": attempt.Expires,
	})
	return translate("keep OpenID attempt", err)
}

// Another browser's attempt stays: whoever brings its state must not be able to end it.
const sqlTakeOpenIDAttempt = `
DELETE FROM openid_attempts WHERE state_hash = @state AND browser_hash = @browser
RETURNING nonce, verifier, next, expires_at > now() AS current`

// TakeOpenIDAttempt uses a sign-in up that was begun in a browser; onboarding.ErrNotFound
// when there is none, it is used up or its time is over.
func (s *Store) TakeOpenIDAttempt(ctx context.Context, state, browser [32]byte) (onboarding.KeptOpenIDAttempt, error) {
	row, err := one[struct {
		Nonce    string
		Verifier string
		Next     string
		Current  bool
	}](ctx, s.pool, sqlTakeOpenIDAttempt, pgx.NamedArgs{"state": state[:], "browser": browser[:]})
	if err == nil && !row.Current {
		err = pgx.ErrNoRows
	}
	if err != nil {
		return onboarding.KeptOpenIDAttempt{}, translate("take OpenID attempt", err)
	}
	return onboarding.KeptOpenIDAttempt{State: state, Browser: browser, Nonce: row.Nonce, Verifier: row.Verifier, Next: row.Next}, nil
}

const sqlUserByIdentity = `
SELECT ` + userColumns + `, i.id AS identity_id, u.disabled_at IS NOT NULL AS disabled
FROM user_identities i JOIN users u ON u.id = i.user_id LEFT JOIN dealers d ON d.id = u.dealer_id
WHERE i.issuer = @issuer AND i.subject = @subject`

// UserByIdentity finds the user whom an identity is linked to, disabled ones as well, acting
// for their own dealer; onboarding.ErrNotFound when it is linked to nobody.
func (s *Store) UserByIdentity(ctx context.Context, issuer, subject string) (onboarding.LinkedUser, error) {
	row, err := one[struct {
		userRow
		IdentityID string
		Disabled   bool
	}](ctx, s.pool, sqlUserByIdentity, pgx.NamedArgs{"issuer": issuer, "subject": subject})
	return onboarding.LinkedUser{User: row.user(), IdentityID: row.IdentityID, Disabled: row.Disabled}, translate("find identity", err)
}

const sqlIdentityStands = `SELECT EXISTS (SELECT FROM user_identities WHERE id = @identity AND user_id = @user AND issuer = @issuer)`

// IdentityStands reports whether a user's identity is still linked, and of this issuer.
func (s *Store) IdentityStands(ctx context.Context, userID, identityID, issuer string) (bool, error) {
	stands, err := scalar[bool](ctx, s.pool, sqlIdentityStands, pgx.NamedArgs{"identity": idOf(identityID), "user": idOf(userID), "issuer": issuer})
	return stands, translate("look at identity", err)
}

const sqlUsersByEmail = `
SELECT u.id, u.dealer_id, u.disabled_at IS NOT NULL AS disabled,
    EXISTS (SELECT FROM user_identities i WHERE i.user_id = u.id AND i.issuer = @issuer) AS linked
FROM users u WHERE u.email <> '' AND lower(u.email) = lower(@email)
ORDER BY u.id LIMIT 20`

// UsersByEmail are those who have an e-mail address, in any case, and whether they have an
// identity of the issuer already; at most 20.
func (s *Store) UsersByEmail(ctx context.Context, email, issuer string) ([]onboarding.EmailHolder, error) {
	rows, err := all[struct {
		ID       string
		DealerID zeronull.Text
		Disabled bool
		Linked   bool
	}](ctx, s.pool, sqlUsersByEmail, pgx.NamedArgs{"email": email, "issuer": issuer})
	holders := make([]onboarding.EmailHolder, len(rows))
	for i, row := range rows {
		holders[i] = onboarding.EmailHolder{UserID: row.ID, DealerID: string(row.DealerID), Disabled: row.Disabled, Linked: row.Linked}
	}
	return holders, translate("find users by e-mail", err)
}

// What was looked at before is asked again here: a second user may have got the address since.
const sqlLinkIdentity = `
INSERT INTO user_identities (id, user_id, issuer, subject)
SELECT @id, u.id, @issuer, @subject FROM users u
WHERE u.id = @user AND u.disabled_at IS NULL AND lower(u.email) = lower(@email)
    AND NOT EXISTS (SELECT FROM users o WHERE o.id <> u.id AND o.disabled_at IS NULL AND o.email <> '' AND lower(o.email) = lower(@email))
ON CONFLICT DO NOTHING`

// LinkIdentity links an identity to the one enabled user who has its e-mail address, with the
// line of the audit trail; onboarding.ErrNotFound when it is not so any more, or either of
// the two is linked already.
func (s *Store) LinkIdentity(ctx context.Context, userID string, identity onboarding.Identity, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "link identity", entry, sqlLinkIdentity, pgx.NamedArgs{
		"id": newID(), "user": idOf(userID), "issuer": identity.Issuer, "subject": identity.Subject, "email": identity.Email,
	})
}

const sqlUnlinkStaff = `
DELETE FROM user_identities i USING users u WHERE i.user_id = @id AND u.id = i.user_id AND u.dealer_id = @dealer`

// UnlinkStaff takes the identities of a dealer's user away, which ends the sessions that were
// opened through them; onboarding.ErrNotFound when there is none.
func (s *Store) UnlinkStaff(ctx context.Context, dealerID, userID string, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "unlink identity", entry, sqlUnlinkStaff, pgx.NamedArgs{"id": idOf(userID), "dealer": idOf(dealerID)})
}
