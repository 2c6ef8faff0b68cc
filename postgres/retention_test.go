package postgres_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

var month = onboarding.Retention{Answers: 30 * 24 * time.Hour, Traces: 90 * 24 * time.Hour, Customers: 365 * 24 * time.Hour}

func TestClear_DeletesWhatItsTimeIsUpForAndNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.submitted(w.johnDoe(w.modules[0]).Answers)
	for _, sql := range []string{
		`INSERT INTO sessions (token, data, expiry) VALUES ('portal:old', '', now() - interval '1 minute'), ('portal:new', '', now() + interval '1 hour')`,
		`INSERT INTO sign_in_attempts (door, name_hash, attempts, last_at) VALUES ('portal', sha256('old'), 3, now() - interval '2 days'), ('portal', sha256('new'), 3, now())`,
		`INSERT INTO drafts (id, dealer_id, kind, updated_at) SELECT gen_random_uuid(), id, 'customer', now() - age FROM dealers, unnest(ARRAY[interval '31 days', interval '1 day']) age`,
		`INSERT INTO idempotency_keys (user_id, key, body_hash, created_at) SELECT id, age::text, sha256(''), now() - age FROM users, unnest(ARRAY[interval '31 days', interval '1 day']) age`,
		`INSERT INTO panel_events (event_id, module, kind, at, received_at) SELECT age::text, '4199999999', 'communicated', now(), now() - age FROM unnest(ARRAY[interval '91 days', interval '1 day']) age`,
	} {
		w.exec(sql)
	}
	w.exec(`INSERT INTO notices (onboarding_id, notice, sent_at) VALUES ($1, 'panel_silent', now() - interval '91 days')`, id)

	forEver, err := w.Clear(w.ctx(), onboarding.Retention{}, 100)
	require.NoError(t, err)
	require.Equal(t, onboarding.Cleared{Drafts: 1, Sessions: 1, Attempts: 1}, forEver, "what is over by itself goes in any case")
	cleared, err := w.Clear(w.ctx(), month, 100)
	require.NoError(t, err)
	require.Equal(t, onboarding.Cleared{Answers: 1, Traces: 1}, cleared, "a notice stays while its onboarding is under way")
	again, err := w.Clear(w.ctx(), month, 100)
	require.NoError(t, err)
	require.False(t, again.More())
	for _, table := range []string{"sessions", "sign_in_attempts", "drafts", "idempotency_keys", "panel_events", "notices"} {
		require.Equal(t, 1, w.count(`SELECT count(*) FROM `+table), table)
	}
}

func TestErasable_FindsWhoWasNotServedForLong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	closed, recent, open := w.opened(w.johnDoe(w.modules[0])), w.opened(w.johnDoe(w.modules[1])), w.opened(w.johnDoe(w.modules[2]))
	w.cancelled(closed)
	w.cancelled(recent)
	w.exec(`UPDATE accounts SET closed_at = now() - interval '2 years' WHERE id = $1`, closed.ID)
	w.exec(`UPDATE onboardings SET ended_at = now() - interval '2 years' WHERE id = $1`, closed.OnboardingID)
	commitment := w.committed(nil)
	require.NoError(t, w.CancelCommitment(w.ctx(), commitment, w.entry("commitment.cancel", commitment.ID)))
	w.exec(`UPDATE commitments SET updated_at = now() - interval '2 years' WHERE id = $1`, commitment.ID)

	found, err := w.Erasable(w.ctx(), month.Customers, 10)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{closed.OnboardingID, commitment.OnboardingID}, found)
	for _, customer := range found {
		require.NoError(t, w.erase(customer))
	}
	found, err = w.Erasable(w.ctx(), month.Customers, 10)
	require.NoError(t, err)
	require.Empty(t, found)
	require.NotEmpty(t, open.ID)
	require.Equal(t, "Erased", w.commitment(commitment.ID).Answers.Customer.FirstName)
}
