package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// hourOfRestart is long enough for all to be under way together.
const hourOfRestart = time.Minute

// stickyTimeout is how long Temporal waits for the worker that has a run in memory before it
// gives the run's next task to any: the SDK's own, which the worker leaves as it is.
const stickyTimeout = 5 * time.Second

// BenchmarkRestart has onboardings in all their steps and in their network hour, and kills
// the worker, which is started again at once. finish-s is the time from then until all are
// accounts; added-s is how much longer that is than when nothing is killed.
//
// BENCH_RESTART is how many onboardings there are.
func BenchmarkRestart(b *testing.B) {
	n := int(numberFrom(b, "BENCH_RESTART", 500))
	undisturbed := time.Duration(0)
	b.Run("undisturbed", func(b *testing.B) {
		undisturbed = finishAfter(b, n, func(*stack) {})
	})
	b.Run("killed", func(b *testing.B) {
		killed := finishAfter(b, n, func(s *stack) {
			s.worker.kill()
			require.NoError(b, s.worker.start())
		})
		b.ReportMetric((killed - undisturbed).Seconds(), "added-s")
		b.ReportMetric(stickyTimeout.Seconds(), "sticky-timeout-s")
	})
}

// finishAfter strikes when all orders are answered, and tells how long it takes from then
// until all are accounts.
func finishAfter(b *testing.B, n int, strike func(*stack)) (took time.Duration) {
	b.Helper()
	s := newBenchStack(b, hourOfRestart, 1)
	orders := s.benchOrders(b, "46", n)
	for b.Loop() {
		s.placeAll(b, manyClients, orders)
		b.ReportMetric(float64(s.count(b, "onboardings WHERE status = 'waiting'")), "in-hour")
		b.ReportMetric(float64(s.count(b, "onboardings WHERE status IN ('submitted', 'active')")), "in-steps")
		struck := time.Now()
		strike(s)
		s.awaitCompleted(b, n)
		took = time.Since(struck)
		b.ReportMetric(took.Seconds(), "finish-s")
	}
	s.requireOneOfEachCompleted(b, n)
	return took
}
