package dealing

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/onboarding"
)

// ChangePassword replaces the customer's password and ends their other sessions; the
// returned session goes on. Faults: wrong_password about the current one, locked, those of
// onboarding.CheckPassword, and unchanged. ErrUnauthenticated when the session has ended.
func (d *Desk) ChangePassword(ctx context.Context, session CustomerSession, current, password string) (CustomerSession, onboarding.Fault, error) {
	login, err := d.loginOf(ctx, session)
	if err != nil {
		return CustomerSession{}, onboarding.Fault{}, err
	}
	hash, fault, err := d.newPassword(ctx, onboarding.DoorWebsite, login.Account.LoginName, login.PasswordHash, current, password)
	if err != nil || fault.Found() {
		return CustomerSession{}, fault, err
	}
	if err := d.store.ChangeCustomerPassword(ctx, login.Account.ID, login.PasswordHash, hash); err != nil {
		if errors.Is(err, ErrStale) {
			err = ErrUnauthenticated // another session was faster, and ended this one
		}
		return CustomerSession{}, onboarding.Fault{}, err
	}
	return CustomerSession{login.Account.ID, stampOf(hash)}, onboarding.Fault{}, d.auditCustomer(ctx, login.Account, "website.change_password", "")
}

// ChangeLoginName renames the customer's login. Faults: those of
// onboarding.ParseLoginName, login_taken with the seed's message, must_change_password.
func (d *Desk) ChangeLoginName(ctx context.Context, session CustomerSession, typed string) (onboarding.Fault, error) {
	login, err := d.loginOf(ctx, session)
	if err != nil {
		return onboarding.Fault{}, err
	}
	if login.MustChange {
		return onboarding.Fault{Code: "must_change_password", Message: "Change your temporary password first."}, nil
	}
	name, fault := onboarding.ParseLoginName(typed)
	if fault.Found() {
		return fault, nil
	}
	var conflict *onboarding.Conflict
	switch err := d.store.RenameLogin(ctx, login.Account.ID, name); {
	case errors.As(err, &conflict):
		return onboarding.Fault{Code: string(conflict.Reason), Message: conflict.Reason.Message()}, nil
	case errors.Is(err, ErrNotFound):
		return onboarding.Fault{}, ErrUnauthenticated // the account was closed meanwhile
	case err != nil:
		return onboarding.Fault{}, err
	}
	return onboarding.Fault{}, d.auditCustomer(ctx, login.Account, "website.change_login_name", "")
}
