package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/latchkey/latchkey/dealing"
)

func (s *surface) registerPanelEvents(v1 huma.API) {
	handle(s, v1, operation{
		id: "take-panel-event", method: http.MethodPost, path: "/panel-events", tag: "Panel network", security: withSignature, status: http.StatusAccepted,
		summary: "Take an event from the panel network",
		description: "Signed as Standard Webhooks does (webhook-id, webhook-timestamp, webhook-signature). An event is taken once by its ID, " +
			"and may be sent again. An event about a module that nothing is known of is kept.",
	}, s.takePanelEvent)
}

type panelEventIn struct {
	ID        string `header:"Webhook-Id"`
	Timestamp string `header:"Webhook-Timestamp"`
	Signature string `header:"Webhook-Signature"`
	RawBody   []byte
	Body      PanelEvent
}

// PanelEvent is what a panel did.
type PanelEvent struct {
	EventID string    `json:"event_id" example:"evt_4k7q2"`
	Module  string    `json:"module" doc:"Serial number, IMEI or MEID" example:"4100000017"`
	Kind    string    `json:"kind" example:"communicated"`
	At      time.Time `json:"at"`
}

// EventTaken says that an event need not be sent again.
type EventTaken struct {
	EventID string `json:"event_id"`
}

type panelEventOut struct{ Body EventTaken }

func (s *surface) takePanelEvent(ctx context.Context, in *panelEventIn) (*panelEventOut, error) {
	signed := http.Header{}
	signed.Set(standardwebhooks.HeaderWebhookID, in.ID)
	signed.Set(standardwebhooks.HeaderWebhookTimestamp, in.Timestamp)
	signed.Set(standardwebhooks.HeaderWebhookSignature, in.Signature)
	if s.panel.Verify(in.RawBody, signed) != nil {
		return nil, problemBadSignature()
	}
	err := s.desk.TakePanelEvent(ctx, dealing.PanelEvent{EventID: in.Body.EventID, Module: in.Body.Module, Kind: in.Body.Kind, At: in.Body.At})
	if err != nil {
		return nil, err
	}
	return &panelEventOut{EventTaken{in.Body.EventID}}, nil
}
