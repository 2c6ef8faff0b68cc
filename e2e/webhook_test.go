package e2e

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/webhook/webhooktest"
)

type webhookEndpoint struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
	Status string `json:"status"`
}

type webhookDelivery struct {
	ID           string `json:"id"`
	WebhookID    string `json:"webhook_id"`
	Kind         string `json:"kind"`
	OnboardingID string `json:"onboarding_id"`
	State        string `json:"state"`
	Attempts     int    `json:"attempts"`
	LastCode     string `json:"last_code"`
}

// crm is a dealer's system that is told of what happens.
func (s *stack) crm(t *testing.T, behaviour webhooktest.Behaviour) (*webhooktest.Receiver, webhookEndpoint) {
	t.Helper()
	receiver, err := webhooktest.Start()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, receiver.Close()) })
	receiver.Behave("/crm", behaviour)
	endpoint := as[webhookEndpoint](t, s.office.post(t, "/v1/webhook-endpoints", map[string]any{"url": receiver.URL() + "/crm"}), http.StatusCreated)
	t.Cleanup(func() {
		_, err := s.office.try(context.Background(), http.MethodDelete, "/v1/webhook-endpoints/"+endpoint.ID, nil)
		require.NoError(t, err)
	})
	s.gaveOut(endpoint.Secret)
	receiver.Trust(endpoint.Secret)
	return receiver, endpoint
}

// heard are the IDs of the messages about an onboarding, by kind. Every message is signed,
// and one that comes again has the ID it had.
func heard(t *testing.T, receiver *webhooktest.Receiver, onboardingID string, answered webhooktest.Behaviour) map[string]string {
	t.Helper()
	ids := map[string]string{}
	for _, message := range receiver.Received("/crm") {
		require.True(t, message.Verified)
		if message.Body.Data.OnboardingID != onboardingID || message.Answered != answered {
			continue
		}
		if earlier, known := ids[message.Body.Type]; known {
			require.Equal(t, earlier, message.ID, message.Body.Type)
		}
		ids[message.Body.Type] = message.ID
	}
	return ids
}

func TestWebhooks_TellACRMTheWholeStoryAlsoWhenItWasDown(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	down, _ := s.crm(t, webhooktest.Fails)
	dropping, endpoint := s.crm(t, webhooktest.Drops)
	c := s.newCustomer(t)
	id := s.submit(t, c).ID
	for receiver, behaviour := range map[*webhooktest.Receiver]webhooktest.Behaviour{down: webhooktest.Fails, dropping: webhooktest.Drops} {
		await(t, "a first try", func() (map[string]string, bool) {
			ids := heard(t, receiver, id, behaviour)
			return ids, ids["onboarding.created"] != ""
		})
		receiver.Behave("/crm", webhooktest.Takes)
	}
	done := s.complete(t, id)
	s.communicate(t, c.serial(), "evt-webhook-"+id)
	s.awaitLogin(t, done.AccountID)

	story := []string{"account.activated", "account.ready_to_install", "onboarding.completed", "onboarding.created"}
	for _, receiver := range []*webhooktest.Receiver{down, dropping} {
		await(t, "the whole story", func() ([]string, bool) {
			kinds := slices.Sorted(maps.Keys(heard(t, receiver, id, webhooktest.Takes)))
			return kinds, slices.Equal(story, kinds)
		})
	}
	twice := heard(t, dropping, id, webhooktest.Drops)["onboarding.created"]
	require.Equal(t, heard(t, dropping, id, webhooktest.Takes)["onboarding.created"], twice, "a receiver knows what it had before by its ID")

	list := await(t, "deliveries that are all made", func() ([]webhookDelivery, bool) {
		var about []webhookDelivery
		made := true
		for _, delivery := range fetch[struct{ Items []webhookDelivery }](t, s.office, "/v1/webhook-deliveries?limit=200&endpoint_id=%s", endpoint.ID).Items {
			if delivery.OnboardingID == id {
				about = append(about, delivery)
				made = made && delivery.State == "delivered"
			}
		}
		return about, made && len(about) == len(story)
	})
	before := len(dropping.Received("/crm"))
	replayed := as[webhookDelivery](t, s.office.post(t, "/v1/webhook-deliveries/"+list[0].ID+"/replay", nil), http.StatusAccepted)
	require.Equal(t, list[0].WebhookID, replayed.WebhookID)
	await(t, "the message once more", func() (int, bool) {
		n := 0
		for _, message := range dropping.Received("/crm")[before:] {
			if message.ID == replayed.WebhookID {
				n++
			}
		}
		return n, n == 1
	})
}

func TestWebhooks_EndWithTheReceiverThatIsGone(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	receiver, endpoint := s.crm(t, webhooktest.Leaves)
	require.Equal(t, http.StatusAccepted, s.office.post(t, "/v1/webhook-endpoints/"+endpoint.ID+"/test", nil).status)
	await(t, "an endpoint that is disabled", func() (webhookEndpoint, bool) {
		now := fetch[webhookEndpoint](t, s.office, "/v1/webhook-endpoints/%s", endpoint.ID)
		return now, now.Status == "disabled"
	})
	s.awaitNotice(t, endpoint.ID, "Webhooks to one of your systems have stopped")
	require.NotEmpty(t, receiver.Received("/crm"))
	tasks := s.count(t, "tasks WHERE kind = 'webhook_disabled' AND object_id = $1 AND closed_at IS NULL", endpoint.ID)
	require.Equal(t, 1, tasks)
}
