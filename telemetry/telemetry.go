package telemetry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	exporter "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
)

// Config says who is looked at, and where its spans go.
type Config struct {
	// Service and Version name the program in its spans, as latchkey-api and v1.2.0.
	Service, Version string
	// Endpoint is the base URL of an OTLP/HTTP collector, as http://collector:4318. When
	// it is empty, nothing is traced at all.
	Endpoint string
	// Help explains counters whose makers cannot: Temporal's have a name and no text.
	Help map[string]string
	// Log is told what could not be sent.
	Log *slog.Logger
}

// Telemetry is what a program shows of itself.
type Telemetry struct {
	// Registry is what /metrics shows; every part adds its own.
	Registry *prometheus.Registry

	metrics *metric.MeterProvider
	spans   *trace.TracerProvider
}

// Start sets OpenTelemetry up for the whole program: call it before anything else is
// made, and Close last. A collector that is away is no fault: spans are dropped then.
func Start(ctx context.Context, config Config) (*Telemetry, error) {
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { config.Log.Warn("spans or metrics are lost", "error", err) }))
	t := &Telemetry{Registry: prometheus.NewRegistry()}
	t.Registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	reader, err := exporter.New(
		exporter.WithRegisterer(t.Registry), exporter.WithTranslationStrategy(otlptranslator.UnderscoreEscapingWithSuffixes),
		// Who the program is stands in the scrape's own labels.
		exporter.WithoutScopeInfo(), exporter.WithoutTargetInfo())
	if err != nil {
		return nil, fmt.Errorf("metrics cannot be shown: %w", err)
	}
	t.metrics = metric.NewMeterProvider(metric.WithReader(reader), metric.WithView(inSeconds, explained(config.Help)))
	otel.SetMeterProvider(t.metrics)
	if err := t.startSpans(ctx, config); err != nil {
		return nil, errors.Join(err, t.Close(ctx))
	}
	return t, nil
}

// seconds suit what takes from a look-up of ours to a slow mail server.
var seconds = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}

// inSeconds gives durations buckets of their own: OpenTelemetry's are for milliseconds.
func inSeconds(instrument metric.Instrument) (metric.Stream, bool) {
	stream := metric.Stream{Name: instrument.Name, Description: instrument.Description, Unit: instrument.Unit}
	if instrument.Kind != metric.InstrumentKindHistogram || instrument.Unit != "s" {
		return stream, false
	}
	stream.Aggregation = metric.AggregationExplicitBucketHistogram{Boundaries: seconds}
	return stream, true
}

// explained gives counters without a text one.
func explained(help map[string]string) metric.View {
	return func(instrument metric.Instrument) (metric.Stream, bool) {
		text, known := help[instrument.Name]
		return metric.Stream{Name: instrument.Name, Description: text, Unit: instrument.Unit}, known
	}
}

func (t *Telemetry) startSpans(ctx context.Context, config Config) error {
	if config.Endpoint == "" {
		return nil
	}
	export, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(strings.TrimRight(config.Endpoint, "/")+"/v1/traces"))
	if err != nil {
		return errors.New("spans cannot be sent; the collector's address looks like http://collector:4318")
	}
	// How many are kept is OTEL_TRACES_SAMPLER's to say, which the library reads; all of
	// them when it is not set.
	t.spans = trace.NewTracerProvider(
		trace.WithBatcher(harmless{export}),
		trace.WithResource(resource.NewSchemaless(
			attribute.String("service.name", config.Service), attribute.String("service.version", config.Version))),
	)
	otel.SetTracerProvider(t.spans)
	otel.SetTextMapPropagator(propagation.TraceContext{})
	return nil
}

// closeWithin bounds the sending of the last spans; a collector that is away must not
// hold up a deploy.
const closeWithin = 3 * time.Second

// Close sends the last spans.
func (t *Telemetry) Close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeWithin)
	defer cancel()
	if t.spans != nil {
		_ = t.spans.Shutdown(ctx) // the collector is away; the spans are lost either way
	}
	return t.metrics.Shutdown(ctx)
}
