package e2e

import (
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"

	coltrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// collector takes spans over OTLP, as the collector of an installation does.
type collector struct {
	server *httptest.Server

	mu    sync.Mutex
	spans []seenSpan
}

// seenSpan is a span as it came over the wire, with the program that sent it.
type seenSpan struct {
	*tracepb.Span
	service string
}

func (s seenSpan) trace() string { return hex.EncodeToString(s.GetTraceId()) }

// text is everything that the span says.
func (s seenSpan) text() string { return protojson.Format(s.Span) }

func newCollector() *collector {
	c := &collector{}
	c.server = httptest.NewServer(http.HandlerFunc(c.take))
	return c
}

func (c *collector) close() error { c.server.Close(); return nil }

func (c *collector) take(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var sent coltrace.ExportTraceServiceRequest
	if err != nil || r.URL.Path != "/v1/traces" || proto.Unmarshal(body, &sent) != nil {
		http.Error(w, "not spans", http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, of := range sent.GetResourceSpans() {
		service := ""
		for _, attribute := range of.GetResource().GetAttributes() {
			if attribute.GetKey() == "service.name" {
				service = attribute.GetValue().GetStringValue()
			}
		}
		for _, scope := range of.GetScopeSpans() {
			for _, span := range scope.GetSpans() {
				c.spans = append(c.spans, seenSpan{span, service})
			}
		}
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
}

func (c *collector) seen() []seenSpan {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.spans)
}

// traceOf is every span of a trace.
func (c *collector) traceOf(id string) []seenSpan {
	return slices.DeleteFunc(c.seen(), func(s seenSpan) bool { return s.trace() != id })
}
