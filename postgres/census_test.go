package postgres_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

func TestCensus_CountsWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	census, err := w.Census(w.ctx())
	require.NoError(t, err)
	none := []onboarding.NamedCount{}
	require.Equal(t, onboarding.Census{Letters: none, Tasks: none, Endpoints: none}, census)

	w.submitted(w.johnDoe(w.modules[0]).Answers)
	opened := w.opened(w.johnDoe(w.modules[1]))
	waiting := w.opened(w.johnDoe(w.modules[2]))
	for _, sql := range []string{
		`UPDATE onboardings SET status = 'parked', park_step = 'send_letter', park_reason = 'recipient_rejected', parked_since = '2027-01-31T12:00:00Z' WHERE id = $1`,
		`INSERT INTO letters (id, onboarding_id, account_id, channel, version, revision, message_id, state, origin)
		 SELECT gen_random_uuid(), onboarding_id, id, 'email', 1, 1, 'm1', 'refused', 'onboarding' FROM accounts WHERE onboarding_id = $1`,
		`INSERT INTO tasks (id, dealer_id, kind, object_id) SELECT gen_random_uuid(), dealer_id, 'letter_bounced', id FROM onboardings WHERE id = $1`,
	} {
		_, err := w.conn.Exec(w.ctx(), sql, opened.OnboardingID)
		require.NoError(t, err)
	}
	_, err = w.conn.Exec(w.ctx(), `UPDATE onboardings SET status = 'waiting', ready_at = now() + interval '59 minutes' WHERE id = $1`, waiting.OnboardingID)
	require.NoError(t, err)

	census, err = w.Census(w.ctx())
	require.NoError(t, err)
	require.ElementsMatch(t, []onboarding.OpenCount{
		{Status: onboarding.StatusSubmitted, Source: onboarding.SourceAPI, Count: 1},
		{Status: onboarding.StatusParked, Source: onboarding.SourceAPI, Count: 1},
		{Status: onboarding.StatusWaiting, Source: onboarding.SourceAPI, Count: 1},
	}, census.Open)
	require.Equal(t, []onboarding.ParkedCount{{
		Step: onboarding.StepSendLetter, Reason: onboarding.ReasonRecipientRejected, Count: 1,
		Oldest: time.Date(2027, 1, 31, 12, 0, 0, 0, time.UTC),
	}}, census.Parked)
	require.Equal(t, 1, census.Unstarted)
	require.WithinDuration(t, time.Now(), census.UnstartedOldest, time.Minute)
	require.Equal(t, onboarding.HoursDue{Soon: 1}, census.Hours)
	require.Equal(t, []onboarding.NamedCount{{Name: "refused", Count: 1}}, census.Letters)
	require.Equal(t, []onboarding.NamedCount{{Name: "letter_bounced", Count: 1}}, census.Tasks)
}

func TestCensus_CountsCommitmentsByTheirDate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	longest := time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
	for _, at := range []time.Time{longest, time.Now().Add(-time.Minute), time.Now().Add(time.Minute), time.Now().Add(48 * time.Hour), {}} {
		w.committed(func(c *onboarding.NewCommitment) { c.ActivateAt = at })
	}
	require.NoError(t, w.CommitmentNeedsSerial(w.ctx(), w.committed(due)))
	census, err := w.Census(w.ctx())
	require.NoError(t, err)
	require.WithinDuration(t, longest, census.Commitments.Oldest, 0)
	census.Commitments.Oldest = time.Time{}
	require.Equal(t, onboarding.CommitmentsDue{Due: 2, Soon: 1}, census.Commitments)
	require.Equal(t, []onboarding.NamedCount{{Name: "commitment_needs_serial", Count: 1}}, census.Tasks)
}

func TestCensus_CountsWhatDealersSystemsAreOwed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	entry := w.entry("settings.test_webhook", "")
	working, failing, gone := w.heard(w.dealer), w.heard(w.dealer), w.heard(w.dealer)
	for _, endpoint := range []onboarding.WebhookEndpoint{failing, gone} {
		_, err := w.TestWebhook(w.ctx(), endpoint, entry)
		require.NoError(t, err)
	}
	for _, tried := range w.claim() {
		attempt := onboarding.WebhookAttempt{DeliveryID: tried.Delivery.ID, EndpointID: tried.Endpoint.ID, At: time.Now(), Code: "webhook_refused", RetryAt: time.Now().Add(time.Hour)}
		if tried.Endpoint.ID == gone.ID {
			attempt.RetryAt, attempt.Disable = time.Time{}, onboarding.WebhookDisabledGone
		}
		_, err := w.RecordWebhookAttempt(w.ctx(), attempt)
		require.NoError(t, err)
	}
	for range 2 {
		_, err := w.TestWebhook(w.ctx(), working, entry)
		require.NoError(t, err)
	}
	census, err := w.Census(w.ctx())
	require.NoError(t, err)
	require.WithinDuration(t, time.Now(), census.Webhooks.Oldest, time.Minute)
	census.Webhooks.Oldest = time.Time{}
	require.Equal(t, onboarding.WebhooksOwed{Due: 2, Later: 1}, census.Webhooks)
	require.ElementsMatch(t, []onboarding.NamedCount{{Name: "working", Count: 1}, {Name: "failing", Count: 1}, {Name: "disabled_gone", Count: 1}}, census.Endpoints)
}

func TestCensus_CountsChangesThatAreNotOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	swapped, ending := w.customer(w.modules[0]), w.customer(w.modules[1])
	swap := w.newSwap(swapped, w.modules[2])
	require.NoError(t, w.CreateSwap(w.ctx(), swap))
	require.NoError(t, w.Terminate(w.ctx(), w.termination(ending)))
	parkedAt := time.Now().UTC().Truncate(time.Second)
	require.NoError(t, w.RecordChange(w.ctx(), "run", swap.ID, onboarding.Transition{
		No: 1, Kind: onboarding.EventParked, Status: onboarding.StatusParked, Step: onboarding.StepRegisterReplacement, ParkNo: 1,
		Reason: onboarding.ReasonModuleUnknown, At: parkedAt,
	}))
	census, err := w.Census(w.ctx())
	require.NoError(t, err)
	require.ElementsMatch(t, []onboarding.ChangeCount{
		{Kind: onboarding.ChangeModuleSwap, Status: onboarding.StatusParked, Count: 1},
		{Kind: onboarding.ChangeTermination, Status: onboarding.StatusSubmitted, Count: 1},
	}, census.Changes)
	require.Len(t, census.ParkedChanges, 1)
	require.WithinDuration(t, parkedAt, census.ParkedChanges[0].Oldest, 0)
	census.ParkedChanges[0].Oldest = time.Time{}
	require.Equal(t, onboarding.ParkedChangeCount{
		Kind: onboarding.ChangeModuleSwap, Step: onboarding.StepRegisterReplacement, Reason: onboarding.ReasonModuleUnknown, Count: 1,
	}, census.ParkedChanges[0])
	require.WithinDuration(t, time.Now(), census.UnstartedChange, time.Minute)
}
