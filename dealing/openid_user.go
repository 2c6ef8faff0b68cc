package dealing

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/onboarding"
)

// What somebody is refused for whom the provider knows. They have shown who they are, so
// they are told the truth.
var (
	userDisabled    = onboarding.Fault{Code: "user_disabled", Message: "Your user is disabled. Ask your office, or who runs your installation."}
	userUnknown     = onboarding.Fault{Code: "user_unknown", Message: "Nobody here has your e-mail address. Ask your office to enter it with your user, then sign in again."}
	emailUnverified = onboarding.Fault{Code: "email_unverified", Message: "Your e-mail address is not confirmed there, so we cannot tell which user you are. Confirm it, then sign in again."}
	emailShared     = onboarding.Fault{Code: "email_shared", Message: "Several users here have your e-mail address, so we cannot tell which one you are. Ask your office to leave it with one of them."}
	linkedToAnother = onboarding.Fault{Code: "linked_to_another", Message: "The user with your e-mail address is linked to another account. Ask your office to take that link away, then sign in again."}
)

// admit finds the user of an identity: the one that it is linked to, or else the only enabled
// one who has its verified e-mail address, who is linked to it from now on. A refused user
// is returned as far as they are known.
func (d *Desk) admit(ctx context.Context, identity onboarding.Identity) (onboarding.LinkedUser, onboarding.Fault, error) {
	user, err := d.store.UserByIdentity(ctx, identity.Issuer, identity.Subject)
	if errors.Is(err, ErrNotFound) {
		return d.link(ctx, identity)
	}
	if err == nil && user.Disabled {
		return user, userDisabled, nil
	}
	return user, onboarding.Fault{}, err
}

func (d *Desk) link(ctx context.Context, identity onboarding.Identity) (onboarding.LinkedUser, onboarding.Fault, error) {
	email, fault := onboarding.ParseEmail(identity.Email)
	if fault.Found() || !identity.EmailVerified {
		return onboarding.LinkedUser{}, emailUnverified, nil
	}
	identity.Email = email
	holders, err := d.store.UsersByEmail(ctx, email, identity.Issuer)
	if err != nil {
		return onboarding.LinkedUser{}, onboarding.Fault{}, err
	}
	holder, fault := holderOf(holders)
	actor := Actor{UserID: holder.UserID, DealerID: holder.DealerID}
	if fault.Found() {
		return onboarding.LinkedUser{User: User{Actor: actor}}, fault, nil
	}
	err = d.store.LinkIdentity(ctx, holder.UserID, identity, auditEntry(ctx, actor, holder.DealerID, "portal.link_identity", holder.UserID, "verified e-mail address"))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return onboarding.LinkedUser{}, onboarding.Fault{}, err
	}
	user, err := d.store.UserByIdentity(ctx, identity.Issuer, identity.Subject)
	if errors.Is(err, ErrNotFound) {
		return onboarding.LinkedUser{}, openIDFailed, nil // something changed since the holders were read
	}
	return user, onboarding.Fault{}, err
}

// holderOf is the user whom an e-mail address means: the only one who may sign in. Disabled
// users do not keep a colleague out who has their address now.
func holderOf(holders []onboarding.EmailHolder) (onboarding.EmailHolder, onboarding.Fault) {
	var enabled []onboarding.EmailHolder
	for _, holder := range holders {
		if !holder.Disabled {
			enabled = append(enabled, holder)
		}
	}
	switch {
	case len(holders) == 0:
		return onboarding.EmailHolder{}, userUnknown
	case len(enabled) == 0:
		return holders[0], userDisabled
	case len(enabled) > 1:
		return onboarding.EmailHolder{}, emailShared
	case enabled[0].Linked:
		return enabled[0], linkedToAnother
	default:
		return enabled[0], onboarding.Fault{}
	}
}

// throughIdentity is the user of a session that the provider opened: it ends with the link,
// and when the provider is taken out of the settings. A password that somebody else drew is
// no matter of theirs: they may not even know it.
func (d *Desk) throughIdentity(ctx context.Context, user User, identityID string) (User, error) {
	if d.openID.Provider == nil {
		return User{}, ErrUnauthenticated
	}
	stands, err := d.store.IdentityStands(ctx, user.UserID, identityID, d.openID.Provider.Issuer())
	if err != nil {
		return User{}, err
	}
	if !stands {
		return User{}, ErrUnauthenticated
	}
	user.MustChange = false
	return user, nil
}

// passwordIsEnough reports whether a user may come in with a password alone.
func (d *Desk) passwordIsEnough(user User) bool {
	return !d.openID.Required || d.now().Before(user.PasswordUntil)
}

func (d *Desk) passwordOff() onboarding.Fault {
	return onboarding.Fault{Code: "password_off", Message: "A password is not enough here. Sign in with " + d.openID.Provider.Name() + "."}
}

// UnlinkStaff takes the link to an identity provider away from a user, which ends the
// sessions that were opened through it. Their next sign-in there links them anew, by their
// e-mail address; ErrNotFound when there is no link.
func (d *Desk) UnlinkStaff(ctx context.Context, actor Actor, dealerID, userID string) error {
	dealerID, _, err := d.staffToChange(ctx, actor, dealerID, userID)
	if err != nil {
		return err
	}
	return d.store.UnlinkStaff(ctx, dealerID, userID, auditEntry(ctx, actor, dealerID, "settings.unlink_user", userID, ""))
}
