// Package openidtest is a real OpenID Connect provider for tests: the example server of
// zitadel/oidc with its login page, on this machine, with people of the test's own. It can
// be put behind a network that changes what is sent to it.
package openidtest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// How Latchkey is known to the provider, and what everybody's password is there.
const (
	ClientID     = "latchkey"
	ClientSecret = "a secret of Latchkey: with/odd+characters"
	Password     = "not the one at Latchkey"
)

// OtherClientID is another program's, with the same secret and the same way back.
const OtherClientID = "another-program"

// Person is somebody whom the provider knows.
type Person struct {
	Subject   string
	LoginName string
	Email     string
	Verified  bool
}

// Provider is a provider that runs. Its fields may be changed between requests through With.
type Provider struct {
	// Issuer is its address. The name differs from a portal's on 127.0.0.1, so that the way
	// back is from another site.
	Issuer string

	server *http.Server

	mu     sync.Mutex
	people map[string]Person
	script Script
}

// Script is how the provider, or the way to it, behaves. The zero Script is as it should be.
type Script struct {
	// Tamper changes a request before the provider sees it.
	Tamper func(*http.Request)
	// Lifetime is how long ID tokens are good; 0 means an hour.
	Lifetime time.Duration
	// EmailInToken tells the e-mail address in the ID token instead of at the userinfo endpoint.
	EmailInToken bool
	// Down answers everything with 503.
	Down bool
}

// Start starts a provider that knows people and sends browsers back to portalURL.
func Start(portalURL string, people ...Person) (*Provider, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	p := &Provider{Issuer: "http://localhost:" + port, people: map[string]Person{}}
	for _, person := range people {
		p.people[person.Subject] = person
	}
	back := portalURL + "/sign-in/openid/callback"
	kept := storage.NewStorageWithClients(p, map[string]*storage.Client{
		ClientID: storage.WebClient(ClientID, ClientSecret, back), OtherClientID: storage.WebClient(OtherClientID, ClientSecret, back),
	})
	real := exampleop.SetupServer(p.Issuer, &scripted{kept, p, portalURL + "/sign-in"}, nil, false)
	p.server = &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		script := p.now()
		if script.Down {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		if script.Tamper != nil {
			script.Tamper(r)
		}
		real.ServeHTTP(w, r)
	})}
	go func() { _ = p.server.Serve(listener) }() // ends with Close
	return p, nil
}

// Close ends the provider.
func (p *Provider) Close() error { return p.server.Close() }

// With makes it behave from now on.
func (p *Provider) With(script Script) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.script = script
}

// Know adds a person, or changes one.
func (p *Provider) Know(person Person) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.people[person.Subject] = person
}

func (p *Provider) now() Script {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.script
}

// GetUserByID is for the example server.
func (p *Provider) GetUserByID(subject string) *storage.User {
	p.mu.Lock()
	defer p.mu.Unlock()
	person, known := p.people[subject]
	if !known {
		return nil
	}
	return &storage.User{ID: person.Subject, Username: person.LoginName, Password: Password, Email: person.Email, EmailVerified: person.Verified}
}

// GetUserByUsername is for the example server.
func (p *Provider) GetUserByUsername(loginName string) *storage.User {
	p.mu.Lock()
	subject := ""
	for _, person := range p.people {
		if person.LoginName == loginName {
			subject = person.Subject
		}
	}
	p.mu.Unlock()
	return p.GetUserByID(subject)
}

// ExampleClientID is for the example server, which has a service of that name.
func (*Provider) ExampleClientID() string { return storage.ServiceUserID }

// scripted is the example's storage with clients that do what the script says.
type scripted struct {
	*storage.Storage
	provider  *Provider
	signedOut string
}

// GetClientByClientID is the example's client, scripted.
func (s *scripted) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	found, err := s.Storage.GetClientByClientID(ctx, id)
	if err != nil {
		return nil, err
	}
	return client{found, s.provider.now(), s.signedOut}, nil
}

type client struct {
	op.Client
	script    Script
	signedOut string
}

// IDTokenLifetime is the script's.
func (c client) IDTokenLifetime() time.Duration {
	if c.script.Lifetime != 0 {
		return c.script.Lifetime
	}
	return c.Client.IDTokenLifetime()
}

// IDTokenUserinfoClaimsAssertion is the script's.
func (c client) IDTokenUserinfoClaimsAssertion() bool { return c.script.EmailInToken }

// PostLogoutRedirectURIs lets browsers come back to the sign-in page.
func (c client) PostLogoutRedirectURIs() []string { return []string{c.signedOut} }

// TamperWith makes a Tamper that replaces a parameter in requests to a path.
func TamperWith(path, parameter, value string) func(*http.Request) {
	return func(r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, path) {
			return
		}
		query := r.URL.Query()
		query.Set(parameter, value)
		r.URL.RawQuery = query.Encode()
	}
}
