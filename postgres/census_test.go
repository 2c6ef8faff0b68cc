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
	require.Equal(t, onboarding.Census{Letters: []onboarding.NamedCount{}, Tasks: []onboarding.NamedCount{}}, census)

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
