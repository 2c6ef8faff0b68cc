package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// makings are the requests, beside orders, that make something.
func (o *office) makings(t *testing.T) map[string][2]map[string]any {
	t.Helper()
	stations := o.call(t, http.MethodGet, "/v1/monitoring-stations", o.key, nil).json(t)["items"].([]any)
	station := stations[0].(map[string]any)["id"]
	return map[string][2]map[string]any{
		"/v1/monitoring-stations": {{"name": "Night Station"}, {"name": "Day Station"}},
		"/v1/receivers": {
			{"station_id": station, "name": "Line 8", "protocol": "sia"},
			{"station_id": station, "name": "Line 9", "protocol": "sia"},
		},
		"/v1/panel-templates": {{"name": "Cabin", "panel_type": "twog_gc2"}, {"name": "Hut", "panel_type": "twog_gc2"}},
		"/v1/drafts":          {{"kind": "virtual"}, {"kind": "customer"}},
	}
}

func (o *office) made(t *testing.T) int {
	t.Helper()
	counts := o.counts(t)
	total := 0
	for _, table := range []string{"monitoring_stations", "receivers", "panel_templates", "drafts"} {
		require.Contains(t, counts, table)
		total += counts[table]
	}
	return total
}

func TestOnce_AKeyMakesOneThingAndGetsOneAnswer(t *testing.T) {
	t.Parallel()
	o := open(t)
	for path, bodies := range o.makings(t) {
		t.Run(path, func(t *testing.T) {
			before := o.made(t)
			malformed := o.call(t, http.MethodPost, path, o.key, bodies[0], "Idempotency-Key", "a key")
			require.True(t, has(malformed.problem(t), "Idempotency-Key", "malformed"), string(malformed.body))
			replies := make(chan reply)
			for range 4 {
				go func() {
					replies <- o.call(t, http.MethodPost, path, o.key, bodies[0], "Idempotency-Key", "key-"+path[4:])
				}()
			}
			first := <-replies
			require.Equal(t, http.StatusCreated, first.status, string(first.body))
			for range 3 {
				again := <-replies
				require.Equal(t, http.StatusCreated, again.status, string(again.body))
				require.Equal(t, string(first.body), string(again.body))
				require.Equal(t, first.header.Get("ETag")+first.header.Get("Location"), again.header.Get("ETag")+again.header.Get("Location"))
			}
			require.Equal(t, before+1, o.made(t))

			other := o.call(t, http.MethodPost, path, o.key, bodies[1], "Idempotency-Key", "key-"+path[4:])
			require.True(t, has(other.problem(t), "Idempotency-Key", "idempotency_key_reused"), string(other.body))
			require.Equal(t, before+1, o.made(t))
		})
	}
}

func TestOnce_WhatIsRefusedLeavesItsKeyFree(t *testing.T) {
	t.Parallel()
	o := open(t)
	add := func(name string) reply {
		return o.call(t, http.MethodPost, "/v1/monitoring-stations", o.key, map[string]any{"name": name}, "Idempotency-Key", "key-1")
	}
	require.Equal(t, http.StatusUnprocessableEntity, add("").status)
	made := add("Night Station")
	require.Equal(t, http.StatusCreated, made.status, string(made.body))
	require.Equal(t, http.StatusUnprocessableEntity, add("").status)
	require.Equal(t, string(made.body), string(add("Night Station").body))
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPost, "/v1/monitoring-stations", o.subKey, map[string]any{"name": "A"}, "Idempotency-Key", "key-1").status)
}

func TestOnce_AKeyOfAnOrderIsNotThatOfAnotherRequest(t *testing.T) {
	t.Parallel()
	o := open(t)
	require.Equal(t, http.StatusCreated, o.call(t, http.MethodPost, "/v1/drafts", o.key, map[string]any{}, "Idempotency-Key", "key-1").status)
	order := o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.johnDoe(), "Idempotency-Key", "key-1")
	require.True(t, has(order.problem(t), "Idempotency-Key", "idempotency_key_reused"), string(order.body))
	require.Equal(t, http.StatusCreated, o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.johnDoe(), "Idempotency-Key", "key-2").status)
	draft := o.call(t, http.MethodPost, "/v1/drafts", o.key, map[string]any{}, "Idempotency-Key", "key-2")
	require.True(t, has(draft.problem(t), "Idempotency-Key", "idempotency_key_reused"), string(draft.body))
}

func TestOnce_WithoutAKeyEachRequestMakesAnother(t *testing.T) {
	t.Parallel()
	o := open(t)
	before := o.made(t)
	for range 2 {
		require.Equal(t, http.StatusCreated, o.call(t, http.MethodPost, "/v1/drafts", o.key, map[string]any{}).status)
	}
	require.Equal(t, before+2, o.made(t))
}
