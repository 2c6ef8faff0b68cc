package api

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/latchkey/latchkey/trail"
)

// observe gives each request its line in the log and its place in the metrics.
func observe(log *slog.Logger, metrics *metrics, next http.Handler) http.Handler {
	return trail.Begin(next, func(ctx context.Context, t *trail.Trail, method string, status int, took time.Duration) {
		metrics.observe(t, method, status, took)
		t.Log(ctx, log, method, status, took, isProbe)
	})
}

// isProbe keeps the probes of load balancers and collectors out of the usual log.
func isProbe(route string) bool { return !strings.HasPrefix(route, "/v1/") }
