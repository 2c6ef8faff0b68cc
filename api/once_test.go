package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

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
