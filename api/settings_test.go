package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

// NormalizeLogo is not reached through the API.
func (o *office) NormalizeLogo(uploaded []byte) ([]byte, onboarding.Fault) {
	return uploaded, onboarding.Fault{}
}

func TestSettings_StationAndReceiverCanBeUsedAtOnce(t *testing.T) {
	t.Parallel()
	o := open(t)
	station := o.call(t, http.MethodPost, "/v1/monitoring-stations", o.key, map[string]any{"name": " Night  Station ", "phone": "571 555 0100"})
	require.Equal(t, http.StatusCreated, station.status, string(station.body))
	require.Equal(t, "Night Station", station.json(t)["name"])
	require.Empty(t, station.json(t)["receivers"])
	stationID := station.json(t)["id"].(string)
	require.Contains(t, string(o.call(t, http.MethodGet, "/v1/monitoring-stations", o.key, nil).body), stationID)

	receiver := o.call(t, http.MethodPost, "/v1/receivers", o.key, map[string]any{"station_id": stationID, "name": "IP", "number": "192.0.2.1:7700", "protocol": "dc09"})
	require.Equal(t, http.StatusCreated, receiver.status, string(receiver.body))
	require.Equal(t, "Night Station", receiver.json(t)["station_name"])
	o.submit(t, change{"forwarding.receiver_id", receiver.json(t)["id"]}, change{"forwarding.account_number", "ABC1"})
}

func TestSettings_ProblemsNameTheField(t *testing.T) {
	t.Parallel()
	o := open(t)
	name := func(value any) map[string]any { return map[string]any{"name": value} }
	cases := map[string]struct {
		path        string
		body        map[string]any
		field, code string
	}{
		"no name":                   {"/v1/monitoring-stations", name(" "), "/name", "required"},
		"the name left out":         {"/v1/monitoring-stations", map[string]any{}, "/name", "required"},
		"a name that is taken":      {"/v1/monitoring-stations", name("Sample Station"), "/name", "taken"},
		"an overlong name":          {"/v1/monitoring-stations", name(strings.Repeat("x", 61)), "/name", "too_long"},
		"a null byte":               {"/v1/monitoring-stations", name("a\x00b"), "/name", "malformed"},
		"a bidi override":           {"/v1/monitoring-stations", name("a\u202eb"), "/name", "malformed"},
		"a phone that is none":      {"/v1/monitoring-stations", map[string]any{"name": "A", "phone": "12"}, "/phone", "malformed"},
		"an unknown field":          {"/v1/monitoring-stations", map[string]any{"name": "A", "dealer_id": o.otherID}, "/dealer_id", "unknown_field"},
		"another dealer's station":  {"/v1/receivers", map[string]any{"station_id": o.otherID, "name": "A", "protocol": "sia"}, "/station_id", "unknown"},
		"a station that is no ID":   {"/v1/receivers", map[string]any{"station_id": "' OR 1=1", "name": "A", "protocol": "sia"}, "/station_id", "unknown"},
		"an unknown protocol":       {"/v1/receivers", map[string]any{"station_id": "x", "name": "A", "protocol": "morse"}, "/protocol", "invalid_choice"},
		"an unknown panel":          {"/v1/panel-templates", map[string]any{"name": "A", "panel_type": "castle"}, "/panel_type", "invalid_choice"},
		"auto detect for a panel":   {"/v1/panel-templates", map[string]any{"name": "A", "panel_type": "auto"}, "/panel_type", "invalid_choice"},
		"a template's taken name":   {"/v1/panel-templates", map[string]any{"name": "Standard", "panel_type": "twog_gc2"}, "/name", "taken"},
		"a template without a name": {"/v1/panel-templates", map[string]any{"name": "", "panel_type": "twog_gc2"}, "/name", "required"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			answer := o.call(t, http.MethodPost, c.path, o.key, c.body)
			require.Equal(t, http.StatusUnprocessableEntity, answer.status, string(answer.body))
			require.True(t, has(answer.problem(t), c.field, c.code), string(answer.body))
		})
	}
}

func TestSettings_PanelTemplateIsChangedOnceByWhoSawIt(t *testing.T) {
	t.Parallel()
	o := open(t)
	added := o.call(t, http.MethodPost, "/v1/panel-templates", o.key, map[string]any{"name": "Cabin", "panel_type": "twog_gc2"})
	require.Equal(t, http.StatusCreated, added.status, string(added.body))
	require.Equal(t, `"1"`, added.header.Get("ETag"))
	path := "/v1/panel-templates/" + added.json(t)["id"].(string)
	lodge := map[string]any{"name": "Lodge"}

	require.Equal(t, http.StatusPreconditionRequired, o.call(t, http.MethodPut, path, o.key, lodge).status)
	renamed := o.call(t, http.MethodPut, path, o.key, lodge, "If-Match", `"1"`)
	require.Equal(t, http.StatusOK, renamed.status, string(renamed.body))
	require.Equal(t, `"2"`, renamed.header.Get("ETag"))
	stale := o.call(t, http.MethodPut, path, o.key, map[string]any{"name": "Hut"}, "If-Match", `"1"`)
	require.Equal(t, http.StatusPreconditionFailed, stale.status)
	require.Equal(t, `"2"`, stale.header.Get("ETag"))
	other := o.call(t, http.MethodPut, path, o.key, map[string]any{"name": "Hut", "panel_type": "simon_xt"}, "If-Match", `"2"`)
	require.True(t, has(other.problem(t), "/panel_type", "not_changeable"))

	require.Equal(t, http.StatusNoContent, o.call(t, http.MethodDelete, path, o.key, nil).status)
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodDelete, path, o.key, nil).status)
	require.NotContains(t, string(o.call(t, http.MethodGet, "/v1/panel-templates", o.key, nil).body), "Lodge")
}

func TestSettings_ChangeByRoleAndScope(t *testing.T) {
	t.Parallel()
	o := open(t)
	admin := o.user(t, "admin", "administrator", nil)
	add := func(key, dealerID string) int {
		return o.call(t, http.MethodPost, "/v1/monitoring-stations?dealer_id="+dealerID, key, map[string]any{"name": "Night Station"}).status
	}
	require.Equal(t, http.StatusForbidden, add(o.subKey, o.subID)) // a technician
	require.Equal(t, http.StatusForbidden, add(o.opsKey, o.dealerID))
	require.Equal(t, http.StatusNotFound, add(o.key, o.otherID))
	require.Equal(t, http.StatusNotFound, add(admin, "0198c8a0-0000-7000-8000-000000000000"))
	require.Equal(t, http.StatusCreated, add(admin, o.otherID))
	require.Equal(t, http.StatusCreated, add(o.key, o.subID))
}
