// Package webhooktest is a receiver of webhooks for tests and trying things out: it
// verifies signatures, keeps what it got, and can be told to misbehave.
package webhooktest

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// Behaviour is how the receiver answers.
type Behaviour string

// The behaviours.
const (
	Takes     Behaviour = "takes"     // 204
	Fails     Behaviour = "fails"     // 500
	Leaves    Behaviour = "leaves"    // 410
	Redirects Behaviour = "redirects" // 302, to itself
	Hangs     Behaviour = "hangs"     // never answers
	Drops     Behaviour = "drops"     // keeps it, then cuts the connection
	Floods    Behaviour = "floods"    // 200 with an answer that does not end
)

// Received is a message as it came.
type Received struct {
	Path string
	// ID is the webhook-id.
	ID     string
	Header http.Header
	Raw    []byte
	Body   Body
	At     time.Time
	// Verified is true when a signature of one of the receiver's secrets holds.
	Verified bool
	// Answered is how the receiver behaved.
	Answered Behaviour
}

// Body is the message, written here once more on purpose: it is what receivers rely on.
type Body struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      struct {
		DealerID     string            `json:"dealer_id"`
		OnboardingID string            `json:"onboarding_id"`
		AccountID    string            `json:"account_id"`
		CommitmentID string            `json:"commitment_id"`
		Code         string            `json:"code"`
		Links        map[string]string `json:"links"`
	} `json:"data"`
}

// Receiver is the server.
type Receiver struct {
	server  *http.Server
	url     string
	closing chan struct{}

	mu         sync.Mutex
	secrets    []string
	behaviours map[string]Behaviour // by path
	received   []Received
}

// Start listens on a free port of the loopback.
func Start() (*Receiver, error) {
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &Receiver{url: "http://" + listener.Addr().String(), closing: make(chan struct{}), behaviours: map[string]Behaviour{}}
	r.server = &http.Server{Handler: http.HandlerFunc(r.take), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = r.server.Serve(listener) }() // ends with Close
	return r, nil
}

// URL is the receiver's address; every path below it is one that can be told apart.
func (r *Receiver) URL() string { return r.url }

// Close ends the receiver and every connection.
func (r *Receiver) Close() error {
	close(r.closing)
	return r.server.Close()
}

// Trust adds a secret, as the dealer was shown it.
func (r *Receiver) Trust(secret string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.secrets = append(r.secrets, secret)
}

// Behave tells how the requests for a path are answered from now on.
func (r *Receiver) Behave(path string, behaviour Behaviour) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.behaviours[path] = behaviour
}

// Received is everything that came for a path, in its order.
func (r *Receiver) Received(path string) []Received {
	r.mu.Lock()
	defer r.mu.Unlock()
	var received []Received
	for _, message := range r.received {
		if message.Path == path {
			received = append(received, message)
		}
	}
	return received
}

func (r *Receiver) take(w http.ResponseWriter, request *http.Request) {
	raw, err := io.ReadAll(io.LimitReader(request.Body, 1<<20))
	if err != nil {
		return
	}
	switch r.keep(request, raw) {
	case Fails:
		http.Error(w, "broken", http.StatusInternalServerError)
	case Leaves:
		w.WriteHeader(http.StatusGone)
	case Redirects:
		http.Redirect(w, request, "/redirected", http.StatusFound)
	case Hangs:
		select {
		case <-r.closing:
		case <-request.Context().Done():
		}
	case Drops:
		panic(http.ErrAbortHandler)
	case Floods:
		r.flood(w)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// flood goes on until somebody has had enough.
func (r *Receiver) flood(w io.Writer) {
	line := strings.Repeat("x", 1024)
	for {
		if _, err := io.WriteString(w, line); err != nil {
			return
		}
	}
}

func (r *Receiver) keep(request *http.Request, raw []byte) Behaviour {
	r.mu.Lock()
	defer r.mu.Unlock()
	behaviour, told := r.behaviours[request.URL.Path]
	if !told {
		behaviour = Takes
	}
	message := Received{
		Path: request.URL.Path, ID: request.Header.Get(standardwebhooks.HeaderWebhookID), Header: request.Header, Raw: raw,
		At: time.Now(), Verified: r.verify(raw, request.Header) == nil, Answered: behaviour,
	}
	if json.Unmarshal(raw, &message.Body) != nil {
		message.Verified = false
	}
	r.received = append(r.received, message)
	return behaviour
}

func (r *Receiver) verify(raw []byte, header http.Header) error {
	for _, secret := range r.secrets {
		key, err := standardwebhooks.NewWebhook(secret)
		if err == nil && key.Verify(raw, header) == nil {
			return nil
		}
	}
	return errors.New("no secret of this receiver signed the message")
}
