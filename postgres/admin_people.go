package postgres

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// What this file creates may come with an ID of its own. One that exists already is
// left as it is, so that setting an installation up can be repeated.

// NewDealer is a dealer to create.
type NewDealer struct {
	onboarding.Dealer
	// ParentID makes it a sub-dealer; empty for a dealer of its own.
	ParentID string
}

const sqlInsertDealer = `
INSERT INTO dealers (id, parent_id, name, support_email, support_phone, mail_from, notice_email, website_url, colour, logo, time_zone)
VALUES (@id, @parent, @name, @support_email, @support_phone, @mail_from, @notice_email, @website_url, @colour, coalesce(@logo, ''::bytea), @time_zone)
ON CONFLICT (id) DO NOTHING`

// CreateDealer adds a dealer and returns its ID.
func (s *Store) CreateDealer(ctx context.Context, dealer NewDealer) (id string, err error) {
	return s.create(ctx, "create dealer", dealer.ID, sqlInsertDealer, pgx.NamedArgs{
		"parent": optionalID(dealer.ParentID), "name": dealer.Name, "support_email": dealer.SupportEmail,
		"support_phone": dealer.SupportPhone, "mail_from": dealer.MailFrom, "notice_email": dealer.NoticeEmail,
		"website_url": dealer.WebsiteURL, "colour": dealer.Colour, "logo": dealer.Logo, "time_zone": dealer.TimeZone,
	})
}

const (
	sqlSuspendDealer   = `UPDATE dealers SET suspended = true WHERE id = @dealer`
	sqlReinstateDealer = `UPDATE dealers SET suspended = false WHERE id = @dealer`
)

// SuspendDealer keeps a dealer's onboardings from becoming accounts.
func (s *Store) SuspendDealer(ctx context.Context, dealerID string) error {
	return s.change(ctx, "suspend dealer", sqlSuspendDealer, pgx.NamedArgs{"dealer": idOf(dealerID)})
}

// ReinstateDealer lifts a suspension.
func (s *Store) ReinstateDealer(ctx context.Context, dealerID string) error {
	return s.change(ctx, "reinstate dealer", sqlReinstateDealer, pgx.NamedArgs{"dealer": idOf(dealerID)})
}

// NewUser is a user to create.
type NewUser struct {
	ID string
	// DealerID is empty for those who run the installation.
	DealerID  string
	Role      onboarding.Role
	LoginName string
	// PasswordHash is argon2id in its encoded form; empty for a user with API keys only.
	PasswordHash string
	FirstName    string
	LastName     string
	SalesRep     bool
	InstallerRep bool
	// Email is how an identity provider's person is found the first time; it may be empty.
	Email string
}

const sqlInsertUser = `
INSERT INTO users (id, role, dealer_id, login_name, password_hash, first_name, last_name, sales_rep, installer_rep, email)
VALUES (@id, @role, @dealer, @login_name, @hash, @first_name, @last_name, @sales_rep, @installer_rep, @email)
ON CONFLICT (id) DO NOTHING`

// CreateUser adds a user and returns its ID.
func (s *Store) CreateUser(ctx context.Context, user NewUser) (id string, err error) {
	return s.create(ctx, "create user", user.ID, sqlInsertUser, pgx.NamedArgs{
		"role": user.Role, "dealer": optionalID(user.DealerID), "login_name": user.LoginName, "hash": user.PasswordHash,
		"first_name": user.FirstName, "last_name": user.LastName, "sales_rep": user.SalesRep, "installer_rep": user.InstallerRep,
		"email": user.Email,
	})
}

const sqlLinkDealer = `
INSERT INTO user_dealers (user_id, dealer_id) VALUES (@user, @dealer) ON CONFLICT DO NOTHING`

// LinkDealer lets a user work for one more dealer ("Switch Dealer").
func (s *Store) LinkDealer(ctx context.Context, userID, dealerID string) error {
	_, err := s.pool.Exec(ctx, sqlLinkDealer, pgx.NamedArgs{"user": idOf(userID), "dealer": idOf(dealerID)})
	return translate("link dealer", err)
}

// NewAPIKey is a key to keep; the key itself is hashed at once.
type NewAPIKey struct {
	UserID string
	Key    string
	Label  string
	// Expires is zero for a key without an end.
	Expires time.Time
}

// shownOfAPIKey is how much of a key stays readable: lk_ and eight characters.
const shownOfAPIKey = 11

const sqlInsertAPIKey = `
INSERT INTO api_keys (id, user_id, prefix, hash, label, expires_at)
VALUES (@id, @user, @prefix, @hash, @label, @expires)
ON CONFLICT (hash) DO NOTHING`

// CreateAPIKey keeps the SHA-256 of a key and its first characters, and returns its ID.
func (s *Store) CreateAPIKey(ctx context.Context, key NewAPIKey) (id string, err error) {
	hash := sha256.Sum256([]byte(key.Key))
	return s.create(ctx, "create API key", "", sqlInsertAPIKey, pgx.NamedArgs{
		"user": idOf(key.UserID), "prefix": key.Key[:min(shownOfAPIKey, len(key.Key))], "hash": hash[:],
		"label": key.Label, "expires": nullTime(key.Expires),
	})
}

const sqlRevokeAPIKey = `UPDATE api_keys SET revoked_at = coalesce(revoked_at, now()) WHERE id = @key`

// RevokeAPIKey ends a key at once.
func (s *Store) RevokeAPIKey(ctx context.Context, id string) error {
	return s.change(ctx, "revoke API key", sqlRevokeAPIKey, pgx.NamedArgs{"key": idOf(id)})
}

// create inserts one row under a given ID or a new one.
func (s *Store) create(ctx context.Context, doing, id, sql string, args pgx.NamedArgs) (string, error) {
	row := newID()
	if id != "" {
		row = idOf(id)
	}
	_, err := s.pool.Exec(ctx, sql, with(args, "id", row))
	if err != nil {
		return "", translate(doing, err)
	}
	return row.String(), nil
}

// change updates one row; onboarding.ErrNotFound when there is none.
func (s *Store) change(ctx context.Context, doing, sql string, args pgx.NamedArgs) error {
	found, err := changed(ctx, s.pool, sql, args)
	if err == nil && !found {
		return onboarding.ErrNotFound
	}
	return translate(doing, err)
}
