package onboarding

import (
	"errors"
	"slices"
	"time"
)

// AnnounceWebhookTest is announced to one endpoint alone, when a person tries it out.
const AnnounceWebhookTest AnnouncementKind = "webhook.test"

// AnnouncementKinds are what an endpoint can choose to hear of, in the order of their
// subjects. A test is always heard.
var AnnouncementKinds = []AnnouncementKind{
	AnnounceOnboardingCreated, AnnounceOnboardingParked, AnnounceOnboardingCompleted, AnnounceOnboardingRejected,
	AnnounceOnboardingCancelled, AnnounceAccountReadyToInstall, AnnounceAccountActivated, AnnounceAccountCorrected,
	AnnounceAccountTerminated, AnnounceModuleSwapped, AnnounceCommitmentDue, AnnounceCommitmentNeedsSerial,
	AnnounceCommitmentActivated, AnnounceCommitmentExpired, AnnounceLetterBounced,
}

// Known reports whether an endpoint can choose k.
func (k AnnouncementKind) Known() bool { return slices.Contains(AnnouncementKinds, k) }

// MostWebhookEndpoints is how many endpoints a dealer can have.
const MostWebhookEndpoints = 10

// ErrTooManyEndpoints says that the dealer has MostWebhookEndpoints already.
var ErrTooManyEndpoints = errors.New("too many webhook endpoints")

// WebhookEndpoint is where a dealer's own systems hear of what happens to the dealer and
// to every dealer below it.
type WebhookEndpoint struct {
	ID       string
	DealerID string
	URL      string
	// Kinds are what it hears of; empty means everything, also what will be added later.
	Kinds []AnnouncementKind
	// Rotation counts how often its secret was replaced; RotatedAt is zero before the first time.
	Rotation  int
	RotatedAt time.Time
	// FailingSince is the first failure after the last success; zero when all is well.
	FailingSince time.Time
	// DisabledAt is zero while it is told of things.
	DisabledAt     time.Time
	DisabledReason WebhookDisabledReason
	CreatedBy      string
	CreatedAt      time.Time
}

// Enabled reports whether the endpoint is told of things.
func (e WebhookEndpoint) Enabled() bool { return e.DisabledAt.IsZero() }

// WebhookDisabledReason is why an endpoint is told of nothing.
type WebhookDisabledReason string

// The reasons. A dealer is told by mail of those that were no decision of its own.
const (
	WebhookDisabledByHand  WebhookDisabledReason = "by_hand"
	WebhookDisabledFailing WebhookDisabledReason = "failing" // for as long as the installation's patience
	WebhookDisabledGone    WebhookDisabledReason = "gone"    // it answered 410
)

// WebhookState is where a delivery stands.
type WebhookState string

// The states of a delivery.
const (
	WebhookPending   WebhookState = "pending" // not tried yet, or sent again by a person
	WebhookDelivered WebhookState = "delivered"
	WebhookFailed    WebhookState = "failed"   // will be tried again
	WebhookGivenUp   WebhookState = "given_up" // will not, unless a person sends it again
)

// WebhookDelivery is one announcement on its way to one endpoint.
type WebhookDelivery struct {
	ID         string
	EndpointID string
	// AnnouncementID is the webhook-id: the same on every try, so that a receiver knows
	// what it had before.
	AnnouncementID string
	Announcement   Announcement
	State          WebhookState
	Attempts       int
	// NextAttemptAt is zero when there will be none.
	NextAttemptAt time.Time
	LastAttemptAt time.Time
	// LastStatus is the HTTP status of the last answer, 0 for none; LastCode is what went
	// wrong, empty after a success.
	LastStatus  int
	LastCode    string
	DeliveredAt time.Time
	CreatedAt   time.Time
}

// WebhookDeliveryFilter narrows a list of deliveries, newest first; empty members do not.
type WebhookDeliveryFilter struct {
	Dealers    []string // whose endpoints; nil means every dealer
	EndpointID string
	State      WebhookState
	Kind       AnnouncementKind
	Cursor     string
	Limit      int
}

// DueWebhook is a delivery that is claimed to be made now.
type DueWebhook struct {
	Delivery WebhookDelivery
	Endpoint WebhookEndpoint
}

// WebhookAttempt is how a try to deliver ended.
type WebhookAttempt struct {
	DeliveryID string
	EndpointID string
	At         time.Time
	Status     int    // of the answer; 0 for none
	Code       string // empty for a success
	// RetryAt is when to try again; zero gives the delivery up.
	RetryAt time.Time
	// Disable is why the endpoint is disabled at once; empty leaves it be.
	Disable WebhookDisabledReason
	// FailingBefore disables an endpoint that has only failed since before then.
	FailingBefore time.Time
}

// webhookPauses come after a failed try: the schedule that Standard Webhooks recommends,
// ten tries in a little more than three days.
var webhookPauses = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour,
	14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// WebhookPause is how long to wait after so many failed tries; false when that was the last.
func WebhookPause(attempts int) (time.Duration, bool) {
	if attempts < 1 || attempts > len(webhookPauses) {
		return 0, false
	}
	return webhookPauses[attempts-1], true
}
