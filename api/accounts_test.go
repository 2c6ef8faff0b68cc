package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/alexedwards/argon2id"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

func TestAccount_ShowsThatTheLoginIsBlocked(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.submit(t)
	accountID := o.account(t, id)
	account := o.call(t, http.MethodGet, "/v1/accounts/"+accountID, o.key, nil)
	require.Equal(t, http.StatusOK, account.status, string(account.body))
	body := account.json(t)
	require.Equal(t, "JohnDoe", body["login_name"])
	require.Equal(t, true, body["login_blocked"])
	require.Nil(t, body["communicated_at"])
	require.NotNil(t, body["ready_at"])
	row := o.call(t, http.MethodGet, "/v1/onboardings/"+id, o.key, nil).json(t)
	require.Equal(t, accountID, row["account_id"])
	require.Equal(t, "/v1/accounts/"+accountID, row["links"].(map[string]any)["account"])
}

func TestPrintLetter_DrawsANewPasswordEachTime(t *testing.T) {
	t.Parallel()
	o := open(t)
	account := o.account(t, o.submit(t))
	path := "/v1/accounts/" + account + "/welcome-letter"
	seen := map[string]bool{}
	for range 3 {
		letter := o.call(t, http.MethodPost, path, o.key, nil)
		require.Equal(t, http.StatusOK, letter.status, string(letter.body))
		require.Equal(t, "application/pdf", letter.header.Get("Content-Type"))
		require.Equal(t, "no-store", letter.header.Get("Cache-Control"))
		require.True(t, strings.HasPrefix(string(letter.body), "%PDF-"))

		password := <-o.printed
		require.False(t, seen[password])
		seen[password] = true
		require.GreaterOrEqual(t, len(password), 12)
		require.True(t, strings.ContainsAny(password, "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRTUVWXY"))
		require.True(t, strings.ContainsAny(password, "346789"))
		require.True(t, strings.ContainsAny(password, "#%+=?@"))
		require.False(t, strings.ContainsAny(password, "0O1lI5S2Zo"), "looks like another character")

		var hash string
		var mustChange bool
		require.NoError(t, o.pool.QueryRow(t.Context(), `SELECT password_hash, must_change FROM logins`).Scan(&hash, &mustChange))
		matches, err := argon2id.ComparePasswordAndHash(password, hash)
		require.NoError(t, err)
		require.True(t, matches)
		require.True(t, mustChange)
		require.NotContains(t, o.log.String(), password)
	}
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPost, path, o.opsKey, nil).status)
}

func TestEmailLetter_CutsTheWaitAlone(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.submit(t)
	account := o.account(t, id)
	path := "/v1/accounts/" + account + "/welcome-letter/email"
	require.Equal(t, http.StatusConflict, o.call(t, http.MethodPost, path, o.key, nil).status)

	o.transition(t, id, 6, onboarding.EventWaiting, onboarding.StatusWaiting)
	require.Equal(t, http.StatusAccepted, o.call(t, http.MethodPost, path, o.key, nil).status)
	require.Equal(t, []string{id}, o.engine.letters)

	// The letter went out early, and the rest of the hour is waited for: now it is sent again.
	sent := onboarding.EffectKey{OnboardingID: id, Step: onboarding.StepSendLetter, Revision: 1}
	_, _, err := o.store.BeginStep(t.Context(), sent)
	require.NoError(t, err)
	require.NoError(t, o.store.FinishStep(t.Context(), sent, []byte(`{}`)))
	o.transition(t, id, 8, onboarding.EventWaiting, onboarding.StatusWaiting)
	again := o.call(t, http.MethodPost, path, o.key, nil)
	require.Equal(t, http.StatusAccepted, again.status, string(again.body))
	require.Equal(t, []string{id}, o.engine.letters)
	require.Equal(t, again.json(t)["letter_id"], o.engine.again[0].LetterID)
}
