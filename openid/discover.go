package openid

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// discovered is what the provider says about itself.
type discovered struct {
	provider *oidc.Provider
	verifier *oidc.IDTokenVerifier
	oauth    oauth2.Config
	// signOut is nil when the provider does not say where to sign out.
	signOut *url.URL
}

// pause is how long a provider that did not answer is left alone: whoever comes meanwhile is
// told at once.
const pause = 5 * time.Second

// discover asks the provider once and keeps what it says until the program ends; its keys are
// read anew whenever an unknown one signs. A failure is not kept for longer than pause.
func (p *Provider) discover(ctx context.Context) (*discovered, error) {
	if found, err := p.known(); found != nil || err != nil {
		return found, err
	}
	result := p.asking.DoChan("", func() (any, error) {
		// For all who wait, not only for the first of them. The client's timeout bounds it.
		found, err := p.ask(context.WithoutCancel(ctx))
		p.mu.Lock()
		defer p.mu.Unlock()
		p.found, p.failure, p.failedAt = found, err, p.config.Now()
		return found, err
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case answer := <-result:
		found, _ := answer.Val.(*discovered)
		return found, answer.Err
	}
}

func (p *Provider) known() (*discovered, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failure != nil && p.config.Now().Sub(p.failedAt) < pause {
		return nil, p.failure
	}
	return p.found, nil
}

func (p *Provider) ask(ctx context.Context) (*discovered, error) {
	ctx = oidc.ClientContext(ctx, p.http)
	provider, err := oidc.NewProvider(ctx, p.config.Issuer)
	if err != nil {
		return nil, err
	}
	var more struct {
		Keys        string   `json:"jwks_uri"`
		SignOut     string   `json:"end_session_endpoint"`
		AuthMethods []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := provider.Claims(&more); err != nil {
		return nil, err
	}
	endpoint := provider.Endpoint()
	for name, address := range map[string]string{
		"authorization_endpoint": endpoint.AuthURL, "token_endpoint": endpoint.TokenURL, "jwks_uri": more.Keys,
	} {
		if _, err := secureURL(address, p.config.Issuer); err != nil {
			return nil, &unsafeEndpoint{name, err}
		}
	}
	if address := provider.UserInfoEndpoint(); address != "" {
		if _, err := secureURL(address, p.config.Issuer); err != nil {
			return nil, &unsafeEndpoint{"userinfo_endpoint", err}
		}
	}
	endpoint.AuthStyle = p.authStyle(more.AuthMethods)
	signOut, _ := secureURL(more.SignOut, p.config.Issuer) // without one nobody is sent there
	return &discovered{
		provider: provider, verifier: provider.Verifier(&oidc.Config{ClientID: p.config.ClientID, Now: p.config.Now}),
		oauth: oauth2.Config{
			ClientID: p.config.ClientID, ClientSecret: p.config.ClientSecret, Endpoint: endpoint, RedirectURL: p.redirect,
			Scopes: []string{oidc.ScopeOpenID, "email"},
		},
		signOut: signOut,
	}, nil
}

// authStyle is how we show who we are. To try both would send a code twice, and a provider may
// take the second time for theft. Basic is what a provider speaks that does not say.
func (p *Provider) authStyle(methods []string) oauth2.AuthStyle {
	if p.config.ClientSecret == "" || len(methods) > 0 && !slices.Contains(methods, "client_secret_basic") {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}

// unsafeEndpoint is an address in the provider's own document that must not be used.
type unsafeEndpoint struct {
	name string
	why  error
}

func (e *unsafeEndpoint) Error() string { return fmt.Sprintf("%s: %s", e.name, e.why) }

// Check asks the provider about itself and says what is wrong, in words for whoever runs the
// installation.
func (p *Provider) Check(ctx context.Context) error {
	_, err := p.ask(ctx)
	var (
		other   *oidc.IssuerMismatchError
		unsafe  *unsafeEndpoint
		network *url.Error
	)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &other):
		return fmt.Errorf("wrong issuer: it calls itself %q; look at --oidc-issuer, letter by letter", other.Discovered)
	case errors.As(err, &unsafe):
		return fmt.Errorf("its document names an address that cannot be used, %s; ask who runs it", unsafe)
	case errors.As(err, &network):
		return fmt.Errorf("unreachable; look at --oidc-issuer, and at the way there from this machine: %w", network.Err)
	default:
		return errors.New("no discovery document at /.well-known/openid-configuration below it; look at --oidc-issuer")
	}
}
