package dealing

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/onboarding"
)

// newPassword makes the hash of the password that somebody chooses in place of the current
// one, whose hash is wasHash. Faults: those of onboarding.CheckPassword, wrong_password
// about the current one, locked, and unchanged.
func (d *Desk) newPassword(ctx context.Context, door onboarding.Door, loginName, wasHash, current, password string) (hash string, fault onboarding.Fault, err error) {
	if fault = onboarding.CheckPassword(password, loginName); fault.Found() {
		return "", fault, nil
	}
	fault, err = d.prove(ctx, door, loginName, current, wasHash)
	switch {
	case err != nil:
		return "", onboarding.Fault{}, err
	case fault == wrongCredentials:
		fault = onboarding.Fault{Code: "wrong_password", Message: "This is not your current password."}
	case !fault.Found() && password == current:
		fault = onboarding.Fault{Code: "unchanged", Message: "Choose a password that is not the current one."}
	}
	if fault.Found() {
		return "", fault, nil
	}
	hash, err = d.passwords.Hash(ctx, password)
	return hash, onboarding.Fault{}, err
}

// ChangeOwnPassword replaces the password of a user of the Partner Portal and ends their
// other sessions; the returned one goes on. API keys stay. Faults: those of
// onboarding.CheckPassword, wrong_password about the current one, locked, and unchanged.
// ErrUnauthenticated when the session has ended.
func (d *Desk) ChangeOwnPassword(ctx context.Context, session Session, current, password string) (Session, onboarding.Fault, error) {
	user, err := d.UserOf(ctx, session)
	if err != nil {
		return Session{}, onboarding.Fault{}, err
	}
	hash, fault, err := d.newPassword(ctx, onboarding.DoorPortal, user.LoginName, user.PasswordHash, current, password)
	if err != nil || fault.Found() {
		return Session{}, fault, err
	}
	entry := auditEntry(ctx, user.Actor, user.DealerID, "portal.change_password", user.UserID, "")
	if err := d.store.ChangeUserPassword(ctx, user.UserID, user.PasswordHash, hash, entry); err != nil {
		if errors.Is(err, ErrNotFound) {
			err = ErrUnauthenticated // another session was faster, and ended this one
		}
		return Session{}, onboarding.Fault{}, err
	}
	session.Stamp = stampOf(hash)
	return session, onboarding.Fault{}, nil
}
