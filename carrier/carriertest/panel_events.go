package carriertest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// PanelEvent is what the panel network posts when a panel communicates, signed
// with the headers of Standard Webhooks; webhook-id is the event ID.
//
// POST /panels/{module}/communicate sends one and answers with it. With
// ?event_id= the ID is the caller's, and an ID used before is sent again byte for
// byte, as a network does that did not see the first answer.
type PanelEvent struct {
	EventID string    `json:"event_id"`
	Module  string    `json:"module"`
	Kind    string    `json:"kind"` // "communicated"
	At      time.Time `json:"at"`
}

// panels makes panels communicate.
type panels struct {
	url     string
	webhook *standardwebhooks.Webhook
	http    *http.Client

	mu   sync.Mutex
	sent map[string]PanelEvent // by event ID
}

func newPanels(url, secret string) (*panels, error) {
	if url != "" && secret == "" {
		return nil, errors.New("carrier simulator: panel events need a secret to be signed with")
	}
	webhook, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		return nil, errors.New("carrier simulator: the panel secret is not base64")
	}
	return &panels{
		url:     url,
		webhook: webhook,
		http:    &http.Client{Transport: &http.Transport{}, Timeout: 10 * time.Second},
		sent:    map[string]PanelEvent{},
	}, nil
}

func (p *panels) close() { p.http.CloseIdleConnections() }

// event is the one sent before under this ID, or a new one.
func (p *panels) event(id, module string) PanelEvent {
	p.mu.Lock()
	defer p.mu.Unlock()
	if event, repeated := p.sent[id]; repeated {
		return event
	}
	event := PanelEvent{EventID: id, Module: module, Kind: "communicated", At: time.Now().UTC().Truncate(time.Millisecond)}
	p.sent[id] = event
	return event
}

// send posts an event and returns the receiver's status.
func (p *panels) send(ctx context.Context, event PanelEvent) (int, error) {
	body, err := json.Marshal(event)
	if err != nil {
		return 0, err
	}
	now := time.Now()
	signature, err := p.webhook.Sign(event.EventID, now, body)
	if err != nil {
		return 0, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(standardwebhooks.HeaderWebhookID, event.EventID)
	request.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	request.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	response, err := p.http.Do(request)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}

func (s *Simulator) serveCommunicate(w http.ResponseWriter, r *http.Request) {
	module := r.PathValue("module")
	if !wellFormed(module) {
		refuse(http.StatusBadRequest, "malformed_request", "The module is neither ten digits nor an IMEI nor a MEID.").write(w)
		return
	}
	if s.panels.url == "" {
		refuse(http.StatusConflict, "no_panel_events_url", "The simulator was started without an address for panel events.").write(w)
		return
	}
	id := r.URL.Query().Get("event_id")
	if id == "" {
		id = "evt_" + strings.ToLower(rand.Text())
	}
	event := s.panels.event(id, module)
	if event.Module != module {
		refuse(http.StatusConflict, "event_id_reused", "This event ID was sent for another module.").write(w)
		return
	}
	s.registry.activate(module)
	status, err := s.panels.send(r.Context(), event)
	switch {
	case err != nil:
		refuse(http.StatusBadGateway, "event_not_delivered", "The address for panel events does not answer.").write(w)
	case status < 200 || status > 299:
		refuse(http.StatusBadGateway, "event_refused", fmt.Sprintf("The address for panel events answered %d.", status)).write(w)
	default:
		writeJSON(w, http.StatusOK, event)
	}
}
