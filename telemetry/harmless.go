package telemetry

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/trace"
)

// harmless is an exporter through which nothing personal passes. Libraries put error
// texts, addresses and statements into spans, and a new version of one may put more: so
// what is not known to be harmless stays here.
type harmless struct{ trace.SpanExporter }

// ExportSpans sends what may be told of each span.
func (h harmless) ExportSpans(ctx context.Context, spans []trace.ReadOnlySpan) error {
	told := make([]trace.ReadOnlySpan, len(spans))
	for i, span := range spans {
		told[i] = harmlessSpan{span}
	}
	return h.SpanExporter.ExportSpans(ctx, told)
}

// tellable are the attributes that leave: codes, counts, names of ours, and IDs. They
// end in the key of one attribute or, with a full stop, in that of a family.
var tellable = []string{
	"http.request.method", "http.route", "http.response.status_code",
	"db.system.name", "db.operation.name", "pgx.operation.type", "pgx.rows_affected", "pgx.sql_state",
	"temporalWorkflowID", "temporalRunID", "temporalActivityID", "temporalUpdateID",
	"latchkey.", "exception.type",
}

func isTellable(key attribute.Key) bool {
	return slices.ContainsFunc(tellable, func(known string) bool {
		return string(key) == known || strings.HasSuffix(known, ".") && strings.HasPrefix(string(key), known)
	})
}

// harmlessSpan is a span without what may be personal.
type harmlessSpan struct{ trace.ReadOnlySpan }

// Attributes are those that are on the list.
func (s harmlessSpan) Attributes() []attribute.KeyValue { return tell(s.ReadOnlySpan.Attributes()) }

func tell(attributes []attribute.KeyValue) []attribute.KeyValue {
	return slices.DeleteFunc(slices.Clone(attributes), func(a attribute.KeyValue) bool { return !isTellable(a.Key) })
}

// Events tell that something went wrong and of which kind, never in which words.
func (s harmlessSpan) Events() []trace.Event {
	events := slices.Clone(s.ReadOnlySpan.Events())
	for i := range events {
		events[i].Attributes = tell(events[i].Attributes)
	}
	return events
}

var code = regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)

// Status keeps the description only when it is one of our codes.
func (s harmlessSpan) Status() trace.Status {
	status := s.ReadOnlySpan.Status()
	if !code.MatchString(status.Description) {
		status.Description = ""
	}
	return status
}
