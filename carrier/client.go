package carrier

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"go.opentelemetry.io/otel/metric"
)

// DefaultTimeout bounds a call when Config names no other time.
const DefaultTimeout = 10 * time.Second

// Config says where the carrier is and who we are to it.
type Config struct {
	// BaseURL is the address that /v1/... is appended to; it may have a path.
	BaseURL string
	// Token is sent as a bearer token; none is sent when it is empty.
	Token string
	// Timeout bounds one call from dialling to the last byte of the answer. 0
	// means DefaultTimeout. A shorter deadline of the caller's context wins.
	Timeout time.Duration
}

// Client calls one carrier. It is safe for concurrent use.
type Client struct {
	base    string
	token   string
	timeout time.Duration
	http    *http.Client
	// durations is shown as latchkey_carrier_call_duration_seconds.
	durations metric.Float64Histogram
}

// New makes a client; it does not connect yet. It fails when BaseURL is not an
// absolute http or https URL free of user, query and fragment.
func New(config Config) (*Client, error) {
	base, err := url.Parse(config.BaseURL)
	if err != nil {
		return nil, errors.New("carrier: the base URL does not parse")
	}
	if (base.Scheme != "http" && base.Scheme != "https") || base.Host == "" ||
		base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return nil, errors.New("carrier: the base URL must look like https://carrier.example.com, without user, query or fragment")
	}
	if config.Timeout < 0 {
		return nil, fmt.Errorf("carrier: the timeout is negative: %s", config.Timeout)
	}
	timeout := config.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	durations, err := newDurations()
	if err != nil {
		return nil, err
	}
	return &Client{
		durations: durations,
		base:      strings.TrimRight(base.String(), "/"),
		token:     config.Token,
		timeout:   timeout,
		http: &http.Client{
			Transport: &http.Transport{
				Proxy:                 http.ProxyFromEnvironment,
				DialContext:           (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
				ForceAttemptHTTP2:     true,
				TLSHandshakeTimeout:   5 * time.Second,
				ResponseHeaderTimeout: timeout,
				MaxIdleConns:          32,
				MaxIdleConnsPerHost:   32,
				IdleConnTimeout:       60 * time.Second,
			},
			// A redirect would carry an address or a serial to a place nobody
			// configured; its 3xx is reported as garbled instead.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// Close lets go of idle connections. The client must not be used afterwards.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Coverage asks which networks reach a place. Poor coverage is an answer, not a
// fault. Own code: address_not_found.
func (c *Client) Coverage(ctx context.Context, place Place) (CoverageReport, error) {
	answer, err := c.exchange(ctx, request{call: CheckCoverage, method: http.MethodPost, path: "/v1/coverage", body: place})
	if err != nil {
		return CoverageReport{}, err
	}
	return readCoverage(answer)
}

// RegisterModule puts a module on the network under a key. The same key with the
// same request gives the same registration, however often it is sent. Own codes:
// module_unknown, module_already_registered (under another key), module_not_owned,
// module_sunset, module_inactive, panel_unsupported.
func (c *Client) RegisterModule(ctx context.Context, key string, wanted RegistrationRequest) (Registration, error) {
	path, err := keyed("/v1/registrations/", key, "")
	if err != nil {
		return Registration{}, err
	}
	answer, err := c.exchange(ctx, request{call: RegisterModule, method: http.MethodPut, path: path, key: key, body: wanted})
	if err != nil {
		return Registration{}, err
	}
	registration, err := readRegistration(answer)
	if err != nil {
		return Registration{}, err
	}
	if registration.Module != wanted.Module {
		return Registration{}, garbled(errors.New("the answer is about another module"))
	}
	return registration, nil
}

// FindRegistration looks a registration up by its key; found is false when there
// is none.
func (c *Client) FindRegistration(ctx context.Context, key string) (registration Registration, found bool, err error) {
	path, err := keyed("/v1/registrations/", key, "")
	if err != nil {
		return Registration{}, false, err
	}
	answer, err := c.exchange(ctx, request{call: FindRegistration, method: http.MethodGet, path: path})
	if errors.Is(err, errNoRegistration) {
		return Registration{}, false, nil
	}
	if err != nil {
		return Registration{}, false, err
	}
	registration, err = readRegistration(answer)
	return registration, err == nil, err
}

// DeregisterModule takes the module registered under a key off the network and
// frees it. That there is none is success. Own code: module_not_owned.
func (c *Client) DeregisterModule(ctx context.Context, key string) error {
	path, err := keyed("/v1/registrations/", key, "")
	if err != nil {
		return err
	}
	_, err = c.exchange(ctx, request{call: DeregisterModule, method: http.MethodDelete, path: path})
	if errors.Is(err, errNoRegistration) {
		return nil
	}
	return err
}

// PushTemplate queues a template for the panel whose module is registered under
// a key; a later one for the same key replaces it. Own codes: template_not_found,
// panel_unsupported, module_unknown (nothing is registered under the key),
// module_inactive.
func (c *Client) PushTemplate(ctx context.Context, key string, template Template) error {
	path, err := keyed("/v1/panels/", key, "/template")
	if err != nil {
		return err
	}
	_, err = c.exchange(ctx, request{call: PushTemplate, method: http.MethodPut, path: path, key: key, body: template})
	return err
}

// Check asks whether the carrier is there and accepts our token. It changes nothing.
func (c *Client) Check(ctx context.Context) error {
	_, err := c.exchange(ctx, request{method: http.MethodGet, path: "/healthz"})
	return err
}

// keyed puts a key into a path. The characters are those of our own keys; with
// them no escaping, cleaning or splitting on the way can change which key arrives.
func keyed(before, key, after string) (string, error) {
	usable := len(key) > 0 && len(key) <= 200 && strings.Trim(key, ".") != "" && strings.Trim(key, keyCharacters) == ""
	if !usable {
		return "", newFault(Refused, 0, errors.New("a key is 1 to 200 letters, digits and colons, underscores, hyphens or dots"))
	}
	return before + key + after, nil
}

const keyCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_-."
