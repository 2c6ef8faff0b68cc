package api_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"
)

// communicated is a panel event with its signature, as the network sends it.
func communicated(t *testing.T, secret string, at time.Time, event map[string]any) (body []byte, headers []string) {
	t.Helper()
	body, err := json.Marshal(event)
	require.NoError(t, err)
	webhook, err := standardwebhooks.NewWebhook(secret)
	require.NoError(t, err)
	signature, err := webhook.Sign("msg_1", at, body)
	require.NoError(t, err)
	return body, []string{"webhook-id", "msg_1", "webhook-timestamp", strconv.FormatInt(at.Unix(), 10), "webhook-signature", signature}
}

func event(changes ...change) map[string]any {
	event := map[string]any{"event_id": "evt_1", "module": "4100000017", "kind": "communicated", "at": "2026-11-24T12:00:00Z"}
	for _, c := range changes {
		c.apply(event)
	}
	return event
}

func TestPanelEvents_ReachTheRunOfTheirModule(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.account(t, o.submit(t))
	body, headers := communicated(t, panelSecret, time.Now(), event())
	o.engine.refuse = errors.New("away")
	away := o.call(t, http.MethodPost, "/v1/panel-events", "", body, headers...)
	require.Equal(t, http.StatusServiceUnavailable, away.status, "so that it is sent again")

	o.engine.refuse = nil
	for range 2 {
		taken := o.call(t, http.MethodPost, "/v1/panel-events", "", body, headers...)
		require.Equal(t, http.StatusAccepted, taken.status, string(taken.body))
	}
	require.Equal(t, 1, o.counts(t)["panel_events"])
	require.Equal(t, "evt_1", o.engine.panels[0])
	require.NotContains(t, o.log.String(), "4100000017")
}

func TestPanelEvents_AreKeptWhenTheModuleIsUnknown(t *testing.T) {
	t.Parallel()
	o := open(t)
	body, headers := communicated(t, panelSecret, time.Now(), event(change{"module", "4199999999"}))
	require.Equal(t, http.StatusAccepted, o.call(t, http.MethodPost, "/v1/panel-events", "", body, headers...).status)
	require.Equal(t, 1, o.counts(t)["panel_events"])
	require.Empty(t, o.engine.panels)
}

func TestPanelEvents_RefuseWhatIsForgedStaleOrMalformed(t *testing.T) {
	t.Parallel()
	o := open(t)
	forged, forgedHeaders := communicated(t, "YW5vdGhlciBzZWNyZXQ=", time.Now(), event())
	stale, staleHeaders := communicated(t, panelSecret, time.Now().Add(-time.Hour), event())
	_, headers := communicated(t, panelSecret, time.Now(), event())
	changed, err := json.Marshal(event(change{"module", "4100000025"}))
	require.NoError(t, err)
	for name, c := range map[string]struct {
		body    []byte
		headers []string
	}{
		"forged": {forged, forgedHeaders}, "stale": {stale, staleHeaders}, "changed": {changed, headers}, "unsigned": {changed, nil},
	} {
		answer := o.call(t, http.MethodPost, "/v1/panel-events", o.key, c.body, c.headers...)
		require.Equal(t, http.StatusUnauthorized, answer.status, name)
		require.Equal(t, "bad_signature", answer.problem(t).Code, name)
	}
	for field, c := range map[string]change{
		"/kind": {"kind", "exploded"}, "/module": {"module", "12"}, "/event_id": {"event_id", ""},
	} {
		body, headers := communicated(t, panelSecret, time.Now(), event(c))
		answer := o.call(t, http.MethodPost, "/v1/panel-events", "", body, headers...)
		require.Equal(t, http.StatusUnprocessableEntity, answer.status, field)
		require.Equal(t, field, answer.problem(t).Errors[0].Field)
	}
	require.Zero(t, o.counts(t)["panel_events"])
}
