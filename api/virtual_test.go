package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

// demo is the seed's customer as a demonstration: nothing of a carrier or a station is asked.
func (o *office) demo(changes ...change) map[string]any {
	application := o.johnDoe(change{"kind", "virtual"})
	for _, unasked := range []string{"system", "pathway", "forwarding"} {
		delete(application, unasked)
	}
	for _, c := range changes {
		c.apply(application)
	}
	return application
}

// virtual is the account of a virtual customer whose onboarding is over, made some time ago.
func (o *office) virtual(t *testing.T, ago time.Duration, changes ...change) (accountID string) {
	t.Helper()
	created := o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.demo(changes...))
	require.Equal(t, http.StatusCreated, created.status, string(created.body))
	id := created.json(t)["id"].(string)
	accountID = o.account(t, id)
	o.transition(t, id, 5, onboarding.EventCompleted, onboarding.StatusCompleted)
	o.exec(t, `UPDATE accounts SET created_at = $2 WHERE id = $1`, accountID, time.Now().Add(-ago))
	return accountID
}

func TestVirtual_PanelCommunicatesAndLives(t *testing.T) {
	t.Parallel()
	o := open(t)
	path := "/v1/accounts/" + o.virtual(t, 30*24*time.Hour)
	account := o.call(t, http.MethodGet, path, o.key, nil).json(t)
	require.Equal(t, "virtual", account["kind"])
	require.NotNil(t, account["communicated_at"])
	require.Nil(t, account["ready_at"])
	require.Equal(t, false, account["login_blocked"])

	var told []map[string]any
	next := path + "/panel-activity?limit=200"
	for range 20 {
		answer := o.call(t, http.MethodGet, next, o.key, nil)
		require.Equal(t, http.StatusOK, answer.status, string(answer.body))
		for _, item := range answer.json(t)["items"].([]any) {
			told = append(told, item.(map[string]any))
		}
		cursor, more := answer.json(t)["next_cursor"].(string)
		if !more {
			break
		}
		next = path + "/panel-activity?limit=200&cursor=" + url.QueryEscape(cursor)
	}
	require.Greater(t, len(told), 200)
	first := told[len(told)-1]
	require.Equal(t, "communicated", first["kind"])
	require.Equal(t, account["communicated_at"], first["at"])
	for i := range told[1:] {
		require.GreaterOrEqual(t, told[i]["at"].(string), told[i+1]["at"].(string))
		require.NotEqual(t, told[i]["id"], told[i+1]["id"])
	}

	since := told[10]["at"].(string)
	recent := o.call(t, http.MethodGet, path+"/panel-activity?since="+url.QueryEscape(since), o.key, nil).json(t)
	require.GreaterOrEqual(t, len(recent["items"].([]any)), 11)
	require.Nil(t, recent["next_cursor"])
	ahead := time.Now().Add(time.Hour).Format(time.RFC3339)
	require.Empty(t, o.call(t, http.MethodGet, path+"/panel-activity?since="+url.QueryEscape(ahead), o.key, nil).json(t)["items"])
}

func TestVirtual_PanelIsSilentAtFirst(t *testing.T) {
	t.Parallel()
	o := open(t)
	path := "/v1/accounts/" + o.virtual(t, 0)
	require.Nil(t, o.call(t, http.MethodGet, path, o.key, nil).json(t)["communicated_at"])
	require.Empty(t, o.call(t, http.MethodGet, path+"/panel-activity", o.key, nil).json(t)["items"])
}

func TestVirtual_ActivityRefusesBadRequests(t *testing.T) {
	t.Parallel()
	o := open(t)
	path := "/v1/accounts/" + o.virtual(t, 24*time.Hour) + "/panel-activity"
	for query, field := range map[string]string{
		"limit=0":                            "limit",
		"limit=201":                          "limit",
		"limit=many":                         "limit",
		"since=yesterday":                    "since",
		"cursor=%00":                         "cursor",
		"cursor=none":                        "cursor",
		"cursor=NDEwMDAwMDAwMDAwIDIw":        "cursor", // of a time that has not come
		"cursor=" + strings.Repeat("x", 501): "cursor",
	} {
		answer := o.call(t, http.MethodGet, path+"?"+query, o.key, nil)
		require.Equal(t, http.StatusUnprocessableEntity, answer.status, query)
		require.Equal(t, field, answer.problem(t).Errors[0].Field, query)
	}
}

func TestVirtual_RealCustomersHaveNeither(t *testing.T) {
	t.Parallel()
	o := open(t)
	path := "/v1/accounts/" + o.account(t, o.submit(t))
	activity := o.call(t, http.MethodGet, path+"/panel-activity", o.key, nil)
	require.Equal(t, http.StatusConflict, activity.status)
	require.Contains(t, activity.problem(t).Detail, "real system")
	removed := o.call(t, http.MethodDelete, path, o.key, nil)
	require.Equal(t, http.StatusConflict, removed.status)
	require.Contains(t, removed.problem(t).Detail, "terminated")
	require.Equal(t, "open", o.call(t, http.MethodGet, path, o.key, nil).json(t)["state"])
}

func TestVirtual_IsRemovedOnce(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.virtual(t, time.Hour, change{"login.name", "DemoHouse"})
	path := "/v1/accounts/" + id
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodDelete, path, o.otherKey, nil).status)
	require.Equal(t, false, o.call(t, http.MethodGet, "/v1/login-names/DemoHouse", o.key, nil).json(t)["available"])
	for range 2 {
		removed := o.call(t, http.MethodDelete, path, o.key, nil)
		require.Equal(t, http.StatusNoContent, removed.status, string(removed.body))
	}
	account := o.call(t, http.MethodGet, path, o.key, nil).json(t)
	require.Equal(t, "closed", account["state"])
	require.Empty(t, account["login_name"])
	require.Equal(t, true, o.call(t, http.MethodGet, "/v1/login-names/DemoHouse", o.key, nil).json(t)["available"])
	require.Equal(t, http.StatusConflict, o.call(t, http.MethodGet, path+"/panel-activity", o.key, nil).status)

	var lines int
	require.NoError(t, o.pool.QueryRow(t.Context(), `SELECT count(*) FROM audit WHERE object_id = $1 AND action = 'account.remove_virtual'`, id).Scan(&lines))
	require.Equal(t, 1, lines)
	require.NoError(t, o.pool.QueryRow(t.Context(), `SELECT count(*) FROM announcements WHERE account_id = $1 AND kind = 'account.terminated'`, id).Scan(&lines))
	require.Equal(t, 1, lines)
}

func TestVirtual_IsNotRemovedWhileItIsBeingMade(t *testing.T) {
	t.Parallel()
	o := open(t)
	created := o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.demo())
	account := o.account(t, created.json(t)["id"].(string))
	removed := o.call(t, http.MethodDelete, "/v1/accounts/"+account, o.key, nil)
	require.Equal(t, http.StatusConflict, removed.status)
	require.Contains(t, removed.problem(t).Detail, "Cancel it instead")
	require.Equal(t, "open", o.call(t, http.MethodGet, "/v1/accounts/"+account, o.key, nil).json(t)["state"])
}

func TestVirtual_TakesNoModuleAndNoReceiver(t *testing.T) {
	t.Parallel()
	o := open(t)
	before := o.counts(t)
	refused := o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.johnDoe(change{"kind", "virtual"}))
	require.Equal(t, http.StatusUnprocessableEntity, refused.status)
	problem := refused.problem(t)
	require.True(t, has(problem, "/system", "not_applicable"), string(refused.body))
	require.True(t, has(problem, "/forwarding", "not_applicable"), string(refused.body))
	require.Equal(t, before, o.counts(t))

	o.virtual(t, time.Hour)
	var charged, registered, forwarded int
	require.NoError(t, o.pool.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM ledger), (SELECT count(*) FROM registrations),
		(SELECT count(*) FROM accounts WHERE num_nonnulls(module_id, receiver_id, account_number, ready_at) > 0)`).Scan(&charged, &registered, &forwarded))
	require.Zero(t, charged+registered+forwarded)
}
