package postgres_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

var tomorrow = time.Now().Add(24 * time.Hour)

func (w *world) prepared(id string, revision, parkNo int) onboarding.Letter {
	w.t.Helper()
	key := keyOf(id, onboarding.StepSendLetter)
	key.Revision = revision
	letter, err := w.PrepareLetter(w.ctx(), key, parkNo)
	require.NoError(w.t, err)
	return letter
}

func (w *world) sending(letter onboarding.Letter) {
	w.t.Helper()
	hash := onboarding.SetupTokenHash(onboarding.SetupToken([]byte("secret"), letter.ID))
	require.NoError(w.t, w.LetterSending(w.ctx(), letter.ID, hash, tomorrow))
}

func TestPrepareLetter_StaysTheSameOnEveryRetry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := w.opened(w.johnDoe(w.modules[0]))
	letter := w.prepared(account.OnboardingID, 1, 0)
	require.Equal(t, onboarding.LetterPending, letter.State)
	require.Equal(t, account.ID, letter.AccountID)
	require.Equal(t, "welcome."+account.OnboardingID+".1@dealer.example.com", letter.MessageID)
	require.WithinDuration(t, time.Now(), letter.IssuedAt, time.Minute)
	require.Equal(t, letter, w.prepared(account.OnboardingID, 1, 0))
}

func TestPrepareLetter_NeedsAnAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.accepted(w.johnDoe(w.modules[0]))
	_, err := w.PrepareLetter(t.Context(), keyOf(id, onboarding.StepSendLetter), 0)
	require.ErrorIs(t, err, onboarding.ErrNotFound)
}

func TestLetter_CountsLostOutcomesUntilAPersonDecides(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.opened(w.johnDoe(w.modules[0])).OnboardingID
	letter := w.prepared(id, 1, 0)

	w.sending(letter)
	require.NoError(t, w.LetterFailed(t.Context(), letter.ID, onboarding.LetterUnknown, onboarding.ReasonUnknownOutcome, "full text"))
	letter = w.prepared(id, 1, 0)
	require.Equal(t, onboarding.LetterUnknown, letter.State)
	require.Equal(t, 1, letter.UnknownTries)

	w.sending(letter) // and the process dies
	letter = w.prepared(id, 1, 0)
	require.Equal(t, onboarding.LetterUnknown, letter.State)
	require.Equal(t, 2, letter.UnknownTries)
	require.Equal(t, 2, w.count(`SELECT count(*) FROM emails WHERE state = 'unknown' AND ended_at IS NOT NULL`))

	require.Equal(t, 0, w.prepared(id, 1, 1).UnknownTries)
	w.sending(letter)
	require.NoError(t, w.LetterFailed(t.Context(), letter.ID, onboarding.LetterRefused, onboarding.ReasonRecipientRejected, "550 full text"))
	letter = w.prepared(id, 1, 1)
	require.Equal(t, onboarding.LetterRefused, letter.State)
	require.Equal(t, 0, letter.UnknownTries)
}

func TestLetterAccepted_FinishesTheStepWithTheReceipt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.opened(w.johnDoe(w.modules[0])).OnboardingID
	letter := w.prepared(id, 1, 0)
	w.sending(letter)
	require.NoError(t, w.LetterAccepted(t.Context(), keyOf(id, onboarding.StepSendLetter), letter.ID, "250 queued as 42", []byte(`{"letter_id":"x"}`)))
	require.Equal(t, onboarding.LetterAccepted, w.prepared(id, 1, 0).State)
	require.Equal(t, onboarding.StepDone, timeline(t, w.row(id), onboarding.StepSendLetter).Status)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM emails WHERE state = 'accepted' AND receipt = '250 queued as 42'`))
}

func TestPrepareLetter_OfTheNextRevisionVoidsTheEarlierOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.opened(w.johnDoe(w.modules[0])).OnboardingID
	first := w.prepared(id, 1, 0)
	second := w.prepared(id, 2, 0)
	require.Equal(t, 2, second.Version)
	require.NotEqual(t, first.MessageID, second.MessageID)
	require.Equal(t, onboarding.LetterVoid, w.prepared(id, 1, 0).State)
	require.ErrorIs(t, w.LetterSending(t.Context(), first.ID, [32]byte{1}, tomorrow), onboarding.ErrStale)
	require.ErrorIs(t, w.LetterSending(t.Context(), newID(), [32]byte{1}, tomorrow), onboarding.ErrNotFound)
}

func TestVoidLetters_StopsEverySetupLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.opened(w.johnDoe(w.modules[0])).OnboardingID
	letter := w.prepared(id, 1, 0)
	w.sending(letter)
	require.NoError(t, w.VoidLetters(t.Context(), keyOf(id, onboarding.UndoSendLetter)))
	require.Equal(t, onboarding.LetterVoid, w.prepared(id, 1, 0).State)
}

func TestSetTemporaryPassword_ReplacesTheOneBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := w.opened(w.johnDoe(w.modules[0]))
	mailed := w.prepared(account.OnboardingID, 1, 0)
	for version := 2; version <= 3; version++ {
		letter, err := w.SetTemporaryPassword(t.Context(), account.ID, w.user, "$argon2id$hash")
		require.NoError(t, err)
		require.Equal(t, version, letter.Version)
	}
	require.Equal(t, 1, w.count(`SELECT count(*) FROM logins WHERE password_hash = '$argon2id$hash' AND must_change`))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM letters WHERE state = 'printed'`))
	require.Equal(t, mailed, w.prepared(account.OnboardingID, 1, 0))

	require.NoError(t, w.CloseAccount(t.Context(), keyOf(account.OnboardingID, onboarding.UndoCreateAccount)))
	_, err := w.SetTemporaryPassword(t.Context(), account.ID, w.user, "$argon2id$hash")
	require.ErrorIs(t, err, onboarding.ErrNotFound)
}
