package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding"
)

const sqlDefaultNotifications = `
SELECT n.kinds, n.version, ` + nameOfUser + ` AS saved_by, n.saved_at
FROM default_notifications n LEFT JOIN users u ON u.id = n.saved_by
WHERE n.dealer_id = @dealer`

// DefaultNotifications are the dealer's own list, or the catalogue's for one who saved none.
func (s *Store) DefaultNotifications(ctx context.Context, dealerID string) (onboarding.DefaultNotifications, error) {
	row, err := one[struct {
		Kinds   []string
		Version int
		SavedBy string
		SavedAt time.Time
	}](ctx, s.pool, sqlDefaultNotifications, pgx.NamedArgs{"dealer": idOf(dealerID)})
	if errors.Is(err, pgx.ErrNoRows) {
		return onboarding.DefaultNotifications{Kinds: catalog.Current().DefaultNotifications()}, nil
	}
	return onboarding.DefaultNotifications{
		Kinds: row.Kinds, Saved: onboarding.SavedSection{Version: row.Version, By: row.SavedBy, At: row.SavedAt},
	}, translate("read default notifications", err)
}

// The first version is inserted, and every other one updates the version before it: whoever
// saw another one changes no row.
const sqlSaveDefaultNotifications = `
INSERT INTO default_notifications AS n (dealer_id, kinds, saved_by)
SELECT id, @kinds, @user FROM dealers
WHERE id = @dealer AND (@version = 0 OR EXISTS (SELECT FROM default_notifications WHERE dealer_id = @dealer))
ON CONFLICT (dealer_id) DO UPDATE
SET kinds = @kinds, version = n.version + 1, saved_by = @user, saved_at = now()
WHERE n.version = @version`

// SaveDefaultNotifications keeps the dealer's list; onboarding.ErrNotFound when it has
// another version by now.
func (s *Store) SaveDefaultNotifications(ctx context.Context, dealerID string, kinds []string, version int, entry onboarding.AuditEntry) error {
	if kinds == nil {
		kinds = []string{}
	}
	return s.changeAudited(ctx, "save default notifications", entry, sqlSaveDefaultNotifications, pgx.NamedArgs{
		"dealer": idOf(dealerID), "kinds": kinds, "version": version, "user": optionalID(entry.UserID),
	})
}

const sqlCopyNotifications = `
INSERT INTO account_notifications (account_id, kind)
SELECT @account, kind
FROM unnest(coalesce((SELECT kinds FROM default_notifications WHERE dealer_id = @dealer), @standard::text[])) AS kind
WHERE kind = ANY (@applicable::text[])`

// copyNotifications gives a new account the dealer's list as it is now.
func copyNotifications(account uuid.UUID, dealerID string, answers onboarding.Answers) []statement {
	apply := answers.Templates.DefaultNotifications
	if apply == nil || !*apply {
		return nil
	}
	return []statement{{sqlCopyNotifications, pgx.NamedArgs{
		"account": account, "dealer": idOf(dealerID), "standard": catalog.Current().DefaultNotifications(),
		"applicable": onboarding.NotificationsFor(answers.Account.Type),
	}}}
}

const sqlNotificationsOf = `
SELECT n.kind FROM account_notifications n JOIN accounts a ON a.id = n.account_id WHERE a.onboarding_id = @onboarding`

type notificationRow struct{ Kind string }
