package api

import (
	"time"

	"github.com/latchkey/latchkey/dealing"
)

// WebhookEndpoint is where a system hears of what happens.
type WebhookEndpoint struct {
	ID             string     `json:"id"`
	DealerID       string     `json:"dealer_id"`
	URL            string     `json:"url"`
	Kinds          []string   `json:"kinds" doc:"What it hears of; empty is everything"`
	Status         string     `json:"status" enum:"enabled,disabled"`
	DisabledReason *string    `json:"disabled_reason" doc:"by_hand, failing (for days) or gone (it answered 410); null while it is enabled"`
	DisabledAt     *time.Time `json:"disabled_at"`
	FailingSince   *time.Time `json:"failing_since" doc:"The first failure after the last success; null when all is well"`
	SecretSince    time.Time  `json:"secret_since" doc:"Since when its secret signs; for 24 hours after a rotation the one before it signs as well"`
	CreatedAt      time.Time  `json:"created_at"`
}

func viewEndpoint(e dealing.WebhookEndpoint) WebhookEndpoint {
	status, since := "enabled", e.CreatedAt
	if !e.Enabled() {
		status = "disabled"
	}
	if !e.RotatedAt.IsZero() {
		since = e.RotatedAt
	}
	kinds := make([]string, len(e.Kinds))
	for i, kind := range e.Kinds {
		kinds[i] = string(kind)
	}
	return WebhookEndpoint{
		ID: e.ID, DealerID: e.DealerID, URL: e.URL, Kinds: kinds, Status: status, DisabledReason: orNull(string(e.DisabledReason)),
		DisabledAt: timeOrNull(e.DisabledAt), FailingSince: timeOrNull(e.FailingSince), SecretSince: since.UTC(), CreatedAt: e.CreatedAt.UTC(),
	}
}

// WebhookSecret is an endpoint with what signs its messages.
type WebhookSecret struct {
	WebhookEndpoint
	Secret string `json:"secret" doc:"Shown here and nowhere else; hand it to the receiver" example:"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"`
}

// WebhookDelivery is one message on its way to one endpoint.
type WebhookDelivery struct {
	ID            string     `json:"id"`
	EndpointID    string     `json:"endpoint_id"`
	WebhookID     string     `json:"webhook_id" doc:"The header webhook-id: the same on every try"`
	Kind          string     `json:"kind" example:"onboarding.parked"`
	DealerID      string     `json:"dealer_id"`
	OnboardingID  *string    `json:"onboarding_id"`
	AccountID     *string    `json:"account_id"`
	CommitmentID  *string    `json:"commitment_id"`
	Code          *string    `json:"code" doc:"A reason, such as that of a park"`
	State         string     `json:"state" enum:"pending,delivered,failed,given_up" doc:"failed will be tried again, given_up will not"`
	Attempts      int        `json:"attempts"`
	NextAttemptAt *time.Time `json:"next_attempt_at"`
	LastAttemptAt *time.Time `json:"last_attempt_at"`
	LastStatus    *int       `json:"last_status" doc:"HTTP status of the last answer; null when there was none"`
	LastCode      *string    `json:"last_code" doc:"Why it was not delivered" example:"webhook_timed_out"`
	DeliveredAt   *time.Time `json:"delivered_at"`
	CreatedAt     time.Time  `json:"created_at"`
}

func viewDelivery(d dealing.WebhookDelivery) WebhookDelivery {
	about := d.Announcement
	return WebhookDelivery{
		ID: d.ID, EndpointID: d.EndpointID, WebhookID: d.AnnouncementID, Kind: string(about.Kind), DealerID: about.DealerID,
		OnboardingID: orNull(about.OnboardingID), AccountID: orNull(about.AccountID), CommitmentID: orNull(about.CommitmentID), Code: orNull(about.Code),
		State: string(d.State), Attempts: d.Attempts, NextAttemptAt: timeOrNull(d.NextAttemptAt), LastAttemptAt: timeOrNull(d.LastAttemptAt),
		LastStatus: orNull(d.LastStatus), LastCode: orNull(d.LastCode), DeliveredAt: timeOrNull(d.DeliveredAt), CreatedAt: d.CreatedAt.UTC(),
	}
}
