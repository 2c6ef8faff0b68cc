package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"go.opentelemetry.io/otel/metric"

	"github.com/latchkey/latchkey/onboarding"
)

// DefaultTimeout bounds one delivery, from dialling to the end of the answer.
const DefaultTimeout = 15 * time.Second

// maxAnswer is how much of an answer is read, so that its connection can be used again.
// None of it is kept.
const maxAnswer = 4 << 10

// Config says how webhooks are sent.
type Config struct {
	Reach onboarding.WebhookReach
	// Timeout bounds one delivery; 0 means DefaultTimeout.
	Timeout time.Duration
}

// Sender delivers messages. It is safe for concurrent use.
type Sender struct {
	timeout time.Duration
	http    *http.Client
	// deliveries is shown as latchkey_webhook_delivery_duration_seconds.
	deliveries metric.Float64Histogram
}

// Message is one delivery.
type Message struct {
	// ID is the webhook-id, the same at every try.
	ID  string
	URL string
	// Secrets sign it, each with a signature of its own.
	Secrets [][]byte
	SentAt  time.Time
	Body    []byte
}

// errForbidden is a dial that the reach does not allow.
var errForbidden = errors.New(Forbidden)

// New makes a sender.
func New(config Config) (*Sender, error) {
	deliveries, err := newDeliveries()
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	timeout := config.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	dialer := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second, Control: control(config.Reach)}
	return &Sender{
		timeout:    timeout,
		deliveries: deliveries,
		http: &http.Client{
			Transport: &http.Transport{
				// A proxy would do the resolving and dialling, past the control below.
				Proxy:                  nil,
				DialContext:            dialer.DialContext,
				ForceAttemptHTTP2:      true,
				TLSHandshakeTimeout:    5 * time.Second,
				TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
				MaxResponseHeaderBytes: 64 << 10,
				MaxIdleConns:           64,
				MaxIdleConnsPerHost:    4,
				IdleConnTimeout:        60 * time.Second,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// control looks at every address that is about to be dialled, after its name was
// resolved: a name can lead anywhere, and elsewhere at its next look-up.
func control(reach onboarding.WebhookReach) func(network, address string, _ syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		target, err := netip.ParseAddrPort(address)
		if err != nil || !reach.Allows(target.Addr()) {
			return errForbidden
		}
		return nil
	}
}

// Close lets go of idle connections. The sender must not be used afterwards.
func (s *Sender) Close() { s.http.CloseIdleConnections() }

// Send delivers a message and gives the status of the answer. Whatever is no 2xx is a
// *Fault.
func (s *Sender) Send(ctx context.Context, message Message) (status int, err error) {
	return s.observed(ctx, func(ctx context.Context) (int, error) { return s.deliver(ctx, message) })
}

func (s *Sender) deliver(ctx context.Context, message Message) (status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	request, err := build(ctx, message)
	if err != nil {
		return 0, &Fault{Code: Unreachable}
	}
	response, err := s.http.Do(request)
	if err != nil {
		return 0, &Fault{Code: codeOf(err)}
	}
	defer func() { _ = response.Body.Close() }()
	// The status has said it all, whatever becomes of the rest.
	_, _ = io.CopyN(io.Discard, response.Body, maxAnswer)
	if code := refusalOf(response.StatusCode); code != "" {
		return response.StatusCode, &Fault{Code: code, Status: response.StatusCode}
	}
	return response.StatusCode, nil
}

func build(ctx context.Context, message Message) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, message.URL, bytes.NewReader(message.Body))
	if err != nil {
		return nil, err
	}
	signatures := make([]string, len(message.Secrets))
	for i, secret := range message.Secrets {
		key, err := standardwebhooks.NewWebhookRaw(secret)
		if err != nil {
			return nil, err
		}
		if signatures[i], err = key.Sign(message.ID, message.SentAt, message.Body); err != nil {
			return nil, err
		}
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Latchkey-Webhooks/1")
	// The names of the standard are in small letters; receivers that are careless about it exist.
	request.Header[standardwebhooks.HeaderWebhookID] = []string{message.ID}
	request.Header[standardwebhooks.HeaderWebhookTimestamp] = []string{strconv.FormatInt(message.SentAt.Unix(), 10)}
	request.Header[standardwebhooks.HeaderWebhookSignature] = []string{strings.Join(signatures, " ")}
	return request, nil
}

func refusalOf(status int) string {
	switch {
	case status >= 200 && status < 300:
		return ""
	case status == http.StatusGone:
		return Gone
	case status >= 300 && status < 400:
		return Redirected
	default:
		return Refused
	}
}

// codeOf names what kept a message from being answered.
func codeOf(err error) string {
	var (
		network     net.Error
		certificate *tls.CertificateVerificationError
		authority   x509.UnknownAuthorityError
		host        x509.HostnameError
		record      tls.RecordHeaderError
		alert       tls.AlertError
		dial        *net.OpError
		unknown     *net.DNSError
	)
	switch {
	case errors.Is(err, errForbidden):
		return Forbidden
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return TimedOut
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &certificate), errors.As(err, &authority), errors.As(err, &host), errors.As(err, &record), errors.As(err, &alert):
		return TLSFailed
	case errors.As(err, &unknown), errors.As(err, &dial) && dial.Op == "dial":
		return Unreachable
	default:
		return Lost
	}
}
