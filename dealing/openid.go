package dealing

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// OpenID is how the staff of dealers and operators sign in beside passwords, or instead of
// them. Customers have nothing to do with it.
type OpenID struct {
	// Provider is nil when none is set up.
	Provider IdentityProvider
	// Required says that a password alone opens the portal for nobody, but for those whom
	// `latchkey admin password` lets in.
	Required bool
}

// IdentityProvider is an OpenID Connect provider. Its faults say what a person should do, and
// carry nothing that the provider said.
type IdentityProvider interface {
	// Name is what people call it.
	Name() string
	Issuer() string
	// SignInURL is where a browser begins to sign in. Fault: provider_unavailable.
	SignInURL(ctx context.Context, attempt onboarding.OpenIDAttempt) (string, onboarding.Fault)
	// Identity redeems the code that came back for an attempt. Faults: provider_unavailable,
	// code_refused, client_refused, and those of an ID token, id_token_….
	Identity(ctx context.Context, attempt onboarding.OpenIDAttempt, code string) (onboarding.Identity, onboarding.Fault)
	// SignOutURL is where a browser ends its session with the provider; empty when the
	// provider does not say where, or cannot be asked.
	SignOutURL(ctx context.Context) string
}

// OpenIDStore is what signing in through a provider needs of the record.
type OpenIDStore interface {
	KeepOpenIDAttempt(ctx context.Context, attempt onboarding.KeptOpenIDAttempt) error
	// TakeOpenIDAttempt uses an attempt up; ErrNotFound when the browser began none with this
	// state, it is used up or its time is over.
	TakeOpenIDAttempt(ctx context.Context, state, browser [32]byte) (onboarding.KeptOpenIDAttempt, error)
	// UserByIdentity finds whom an identity is linked to, disabled users as well.
	UserByIdentity(ctx context.Context, issuer, subject string) (onboarding.LinkedUser, error)
	IdentityStands(ctx context.Context, userID, identityID, issuer string) (bool, error)
	// UsersByEmail are those who have an address, in any case of its letters.
	UsersByEmail(ctx context.Context, email, issuer string) ([]onboarding.EmailHolder, error)
	// LinkIdentity is ErrNotFound when the user is not the only enabled one any more who has
	// the identity's address, or one of both is linked already.
	LinkIdentity(ctx context.Context, userID string, identity onboarding.Identity, entry AuditEntry) error
}

// openIDLife is how long somebody may take to sign in at the provider.
const openIDLife = 10 * time.Minute

// SignInWays is how staff can sign in.
type SignInWays struct {
	// Provider is what people call the identity provider; empty when there is none.
	Provider string
	// Password says that a password is enough for everybody.
	Password bool
}

// SignInWays says how staff can sign in.
func (d *Desk) SignInWays() SignInWays {
	if d.openID.Provider == nil {
		return SignInWays{Password: true}
	}
	return SignInWays{Provider: d.openID.Provider.Name(), Password: !d.openID.Required}
}

// BegunOpenID is a sign-in that has just begun.
type BegunOpenID struct {
	// Address is where to send the browser.
	Address string
	// Browser is a secret that this browser alone must bring back with the answer, within Life.
	Browser string
	Life    time.Duration
}

// BeginOpenID begins a sign-in through the provider, which will go on to next. ErrNotFound
// when no provider is set up. Fault: provider_unavailable.
func (d *Desk) BeginOpenID(ctx context.Context, next string) (BegunOpenID, onboarding.Fault, error) {
	if d.openID.Provider == nil {
		return BegunOpenID{}, onboarding.Fault{}, ErrNotFound
	}
	// 130 random bits each; a verifier has at least 43 characters.
	attempt := onboarding.OpenIDAttempt{State: rand.Text(), Nonce: rand.Text(), Verifier: rand.Text() + rand.Text(), Next: next}
	address, fault := d.openID.Provider.SignInURL(ctx, attempt)
	if fault.Found() {
		return BegunOpenID{}, fault, nil
	}
	browser := rand.Text()
	return BegunOpenID{Address: address, Browser: browser, Life: openIDLife}, onboarding.Fault{}, d.store.KeepOpenIDAttempt(ctx, onboarding.KeptOpenIDAttempt{
		State: sha256.Sum256([]byte(attempt.State)), Browser: sha256.Sum256([]byte(browser)),
		Nonce: attempt.Nonce, Verifier: attempt.Verifier, Next: next, Expires: d.now().Add(openIDLife),
	})
}

// OpenIDAnswer is what a browser brings back from the provider.
type OpenIDAnswer struct {
	// Browser is the secret of BeginOpenID.
	Browser string
	State   string
	Code    string
	// Issuer is who says that it answers; a provider may leave it out.
	Issuer string
	// Error is the provider's code when there is no Code.
	Error string
}

var (
	openIDUnknown = onboarding.Fault{Code: "sign_in_over", Message: "This sign-in was begun in another browser, took longer than 10 minutes, or is over already. Begin again."}
	openIDDenied  = onboarding.Fault{Code: "access_denied", Message: "You did not sign in there, or may not. Try again, or ask who looks after your account there."}
	openIDFailed  = onboarding.Fault{Code: "provider_refused", Message: "The sign-in was not completed there. Try again; if it happens again, ask who runs your installation."}
)

// FinishOpenID opens a session for whom the provider says that somebody is; next is where to
// go. Nobody is made a user by it. The faults are those of IdentityProvider.Identity,
// sign_in_over for an answer that this browser did not ask for or brings again, access_denied
// and provider_refused when the provider says no, and those of who must not come in:
// user_disabled, user_unknown, email_unverified, email_shared and linked_to_another.
// ErrNotFound when no provider is set up. The portal must renew its session token.
func (d *Desk) FinishOpenID(ctx context.Context, answer OpenIDAnswer) (session Session, next string, fault onboarding.Fault, err error) {
	if d.openID.Provider == nil {
		return Session{}, "", onboarding.Fault{}, ErrNotFound
	}
	kept, err := d.store.TakeOpenIDAttempt(ctx, sha256.Sum256([]byte(answer.State)), sha256.Sum256([]byte(answer.Browser)))
	if errors.Is(err, ErrNotFound) {
		return Session{}, "", openIDUnknown, nil
	}
	if err != nil {
		return Session{}, "", onboarding.Fault{}, err
	}
	identity, fault := d.identityOf(ctx, kept, answer)
	if fault.Found() {
		_, err := d.audit(ctx, Actor{}, "", "portal.sign_in_failed", "", fault.Code)
		return Session{}, kept.Next, fault, err
	}
	user, fault, err := d.admit(ctx, identity)
	if err != nil {
		return Session{}, "", onboarding.Fault{}, err
	}
	if fault.Found() {
		_, err := d.audit(ctx, Actor{}, user.DealerID, "portal.sign_in_failed", user.UserID, fault.Code)
		return Session{}, kept.Next, fault, err
	}
	if _, err := d.audit(ctx, user.Actor, user.DealerID, "portal.sign_in", user.UserID, "signed in by OpenID Connect"); err != nil {
		return Session{}, "", onboarding.Fault{}, err
	}
	return Session{
		UserID: user.UserID, DealerID: user.DealerID, Stamp: stampOf(user.PasswordHash), IdentityID: user.IdentityID,
	}, kept.Next, onboarding.Fault{}, nil
}

func (d *Desk) identityOf(ctx context.Context, kept onboarding.KeptOpenIDAttempt, answer OpenIDAnswer) (onboarding.Identity, onboarding.Fault) {
	switch {
	case answer.Issuer != "" && answer.Issuer != d.openID.Provider.Issuer():
		return onboarding.Identity{}, openIDFailed // of another provider (RFC 9207)
	case answer.Error == "access_denied":
		return onboarding.Identity{}, openIDDenied
	case answer.Error != "" || answer.Code == "":
		return onboarding.Identity{}, openIDFailed
	}
	return d.openID.Provider.Identity(ctx, onboarding.OpenIDAttempt{
		State: answer.State, Nonce: kept.Nonce, Verifier: kept.Verifier, Next: kept.Next,
	}, answer.Code)
}

// SignOutElsewhere is where somebody whose session the provider opened ends the one that they
// still have there; empty when there is no such place.
func (d *Desk) SignOutElsewhere(ctx context.Context) string {
	if d.openID.Provider == nil {
		return ""
	}
	return d.openID.Provider.SignOutURL(ctx)
}
