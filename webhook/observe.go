package webhook

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// scope names this package in traces and metrics.
const scope = "latchkey/webhook"

// codeAccepted is how a delivery ends that is not a [Fault].
const codeAccepted = "accepted"

// observed makes a delivery part of the caller's trace, and measures it by its code. Where
// it went is a dealer's and stays out of both.
func (s *Sender) observed(ctx context.Context, deliver func(context.Context) (int, error)) (int, error) {
	began := time.Now()
	ctx, span := otel.Tracer(scope).Start(ctx, "webhook deliver", trace.WithSpanKind(trace.SpanKindClient))
	defer span.End()
	status, err := deliver(ctx)
	code := codeAccepted
	var fault *Fault
	if errors.As(err, &fault) {
		code = fault.Code
		span.SetStatus(codes.Error, code)
	}
	span.SetAttributes(attribute.String("latchkey.code", code))
	s.deliveries.Record(ctx, time.Since(began).Seconds(), metric.WithAttributes(attribute.String("code", code)))
	return status, err
}

func newDeliveries() (metric.Float64Histogram, error) {
	return otel.Meter(scope).Float64Histogram("latchkey.webhook.delivery.duration", metric.WithUnit("s"),
		metric.WithDescription("How long a try to deliver a webhook took, by how it ended."))
}
