package dealing

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/onboarding"
)

// CustomerSession is what the Customer Website keeps between requests. It holds no
// secret and opens nothing in the Partner Portal.
type CustomerSession struct {
	AccountID string
	// Stamp changes with the password, so that a new password ends the sessions before it.
	Stamp string
}

// LoginBlockedMessage is the seed's, for a customer who comes too early.
const LoginBlockedMessage = "Important: For security system accounts, the customer is not able to log into the Customer Website or app until the panel has started communication."

var loginBlocked = onboarding.Fault{Code: "login_blocked", Message: LoginBlockedMessage}

// CustomerSignIn opens a session for a customer. Faults: wrong_credentials, locked
// (after five failures for 15 minutes), login_blocked until the panel has communicated,
// told only to who knows the password. The website must renew its session token.
func (d *Desk) CustomerSignIn(ctx context.Context, loginName, password string) (CustomerSession, onboarding.Fault, error) {
	var login CustomerLogin
	if name, fault := onboarding.ParseLoginName(loginName); !fault.Found() {
		var err error
		if login, err = d.store.CustomerLogin(ctx, name); err != nil && !errors.Is(err, ErrNotFound) {
			return CustomerSession{}, onboarding.Fault{}, err
		}
	}
	fault, err := d.prove(ctx, onboarding.DoorWebsite, loginName, password, login.PasswordHash)
	if err != nil {
		return CustomerSession{}, onboarding.Fault{}, err
	}
	if !fault.Found() && login.Account.LoginBlocked() {
		fault = loginBlocked
	}
	if fault.Found() {
		return CustomerSession{}, fault, d.auditCustomer(ctx, login.Account, "website.sign_in_failed", fault.Code)
	}
	if err := d.auditCustomer(ctx, login.Account, "website.sign_in", ""); err != nil {
		return CustomerSession{}, onboarding.Fault{}, err
	}
	return CustomerSession{login.Account.ID, stampOf(login.PasswordHash)}, onboarding.Fault{}, nil
}

// CustomerHome is who a customer's session belongs to.
type CustomerHome struct {
	Account onboarding.Account
	Dealer  onboarding.Dealer
	// MustChange says that the password is a temporary one: nothing but ChangePassword
	// and signing out may be offered.
	MustChange bool
}

// CustomerOf is who a session belongs to. ErrUnauthenticated when the account was
// closed or the password changed: the session must end.
func (d *Desk) CustomerOf(ctx context.Context, session CustomerSession) (CustomerHome, error) {
	login, err := d.loginOf(ctx, session)
	if err != nil {
		return CustomerHome{}, err
	}
	dealer, err := d.store.Dealer(ctx, login.Account.DealerID)
	if err != nil {
		return CustomerHome{}, err
	}
	return CustomerHome{Account: login.Account.AsOf(d.now()), Dealer: dealer, MustChange: login.MustChange}, nil
}

func (d *Desk) loginOf(ctx context.Context, session CustomerSession) (CustomerLogin, error) {
	login, err := d.store.CustomerLoginOf(ctx, session.AccountID)
	switch {
	case errors.Is(err, ErrNotFound):
		return CustomerLogin{}, ErrUnauthenticated
	case err != nil:
		return CustomerLogin{}, err
	case stampOf(login.PasswordHash) != session.Stamp:
		return CustomerLogin{}, ErrUnauthenticated
	}
	return login, nil
}

// CustomerSignOut notes that a customer's session was ended.
func (d *Desk) CustomerSignOut(ctx context.Context, session CustomerSession) error {
	login, err := d.loginOf(ctx, session)
	if err != nil {
		return err
	}
	return d.auditCustomer(ctx, login.Account, "website.sign_out", "")
}

// auditCustomer notes what happened to an account at the Customer Website. Customers are
// no users: the account stands for them.
func (d *Desk) auditCustomer(ctx context.Context, account onboarding.Account, action, reason string) error {
	_, err := d.audit(ctx, Actor{}, account.DealerID, action, account.ID, reason)
	return err
}
