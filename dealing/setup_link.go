package dealing

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/onboarding"
)

// Setup is what the page behind a set-up link shows.
type Setup struct {
	LoginName string
	FirstName string
	// Dealer is whose name and colours the page has. It is known for a link that is used
	// or expired too, so that the page can say whom to ask.
	Dealer onboarding.Dealer
}

// Why a set-up link does not work.
var (
	setupUnknown = onboarding.Fault{Code: "unknown", Message: "This link is not complete. Open it from the welcome e-mail again, or ask for a new one."}
	setupUsed    = onboarding.Fault{Code: "used", Message: "This link has been used: your password is set. Sign in with it, or ask your dealer for help."}
	setupExpired = onboarding.Fault{Code: "expired", Message: "This link does not work any more: it is good for 24 hours, and only until a newer one is sent. Ask for a new one."}
)

// SetupByToken reads a set-up link. The fault says why it cannot be used: unknown,
// used or expired (24 hours after it was sent, or replaced by a newer letter).
func (d *Desk) SetupByToken(ctx context.Context, token string) (Setup, onboarding.Fault, error) {
	link, fault, err := d.setupLink(ctx, token)
	if err != nil || fault == setupUnknown {
		return Setup{}, fault, err
	}
	account := link.Login.Account
	dealer, err := d.store.Dealer(ctx, account.DealerID)
	if err != nil {
		return Setup{}, onboarding.Fault{}, err
	}
	setup := Setup{Dealer: dealer}
	if !fault.Found() {
		// An old mail in a shared mailbox need not tell who somebody is.
		setup.LoginName, setup.FirstName = account.LoginName, account.FirstName
	}
	return setup, fault, nil
}

// ChoosePassword sets the customer's password through a set-up link, which works once.
// Faults: those of SetupByToken (about the link) and of onboarding.CheckPassword (about
// the password, after which the link still works).
func (d *Desk) ChoosePassword(ctx context.Context, token, password string) (onboarding.Fault, error) {
	link, fault, err := d.setupLink(ctx, token)
	if err != nil || fault.Found() {
		return fault, err
	}
	if fault := onboarding.CheckPassword(password, link.Login.Account.LoginName); fault.Found() {
		return fault, nil
	}
	hash, err := d.passwords.Hash(ctx, password)
	if err != nil {
		return onboarding.Fault{}, err
	}
	_, err = d.store.UseSetupLink(ctx, onboarding.SetupTokenHash(token), hash)
	if errors.Is(err, ErrStale) {
		return setupUsed, nil // by a second click, a moment ago
	}
	if err != nil {
		return onboarding.Fault{}, err
	}
	return onboarding.Fault{}, d.auditCustomer(ctx, link.Login.Account, "website.choose_password", "")
}

func (d *Desk) setupLink(ctx context.Context, token string) (onboarding.SetupLink, onboarding.Fault, error) {
	link, err := d.store.SetupLink(ctx, onboarding.SetupTokenHash(token))
	switch {
	case errors.Is(err, ErrNotFound):
		return onboarding.SetupLink{}, setupUnknown, nil
	case err != nil:
		return onboarding.SetupLink{}, onboarding.Fault{}, err
	case link.State == onboarding.SetupUsed:
		return link, setupUsed, nil
	case link.State == onboarding.SetupExpired:
		return link, setupExpired, nil
	}
	return link, onboarding.Fault{}, nil
}
