package postgres_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

// heard adds an endpoint of a dealer.
func (w *world) heard(dealer string, kinds ...onboarding.AnnouncementKind) onboarding.WebhookEndpoint {
	w.t.Helper()
	id := newID()
	require.NoError(w.t, w.AddWebhookEndpoint(w.ctx(), onboarding.WebhookEndpoint{
		ID: id, DealerID: dealer, URL: "https://crm.example.com/hook", Kinds: kinds, CreatedBy: w.user,
	}, w.entry("settings.add_webhook", id)))
	endpoint, err := w.AddedWebhookEndpoint(w.ctx(), id)
	require.NoError(w.t, err)
	return endpoint
}

// told are the kinds an endpoint is owed or was told of, the oldest first.
func (w *world) told(endpoint onboarding.WebhookEndpoint) []onboarding.AnnouncementKind {
	w.t.Helper()
	kinds := []onboarding.AnnouncementKind{}
	for _, delivery := range w.deliveries(endpoint) {
		kinds = append(kinds, delivery.Announcement.Kind)
	}
	return kinds
}

func (w *world) deliveries(endpoint onboarding.WebhookEndpoint) []onboarding.WebhookDelivery {
	w.t.Helper()
	page, next, err := w.WebhookDeliveries(w.ctx(), onboarding.WebhookDeliveryFilter{EndpointID: endpoint.ID, Limit: 100})
	require.NoError(w.t, err)
	require.Empty(w.t, next)
	return page
}

func (w *world) claim(busy ...string) []onboarding.DueWebhook {
	w.t.Helper()
	due, err := w.ClaimWebhooks(w.ctx(), busy, 10, 3, time.Minute)
	require.NoError(w.t, err)
	return due
}

func TestAnnouncements_TellTheStoryOfAnOnboarding(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	crm := w.heard(w.dealer)
	account := w.opened(w.johnDoe(w.modules[0]))
	id := account.OnboardingID
	require.ElementsMatch(t, []onboarding.AnnouncementKind{onboarding.AnnounceOnboardingCreated}, w.told(crm), "the hour is not over")

	at := time.Now()
	parked := onboarding.Transition{OnboardingID: id, No: 1, Kind: onboarding.EventParked, Status: onboarding.StatusParked, Step: onboarding.StepApplyTemplate, ParkNo: 1, Reason: onboarding.ReasonTemplateNotFound, At: at}
	for range 2 {
		require.NoError(t, w.RecordTransition(w.ctx(), "run", parked))
	}
	// The letter was wanted before the hour was over.
	w.begin(id, onboarding.StepSendLetter)
	require.NotContains(t, w.told(crm), onboarding.AnnounceAccountReadyToInstall)

	ready := at.Add(-time.Second)
	require.NoError(t, w.RecordTransition(w.ctx(), "run", onboarding.Transition{
		OnboardingID: id, No: 2, Kind: onboarding.EventWaitAdjusted, Status: onboarding.StatusWaiting, Step: onboarding.StepAwaitNetwork, ReadyAt: ready, At: at.Add(time.Second),
	}))
	_, _, err := w.BeginStep(w.ctx(), keyOf(id, onboarding.StepSendLetter))
	require.NoError(t, err)
	require.Contains(t, w.told(crm), onboarding.AnnounceAccountReadyToInstall)
	for no := 3; no < 5; no++ {
		require.NoError(t, w.RecordTransition(w.ctx(), "run", onboarding.Transition{OnboardingID: id, No: no, Kind: onboarding.EventCompleted, Status: onboarding.StatusCompleted, At: at.Add(2 * time.Second)}))
		require.NoError(t, w.PanelCommunicated(w.ctx(), id, at))
	}
	require.ElementsMatch(t, []onboarding.AnnouncementKind{
		onboarding.AnnounceOnboardingCreated, onboarding.AnnounceOnboardingParked, onboarding.AnnounceAccountReadyToInstall,
		onboarding.AnnounceOnboardingCompleted, onboarding.AnnounceAccountActivated,
	}, w.told(crm))
	for _, delivery := range w.deliveries(crm) {
		about := delivery.Announcement
		require.Equal(t, w.dealer, about.DealerID)
		require.Equal(t, id, about.OnboardingID)
		if about.Kind == onboarding.AnnounceOnboardingParked {
			require.EqualValues(t, onboarding.ReasonTemplateNotFound, about.Code)
		}
		if about.Kind != onboarding.AnnounceOnboardingCreated {
			require.Equal(t, account.ID, about.AccountID)
		}
	}
}

func TestAnnouncements_OfAnAccountWithoutAPanelTellThatItIsReadyAndThenActive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	crm := w.heard(w.dealer)
	virtual := w.johnDoe(w.modules[0])
	virtual.Answers.Kind, virtual.ModuleID, virtual.Answers.Forwarding = onboarding.KindVirtual, "", onboarding.ForwardingAnswers{Option: onboarding.ForwardNever}
	account := w.opened(virtual)
	require.Contains(t, w.told(crm), onboarding.AnnounceAccountReadyToInstall)
	require.NotContains(t, w.told(crm), onboarding.AnnounceAccountActivated)
	require.NoError(t, w.RecordTransition(w.ctx(), "run", onboarding.Transition{
		OnboardingID: account.OnboardingID, No: 1, Kind: onboarding.EventCompleted, Status: onboarding.StatusCompleted, At: time.Now(),
	}))
	require.Contains(t, w.told(crm), onboarding.AnnounceAccountActivated)
}

func TestAnnouncements_OfWhatDoesNotBecomeAnAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	crm := w.heard(w.dealer)
	rejected := w.submitted(w.johnDoe(w.modules[0]).Answers)
	w.begin(rejected, onboarding.StepValidate)
	require.NoError(t, w.Reject(w.ctx(), keyOf(rejected, onboarding.StepValidate), onboarding.Problems{{Field: "/login/name", Code: "login_taken"}}, []byte(`{}`)))
	lost := w.accepted(w.johnDoe(w.modules[1]))
	require.NoError(t, w.ReportLost(w.ctx(), lost))
	require.NoError(t, w.RecordTransition(w.ctx(), "run", onboarding.Transition{
		OnboardingID: lost, No: 1, Kind: onboarding.EventCancelled, Status: onboarding.StatusCancelled, At: time.Now(),
	}))
	require.ElementsMatch(t, []onboarding.AnnouncementKind{
		onboarding.AnnounceOnboardingCreated, onboarding.AnnounceOnboardingCreated, onboarding.AnnounceOnboardingRejected,
		onboarding.AnnounceOnboardingParked, onboarding.AnnounceOnboardingCancelled,
	}, w.told(crm))
}

func TestEndpoints_HearOfTheirDealerAndThoseBelowAndOfWhatTheyChose(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	parent := w.newDealer("Parent")
	_, err := w.conn.Exec(w.ctx(), `UPDATE dealers SET parent_id = $1 WHERE id = $2`, parent, w.dealer)
	require.NoError(t, err)
	stranger := w.newDealer("Stranger")

	own, above, other := w.heard(w.dealer), w.heard(parent), w.heard(stranger)
	choosy := w.heard(w.dealer, onboarding.AnnounceAccountActivated)
	disabled, deleted := w.heard(w.dealer), w.heard(w.dealer)
	require.NoError(t, w.DisableWebhookEndpoint(w.ctx(), disabled.ID, w.entry("x", "")))
	require.NoError(t, w.DeleteWebhookEndpoint(w.ctx(), deleted.ID, w.entry("x", "")))
	w.submitted(w.johnDoe(w.modules[0]).Answers)

	require.Len(t, w.deliveries(own), 1)
	require.Len(t, w.deliveries(above), 1)
	for _, silent := range []onboarding.WebhookEndpoint{other, choosy, disabled, deleted} {
		require.Empty(t, w.deliveries(silent))
	}
	_, err = w.WebhookEndpoint(w.ctx(), []string{stranger}, own.ID)
	require.ErrorIs(t, err, onboarding.ErrNotFound)
	page, _, err := w.WebhookDeliveries(w.ctx(), onboarding.WebhookDeliveryFilter{Dealers: []string{stranger}, Limit: 10})
	require.NoError(t, err)
	require.Empty(t, page)
}

func TestAddWebhookEndpoint_StopsAtTenAndNamesTheFirstOfAKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	add := func(key *onboarding.IdempotencyKey) (id string, err error) {
		endpoint := onboarding.WebhookEndpoint{ID: newID(), DealerID: w.dealer, URL: "https://crm.example.com/"}
		entry := w.entry("x", endpoint.ID)
		entry.Key = key
		return endpoint.ID, w.AddWebhookEndpoint(w.ctx(), endpoint, entry)
	}
	key := w.key("body")
	first, err := add(key)
	require.NoError(t, err)
	for range onboarding.MostWebhookEndpoints - 1 {
		w.heard(w.dealer)
	}
	_, err = add(nil)
	require.ErrorIs(t, err, onboarding.ErrTooManyEndpoints)
	_, err = add(key)
	requireMadeBefore(t, first, err)
	require.NoError(t, w.DeleteWebhookEndpoint(w.ctx(), first, w.entry("x", "")))
	w.heard(w.dealer)
	_, err = add(key)
	requireMadeBefore(t, first, err)
	added, err := w.AddedWebhookEndpoint(w.ctx(), first)
	require.NoError(t, err, "whatever became of it")
	require.Equal(t, first, added.ID)
}

func TestClaimWebhooks_SharesFairlyAndLetsTheDeadGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	slow, fast := w.heard(w.dealer), w.heard(w.dealer)
	for i := range 4 {
		w.submitted(w.johnDoe(w.modules[i]).Answers)
	}
	first := w.claim()
	require.Len(t, first, 6, "three of each")
	second := w.claim(slow.ID)
	require.Len(t, second, 1)
	require.Equal(t, fast.ID, second[0].Endpoint.ID)
	require.Len(t, w.claim(), 1, "the last of the slow one")
	require.Empty(t, w.claim(), "everything is claimed")
	_, err := w.conn.Exec(w.ctx(), `UPDATE webhook_deliveries SET next_attempt_at = now() WHERE id = $1`, first[0].Delivery.ID)
	require.NoError(t, err)
	require.Len(t, w.claim(), 1, "the lease is over")
}

func TestRecordWebhookAttempt_KeepsOneOutcome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	crm := w.heard(w.dealer)
	w.submitted(w.johnDoe(w.modules[0]).Answers)
	id := w.claim()[0].Delivery.ID
	now := time.Now().UTC().Truncate(time.Millisecond)
	record := func(change func(*onboarding.WebhookAttempt)) bool {
		attempt := onboarding.WebhookAttempt{DeliveryID: id, EndpointID: crm.ID, At: now, Status: 200, FailingBefore: now.Add(-time.Hour)}
		change(&attempt)
		disabled, err := w.RecordWebhookAttempt(w.ctx(), attempt)
		require.NoError(t, err)
		return disabled
	}
	fails := func(at time.Time, retry time.Time) func(*onboarding.WebhookAttempt) {
		return func(a *onboarding.WebhookAttempt) {
			a.Status, a.Code, a.At, a.RetryAt, a.FailingBefore = 500, "webhook_refused", at, retry, at.Add(-time.Hour)
		}
	}
	require.False(t, record(fails(now, now.Add(time.Minute))))
	failed := w.deliveries(crm)[0]
	require.Equal(t, onboarding.WebhookFailed, failed.State)
	require.Equal(t, 1, failed.Attempts)
	require.Equal(t, 500, failed.LastStatus)
	require.Equal(t, now.Add(time.Minute), failed.NextAttemptAt)
	endpoint, err := w.WebhookEndpoint(w.ctx(), nil, crm.ID)
	require.NoError(t, err)
	require.Equal(t, now, endpoint.FailingSince)

	record(func(*onboarding.WebhookAttempt) {})
	require.False(t, record(fails(now, time.Time{})), "a failure that comes late changes nothing")
	delivered := w.deliveries(crm)[0]
	require.Equal(t, onboarding.WebhookDelivered, delivered.State)
	require.Equal(t, now, delivered.DeliveredAt)
	require.Zero(t, delivered.NextAttemptAt)

	require.NoError(t, w.ReplayWebhook(w.ctx(), id, w.entry("x", "")))
	require.ErrorIs(t, w.ReplayWebhook(w.ctx(), id, w.entry("x", "")), onboarding.ErrNotFound, "it is due already")
	require.Equal(t, delivered.AnnouncementID, w.claim()[0].Delivery.AnnouncementID, "receivers know it by its ID")

	require.True(t, record(fails(now.Add(2*time.Hour), now.Add(3*time.Hour))), "failing for longer than an hour")
	require.Equal(t, onboarding.WebhookGivenUp, w.deliveries(crm)[0].State)
	require.False(t, record(fails(now.Add(3*time.Hour), time.Time{})), "it is disabled once")
	tasks, _, err := w.Tasks(w.ctx(), onboarding.TaskFilter{Dealers: []string{w.dealer}, Limit: 10})
	require.NoError(t, err)
	require.Len(t, tasks, 1)
	require.Equal(t, crm.ID, tasks[0].ObjectID)
	untold, err := w.UntoldWebhookEndpoints(w.ctx(), now.Add(-time.Hour), 10)
	require.NoError(t, err)
	require.Len(t, untold, 1)
	require.Equal(t, onboarding.WebhookDisabledFailing, untold[0].DisabledReason)
	require.NoError(t, w.WebhookEndpointTold(w.ctx(), crm.ID))
	untold, err = w.UntoldWebhookEndpoints(w.ctx(), now.Add(-time.Hour), 10)
	require.NoError(t, err)
	require.Empty(t, untold)

	require.NoError(t, w.EnableWebhookEndpoint(w.ctx(), crm.ID, w.entry("x", "")))
	tasks, _, err = w.Tasks(w.ctx(), onboarding.TaskFilter{Dealers: []string{w.dealer}, Limit: 10})
	require.NoError(t, err)
	require.Empty(t, tasks)
	require.True(t, record(func(a *onboarding.WebhookAttempt) {
		a.Status, a.Code, a.Disable = 410, "webhook_gone", onboarding.WebhookDisabledGone
	}))
}

func TestWebhooks_AreForgottenByNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	crm := w.heard(w.dealer)
	test, err := w.TestWebhook(w.ctx(), crm, w.entry("x", ""))
	require.NoError(t, err)
	require.Equal(t, onboarding.AnnounceWebhookTest, test.Announcement.Kind)
	rotated, err := w.RotateWebhookSecret(w.ctx(), crm.ID, w.entry("x", ""))
	require.NoError(t, err)
	require.Equal(t, 1, rotated.Rotation)
	require.NotZero(t, rotated.RotatedAt)
	for _, id := range []string{newID(), "' OR 1=1", ""} {
		_, err := w.WebhookDelivery(w.ctx(), nil, id)
		require.ErrorIs(t, err, onboarding.ErrNotFound)
		require.ErrorIs(t, w.EnableWebhookEndpoint(w.ctx(), id, w.entry("x", "")), onboarding.ErrNotFound)
		require.ErrorIs(t, w.DisableWebhookEndpoint(w.ctx(), id, w.entry("x", "")), onboarding.ErrNotFound)
		require.ErrorIs(t, w.DeleteWebhookEndpoint(w.ctx(), id, w.entry("x", "")), onboarding.ErrNotFound)
		require.ErrorIs(t, w.ReplayWebhook(w.ctx(), id, w.entry("x", "")), onboarding.ErrNotFound)
	}
	_, _, err = w.WebhookDeliveries(w.ctx(), onboarding.WebhookDeliveryFilter{Cursor: "not ours", Limit: 1})
	require.ErrorIs(t, err, onboarding.ErrBadCursor)
	_, err = w.TestWebhook(w.ctx(), crm, w.entry("x", ""))
	require.NoError(t, err)
	page, next, err := w.WebhookDeliveries(w.ctx(), onboarding.WebhookDeliveryFilter{Limit: 1})
	require.NoError(t, err)
	require.NotEmpty(t, next)
	rest, last, err := w.WebhookDeliveries(w.ctx(), onboarding.WebhookDeliveryFilter{Limit: 1, Cursor: next})
	require.NoError(t, err)
	require.Empty(t, last)
	require.NotEqual(t, page[0].ID, rest[0].ID)
	require.Equal(t, 3, w.count(`SELECT count(*) FROM audit WHERE action = 'x'`))
}

func TestClaimWebhooks_GivesEachDeliveryToOneOfManyWorkers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	endpoints := make([]onboarding.WebhookEndpoint, 5)
	for i := range endpoints {
		endpoints[i] = w.heard(w.dealer)
	}
	for i := range 4 {
		w.submitted(w.johnDoe(w.modules[i]).Answers)
	}
	var (
		claiming sync.WaitGroup
		mu       sync.Mutex
		owners   = map[string]int{}
	)
	for range 8 {
		claiming.Go(func() {
			due, err := w.ClaimWebhooks(w.ctx(), nil, 5, 4, time.Minute)
			assert.NoError(t, err)
			mu.Lock()
			defer mu.Unlock()
			for _, one := range due {
				owners[one.Delivery.ID]++
			}
		})
	}
	claiming.Wait()
	for _, one := range w.claim() { // what was skipped while it was locked
		owners[one.Delivery.ID]++
	}
	require.Len(t, owners, 20)
	for id, times := range owners {
		require.Equal(t, 1, times, id)
	}
}

func TestRecordWebhookAttempt_LetsTriesOfOneEndpointEndAtTheSameTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for round := range 10 {
		crm := w.heard(w.dealer)
		for range 8 {
			_, err := w.TestWebhook(w.ctx(), crm, w.entry("x", ""))
			require.NoError(t, err)
		}
		due, err := w.ClaimWebhooks(w.ctx(), nil, 10, 8, time.Minute)
		require.NoError(t, err)
		require.Len(t, due, 8)
		var (
			ending sync.WaitGroup
			ends   atomic.Int32
		)
		for i, one := range due {
			ending.Go(func() {
				attempt := onboarding.WebhookAttempt{DeliveryID: one.Delivery.ID, EndpointID: crm.ID, At: time.Now(), Status: 410, Code: "webhook_gone", Disable: onboarding.WebhookDisabledGone}
				if i%4 == round%4 {
					attempt.Status, attempt.Code, attempt.Disable = 204, "", ""
				}
				disabled, err := w.RecordWebhookAttempt(w.ctx(), attempt)
				assert.NoError(t, err)
				if disabled {
					ends.Add(1)
				}
			})
		}
		ending.Wait()
		require.EqualValues(t, 1, ends.Load(), "one of them ends it")
		for _, delivery := range w.deliveries(crm) {
			require.Contains(t, []onboarding.WebhookState{onboarding.WebhookDelivered, onboarding.WebhookGivenUp}, delivery.State)
		}
		require.NoError(t, w.DeleteWebhookEndpoint(w.ctx(), crm.ID, w.entry("x", "")))
	}
}
