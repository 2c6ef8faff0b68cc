package portal

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/latchkey/latchkey/trail"
)

// observe gives each request its line in the log.
func observe(log *slog.Logger, next http.Handler) http.Handler {
	return trail.Begin(next, func(ctx context.Context, t *trail.Trail, method string, status int, took time.Duration) {
		t.Log(ctx, log, method, status, took, isStatic)
	})
}

// isStatic keeps a page's own files out of the usual log.
func isStatic(route string) bool { return strings.HasPrefix(route, "/static/") }
