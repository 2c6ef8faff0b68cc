package postgres

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlStaff = `
SELECT id, role, login_name, first_name, last_name, sales_rep, installer_rep, password_hash <> '' AS has_password,
    disabled_at IS NOT NULL AS disabled, email, EXISTS (SELECT FROM user_identities i WHERE i.user_id = users.id) AS linked
FROM users WHERE dealer_id = @dealer
ORDER BY disabled_at IS NOT NULL, last_name, first_name, login_name`

type staffRow struct {
	ID           string
	Role         onboarding.Role
	LoginName    string
	FirstName    string
	LastName     string
	SalesRep     bool
	InstallerRep bool
	HasPassword  bool
	Disabled     bool
	Email        string
	Linked       bool
}

// Staff are the users whose own dealer this is, disabled ones last.
func (s *Store) Staff(ctx context.Context, dealerID string) ([]onboarding.StaffMember, error) {
	rows, err := all[staffRow](ctx, s.pool, sqlStaff, pgx.NamedArgs{"dealer": idOf(dealerID)})
	staff := make([]onboarding.StaffMember, len(rows))
	for i, row := range rows {
		staff[i] = onboarding.StaffMember(row)
	}
	return staff, translate("read staff", err)
}

const sqlAddStaff = `
INSERT INTO users (id, role, dealer_id, login_name, password_hash, first_name, last_name, sales_rep, installer_rep, email, must_change)
SELECT @id, @role, id, @login_name, @password, @first_name, @last_name, @sales_rep, @installer_rep, @email, true FROM dealers WHERE id = @dealer`

// AddStaff adds a user of a dealer with a password to be changed at the first sign-in; onboarding.ErrNameTaken when somebody has the login name.
func (s *Store) AddStaff(ctx context.Context, dealerID string, member onboarding.StaffMember, passwordHash string, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "add user", entry, sqlAddStaff, with(staffArgs(dealerID, member), "password", passwordHash))
}

const sqlChangeStaff = `
UPDATE users SET role = @role, first_name = @first_name, last_name = @last_name, sales_rep = @sales_rep, installer_rep = @installer_rep,
    email = @email
WHERE id = @id AND dealer_id = @dealer`

// ChangeStaff gives a user their role, names and marks; the login name stays.
func (s *Store) ChangeStaff(ctx context.Context, dealerID string, member onboarding.StaffMember, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "change user", entry, sqlChangeStaff, staffArgs(dealerID, member))
}

func staffArgs(dealerID string, member onboarding.StaffMember) pgx.NamedArgs {
	return pgx.NamedArgs{
		"id": idOf(member.ID), "dealer": idOf(dealerID), "role": member.Role, "login_name": member.LoginName, "first_name": member.FirstName,
		"last_name": member.LastName, "sales_rep": member.SalesRep, "installer_rep": member.InstallerRep, "email": member.Email,
	}
}

const (
	sqlDisableStaff     = `UPDATE users SET disabled_at = coalesce(disabled_at, now()) WHERE id = @id AND dealer_id = @dealer`
	sqlEnableStaff      = `UPDATE users SET disabled_at = NULL WHERE id = @id AND dealer_id = @dealer`
	sqlSetStaffPassword = `UPDATE users SET password_hash = @password, must_change = true WHERE id = @id AND dealer_id = @dealer`
)

// DisableStaff ends a user's sessions and keys from working.
func (s *Store) DisableStaff(ctx context.Context, dealerID, userID string, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "disable user", entry, sqlDisableStaff, pgx.NamedArgs{"id": idOf(userID), "dealer": idOf(dealerID)})
}

// EnableStaff lets a disabled user in again.
func (s *Store) EnableStaff(ctx context.Context, dealerID, userID string, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "enable user", entry, sqlEnableStaff, pgx.NamedArgs{"id": idOf(userID), "dealer": idOf(dealerID)})
}

// SetStaffPassword replaces a user's password, which ends their sessions; the next sign-in
// must replace it.
func (s *Store) SetStaffPassword(ctx context.Context, dealerID, userID, passwordHash string, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "set password", entry, sqlSetStaffPassword, pgx.NamedArgs{
		"id": idOf(userID), "dealer": idOf(dealerID), "password": passwordHash,
	})
}

const sqlAPIKeys = `
SELECT k.id, ` + nameOfUser + ` AS user_name, k.prefix, k.label, k.created_at, k.expires_at, k.last_used_at, k.revoked_at
FROM api_keys k JOIN users u ON u.id = k.user_id
WHERE u.dealer_id = @dealer
ORDER BY k.revoked_at IS NOT NULL, k.created_at DESC, k.id DESC
LIMIT 200`

// APIKeys are the keys of the dealer's users, the newest first and revoked ones last; at
// most 200.
func (s *Store) APIKeys(ctx context.Context, dealerID string) ([]onboarding.APIKey, error) {
	rows, err := all[struct {
		ID         string
		UserName   string
		Prefix     string
		Label      string
		CreatedAt  time.Time
		ExpiresAt  zeronull.Timestamptz
		LastUsedAt zeronull.Timestamptz
		RevokedAt  zeronull.Timestamptz
	}](ctx, s.pool, sqlAPIKeys, pgx.NamedArgs{"dealer": idOf(dealerID)})
	keys := make([]onboarding.APIKey, len(rows))
	for i, row := range rows {
		keys[i] = onboarding.APIKey{
			ID: row.ID, UserName: row.UserName, Prefix: row.Prefix, Label: row.Label, CreatedAt: row.CreatedAt,
			ExpiresAt: time.Time(row.ExpiresAt), LastUsedAt: time.Time(row.LastUsedAt), RevokedAt: time.Time(row.RevokedAt),
		}
	}
	return keys, translate("read API keys", err)
}

const (
	sqlAddAPIKey = `
INSERT INTO api_keys (id, user_id, prefix, hash, label)
SELECT @id, id, @prefix, @hash, @label FROM users WHERE id = @user AND dealer_id = @dealer AND disabled_at IS NULL
ON CONFLICT (id) DO NOTHING`
	sqlRevokeAPIKeyOf = `
UPDATE api_keys k SET revoked_at = now() FROM users u
WHERE k.id = @id AND k.revoked_at IS NULL AND u.id = k.user_id AND u.dealer_id = @dealer`
)

// AddAPIKey keeps the SHA-256 of a key and its first characters. onboarding.ErrNotFound
// for a user that the dealer has not, and for an ID that is used already.
func (s *Store) AddAPIKey(ctx context.Context, dealerID, keyID, userID, key, label string, entry onboarding.AuditEntry) error {
	hash := sha256.Sum256([]byte(key))
	return s.changeAudited(ctx, "add API key", entry, sqlAddAPIKey, pgx.NamedArgs{
		"id": idOf(keyID), "user": idOf(userID), "dealer": idOf(dealerID), "prefix": key[:min(shownOfAPIKey, len(key))], "hash": hash[:], "label": label,
	})
}

// WithdrawAPIKey ends a key of one of the dealer's users at once.
func (s *Store) WithdrawAPIKey(ctx context.Context, dealerID, keyID string, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "withdraw API key", entry, sqlRevokeAPIKeyOf, pgx.NamedArgs{"id": idOf(keyID), "dealer": idOf(dealerID)})
}
