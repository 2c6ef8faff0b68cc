package dealing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/latchkey/latchkey/onboarding"
)

// The plain types of webhooks that the record shares with its readers.
type (
	WebhookEndpoint       = onboarding.WebhookEndpoint
	WebhookDelivery       = onboarding.WebhookDelivery
	WebhookDeliveryFilter = onboarding.WebhookDeliveryFilter
)

// Webhooks is how an installation sends them.
type Webhooks struct {
	// Secret is what the secrets of endpoints are derived from: the same as the worker's.
	Secret []byte
	Reach  onboarding.WebhookReach
}

// WebhookStore keeps where dealers' own systems hear of things. Changes keep their line of
// the audit trail with them. ErrNotFound is what does not exist, is deleted, or belongs to
// none of dealers.
type WebhookStore interface {
	WebhookEndpoints(ctx context.Context, dealerID string) ([]WebhookEndpoint, error)
	WebhookEndpoint(ctx context.Context, dealers []string, endpointID string) (WebhookEndpoint, error)
	// AddWebhookEndpoint claims the key of the entry for the endpoint.
	// onboarding.ErrTooManyEndpoints, ErrKeyReused, and ErrStale for an ID that is used.
	AddWebhookEndpoint(ctx context.Context, endpoint WebhookEndpoint, entry AuditEntry) error
	// AddedWebhookEndpoint reads an endpoint whatever became of it.
	AddedWebhookEndpoint(ctx context.Context, endpointID string) (WebhookEndpoint, error)
	DeleteWebhookEndpoint(ctx context.Context, endpointID string, entry AuditEntry) error
	EnableWebhookEndpoint(ctx context.Context, endpointID string, entry AuditEntry) error
	DisableWebhookEndpoint(ctx context.Context, endpointID string, entry AuditEntry) error
	RotateWebhookSecret(ctx context.Context, endpointID string, entry AuditEntry) (WebhookEndpoint, error)
	TestWebhook(ctx context.Context, endpoint WebhookEndpoint, entry AuditEntry) (WebhookDelivery, error)

	WebhookDeliveries(ctx context.Context, filter WebhookDeliveryFilter) (page []WebhookDelivery, nextCursor string, err error)
	WebhookDelivery(ctx context.Context, dealers []string, deliveryID string) (WebhookDelivery, error)
	// ReplayWebhook is ErrNotFound as well for a delivery that waits for its first try.
	ReplayWebhook(ctx context.Context, deliveryID string, entry AuditEntry) error
}

// WebhookEndpoints are the dealer's own, the oldest first.
func (d *Desk) WebhookEndpoints(ctx context.Context, actor Actor, dealerID string) ([]WebhookEndpoint, error) {
	dealerID, err := seeSettings(actor, dealerID)
	if err != nil {
		return nil, err
	}
	return d.store.WebhookEndpoints(ctx, dealerID)
}

// WebhookEndpoint is one of a dealer that the actor may see.
func (d *Desk) WebhookEndpoint(ctx context.Context, actor Actor, endpointID string) (WebhookEndpoint, error) {
	endpoint, err := d.store.WebhookEndpoint(ctx, scope(actor), endpointID)
	if err != nil {
		return WebhookEndpoint{}, err
	}
	_, err = seeSettings(actor, endpoint.DealerID)
	return endpoint, err
}

// endpointToChange is an endpoint of a dealer whose settings the actor may change.
func (d *Desk) endpointToChange(ctx context.Context, actor Actor, endpointID string) (WebhookEndpoint, error) {
	endpoint, err := d.store.WebhookEndpoint(ctx, scope(actor), endpointID)
	if err != nil {
		return WebhookEndpoint{}, err
	}
	_, err = changeSettings(actor, endpoint.DealerID)
	return endpoint, err
}

// NewEndpoint asks for a webhook endpoint.
type NewEndpoint struct {
	// ID was drawn when a form was made, so that a form sent twice makes one endpoint;
	// empty draws one.
	ID    string
	URL   string
	Kinds []string
}

// NewEndpointID draws the ID of an endpoint to be.
func NewEndpointID() string { return newID() }

// AddWebhookEndpoint adds one and returns its ID. *Invalid with fields /url and /kinds.
func (d *Desk) AddWebhookEndpoint(ctx context.Context, actor Actor, dealerID string, asked NewEndpoint) (id string, err error) {
	if dealerID, err = changeSettings(actor, dealerID); err != nil {
		return "", err
	}
	endpoint, err := d.readEndpoint(asked)
	if err != nil {
		return "", err
	}
	endpoint.DealerID, endpoint.CreatedBy = dealerID, actor.UserID
	err = d.store.AddWebhookEndpoint(ctx, endpoint, auditEntry(ctx, actor, dealerID, "settings.add_webhook", endpoint.ID, ""))
	switch {
	case errors.Is(err, onboarding.ErrTooManyEndpoints):
		return "", refused(fmt.Sprintf("There are %d webhook endpoints, which is the most. Delete one that is not used any more.", onboarding.MostWebhookEndpoints))
	case errors.Is(err, ErrStale):
		return "", refused("This webhook endpoint was added before, and a secret is shown once. Rotate its secret if it was not kept.")
	}
	return endpoint.ID, err
}

// AddedWebhookEndpoint is an endpoint as it was when it was added, with the secret that
// signed what was sent there: for whoever has added it, told then and nowhere else. What
// became of it since is no part of the answer.
func (d *Desk) AddedWebhookEndpoint(ctx context.Context, actor Actor, endpointID string) (endpoint WebhookEndpoint, secret string, err error) {
	added, err := d.store.AddedWebhookEndpoint(ctx, endpointID)
	if err != nil {
		return WebhookEndpoint{}, "", err
	}
	if _, err := changeSettings(actor, added.DealerID); err != nil {
		return WebhookEndpoint{}, "", err
	}
	endpoint = WebhookEndpoint{ID: added.ID, DealerID: added.DealerID, URL: added.URL, Kinds: added.Kinds, CreatedBy: added.CreatedBy, CreatedAt: added.CreatedAt}
	return endpoint, d.secretOf(endpoint), nil
}

func (d *Desk) readEndpoint(asked NewEndpoint) (WebhookEndpoint, error) {
	var read answerReader
	url, fault := d.webhooks.Reach.ParseWebhookURL(asked.URL)
	read.note("/url", fault)
	endpoint := WebhookEndpoint{ID: asked.ID, URL: url, Kinds: read.kinds(asked.Kinds)}
	if err := read.err(); err != nil {
		return WebhookEndpoint{}, err
	}
	switch {
	case endpoint.ID == "":
		endpoint.ID = newID()
	case !isID(endpoint.ID):
		return WebhookEndpoint{}, ErrNotFound
	}
	return endpoint, nil
}

// kinds reads what an endpoint hears of, each once.
func (r *answerReader) kinds(typed []string) []onboarding.AnnouncementKind {
	var kinds []onboarding.AnnouncementKind
	for i, word := range typed {
		kind := onboarding.AnnouncementKind(word)
		switch {
		case !kind.Known():
			r.note(fmt.Sprintf("/kinds/%d", i), onboarding.Fault{Code: "invalid_choice", Message: "Choose among " + kindWords() + "; none stands for all."})
		case !slices.Contains(kinds, kind):
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

func kindWords() string {
	words := make([]string, len(onboarding.AnnouncementKinds))
	for i, kind := range onboarding.AnnouncementKinds {
		words[i] = string(kind)
	}
	return strings.Join(words, ", ")
}

func (d *Desk) secretOf(endpoint WebhookEndpoint) string {
	return onboarding.WebhookSecretText(onboarding.WebhookSecret(d.webhooks.Secret, endpoint.ID, endpoint.Rotation))
}

// RotateWebhookSecret gives an endpoint a new secret, told here and nowhere else. The one
// before it signs as well for onboarding.WebhookSecretOverlap.
func (d *Desk) RotateWebhookSecret(ctx context.Context, actor Actor, endpointID string) (endpoint WebhookEndpoint, secret string, err error) {
	endpoint, err = d.endpointToChange(ctx, actor, endpointID)
	if err != nil {
		return WebhookEndpoint{}, "", err
	}
	endpoint, err = d.store.RotateWebhookSecret(ctx, endpointID, auditEntry(ctx, actor, endpoint.DealerID, "settings.rotate_webhook_secret", endpointID, ""))
	if err != nil {
		return WebhookEndpoint{}, "", err
	}
	return endpoint, d.secretOf(endpoint), nil
}

// DeleteWebhookEndpoint ends an endpoint for good.
func (d *Desk) DeleteWebhookEndpoint(ctx context.Context, actor Actor, endpointID string) error {
	endpoint, err := d.endpointToChange(ctx, actor, endpointID)
	if err != nil {
		return err
	}
	return d.store.DeleteWebhookEndpoint(ctx, endpointID, auditEntry(ctx, actor, endpoint.DealerID, "settings.delete_webhook", endpointID, ""))
}

// EnableWebhookEndpoint tells an endpoint again of what happens; one that is told already
// is success.
func (d *Desk) EnableWebhookEndpoint(ctx context.Context, actor Actor, endpointID string) (WebhookEndpoint, error) {
	return d.switchEndpoint(ctx, actor, endpointID, "settings.enable_webhook", d.store.EnableWebhookEndpoint)
}

// DisableWebhookEndpoint tells an endpoint of nothing more, until it is enabled.
func (d *Desk) DisableWebhookEndpoint(ctx context.Context, actor Actor, endpointID string) (WebhookEndpoint, error) {
	return d.switchEndpoint(ctx, actor, endpointID, "settings.disable_webhook", d.store.DisableWebhookEndpoint)
}

func (d *Desk) switchEndpoint(ctx context.Context, actor Actor, endpointID, action string, change func(context.Context, string, AuditEntry) error) (WebhookEndpoint, error) {
	endpoint, err := d.endpointToChange(ctx, actor, endpointID)
	if err != nil {
		return WebhookEndpoint{}, err
	}
	if err := change(ctx, endpointID, auditEntry(ctx, actor, endpoint.DealerID, action, endpointID, "")); err != nil {
		return WebhookEndpoint{}, err
	}
	return d.store.WebhookEndpoint(ctx, nil, endpointID)
}

const endpointDisabled = "This webhook endpoint is disabled. Enable it first."

// TestWebhookEndpoint sends a webhook.test, as soon as any other message.
func (d *Desk) TestWebhookEndpoint(ctx context.Context, actor Actor, endpointID string) (WebhookDelivery, error) {
	endpoint, err := d.endpointToChange(ctx, actor, endpointID)
	switch {
	case err != nil:
		return WebhookDelivery{}, err
	case !endpoint.Enabled():
		return WebhookDelivery{}, refused(endpointDisabled)
	}
	return d.store.TestWebhook(ctx, endpoint, auditEntry(ctx, actor, endpoint.DealerID, "settings.test_webhook", endpointID, ""))
}

// WebhookDeliveries is one page of what is or was sent to the endpoints of a dealer, or of
// every dealer that the actor sees. An endpoint that the actor may not see has none.
func (d *Desk) WebhookDeliveries(ctx context.Context, actor Actor, dealerID string, filter WebhookDeliveryFilter) (page []WebhookDelivery, nextCursor string, err error) {
	if actor.Role == onboarding.RoleTechnician {
		return nil, "", ErrForbidden
	}
	filter.Dealers = scope(actor)
	if dealerID != "" {
		if dealerID, err = seeSettings(actor, dealerID); err != nil {
			return nil, "", err
		}
		filter.Dealers = []string{dealerID}
	}
	if filter.EndpointID != "" {
		if _, err := d.store.WebhookEndpoint(ctx, filter.Dealers, filter.EndpointID); err != nil {
			return nil, "", err
		}
	}
	return d.store.WebhookDeliveries(ctx, filter)
}

// ReplayWebhook sends a message again, with the webhook-id it had: at once, with all its
// tries before it. A refusal for one that waits for its first try, or whose endpoint is
// disabled.
func (d *Desk) ReplayWebhook(ctx context.Context, actor Actor, deliveryID string) (WebhookDelivery, error) {
	delivery, err := d.store.WebhookDelivery(ctx, scope(actor), deliveryID)
	if err != nil {
		return WebhookDelivery{}, err
	}
	endpoint, err := d.endpointToChange(ctx, actor, delivery.EndpointID)
	switch {
	case err != nil:
		return WebhookDelivery{}, err
	case !endpoint.Enabled():
		return WebhookDelivery{}, refused(endpointDisabled)
	case delivery.State == onboarding.WebhookPending:
		return WebhookDelivery{}, refusedReplay()
	}
	err = d.store.ReplayWebhook(ctx, deliveryID, auditEntry(ctx, actor, endpoint.DealerID, "settings.replay_webhook", deliveryID, ""))
	if errors.Is(err, ErrNotFound) { // somebody else was faster
		return WebhookDelivery{}, refusedReplay()
	}
	if err != nil {
		return WebhookDelivery{}, err
	}
	return d.store.WebhookDelivery(ctx, nil, deliveryID)
}

func refusedReplay() error {
	return refused("This webhook is about to be sent already. Look again in a moment.")
}
