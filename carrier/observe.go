package carrier

import (
	"context"
	"errors"
	"net/http"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	otelcodes "go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// scope names this package in traces and metrics.
const scope = "latchkey/carrier"

// observed makes a call part of the caller's trace, and measures it by its code. The
// path is not told: it holds a key of ours, the body what people typed.
func (c *Client) observed(ctx context.Context, call Call, exchange func(context.Context) ([]byte, error)) ([]byte, error) {
	began := time.Now()
	ctx, span := otel.Tracer(scope).Start(ctx, "carrier "+call.word(), trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("latchkey.carrier_call", call.word())))
	defer span.End()
	answer, err := exchange(ctx)
	code := codeOf(err)
	span.SetAttributes(attribute.String("latchkey.code", code))
	if code != "ok" {
		span.SetStatus(otelcodes.Error, code)
	}
	c.durations.Record(ctx, time.Since(began).Seconds(),
		metric.WithAttributes(attribute.String("call", call.word()), attribute.String("code", code)))
	return answer, err
}

// word is the call's own; the question whether the carrier is there is no call of the protocol.
func (c Call) word() string {
	if c == "" {
		return "check"
	}
	return string(c)
}

// codeOf is how a call ended. That nothing is registered is an answer.
func codeOf(err error) string {
	var fault *Fault
	switch {
	case err == nil, errors.Is(err, errNoRegistration):
		return "ok"
	case errors.As(err, &fault):
		return fault.Code
	default:
		return Garbled
	}
}

// passOn lets the carrier, or a gateway before it, go on with the trace.
func passOn(r *http.Request) {
	otel.GetTextMapPropagator().Inject(r.Context(), propagation.HeaderCarrier(r.Header))
}

func newDurations() (metric.Float64Histogram, error) {
	return otel.Meter(scope).Float64Histogram("latchkey.carrier.call.duration", metric.WithUnit("s"),
		metric.WithDescription("How long calls to the carrier took, by call and code."))
}
