package api_test

import (
	"errors"
	"net/http"
	"strconv"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

// completed is the account of an onboarding that is over, without a letter.
func (o *office) completed(t *testing.T, changes ...change) (onboardingID, accountID string) {
	t.Helper()
	onboardingID = o.submit(t, changes...)
	accountID = o.account(t, onboardingID)
	o.transition(t, onboardingID, 9, onboarding.EventCompleted, onboarding.StatusCompleted)
	return onboardingID, accountID
}

func (o *office) letters(t *testing.T, accountID string) []any {
	t.Helper()
	listed := o.call(t, http.MethodGet, "/v1/accounts/"+accountID+"/letters", o.key, nil)
	require.Equal(t, http.StatusOK, listed.status, string(listed.body))
	return listed.json(t)["items"].([]any)
}

// earlier moves the letters of an account into the past.
func (o *office) earlier(t *testing.T, accountID, by string) {
	t.Helper()
	o.exec(t, `UPDATE letters SET issued_at = issued_at - $2::interval WHERE account_id = $1`, accountID, by)
}

func TestEmailLetterAgain_IsANewVersionThatVoidsTheOneBefore(t *testing.T) {
	t.Parallel()
	o := open(t)
	onboardingID, account := o.completed(t)
	path := "/v1/accounts/" + account + "/welcome-letter/email"
	first := o.call(t, http.MethodPost, path, o.key, nil)
	require.Equal(t, http.StatusAccepted, first.status, string(first.body))
	letter := first.json(t)["letter_id"].(string)
	require.Equal(t, []onboarding.StartLetter{{LetterID: letter, OnboardingID: onboardingID, DealerID: o.dealerID}}, o.engine.again)
	require.NoError(t, o.store.LetterSending(t.Context(), letter, [32]byte{1}, soon()))
	require.NoError(t, o.store.LetterAgainAccepted(t.Context(), letter, "250 queued"))

	o.earlier(t, account, "2 minutes")
	second := o.call(t, http.MethodPost, path, o.key, nil)
	require.Equal(t, http.StatusAccepted, second.status, string(second.body))
	letters := o.letters(t, account)
	require.Len(t, letters, 2)
	old, renewed := letters[0].(map[string]any), letters[1].(map[string]any)
	require.Equal(t, "void", old["state"])
	require.Equal(t, "accepted", old["deliveries"].([]any)[0].(map[string]any)["state"])
	require.NotNil(t, old["link_expires"])
	require.Equal(t, "pending", renewed["state"])
	require.EqualValues(t, 2, renewed["version"])
	require.Equal(t, "office", renewed["origin"])
	require.NotContains(t, string(o.call(t, http.MethodGet, "/v1/accounts/"+account+"/letters", o.key, nil).body), "token")

	link, err := o.store.SetupLink(t.Context(), [32]byte{1})
	require.NoError(t, err)
	require.Equal(t, onboarding.SetupExpired, link.State, "a new link voids the old")
}

func TestEmailLetterAgain_IsLimited(t *testing.T) {
	t.Parallel()
	o := open(t)
	_, account := o.completed(t)
	path := "/v1/accounts/" + account + "/welcome-letter/email"
	for range 5 {
		require.Equal(t, http.StatusAccepted, o.call(t, http.MethodPost, path, o.key, nil).status)
		tooSoon := o.call(t, http.MethodPost, path, o.key, nil)
		require.Equal(t, http.StatusConflict, tooSoon.status)
		require.Equal(t, "too_soon", tooSoon.problem(t).Code)
		require.Contains(t, tooSoon.problem(t).Detail, "The next one can be sent at ")
		o.earlier(t, account, "2 minutes")
	}
	full := o.call(t, http.MethodPost, path, o.key, nil)
	require.Equal(t, "too_soon", full.problem(t).Code)
	wait, err := strconv.Atoi(full.header.Get("Retry-After"))
	require.NoError(t, err)
	require.Greater(t, wait, 20*60*60)
	o.earlier(t, account, "24 hours")
	require.Equal(t, http.StatusAccepted, o.call(t, http.MethodPost, path, o.key, nil).status)
}

func TestEmailLetterAgain_IsNotLostWhenTheEngineIsAway(t *testing.T) {
	t.Parallel()
	o := open(t)
	_, account := o.completed(t)
	o.engine.refuse = errors.New("away")
	require.Equal(t, http.StatusAccepted, o.call(t, http.MethodPost, "/v1/accounts/"+account+"/welcome-letter/email", o.key, nil).status)
	waiting, err := o.store.UnsettledLetters(t.Context(), soon(), 10)
	require.NoError(t, err)
	require.Len(t, waiting, 1)
}

func TestEmailLetterAgain_NeedsAnOpenAccountAndADealersUser(t *testing.T) {
	t.Parallel()
	o := open(t)
	_, account := o.completed(t, change{"kind", "virtual"}, change{"system", map[string]any{}}, change{"forwarding", map[string]any{"option": "never"}})
	path := "/v1/accounts/" + account + "/welcome-letter/email"
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPost, path, o.opsKey, nil).status)
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodPost, path, o.otherKey, nil).status)
	require.Equal(t, http.StatusAccepted, o.call(t, http.MethodPost, path, o.key, nil).status, "virtual ones too")
	o.exec(t, `UPDATE accounts SET state = 'closed', closed_at = now() WHERE id = $1`, account)
	closed := o.call(t, http.MethodPost, path, o.key, nil)
	require.Equal(t, http.StatusConflict, closed.status)
	require.Contains(t, closed.problem(t).Detail, "closed")
}

func TestTasks_TellOfABouncedLetterUntilOneIsAccepted(t *testing.T) {
	t.Parallel()
	o := open(t)
	onboardingID, account := o.completed(t)
	letter := o.call(t, http.MethodPost, "/v1/accounts/"+account+"/welcome-letter/email", o.key, nil).json(t)["letter_id"].(string)
	require.NoError(t, o.store.GiveUpLetter(t.Context(), letter, onboarding.ReasonRecipientRejected))
	require.NoError(t, o.store.GiveUpLetter(t.Context(), letter, onboarding.ReasonRecipientRejected))

	tasks := o.call(t, http.MethodGet, "/v1/tasks?kind=letter_bounced", o.key, nil).json(t)["items"].([]any)
	require.Len(t, tasks, 1)
	task := tasks[0].(map[string]any)
	require.Equal(t, "recipient_rejected", task["code"])
	require.Equal(t, onboardingID, task["onboarding_id"])
	require.Equal(t, account, task["account_id"])
	require.Equal(t, "refused", o.letters(t, account)[0].(map[string]any)["state"])
	require.Empty(t, o.call(t, http.MethodGet, "/v1/tasks", o.otherKey, nil).json(t)["items"])
	var announced int
	require.NoError(t, o.pool.QueryRow(t.Context(), `SELECT count(*) FROM announcements WHERE kind = 'letter.bounced'`).Scan(&announced))
	require.Equal(t, 1, announced)

	o.earlier(t, account, "2 minutes")
	next := o.call(t, http.MethodPost, "/v1/accounts/"+account+"/welcome-letter/email", o.key, nil).json(t)["letter_id"].(string)
	require.NoError(t, o.store.LetterAgainAccepted(t.Context(), next, "250 queued"))
	require.Empty(t, o.call(t, http.MethodGet, "/v1/tasks", o.key, nil).json(t)["items"])
}

func TestTasks_AreDismissedWithAReason(t *testing.T) {
	t.Parallel()
	o := open(t)
	onboardingID := o.submit(t)
	o.account(t, onboardingID)
	o.park(t, onboardingID, onboarding.StepSendLetter, onboarding.ReasonMessageRejected)
	task := o.call(t, http.MethodGet, "/v1/tasks", o.key, nil).json(t)["items"].([]any)[0].(map[string]any)
	path := "/v1/tasks/" + task["id"].(string) + "/dismiss"

	for _, reason := range []string{"", "  ", "a\x00b", "\u202Egnp"} {
		require.Equal(t, http.StatusUnprocessableEntity, o.call(t, http.MethodPost, path, o.key, map[string]any{"reason": reason}).status, reason)
	}
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodPost, path, o.otherKey, map[string]any{"reason": "Called."}).status)
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodPost, "/v1/tasks/x/dismiss", o.key, map[string]any{"reason": "Called."}).status)
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodPost, "/v1/tasks/"+uuid.NewString()+"/dismiss", o.key, map[string]any{"reason": "Called."}).status)
	require.Equal(t, http.StatusNoContent, o.call(t, http.MethodPost, path, o.key, map[string]any{"reason": "Called."}).status)
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodPost, path, o.key, map[string]any{"reason": "Called."}).status)
	require.Empty(t, o.call(t, http.MethodGet, "/v1/tasks", o.key, nil).json(t)["items"])
	require.Equal(t, http.StatusUnprocessableEntity, o.call(t, http.MethodGet, "/v1/tasks?cursor=none", o.key, nil).status)
}
