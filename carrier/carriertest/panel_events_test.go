package carriertest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/carrier/carriertest"
)

const panelSecret = "whsec_bGF0Y2hrZXktdGVzdC1wYW5lbC1zZWNyZXQ="

// delivery is what the receiver of panel events got.
type delivery struct {
	header http.Header
	body   []byte
}

func receivePanelEvents(t *testing.T) (url string, status *atomic.Int32, deliveries <-chan delivery) {
	t.Helper()
	got := make(chan delivery, 8)
	status = &atomic.Int32{}
	status.Store(http.StatusNoContent)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- delivery{r.Header, body}
		w.WriteHeader(int(status.Load()))
	}))
	t.Cleanup(server.Close)
	return server.URL, status, got
}

func TestCommunicate_PostsASignedEventAndActivatesTheSIM(t *testing.T) {
	t.Parallel()
	url, _, deliveries := receivePanelEvents(t)
	simulator, client := start(t, carriertest.Options{PanelEventsURL: url, PanelSecret: panelSecret})
	_, err := client.RegisterModule(t.Context(), key, wanted)
	require.NoError(t, err)

	status, body := ask(t, http.MethodPost, simulator.URL()+"/panels/"+serial+"/communicate", "")

	require.Equal(t, http.StatusOK, status, body)
	got := <-deliveries
	verifier, err := standardwebhooks.NewWebhook(panelSecret)
	require.NoError(t, err)
	require.NoError(t, verifier.Verify(got.body, got.header))
	var event carriertest.PanelEvent
	require.NoError(t, json.Unmarshal(got.body, &event))
	require.Equal(t, event.EventID, got.header.Get("webhook-id"))
	require.Equal(t, serial, event.Module)
	require.Equal(t, "communicated", event.Kind)
	require.WithinDuration(t, time.Now(), event.At, time.Minute)
	require.JSONEq(t, string(got.body), body)

	found, _, err := client.FindRegistration(t.Context(), key)
	require.NoError(t, err)
	require.Equal(t, carrier.SIMActive, found.SIMState)
}

func TestCommunicate_RepeatsAnEventByteForByte(t *testing.T) {
	t.Parallel()
	url, _, deliveries := receivePanelEvents(t)
	simulator, _ := start(t, carriertest.Options{PanelEventsURL: url, PanelSecret: panelSecret})
	communicate := simulator.URL() + "/panels/" + serial + "/communicate?event_id=evt_1"

	status, _ := ask(t, http.MethodPost, communicate, "")
	require.Equal(t, http.StatusOK, status)
	status, _ = ask(t, http.MethodPost, communicate, "")
	require.Equal(t, http.StatusOK, status)

	first, second := <-deliveries, <-deliveries
	require.Equal(t, "evt_1", second.header.Get("webhook-id"))
	require.Equal(t, string(first.body), string(second.body))

	status, body := ask(t, http.MethodPost, simulator.URL()+"/panels/4100000018/communicate?event_id=evt_1", "")
	require.Equal(t, http.StatusConflict, status)
	require.Contains(t, body, "event_id_reused")
}

func TestCommunicate_TellsWhenTheEventDidNotArrive(t *testing.T) {
	t.Parallel()
	url, answer, _ := receivePanelEvents(t)
	answer.Store(http.StatusUnauthorized)
	simulator, _ := start(t, carriertest.Options{PanelEventsURL: url, PanelSecret: panelSecret})
	status, body := ask(t, http.MethodPost, simulator.URL()+"/panels/"+serial+"/communicate", "")
	require.Equal(t, http.StatusBadGateway, status)
	require.Contains(t, body, "answered 401")

	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	simulator, _ = start(t, carriertest.Options{PanelEventsURL: gone.URL, PanelSecret: panelSecret})
	status, body = ask(t, http.MethodPost, simulator.URL()+"/panels/"+serial+"/communicate", "")
	require.Equal(t, http.StatusBadGateway, status)
	require.Contains(t, body, "event_not_delivered")

	simulator, _ = start(t, carriertest.Options{})
	status, body = ask(t, http.MethodPost, simulator.URL()+"/panels/"+serial+"/communicate", "")
	require.Equal(t, http.StatusConflict, status)
	require.Contains(t, body, "no_panel_events_url")
	status, _ = ask(t, http.MethodPost, simulator.URL()+"/panels/short/communicate", "")
	require.Equal(t, http.StatusBadRequest, status)
}

func TestNew_RefusesPanelEventsItCannotSign(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"", "whsec_not*base64"} {
		_, err := carriertest.New(carriertest.Options{PanelEventsURL: "http://127.0.0.1/", PanelSecret: secret})
		require.Error(t, err)
	}
}
