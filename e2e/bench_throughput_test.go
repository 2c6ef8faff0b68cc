//go:build linux

package e2e

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// hourOfThroughput is so short that it only costs what a timer costs.
const hourOfThroughput = time.Second

// BenchmarkThroughput creates customers from the order to the delivered letter, by 32
// clients at once, until all are accounts. The carrier and the mail server answer at once.
// The panel's first communication is no part of it: its workflow is started, and waits.
// bare is a workflow with the same waits that does nothing in them.
//
// BENCH_THROUGHPUT is how many customers there are.
func BenchmarkThroughput(b *testing.B) {
	n := int(numberFrom(b, "BENCH_THROUGHPUT", 400))
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("latchkey/workers-%d", workers), func(b *testing.B) {
			s := newBenchStack(b, hourOfThroughput, workers)
			warmUp, orders := s.benchOrders(b, "48", manyClients), s.benchOrders(b, "46", n)
			s.placeAll(b, manyClients, warmUp)
			s.awaitCompleted(b, len(warmUp))
			before, transactions := s.spent(b), s.transactions(b)
			for b.Loop() {
				s.placeAll(b, manyClients, orders)
				s.awaitCompleted(b, len(warmUp)+n)
			}
			s.spent(b).since(before).report(b, n)
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "onboardings/s")
			b.ReportMetric(float64(s.transactions(b)-transactions)/float64(n), "sql-transactions/op")
			s.requireOneOfEachCompleted(b, len(warmUp)+n)
		})
		b.Run(fmt.Sprintf("bare/workers-%d", workers), func(b *testing.B) {
			s := newBareStack(b, workers)
			bare := func(ctx context.Context, i int) error { return s.startBare(ctx, i, hourOfThroughput) }
			byClients(b, manyClients, manyClients, bare)
			s.awaitBareCompleted(b, manyClients)
			before := s.spent(b)
			for b.Loop() {
				byClients(b, manyClients, n, func(ctx context.Context, i int) error { return bare(ctx, manyClients+i) })
				s.awaitBareCompleted(b, manyClients+n)
			}
			s.spent(b).since(before).report(b, n)
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "onboardings/s")
		})
	}
}

func (s *stack) awaitBareCompleted(b *testing.B, wanted int) {
	b.Helper()
	awaitCount(b, "bare workflows completed", wanted, func() int {
		return s.countRuns(b, "WorkflowType = '"+bareWorkflow+"' AND ExecutionStatus = 'Completed'")
	})
}

// transactions is how many PostgreSQL has finished. It learns of them with a delay of a
// second at most, which is little among hundreds of onboardings.
func (s *stack) transactions(b *testing.B) (n int) {
	b.Helper()
	if err := s.rows.QueryRow(b.Context(), "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()").Scan(&n); err != nil {
		b.Fatal(err)
	}
	return n
}
