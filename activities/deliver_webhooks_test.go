package activities_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/mail/mailtest"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/webhook/webhooktest"
)

// webhookTimeout is how long a receiver of these tests may take.
const webhookTimeout = 3 * time.Second

// crm is a receiver with one endpoint, at a path of its own.
type crm struct {
	*webhooktest.Receiver
	endpoint onboarding.WebhookEndpoint
	path     string
}

func (w *world) receiver() *webhooktest.Receiver {
	w.t.Helper()
	receiver, err := webhooktest.Start()
	require.NoError(w.t, err)
	w.t.Cleanup(func() { require.NoError(w.t, receiver.Close()) })
	return receiver
}

// crm adds an endpoint of the demo dealer.
func (w *world) crm(receiver *webhooktest.Receiver, path string) crm {
	w.t.Helper()
	endpoint := onboarding.WebhookEndpoint{
		ID: uuid.Must(uuid.NewV7()).String(), DealerID: w.demo.Dealer.ID, URL: receiver.URL() + path + "?token=confidential",
	}
	require.NoError(w.t, w.store.AddWebhookEndpoint(w.t.Context(), endpoint, onboarding.AuditEntry{Action: "test"}))
	receiver.Trust(onboarding.WebhookSecretText(onboarding.WebhookSecret([]byte(secret), endpoint.ID, 0)))
	return crm{receiver, endpoint, path}
}

// owe owes an endpoint so many messages.
func (w *world) owe(c crm, messages int) {
	w.t.Helper()
	for range messages {
		_, err := w.store.TestWebhook(w.t.Context(), c.endpoint, onboarding.AuditEntry{Action: "test"})
		require.NoError(w.t, err)
	}
}

// deliverDue runs one sweep; without a window it looks once.
func (w *world) deliverDue(window time.Duration) activities.WebhookSweepResult {
	w.t.Helper()
	raw, err := w.call(activities.DeliverWebhooksName, activities.WebhookSweepInput{Window: window})
	require.NoError(w.t, err)
	return decoded[activities.WebhookSweepResult](w.t, raw)
}

// allDue makes everything that waits due now, as time does.
func (w *world) allDue() {
	w.t.Helper()
	_, err := w.pool.Exec(w.t.Context(), `UPDATE webhook_deliveries SET next_attempt_at = now() WHERE next_attempt_at IS NOT NULL`)
	require.NoError(w.t, err)
}

func (w *world) deliveries(c crm) []onboarding.WebhookDelivery {
	w.t.Helper()
	page, _, err := w.store.WebhookDeliveries(w.t.Context(), onboarding.WebhookDeliveryFilter{EndpointID: c.endpoint.ID, Limit: 100})
	require.NoError(w.t, err)
	return page
}

func (w *world) endpoint(c crm) onboarding.WebhookEndpoint {
	w.t.Helper()
	endpoint, err := w.store.WebhookEndpoint(w.t.Context(), nil, c.endpoint.ID)
	require.NoError(w.t, err)
	return endpoint
}

func TestDeliverWebhooks_TellsWhatHappenedWithoutAWordAboutAnybody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.crm(w.receiver(), "/crm")
	id := w.has(w.johnDoe(), onboarding.StepCreateAccount)
	require.Equal(t, activities.WebhookSweepResult{Delivered: 1}, w.deliverDue(0))
	require.Equal(t, activities.WebhookSweepResult{}, w.deliverDue(0), "once")
	received := c.Received("/crm")
	require.Len(t, received, 1)
	require.True(t, received[0].Verified)
	require.Equal(t, "onboarding.created", received[0].Body.Type)
	require.Equal(t, id, received[0].Body.Data.OnboardingID)
	require.Equal(t, "/v1/onboardings/"+id, received[0].Body.Data.Links["onboarding"])
	requireNothingPersonal(t, w.people, string(received[0].Raw))
}

func TestDeliverWebhooks_TriesAgainWithTheSameIDAndBytes(t *testing.T) {
	t.Parallel()
	for _, behaviour := range []webhooktest.Behaviour{webhooktest.Fails, webhooktest.Drops, webhooktest.Redirects} {
		t.Run(string(behaviour), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c := w.crm(w.receiver(), "/crm")
			w.owe(c, 1)
			c.Behave("/crm", behaviour)
			before := w.clock.now()
			require.Equal(t, activities.WebhookSweepResult{Failed: 1}, w.deliverDue(0))
			failed := w.deliveries(c)[0]
			require.Equal(t, onboarding.WebhookFailed, failed.State)
			require.WithinRange(t, failed.NextAttemptAt, before.Add(5*time.Second), time.Now().Add(5*time.Second))
			require.Equal(t, activities.WebhookSweepResult{}, w.deliverDue(0), "not before its time")
			w.allDue()
			require.Equal(t, activities.WebhookSweepResult{Failed: 1}, w.deliverDue(0))
			require.WithinRange(t, w.deliveries(c)[0].NextAttemptAt, before.Add(5*time.Minute), time.Now().Add(5*time.Minute))
			require.NotZero(t, w.endpoint(c).FailingSince)
			c.Behave("/crm", webhooktest.Takes)
			w.allDue()
			require.Equal(t, activities.WebhookSweepResult{Delivered: 1}, w.deliverDue(0))
			require.Zero(t, w.endpoint(c).FailingSince)
			received := c.Received("/crm")
			require.Len(t, received, 3)
			for _, again := range received {
				require.True(t, again.Verified)
				require.Equal(t, received[0].ID, again.ID)
				require.Equal(t, string(received[0].Raw), string(again.Raw))
			}
		})
	}
}

func TestDeliverWebhooks_GivesUpAfterTenTries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.crm(w.receiver(), "/crm")
	c.Behave("/crm", webhooktest.Fails)
	w.owe(c, 1)
	for range 10 {
		require.Equal(t, activities.WebhookSweepResult{Failed: 1}, w.deliverDue(0))
		w.allDue()
	}
	require.Equal(t, activities.WebhookSweepResult{}, w.deliverDue(0))
	given := w.deliveries(c)[0]
	require.Equal(t, onboarding.WebhookGivenUp, given.State)
	require.Equal(t, 10, given.Attempts)
	require.Equal(t, 500, given.LastStatus)
	require.True(t, w.endpoint(c).Enabled(), "it has not failed for days yet")
}

func TestDeliverWebhooks_LetsASlowReceiverHoldUpItselfAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	receiver := w.receiver()
	slow, fast := w.crm(receiver, "/slow"), w.crm(receiver, "/fast")
	receiver.Behave("/slow", webhooktest.Hangs)
	w.owe(slow, 9)
	w.owe(fast, 9)
	result := w.deliverDue(webhookTimeout - time.Second)
	require.Equal(t, 9, result.Delivered)
	require.Equal(t, 4, result.Failed, "a batch of the slow one, and no more while it hangs")
	require.Len(t, receiver.Received("/slow"), 4)
	for _, message := range receiver.Received("/fast") {
		require.Less(t, message.At.Sub(receiver.Received("/slow")[0].At), webhookTimeout)
	}
}

func TestDeliverWebhooks_SignsWithBothSecretsAfterARotation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.crm(w.receiver(), "/crm") // trusts the first secret alone
	_, err := w.store.RotateWebhookSecret(t.Context(), c.endpoint.ID, onboarding.AuditEntry{Action: "test"})
	require.NoError(t, err)
	w.owe(c, 1)
	w.deliverDue(0)
	require.True(t, c.Received("/crm")[0].Verified)
	w.clock.advance(25 * time.Hour)
	w.owe(c, 1)
	w.deliverDue(0)
	require.False(t, c.Received("/crm")[1].Verified, "a day later the old secret signs no more")
}

func TestDeliverWebhooks_DisablesAtOnceWhatIsGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.crm(w.receiver(), "/crm")
	c.Behave("/crm", webhooktest.Leaves)
	w.owe(c, 6)
	result := w.deliverDue(0)
	require.Equal(t, 1, result.Untold)
	require.Equal(t, onboarding.WebhookDisabledGone, w.endpoint(c).DisabledReason)
	for _, delivery := range w.deliveries(c) {
		require.Equal(t, onboarding.WebhookGivenUp, delivery.State)
	}
	w.has(w.johnDoe(), onboarding.StepValidate)
	require.Len(t, w.deliveries(c), 6, "nothing more is owed to it")
}

func TestDeliverWebhooks_DisablesWhatFailsForDaysAndTellsTheOfficeOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.crm(w.receiver(), "/crm")
	c.Behave("/crm", webhooktest.Fails)
	w.owe(c, 1)
	w.deliverDue(0)
	w.clock.advance(71 * time.Hour)
	w.allDue()
	require.Zero(t, w.deliverDue(0).Untold)
	w.clock.advance(2 * time.Hour)
	w.allDue()
	w.deliverDue(0)
	require.Equal(t, onboarding.WebhookDisabledFailing, w.endpoint(c).DisabledReason)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM tasks WHERE kind = 'webhook_disabled' AND object_id = $1 AND closed_at IS NULL`, c.endpoint.ID))
	require.Contains(t, w.logs.String(), "webhook endpoint disabled")
	require.NotContains(t, w.logs.String(), "confidential")

	// The database's clock is what disabled it; the office is told within a day of that.
	w.clock.advance(-73 * time.Hour)
	require.NoError(t, w.mail.Script(mailtest.Rule{At: "connect", Code: 421}))
	_, err := w.call(activities.TellWebhookEndName, nil)
	w.requireFault(err, "mail_server_unavailable")
	for range 2 {
		_, err := w.call(activities.TellWebhookEndName, nil)
		require.NoError(t, err)
	}
	notices := w.notices(c.endpoint.ID)
	require.Len(t, notices, 1)
	require.Equal(t, "Webhooks to one of your systems have stopped", notices[0].Subject)
	require.Contains(t, notices[0].Text, "has not taken any webhook for days")
	require.Contains(t, notices[0].Text, c.endpoint.ID)
	require.NotContains(t, notices[0].Text+notices[0].HTML, "confidential")
}

func TestTellWebhookEnd_StopsAtAnAddressThatTakesNoMail(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.crm(w.receiver(), "/crm")
	c.Behave("/crm", webhooktest.Leaves)
	w.owe(c, 1)
	w.deliverDue(0)
	require.NoError(t, w.mail.Script(mailtest.Rule{At: "rcpt", Code: 550, Enhanced: "5.1.1"}))
	for range 2 {
		_, err := w.call(activities.TellWebhookEndName, nil)
		require.NoError(t, err)
	}
	require.Empty(t, w.notices(c.endpoint.ID))
}

func TestDeliverWebhooks_LosesNothingToABrokenRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.crm(w.receiver(), "/crm")
	w.owe(c, 1)
	for _, at := range []moment{before, after} {
		w.broken.breakAt("ClaimWebhooks", at)
		_, err := w.call(activities.DeliverWebhooksName, activities.WebhookSweepInput{})
		w.requireFault(err, "store_unavailable")
		w.allDue()
	}
	w.broken.breakAt("RecordWebhookAttempt", before)
	_, err := w.call(activities.DeliverWebhooksName, activities.WebhookSweepInput{})
	w.requireFault(err, "store_unavailable")
	w.allDue() // the lease ends
	require.Equal(t, activities.WebhookSweepResult{Delivered: 1}, w.deliverDue(0))
	received := c.Received("/crm")
	require.Len(t, received, 2, "at least once")
	require.Equal(t, received[0].ID, received[1].ID)
}

func TestDeliverWebhooks_EndsWithItsWorkerButNotWhatIsOnItsWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.crm(w.receiver(), "/crm")
	w.owe(c, 3)
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet{})
	env := suite.NewTestActivityEnvironment()
	env.RegisterActivity(w.steps)
	stopping := make(chan struct{})
	env.SetWorkerStopChannel(stopping)
	close(stopping)
	value, err := env.ExecuteActivity(activities.DeliverWebhooksName, activities.WebhookSweepInput{Window: time.Hour})
	require.NoError(t, err)
	var result activities.WebhookSweepResult
	require.NoError(t, value.Get(&result))
	require.Equal(t, activities.WebhookSweepResult{Delivered: 3, Stopped: true}, result)
}
