package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/openid"
)

// openIDSecretVariable is the one way to give the client secret as a value: a flag would show
// it to everybody on the machine.
const openIDSecretVariable = "LATCHKEY_OIDC_CLIENT_SECRET"

// openIDSettings let staff sign in through an OpenID Connect provider; without an issuer there
// is none.
type openIDSettings struct {
	Issuer       string `name:"oidc-issuer" env:"LATCHKEY_OIDC_ISSUER" help:"OpenID Connect provider through which staff sign in, as it calls itself, such as https://login.example.com."`
	ClientID     string `name:"oidc-client-id" env:"LATCHKEY_OIDC_CLIENT_ID" help:"What the provider calls Latchkey."`
	ClientSecret string `name:"oidc-client-secret" env:"LATCHKEY_OIDC_CLIENT_SECRET" help:"Latchkey's secret with the provider: @file, or a value in the environment."`
	ProviderName string `name:"oidc-name" env:"LATCHKEY_OIDC_NAME" default:"your work account" help:"What staff call the provider: \"Sign in with …\"."`
	Required     bool   `name:"oidc-required" env:"LATCHKEY_OIDC_REQUIRED" help:"Let nobody into the Partner Portal with a password alone, but for those whom latchkey admin password lets in."`
	PortalURL    string `name:"portal-url" env:"LATCHKEY_PORTAL_URL" help:"Public address of the Partner Portal, where the provider sends browsers back to; that of the Customer Website, without its path, when left out."`
}

// provider is nil when none is set up.
func (s openIDSettings) provider(customerURL string) (*openid.Provider, error) {
	if s.Issuer == "" {
		if s.Required || s.ClientID != "" {
			return nil, errors.New("--oidc-issuer is missing; the other settings of OpenID Connect mean nothing without it")
		}
		return nil, nil
	}
	if s.ClientSecret != "" && !strings.HasPrefix(s.ClientSecret, "@") && os.Getenv(openIDSecretVariable) != s.ClientSecret {
		return nil, fmt.Errorf("--oidc-client-secret takes the path of a file, @/path; a value belongs into %s", openIDSecretVariable)
	}
	secret, err := readSecret(s.ClientSecret)
	if err != nil {
		return nil, err
	}
	portalURL := s.PortalURL
	if portalURL == "" {
		customer, err := url.Parse(customerURL)
		if err != nil {
			return nil, errors.New("--customer-url cannot be read; it looks like https://portal.example.com/customer")
		}
		portalURL = customer.Scheme + "://" + customer.Host
	}
	provider, err := openid.New(openid.Config{
		Issuer: s.Issuer, ClientID: s.ClientID, ClientSecret: secret, Name: s.ProviderName, PortalURL: portalURL, Now: time.Now,
	})
	if err != nil {
		return nil, fmt.Errorf("OpenID Connect: %w", err)
	}
	return provider, nil
}

// open is how staff sign in. The provider is not asked yet: one that is away keeps nobody's
// API from starting.
func (s openIDSettings) open(customerURL string) (dealing.OpenID, error) {
	provider, err := s.provider(customerURL)
	if err != nil || provider == nil {
		return dealing.OpenID{}, err
	}
	return dealing.OpenID{Provider: provider, Required: s.Required}, nil
}

// parts is nothing to check when no provider is set up.
func (s openIDSettings) parts() []part {
	if s.Issuer == "" && s.ClientID == "" && !s.Required {
		return nil
	}
	return []part{{"identity provider", s.check, ""}}
}

func (s openIDSettings) check(ctx context.Context) error {
	const anyPortal = "https://portal.invalid" // where browsers come back to is no matter of discovery
	provider, err := s.provider(anyPortal)
	if err != nil {
		return err
	}
	return provider.Check(ctx)
}
