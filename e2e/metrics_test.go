package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/stretchr/testify/require"
)

// scrape is what Prometheus gets from both programs of an installation.
func (s *stack) scrape(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	for _, of := range []caller{{url: s.office.url}, {url: s.workerURL}} {
		got := of.get(t, "/metrics")
		require.Equal(t, http.StatusOK, got.status)
		text.Write(got.body)
	}
	return text.String()
}

func TestMetrics_TellWhatHappensAndWhatWaits(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	c := s.newCustomer(t)
	s.registerElsewhere(t, c.serial())
	made := s.submit(t, c)
	s.awaitPark(t, made.ID, "register_module", "module_already_registered")
	s.complete(t, s.submit(t, s.newCustomer(t)).ID)

	// The counts of the record may be some seconds old.
	await(t, "metrics of the parked and the finished one", func() (string, bool) {
		text := s.scrape(t)
		for _, line := range []string{
			`latchkey_onboardings_parked{reason="module_already_registered",step="register_module"}`,
			`latchkey_onboardings_parked_oldest_timestamp_seconds{reason="module_already_registered",step="register_module"}`,
			`latchkey_onboardings_started_total{`, `source="api"`, `latchkey_onboardings_ended_total{`, `status="completed"`,
			`latchkey_parks_total{`, `latchkey_carrier_call_duration_seconds_count{call="register_module",code="module_already_registered"}`,
			`latchkey_mail_delivery_duration_seconds_count{code="accepted"}`, `latchkey_network_waits{due="later"}`,
			`latchkey_http_request_duration_seconds_count{`, `latchkey_record_counted 1`, `pgxpool_max_connections{`,
			`temporal_activity_schedule_to_start_latency_seconds_bucket{`, `temporal_num_pollers{`,
			`latchkey_commitments_due{due="due"}`, `latchkey_webhooks_owed{due="due"}`, `latchkey_webhook_endpoints{state="disabled_failing"}`,
			`latchkey_changes_open{kind="module_swap",status="active"}`, `latchkey_commitments_swept_total{`, `outcome="needs_serial"`,
		} {
			if !strings.Contains(text, line) {
				t.Logf("no %s yet", line)
				return text, false
			}
		}
		return text, true
	})
}

func TestMetrics_AreNamedAsPrometheusWants(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	s.complete(t, s.submit(t, s.newCustomer(t)).ID)
	for _, of := range []caller{{url: s.office.url}, {url: s.workerURL}} {
		problems, err := promlint.New(strings.NewReader(string(of.get(t, "/metrics").body))).Lint()
		require.NoError(t, err)
		for _, problem := range problems {
			// The SDK's and the pool's names are their own.
			require.False(t, strings.HasPrefix(problem.Metric, "latchkey_"), "%s: %s", problem.Metric, problem.Text)
		}
	}
}

func TestWorker_TellsWhetherItIsReady(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	worker := caller{url: s.workerURL}
	require.Equal(t, http.StatusOK, worker.get(t, "/healthz").status)
	require.JSONEq(t, `{"status": "ready", "checks": {"database": "ok", "temporal": "ok"}}`, string(worker.get(t, "/readyz").body))
	require.Equal(t, http.StatusNotFound, worker.get(t, "/debug/pprof/").status)
}
