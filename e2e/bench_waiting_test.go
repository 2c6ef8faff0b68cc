//go:build linux

package e2e

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	// finishedPerWaiting are the finished onboardings behind each that waits: two months of a
	// dealer who has so many a day.
	finishedPerWaiting = 200
	// settling is how long a program is left alone before its memory is looked at.
	settling = 30 * time.Second
	// submitsOverWaiting and readsOverWaiting are timed, one after the other.
	submitsOverWaiting = 200
	readsOverWaiting   = 500
)

// BenchmarkWaiting has onboardings wait for their hour and their panels, over many more that
// are finished, and looks at what that does to memory, orders and reads. none is the same
// installation on its first day.
//
// BENCH_WAITING is how many wait.
func BenchmarkWaiting(b *testing.B) {
	n := int(numberFrom(b, "BENCH_WAITING", 5000))
	b.Run("none", func(b *testing.B) {
		s := newBenchStack(b, time.Hour, 1)
		for b.Loop() {
			s.measureOver(b, 0)
		}
	})
	b.Run("waiting", func(b *testing.B) {
		s := newBenchStack(b, time.Hour, 1)
		s.crowd(b, finishedPerWaiting*n)
		orders := s.benchOrders(b, "46", n)
		temporal, record := s.temporalBytes(b), s.recordBytes(b)
		began := time.Now()
		s.placeAll(b, manyClients, orders)
		s.awaitWaiting(b, n)
		b.Logf("%d wait after %s", n, time.Since(began).Round(time.Second))
		// An onboarding and its panel are a run each.
		b.ReportMetric((s.temporalBytes(b)-temporal)/float64(2*n), "temporal-bytes/waiting-run")
		b.ReportMetric((s.recordBytes(b)-record)/float64(2*n), "postgres-bytes/waiting-run")
		for b.Loop() {
			s.measureOver(b, n)
		}
	})
}

// measureOver takes times and memory while that many onboardings wait.
func (s *stack) measureOver(b *testing.B, waiting int) {
	b.Helper()
	warmUp, orders := s.benchOrders(b, "48", manyClients), s.benchOrders(b, "49", submitsOverWaiting)
	s.placeAll(b, 1, warmUp)
	submits := s.placeAll(b, 1, orders)
	s.awaitWaiting(b, waiting+len(warmUp)+len(orders))
	reads := byClients(b, 1, readsOverWaiting, func(ctx context.Context, i int) error {
		return s.read(ctx, "/v1/onboardings/"+orders[i%len(orders)].id)
	})
	lists := byClients(b, 1, readsOverWaiting, func(ctx context.Context, _ int) error { return s.read(ctx, "/v1/onboardings?limit=50") })
	for name, took := range map[string][]time.Duration{"submit": submits, "get": reads, "list": lists} {
		b.ReportMetric(quantile(took, 0.5), name+"-p50-ms")
		b.ReportMetric(quantile(took, 0.95), name+"-p95-ms")
	}
	<-time.After(settling)
	b.ReportMetric(memory(b, s.worker.cmd.Process.Pid), "worker-bytes")
	b.ReportMetric(memory(b, s.api.cmd.Process.Pid), "api-bytes")
}

func (s *stack) read(ctx context.Context, path string) error {
	status, answer, err := s.exchange(ctx, http.MethodGet, path, nil)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s was answered with %d: %s", path, status, answer)
	}
	return err
}

// temporalBytes is the size of Temporal's database, with what is not merged into it yet.
func (s *stack) temporalBytes(b *testing.B) (bytes float64) {
	b.Helper()
	files, err := filepath.Glob(filepath.Join(s.dir, "temporal.db*"))
	require.NoError(b, err)
	for _, file := range files {
		info, err := os.Stat(file)
		require.NoError(b, err)
		bytes += float64(info.Size())
	}
	return bytes
}

func (s *stack) recordBytes(b *testing.B) (bytes float64) {
	b.Helper()
	require.NoError(b, s.rows.QueryRow(b.Context(), "SELECT pg_database_size(current_database())").Scan(&bytes))
	return bytes
}
