package telemetry

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Check is one thing that must work before work may come.
type Check struct {
	Name string
	Func func(ctx context.Context) error
}

// checkTimeout bounds all checks together: a load balancer does not wait longer.
const checkTimeout = 3 * time.Second

// readiness is the answer of /readyz. Why something does not work is in the log; here it
// is one word.
type readiness struct {
	Status string            `json:"status"`
	Checks map[string]string `json:"checks"`
}

// Ready answers /readyz: whether what the program needs works.
func Ready(checks []Check, log *slog.Logger) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), checkTimeout)
		defer cancel()
		status, answer := http.StatusOK, readiness{"ready", map[string]string{}}
		for _, check := range checks {
			answer.Checks[check.Name] = "ok"
			if err := check.Func(ctx); err != nil {
				status, answer.Status, answer.Checks[check.Name] = http.StatusServiceUnavailable, "not_ready", "failing"
				log.WarnContext(ctx, "not ready", "check", check.Name, "error", err)
			}
		}
		writeJSON(w, status, answer)
	}
}

// Alive answers /healthz: the process lives.
func Alive(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
}

func writeJSON(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // whoever asked is gone
}

// Probes serves /healthz, /readyz and /metrics for a program that serves nothing else.
func Probes(registry *prometheus.Registry, checks []Check, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", Alive)
	mux.HandleFunc("GET /readyz", Ready(checks, log))
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	return mux
}
