package dealing

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/onboarding"
)

// NotificationStore keeps the dealers' default notifications.
type NotificationStore interface {
	DefaultNotifications(ctx context.Context, dealerID string) (onboarding.DefaultNotifications, error)
	// SaveDefaultNotifications is ErrNotFound when the list has another version by now.
	SaveDefaultNotifications(ctx context.Context, dealerID string, kinds []string, version int, entry AuditEntry) error
}

// DefaultNotifications are what a dealer's new accounts are given. Everybody who creates
// accounts for the dealer may see them.
func (d *Desk) DefaultNotifications(ctx context.Context, actor Actor, dealerID string) (onboarding.DefaultNotifications, error) {
	dealerID, err := forDealer(actor, dealerID)
	if err != nil {
		return onboarding.DefaultNotifications{}, err
	}
	return d.store.DefaultNotifications(ctx, dealerID)
}

// ChangeDefaultNotifications keeps what accounts are given that are created from now on;
// those there are stay as they are. version is what the writer saw. ErrStale when it is
// another by now: what is returned is the list as it is. *Invalid with fields below
// /notifications.
func (d *Desk) ChangeDefaultNotifications(ctx context.Context, actor Actor, dealerID string, typed []string, version int) (onboarding.DefaultNotifications, error) {
	dealerID, err := changeSettings(actor, dealerID)
	if err != nil {
		return onboarding.DefaultNotifications{}, err
	}
	if _, err := d.store.Dealer(ctx, dealerID); err != nil {
		return onboarding.DefaultNotifications{}, err
	}
	kinds, problems := onboarding.ParseNotifications("/notifications", typed)
	if len(problems) > 0 {
		return onboarding.DefaultNotifications{}, &Invalid{problems}
	}
	entry := auditEntry(ctx, actor, dealerID, "settings.change_default_notifications", dealerID, "")
	saveErr := d.store.SaveDefaultNotifications(ctx, dealerID, kinds, version, entry)
	if errors.Is(saveErr, ErrNotFound) {
		saveErr = ErrStale // the dealer is there, so it is the version that is not
	} else if saveErr != nil {
		return onboarding.DefaultNotifications{}, saveErr
	}
	now, err := d.store.DefaultNotifications(ctx, dealerID)
	return now, errors.Join(err, saveErr)
}
