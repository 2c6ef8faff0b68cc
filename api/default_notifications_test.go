package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDefaultNotifications_AreChangedOnceByWhoSawThem(t *testing.T) {
	t.Parallel()
	o := open(t)
	const path = "/v1/default-notifications"
	first := o.call(t, http.MethodGet, path, o.key, nil)
	require.Equal(t, http.StatusOK, first.status, string(first.body))
	require.Equal(t, `"0"`, first.header.Get("ETag"))
	require.Contains(t, first.json(t)["notifications"], "power_failure")

	wanted := map[string]any{"notifications": []string{"alarms", "arming"}}
	saved := o.call(t, http.MethodPut, path, o.key, wanted)
	require.Equal(t, http.StatusOK, saved.status, string(saved.body))
	require.Equal(t, `"1"`, saved.header.Get("ETag"))
	require.Equal(t, http.StatusPreconditionRequired, o.call(t, http.MethodPut, path, o.key, wanted).status)
	require.Equal(t, http.StatusPreconditionFailed, o.call(t, http.MethodPut, path, o.key, wanted, "If-Match", `"0"`).status)
	wrong := o.call(t, http.MethodPut, path, o.key, map[string]any{"notifications": []string{"fax"}}, "If-Match", `"1"`)
	require.True(t, has(wrong.problem(t), "/notifications/0", "invalid_choice"), string(wrong.body))
	none := o.call(t, http.MethodPut, path, o.key, map[string]any{"notifications": []string{}}, "If-Match", `"1"`)
	require.JSONEq(t, `{"notifications":[]}`, string(none.body))

	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPut, path+"?dealer_id="+o.dealerID, o.opsKey, wanted).status)
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodGet, path+"?dealer_id="+o.otherID, o.key, nil).status)
	options := o.call(t, http.MethodGet, "/v1/options", o.key, nil)
	require.Contains(t, string(options.body), `"value":"low_battery"`)
}
