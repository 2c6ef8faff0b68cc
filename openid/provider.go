package openid

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// Config says who the provider is and who we are to it.
type Config struct {
	// Issuer is the provider's own name for itself: an https address, or an http one of this
	// machine.
	Issuer   string
	ClientID string
	// ClientSecret is empty for a public client, whom PKCE alone protects.
	ClientSecret string
	// Name is what people call the provider.
	Name string
	// PortalURL is the public address of the Partner Portal, without a path.
	PortalURL string
	Now       func() time.Time
}

// CallbackPath is where, below the portal's address, the provider sends browsers back to.
const CallbackPath = "/sign-in/openid/callback"

// Provider is an OpenID Connect provider. It is safe for concurrent use.
type Provider struct {
	config   Config
	redirect string
	http     *http.Client
	asking   singleflight.Group

	mu       sync.Mutex
	found    *discovered
	failedAt time.Time
	failure  error
}

// timeout bounds each call. A sign-in makes up to four of them, and a page may take 20 s.
const timeout = 4 * time.Second

// New makes a provider; it is not asked anything yet. It fails for settings that cannot be
// right, in a sentence.
func New(config Config) (*Provider, error) {
	if config.ClientID == "" {
		return nil, errors.New("the client ID is missing; register Latchkey with the provider, which gives one")
	}
	if _, err := secureURL(config.Issuer, config.Issuer); err != nil {
		return nil, errors.New("the issuer must look like https://login.example.com, without user, query or fragment; plain http is for this machine alone")
	}
	portal, err := url.Parse(config.PortalURL)
	if err != nil || portal.Scheme != "http" && portal.Scheme != "https" || portal.Host == "" || strings.Trim(portal.Path, "/") != "" ||
		portal.User != nil || portal.RawQuery != "" || portal.Fragment != "" {
		return nil, errors.New("the portal's address must look like https://portal.example.com, without a path")
	}
	return &Provider{
		config: config, redirect: portal.Scheme + "://" + portal.Host + CallbackPath,
		http: &http.Client{
			Timeout: timeout,
			Transport: &bounded{&http.Transport{
				Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: timeout}).DialContext,
				ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 8, IdleConnTimeout: time.Minute,
			}},
			// A redirect would carry a code or a secret to a place nobody configured.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// Name is what people call the provider.
func (p *Provider) Name() string { return p.config.Name }

// Issuer is the provider's own name for itself.
func (p *Provider) Issuer() string { return p.config.Issuer }

// RedirectURL is what the provider must know of us: where it sends browsers back to.
func (p *Provider) RedirectURL() string { return p.redirect }

// secureURL reads an address of the provider. It must be https, unless the issuer is on this
// machine: then http will do for addresses on this machine.
func secureURL(address, issuer string) (*url.URL, error) {
	parsed, err := url.Parse(address)
	switch {
	case err != nil:
		return nil, errors.New("it does not parse")
	case parsed.Host == "" || parsed.User != nil || parsed.Fragment != "" || address == issuer && parsed.RawQuery != "":
		return nil, errors.New("it is no plain address")
	case parsed.Scheme == "https":
		return parsed, nil
	case parsed.Scheme == "http" && isLoopback(parsed.Hostname()) && strings.HasPrefix(issuer, "http://"):
		return parsed, nil
	default:
		return nil, errors.New("it is not https")
	}
}

// isLoopback reports whether a host is this machine.
func isLoopback(host string) bool {
	address := net.ParseIP(host)
	return host == "localhost" || address != nil && address.IsLoopback()
}
