package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/opentelemetry"
	"go.temporal.io/sdk/interceptor"

	"github.com/latchkey/latchkey/telemetry"
	"github.com/latchkey/latchkey/workflows"
)

type telemetrySettings struct {
	OTLPEndpoint string `name:"otlp-endpoint" env:"LATCHKEY_OTLP_ENDPOINT,OTEL_EXPORTER_OTLP_ENDPOINT" help:"Collector of traces that speaks OTLP over HTTP, as http://collector:4318. Nothing is traced when left out."`
}

func (s telemetrySettings) start(ctx context.Context, service string, logger *slog.Logger) (*telemetry.Telemetry, error) {
	return telemetry.Start(ctx, telemetry.Config{Service: service, Version: version, Endpoint: s.OTLPEndpoint, Help: workflows.Counters, Log: logger})
}

// observeTemporal lets a client, and every worker on it, show the SDK's own metrics, and
// carry the trace of a request into the workflow and its activities. What it adds to a
// history is a header, which workflow code never sees: tracing may be switched on and
// off under open runs.
func observeTemporal(options *client.Options) {
	options.MetricsHandler = opentelemetry.NewMetricsHandler(opentelemetry.MetricsHandlerOptions{
		UseMonotonicCounters: true, // counters, not gauges
		OnError:              func(err error) { slog.Warn("a metric cannot be made", "error", err) },
	})
	// Baggage would carry whatever a caller put into it into histories.
	tracing, err := opentelemetry.NewTracingInterceptor(opentelemetry.TracerOptions{DisableBaggage: true})
	if err != nil {
		panic(err) // only of options that cannot be
	}
	options.Interceptors = []interceptor.ClientInterceptor{tracing}
}

// serveProbes serves what a program shows that serves nothing else, until stop is called;
// nowhere when address is empty.
func serveProbes(address string, probes http.Handler) (stop func(), err error) {
	if address == "" {
		return func() {}, nil
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("metrics cannot be served; correct --metrics-listen: %w", err)
	}
	server := &http.Server{Handler: probes, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			slog.Error("metrics are no longer served", "error", err)
		}
	}()
	return func() { _ = server.Close() }, nil
}

// jsonLog is the log of a program in an installation.
func jsonLog() *slog.Logger { return slog.New(telemetry.Traced(slog.NewJSONHandler(os.Stdout, nil))) }
