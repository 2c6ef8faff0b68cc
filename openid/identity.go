package openid

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/latchkey/latchkey/onboarding"
)

// maxSubject is the specification's.
const maxSubject = 255

func (p *Provider) unavailable() onboarding.Fault {
	return onboarding.Fault{Code: "provider_unavailable", Message: p.config.Name + " cannot be reached now. Try again in a minute. If it goes on, ask who runs your installation: they can let you in with a password."}
}

// refused is an answer that cannot be believed, or that the provider did not give. What it
// said itself may name people and goes nowhere.
func refused(code string) onboarding.Fault {
	return onboarding.Fault{Code: code, Message: "The sign-in could not be checked. Begin again; if it happens again, ask who runs your installation."}
}

// SignInURL is where a browser begins to sign in. Fault: provider_unavailable.
func (p *Provider) SignInURL(ctx context.Context, attempt onboarding.OpenIDAttempt) (string, onboarding.Fault) {
	found, err := p.discover(ctx)
	if err != nil {
		return "", p.unavailable()
	}
	return found.oauth.AuthCodeURL(attempt.State, oidc.Nonce(attempt.Nonce), oauth2.S256ChallengeOption(attempt.Verifier)), onboarding.Fault{}
}

// Identity redeems the code that came back for an attempt, and believes what the provider
// signed for us, for this attempt and for now. Faults: provider_unavailable; code_refused;
// client_refused when it is we who are refused; id_token_missing, id_token_refused,
// id_token_expired, id_token_nonce and userinfo_refused.
func (p *Provider) Identity(ctx context.Context, attempt onboarding.OpenIDAttempt, code string) (onboarding.Identity, onboarding.Fault) {
	found, err := p.discover(ctx)
	if err != nil {
		return onboarding.Identity{}, p.unavailable()
	}
	ctx = oidc.ClientContext(ctx, p.http)
	token, err := found.oauth.Exchange(ctx, code, oauth2.VerifierOption(attempt.Verifier))
	if err != nil {
		return onboarding.Identity{}, p.exchangeFault(err)
	}
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return onboarding.Identity{}, refused("id_token_missing")
	}
	signed, err := found.verifier.Verify(ctx, raw)
	var expired *oidc.TokenExpiredError
	switch {
	case errors.As(err, &expired):
		return onboarding.Identity{}, refused("id_token_expired")
	case err != nil:
		return onboarding.Identity{}, refused("id_token_refused")
	case subtle.ConstantTimeCompare([]byte(signed.Nonce), []byte(attempt.Nonce)) != 1:
		return onboarding.Identity{}, refused("id_token_nonce")
	case signed.Subject == "" || len(signed.Subject) > maxSubject:
		return onboarding.Identity{}, refused("id_token_refused")
	}
	return p.described(ctx, found, token, signed)
}

// claims are those of an ID token or of the userinfo endpoint that we look at.
type claims struct {
	Email         string   `json:"email"`
	EmailVerified verified `json:"email_verified"`
	// AuthorizedParty is the client that the token was made for, when it is not the audience.
	AuthorizedParty string `json:"azp"`
}

// described adds the e-mail address, which many providers tell at the userinfo endpoint alone.
func (p *Provider) described(ctx context.Context, found *discovered, token *oauth2.Token, signed *oidc.IDToken) (onboarding.Identity, onboarding.Fault) {
	var told claims
	if err := signed.Claims(&told); err != nil || told.AuthorizedParty != "" && told.AuthorizedParty != p.config.ClientID {
		return onboarding.Identity{}, refused("id_token_refused")
	}
	if told.Email == "" && found.provider.UserInfoEndpoint() != "" {
		info, err := found.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
		switch {
		case isNetwork(err):
			return onboarding.Identity{}, p.unavailable()
		case err != nil || info.Subject != signed.Subject: // of somebody else
			return onboarding.Identity{}, refused("userinfo_refused")
		}
		told.Email, told.EmailVerified = info.Email, verified(info.EmailVerified)
	}
	return onboarding.Identity{
		Issuer: p.config.Issuer, Subject: signed.Subject, Email: told.Email, EmailVerified: bool(told.EmailVerified),
	}, onboarding.Fault{}
}

// verified is a truth value that some providers write as a text.
type verified bool

// UnmarshalJSON reads true and "true"; anything else is no truth.
func (v *verified) UnmarshalJSON(text []byte) error {
	word, err := strconv.Unquote(string(text))
	if err != nil {
		word = string(text)
	}
	*v = word == "true"
	return nil
}

func (p *Provider) exchangeFault(err error) onboarding.Fault {
	var answered *oauth2.RetrieveError
	switch {
	case isNetwork(err):
		return p.unavailable()
	case !errors.As(err, &answered):
		return refused("code_refused")
	case answered.ErrorCode == "invalid_client" || answered.ErrorCode == "unauthorized_client":
		return refused("client_refused")
	case answered.Response.StatusCode >= http.StatusInternalServerError:
		return p.unavailable()
	default:
		return refused("code_refused")
	}
}

func isNetwork(err error) bool {
	var network *url.Error
	return errors.As(err, &network)
}

// SignOutURL is where a browser ends its session with the provider, and comes back from;
// empty when the provider does not say where, or cannot be asked.
func (p *Provider) SignOutURL(ctx context.Context) string {
	found, err := p.discover(ctx)
	if err != nil || found.signOut == nil {
		return ""
	}
	address := *found.signOut
	query := address.Query()
	query.Set("client_id", p.config.ClientID)
	query.Set("post_logout_redirect_uri", p.redirect[:len(p.redirect)-len(CallbackPath)]+"/sign-in")
	address.RawQuery = query.Encode()
	return address.String()
}
