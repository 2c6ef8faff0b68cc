package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

func (s *surface) registerWebhooks(v1 huma.API) {
	const tag = "Webhooks"
	changes := []int{http.StatusForbidden, http.StatusConflict}
	handle(s, v1, operation{
		id: "add-webhook-endpoint", method: http.MethodPost, path: "/webhook-endpoints", tag: tag, status: http.StatusCreated, errors: changes,
		summary: "Have a system of yours told of what happens",
		description: "Messages are signed as Standard Webhooks says, with the secret in this answer: it is shown here and nowhere else. " +
			"An endpoint hears of its dealer and of every dealer below it. A dealer has ten endpoints at most. " +
			"With Idempotency-Key every repetition of the same body gets the same answer, the secret included.",
	}, s.addEndpoint)
	handle(s, v1, operation{
		id: "list-webhook-endpoints", method: http.MethodGet, path: "/webhook-endpoints", tag: tag, errors: []int{http.StatusForbidden},
		summary: "List webhook endpoints, the oldest first",
	}, s.listEndpoints)
	handle(s, v1, operation{
		id: "get-webhook-endpoint", method: http.MethodGet, path: "/webhook-endpoints/{id}", tag: tag, errors: []int{http.StatusForbidden},
		summary: "Look at one webhook endpoint",
	}, s.getEndpoint)
	handle(s, v1, operation{
		id: "delete-webhook-endpoint", method: http.MethodDelete, path: "/webhook-endpoints/{id}", tag: tag, status: http.StatusNoContent, errors: []int{http.StatusForbidden},
		summary:     "Delete a webhook endpoint",
		description: "What it was not told yet is never sent. A message that is on its way may still arrive.",
	}, s.deleteEndpoint)
	handle(s, v1, operation{
		id: "rotate-webhook-secret", method: http.MethodPost, path: "/webhook-endpoints/{id}/rotate-secret", tag: tag, errors: []int{http.StatusForbidden},
		summary:     "Give a webhook endpoint a new secret",
		description: "For 24 hours every message has a signature of both, so that nothing is lost while you change over. Each call is a new secret, and the one before the last ends at once.",
	}, s.rotateSecret)
	handle(s, v1, operation{
		id: "enable-webhook-endpoint", method: http.MethodPost, path: "/webhook-endpoints/{id}/enable", tag: tag, errors: []int{http.StatusForbidden},
		summary:     "Enable a webhook endpoint",
		description: "It is told of what happens from now on. What it missed can be sent again with replay, or read from the lists of the API.",
	}, s.enableEndpoint)
	handle(s, v1, operation{
		id: "disable-webhook-endpoint", method: http.MethodPost, path: "/webhook-endpoints/{id}/disable", tag: tag, errors: []int{http.StatusForbidden},
		summary:     "Disable a webhook endpoint",
		description: "It is told of nothing more, and what waits for it is given up.",
	}, s.disableEndpoint)
	handle(s, v1, operation{
		id: "test-webhook-endpoint", method: http.MethodPost, path: "/webhook-endpoints/{id}/test", tag: tag, status: http.StatusAccepted, errors: changes,
		summary:     "Send a webhook.test",
		description: "Follow what becomes of it among the deliveries. 409 for an endpoint that is disabled.",
	}, s.testEndpoint)
	handle(s, v1, operation{
		id: "list-webhook-deliveries", method: http.MethodGet, path: "/webhook-deliveries", tag: tag, errors: []int{http.StatusForbidden},
		summary: "List what was or is to be sent, newest first",
	}, s.listDeliveries)
	handle(s, v1, operation{
		id: "replay-webhook-delivery", method: http.MethodPost, path: "/webhook-deliveries/{id}/replay", tag: tag, status: http.StatusAccepted, errors: changes,
		summary:     "Send a message again",
		description: "At once, with the webhook-id it had, and with all its tries before it. 409 for one that is about to be sent already, or whose endpoint is disabled.",
	}, s.replayDelivery)
}

// NewWebhookEndpoint is an endpoint to add.
type NewWebhookEndpoint struct {
	URL   string   `json:"url" doc:"https, on the public Internet" example:"https://crm.example.com/latchkey"`
	Kinds []string `json:"kinds,omitempty" doc:"What it hears of; none or left out is everything, also what will be added later"`
}

type addEndpointIn struct {
	DealerChoice
	KeyHeader
	Body NewWebhookEndpoint
}

type secretOut struct{ Body WebhookSecret }

func (s *surface) addEndpoint(ctx context.Context, in *addEndpointIn) (*secretOut, error) {
	actor := actorOf(ctx)
	key, err := keyOf(actor, in.IdempotencyKey, "POST /v1/webhook-endpoints", in.DealerID, in.Body)
	if err != nil {
		return nil, err
	}
	id, err := s.desk.OnceUnkept(ctx, key, func(ctx context.Context) (string, error) {
		return s.desk.AddWebhookEndpoint(ctx, actor, in.DealerID, dealing.NewEndpoint{URL: in.Body.URL, Kinds: in.Body.Kinds})
	})
	if err != nil {
		return nil, err
	}
	endpoint, secret, err := s.desk.AddedWebhookEndpoint(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	return &secretOut{WebhookSecret{viewEndpoint(endpoint), secret}}, nil
}

type listEndpointsIn struct{ DealerChoice }

// WebhookEndpointList is every endpoint of a dealer.
type WebhookEndpointList page[WebhookEndpoint]

type endpointListOut struct{ Body WebhookEndpointList }

func (s *surface) listEndpoints(ctx context.Context, in *listEndpointsIn) (*endpointListOut, error) {
	rows, err := s.desk.WebhookEndpoints(ctx, actorOf(ctx), in.DealerID)
	if err != nil {
		return nil, err
	}
	return &endpointListOut{WebhookEndpointList(listed(rows, viewEndpoint))}, nil
}

type endpointIn struct {
	ID string `path:"id" doc:"The endpoint's ID"`
}

type endpointOut struct{ Body WebhookEndpoint }

func (s *surface) getEndpoint(ctx context.Context, in *endpointIn) (*endpointOut, error) {
	return endpointAnswer(s.desk.WebhookEndpoint(ctx, actorOf(ctx), in.ID))
}

func (s *surface) enableEndpoint(ctx context.Context, in *endpointIn) (*endpointOut, error) {
	return endpointAnswer(s.desk.EnableWebhookEndpoint(ctx, actorOf(ctx), in.ID))
}

func (s *surface) disableEndpoint(ctx context.Context, in *endpointIn) (*endpointOut, error) {
	return endpointAnswer(s.desk.DisableWebhookEndpoint(ctx, actorOf(ctx), in.ID))
}

func endpointAnswer(endpoint dealing.WebhookEndpoint, err error) (*endpointOut, error) {
	if err != nil {
		return nil, err
	}
	return &endpointOut{viewEndpoint(endpoint)}, nil
}

func (s *surface) deleteEndpoint(ctx context.Context, in *endpointIn) (*struct{}, error) {
	return nil, s.desk.DeleteWebhookEndpoint(ctx, actorOf(ctx), in.ID)
}

func (s *surface) rotateSecret(ctx context.Context, in *endpointIn) (*secretOut, error) {
	endpoint, secret, err := s.desk.RotateWebhookSecret(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &secretOut{WebhookSecret{viewEndpoint(endpoint), secret}}, nil
}

type deliveryOut struct{ Body WebhookDelivery }

func (s *surface) testEndpoint(ctx context.Context, in *endpointIn) (*deliveryOut, error) {
	return deliveryAnswer(s.desk.TestWebhookEndpoint(ctx, actorOf(ctx), in.ID))
}

type deliveryIn struct {
	ID string `path:"id" doc:"The delivery's ID"`
}

func (s *surface) replayDelivery(ctx context.Context, in *deliveryIn) (*deliveryOut, error) {
	return deliveryAnswer(s.desk.ReplayWebhook(ctx, actorOf(ctx), in.ID))
}

func deliveryAnswer(delivery dealing.WebhookDelivery, err error) (*deliveryOut, error) {
	if err != nil {
		return nil, err
	}
	return &deliveryOut{viewDelivery(delivery)}, nil
}

type listDeliveriesIn struct {
	DealerChoice
	EndpointID string `query:"endpoint_id" maxLength:"50" doc:"Only those to this endpoint"`
	State      string `query:"state" enum:"pending,delivered,failed,given_up"`
	Kind       string `query:"kind" maxLength:"50" doc:"Only those of this kind, such as onboarding.parked"`
	Cursor     string `query:"cursor" maxLength:"500" doc:"The next_cursor of an earlier page"`
	Limit      int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// WebhookDeliveryList is a page of deliveries.
type WebhookDeliveryList page[WebhookDelivery]

type deliveryListOut struct{ Body WebhookDeliveryList }

func (s *surface) listDeliveries(ctx context.Context, in *listDeliveriesIn) (*deliveryListOut, error) {
	rows, next, err := s.desk.WebhookDeliveries(ctx, actorOf(ctx), in.DealerID, dealing.WebhookDeliveryFilter{
		EndpointID: in.EndpointID, State: onboarding.WebhookState(in.State), Kind: onboarding.AnnouncementKind(in.Kind), Cursor: in.Cursor, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	return &deliveryListOut{WebhookDeliveryList{Items: views(rows, viewDelivery), NextCursor: orNull(next)}}, nil
}
