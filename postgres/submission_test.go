package postgres_test

import (
	"crypto/sha256"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

func (w *world) submission(body string) onboarding.Submission {
	return onboarding.Submission{
		OnboardingID: newID(), DealerID: w.dealer, UserID: w.user, Source: onboarding.SourceAPI,
		Answers: w.johnDoe(w.modules[0]).Answers,
		Key:     &onboarding.IdempotencyKey{UserID: w.user, Key: "order-1", BodyHash: sha256.Sum256([]byte(body))},
	}
}

func TestSubmit_KeepsTheAnswersAsTyped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	answers := w.johnDoe(w.modules[0]).Answers
	answers.Customer.InstallationAddress = &onboarding.AddressAnswers{Country: "US", Street1: "1 Cabin Road"}
	answers.Forwarding.Events = []string{}
	id := w.submitted(answers)

	dealer, typed, err := w.SubmittedAnswers(t.Context(), id, 1)
	require.NoError(t, err)
	require.Equal(t, w.dealer, dealer)
	require.Equal(t, answers, typed)

	row := w.row(id)
	require.Equal(t, onboarding.StatusSubmitted, row.Status)
	require.Equal(t, onboarding.SourceAPI, row.Source)
	require.Equal(t, onboarding.SecuritySystem, row.AccountType)
	require.Equal(t, 1, row.Revision)
	require.Equal(t, []onboarding.EventKind{onboarding.EventSubmitted}, w.kinds(id))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM audit WHERE action = 'onboarding.submit' AND object_id = $1`, id))
}

func TestSubmit_TakesWhateverWasTyped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.submitted(onboarding.Answers{Kind: "gift", Account: onboarding.AccountAnswers{Type: "castle"}})
	require.Equal(t, onboarding.Kind("gift"), w.row(id).Kind)
}

func TestSubmit_OneKeyMakesOneOnboarding(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var (
		wait sync.WaitGroup
		mu   sync.Mutex
		ids  = map[string]bool{}
		won  int
	)
	for range 20 {
		wait.Go(func() {
			id, fresh, err := w.Submit(t.Context(), w.submission("body"))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
				return
			}
			ids[id] = true
			if fresh {
				won++
			}
		})
	}
	wait.Wait()
	require.Len(t, ids, 1)
	require.Equal(t, 1, won)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM onboardings`))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM applications`))
}

func TestSubmit_RefusesAKeyWithAnotherBody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.submission("body")
	id, _, err := w.Submit(t.Context(), first)
	require.NoError(t, err)

	other := w.submission("another body")
	_, _, err = w.Submit(t.Context(), other)
	require.ErrorIs(t, err, onboarding.ErrKeyReused)
	_, _, _, err = w.Remembered(t.Context(), *other.Key)
	require.ErrorIs(t, err, onboarding.ErrKeyReused)

	answer, onboardingID, found, err := w.Remembered(t.Context(), *first.Key)
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, id, onboardingID)
	require.Zero(t, answer.Status)
}

func TestSubmit_OneIDIsOneOnboarding(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	submission := w.submission("body")
	submission.Key = nil
	_, fresh, err := w.Submit(t.Context(), submission)
	require.NoError(t, err)
	require.True(t, fresh)
	id, fresh, err := w.Submit(t.Context(), submission)
	require.NoError(t, err)
	require.False(t, fresh)
	require.Equal(t, submission.OnboardingID, id)
}

func TestRemember_EveryRepetitionGetsTheFirstAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	submission := w.submission("body")
	_, _, found, err := w.Remembered(t.Context(), *submission.Key)
	require.NoError(t, err)
	require.False(t, found)
	_, _, err = w.Submit(t.Context(), submission)
	require.NoError(t, err)

	first := onboarding.Reply{Status: 201, Body: []byte(`{"id":1}`)}
	for _, given := range []onboarding.Reply{first, {Status: 202, Body: []byte(`later`)}} {
		stored, err := w.Remember(t.Context(), *submission.Key, "", given)
		require.NoError(t, err)
		require.Equal(t, first, stored)
	}
	answer, _, found, err := w.Remembered(t.Context(), *submission.Key)
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, first, answer)

	other := *submission.Key
	other.BodyHash = sha256.Sum256([]byte("another body"))
	_, err = w.Remember(t.Context(), other, "", first)
	require.ErrorIs(t, err, onboarding.ErrKeyReused)
}
