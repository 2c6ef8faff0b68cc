package telemetry_test

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"

	"github.com/latchkey/latchkey/telemetry"
)

// It sets up the whole process, so this is the only test here that starts telemetry.
func TestStart_SendsSpansWithoutAnythingPersonal(t *testing.T) {
	var mu sync.Mutex
	var sent strings.Builder
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		body, err := io.ReadAll(r.Body)
		sent.Write(body)
		if err != nil || r.URL.Path != "/v1/traces" {
			t.Errorf("%s: %v", r.URL, err)
		}
	}))
	t.Cleanup(collector.Close)
	var lines strings.Builder
	started, err := telemetry.Start(t.Context(), telemetry.Config{
		Service: "latchkey-test", Version: "v1", Endpoint: collector.URL, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)

	ctx, span := otel.Tracer("a library").Start(t.Context(), "work")
	span.SetAttributes(
		attribute.String("latchkey.code", "module_unknown"), attribute.String("url.full", "https://example.com/?name=Hermione"),
		attribute.String("db.query.text", "SELECT 'Hermione'"), attribute.String("http.request.header", "Hermione"))
	span.RecordError(errors.New("no mailbox for hermione.granger@example.com"))
	span.SetStatus(codes.Error, "Hermione is away")
	slog.New(telemetry.Traced(slog.NewJSONHandler(&lines, nil))).With("a", "b").InfoContext(ctx, "a line")
	span.End()
	_, refused := otel.Tracer("a library").Start(t.Context(), "refused")
	refused.SetStatus(codes.Error, "recipient_rejected")
	refused.End()
	require.NoError(t, started.Close(t.Context()))

	mu.Lock()
	defer mu.Unlock()
	for _, told := range []string{"latchkey-test", "work", "module_unknown", "recipient_rejected", "exception"} {
		require.Contains(t, sent.String(), told)
	}
	require.NotContains(t, strings.ToLower(sent.String()), "hermione")
	require.Contains(t, lines.String(), `"trace_id":"`+span.SpanContext().TraceID().String()+`"`)
}
