package portal_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDefaultNotifications_AreCopiedToNewCustomers(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "office")
	before := v.created()
	saved := v.post(h.settings("/notifications"), "form", "/notifications", "version", "0", "/notifications", "arming", "/notifications", "alarms")
	require.Contains(t, saved.body, "The default notifications are saved.")
	require.Contains(t, v.get("/customers/"+before).body, "<dt>Notifications</dt><dd>Alarms, Power Failure,")

	draft := v.draft()
	v.post("/drafts/"+draft+"/section/account", "/account/type", "standalone_video_access", "version", "0", "action", "next")
	shown := v.get("/drafts/" + draft + "/section/templates")
	require.Contains(t, shown.body, "Now: None.") // an account without a panel is never armed
	v.post("/drafts/"+draft+"/section/account", "/account/type", "security_system", "version", "1", "action", "next")
	require.Contains(t, v.get("/drafts/"+draft+"/section/templates").body, "Now: Alarms, Arming.")
	require.Equal(t, http.StatusForbidden, h.signedIn(t, "itaylor").post(h.settings("/notifications"), "version", "1").status)
	require.Equal(t, http.StatusOK, h.signedIn(t, "itaylor").get("/drafts/"+draft+"/section/templates").status)
}

func TestDefaultNotifications_TwoPeopleDoNotOverwriteEachOther(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "office")
	path := h.settings("/notifications")
	h.signedIn(t, "sroberts").post(path, "form", "/notifications", "version", "0", "/notifications", "tamper")
	conflict := v.post(path, "form", "/notifications", "version", "0", "/notifications", "insights")
	require.Equal(t, http.StatusConflict, conflict.status)
	require.Contains(t, conflict.body, "Sam Roberts saved it on")
	require.Contains(t, conflict.body, `value="insights" checked`)
	require.Contains(t, conflict.body, "Use what they saved")
	version := strings.Split(strings.SplitN(conflict.body, `name="version" value="`, 2)[1], `"`)[0]
	require.Contains(t, v.post(path, "form", "/notifications", "version", version, "/notifications", "insights").body, "are saved")
	require.Contains(t, v.get(path).body, `value="insights" checked`)
	require.NotContains(t, v.get(path).body, `value="tamper" checked`)
	wrong := v.post(path, "form", "/notifications", "version", "2", "/notifications", "<script>")
	require.Equal(t, http.StatusUnprocessableEntity, wrong.status)
	require.NotContains(t, wrong.body, "<script>\"")
}
