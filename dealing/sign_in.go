package dealing

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/onboarding"
)

// Session is what the Partner Portal keeps between requests. It holds no secret.
type Session struct {
	UserID string
	// DealerID is the dealer acted for; empty for those who run the installation.
	DealerID string
	// Stamp changes with the password, so that a new password ends the sessions before it.
	Stamp string
	// IdentityID is the link through which an identity provider opened the session; empty for
	// one that a password opened.
	IdentityID string
}

// maxLoginName keeps the look-up of hostile input cheap.
const maxLoginName = 200

// SignIn opens a session for a user of the Partner Portal. The fault says why not:
// wrong_credentials, the same whether the name or the password is wrong, or locked,
// after five failures for 15 minutes, or password_off where an identity provider is required,
// told only to who knows the password. The portal must renew its session token.
func (d *Desk) SignIn(ctx context.Context, loginName, password string) (Session, onboarding.Fault, error) {
	var user User
	if name, fault := onboarding.ParseLine(loginName, maxLoginName); !fault.Found() {
		var err error
		if user, err = d.store.UserByLogin(ctx, name); err != nil && !errors.Is(err, ErrNotFound) {
			return Session{}, onboarding.Fault{}, err
		}
	}
	fault, err := d.prove(ctx, onboarding.DoorPortal, loginName, password, user.PasswordHash)
	if err != nil {
		return Session{}, onboarding.Fault{}, err
	}
	if !fault.Found() && !d.passwordIsEnough(user) {
		fault = d.passwordOff()
	}
	if fault.Found() {
		// Nobody has proved to be this user, so the line is about them, not by them.
		_, err := d.audit(ctx, Actor{}, user.DealerID, "portal.sign_in_failed", user.UserID, fault.Code)
		return Session{}, fault, err
	}
	if _, err := d.audit(ctx, user.Actor, user.DealerID, "portal.sign_in", user.UserID, ""); err != nil {
		return Session{}, onboarding.Fault{}, err
	}
	return Session{UserID: user.UserID, DealerID: user.DealerID, Stamp: stampOf(user.PasswordHash)}, onboarding.Fault{}, nil
}

// UserOf is who a session belongs to, with role and scope as they are now: the dealer
// acted for and those below it. ErrUnauthenticated when the user was disabled, the link to the
// dealer was taken away, the password changed or the identity is linked no more: the session
// must end.
func (d *Desk) UserOf(ctx context.Context, session Session) (User, error) {
	user, err := d.store.User(ctx, session.UserID, session.DealerID)
	switch {
	case errors.Is(err, ErrNotFound):
		return User{}, ErrUnauthenticated
	case err != nil:
		return User{}, err
	case stampOf(user.PasswordHash) != session.Stamp:
		return User{}, ErrUnauthenticated
	case session.IdentityID == "":
		return user, nil
	}
	return d.throughIdentity(ctx, user, session.IdentityID)
}

// DealersOf are the dealers that the actor can switch to, the own one first.
func (d *Desk) DealersOf(ctx context.Context, actor Actor) ([]NamedID, error) {
	return d.store.DealersOf(ctx, actor.UserID)
}

// SwitchDealer lets a session act for another of the user's linked dealers; ErrNotFound
// for any other.
func (d *Desk) SwitchDealer(ctx context.Context, session Session, dealerID string) (Session, error) {
	if !isID(dealerID) {
		return Session{}, ErrNotFound
	}
	if _, err := d.UserOf(ctx, session); err != nil {
		return Session{}, err
	}
	user, err := d.store.User(ctx, session.UserID, dealerID)
	if err != nil {
		return Session{}, err
	}
	if _, err := d.audit(ctx, user.Actor, dealerID, "portal.switch_dealer", user.UserID, ""); err != nil {
		return Session{}, err
	}
	session.DealerID = dealerID
	return session, nil
}

// SignOut notes that a session was ended.
func (d *Desk) SignOut(ctx context.Context, actor Actor) error {
	_, err := d.audit(ctx, actor, actor.DealerID, "portal.sign_out", actor.UserID, "")
	return err
}
