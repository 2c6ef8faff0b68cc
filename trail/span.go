package trail

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// startSpan goes on with the caller's trace, or begins one. Without tracing it does nothing.
func startSpan(ctx context.Context, r *http.Request) (context.Context, trace.Span) {
	ctx = otel.GetTextMapPropagator().Extract(ctx, propagation.HeaderCarrier(r.Header))
	return otel.Tracer("latchkey/trail").Start(ctx, "request", trace.WithSpanKind(trace.SpanKindServer))
}

// endSpan says what is known only at the end. The route stands for the path, which may
// hold personal data.
func (t *Trail) endSpan(span trace.Span, method string, status int) {
	method = KnownMethod(method)
	span.SetName(method + " " + t.Route)
	span.SetAttributes(
		attribute.String("http.request.method", method), attribute.String("http.route", t.Route),
		attribute.Int("http.response.status_code", status), attribute.String("latchkey.request_id", t.RequestID))
	if t.OnboardingID != "" {
		span.SetAttributes(attribute.String("latchkey.onboarding_id", t.OnboardingID))
	}
	if status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, t.Code)
	}
	span.End()
}

// KnownMethod keeps invented methods from making names without end.
func KnownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	default:
		return "other"
	}
}
