package dealing

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/onboarding"
)

// APIKeys lists the keys of the dealer's users, the newest first and revoked ones last.
func (d *Desk) APIKeys(ctx context.Context, actor Actor, dealerID string) ([]APIKey, error) {
	dealerID, err := seeSettings(actor, dealerID)
	if err != nil {
		return nil, err
	}
	return d.store.APIKeys(ctx, dealerID)
}

// NewKey asks for an API key.
type NewKey struct {
	// ID was drawn when the form was made, so that a form sent twice makes one key.
	ID string
	// UserID is whom the key acts as: it may do what they may.
	UserID string
	// Label says what the key is for.
	Label string
}

// NewKeyID draws the ID of a key to be.
func NewKeyID() string { return newID() }

// CreateAPIKey draws a key, which is told here and nowhere else. *Invalid with fields
// /user_id and /label; a refusal when the key was created before.
func (d *Desk) CreateAPIKey(ctx context.Context, actor Actor, dealerID string, asked NewKey) (key string, err error) {
	if dealerID, err = changeSettings(actor, dealerID); err != nil {
		return "", err
	}
	var read answerReader
	label := read.needed("/label", asked.Label, maxThingName, "Say what the key is for, such as CRM.")
	_, member, err := d.staffToChange(ctx, actor, dealerID, asked.UserID)
	switch {
	case errors.Is(err, ErrNotFound), err == nil && member.Disabled:
		read.note("/user_id", onboarding.Fault{Code: "unknown", Message: "Choose whom the key acts as."})
	case err != nil:
		return "", err
	}
	if err := read.err(); err != nil {
		return "", err
	}
	if !isID(asked.ID) {
		return "", ErrNotFound
	}
	key = NewAPIKey()
	err = d.store.AddAPIKey(ctx, dealerID, asked.ID, asked.UserID, key, label, auditEntry(ctx, actor, dealerID, "settings.create_api_key", asked.ID, ""))
	switch {
	case errors.Is(err, ErrNotFound):
		return "", refused("This key was created before, and a key is shown once. Revoke it and create another one if it was not kept.")
	case err != nil:
		return "", err
	}
	return key, nil
}

// RevokeAPIKey ends a key: here at once, on other replicas within a second. ErrNotFound for one
// that is revoked already.
func (d *Desk) RevokeAPIKey(ctx context.Context, actor Actor, dealerID, keyID string) error {
	dealerID, err := changeSettings(actor, dealerID)
	if err != nil {
		return err
	}
	defer d.actors.forget()
	return d.store.WithdrawAPIKey(ctx, dealerID, keyID, auditEntry(ctx, actor, dealerID, "settings.revoke_api_key", keyID, ""))
}
