package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/latchkey/latchkey/trail"
)

type metrics struct {
	durations *prometheus.HistogramVec
	handler   http.Handler
}

func newMetrics(registry *prometheus.Registry) *metrics {
	m := &metrics{durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: "latchkey",
		Name:      "http_request_duration_seconds",
		Help:      "How long requests took, by route, method and status. Event streams are left out.",
		Buckets:   []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"route", "method", "status"})}
	registry.MustRegister(m.durations)
	m.handler = promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	return m
}

func (m *metrics) observe(t *trail.Trail, method string, status int, took time.Duration) {
	if t.Stream {
		return
	}
	m.durations.WithLabelValues(t.Route, trail.KnownMethod(method), strconv.Itoa(status)).Observe(took.Seconds())
}
