package e2e

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// BenchmarkSubmit takes the time of POST /v1/onboardings from the order to the validated
// answer, for one client and for many at once. What an order sets off goes on behind it, up
// to the network hour, which is an hour. late-share are the orders that were told after five
// seconds to come back for the answer. bare is the update-with-start of a workflow whose
// update is answered after its one local activity.
//
// BENCH_SUBMIT is how many orders one client places; many place twice as many together.
func BenchmarkSubmit(b *testing.B) {
	n := int(numberFrom(b, "BENCH_SUBMIT", 300))
	for _, row := range []struct{ clients, orders int }{{1, n}, {manyClients, 2 * n}} {
		b.Run(fmt.Sprintf("latchkey/clients-%d", row.clients), func(b *testing.B) {
			s := newBenchStack(b, time.Hour, 1)
			warmUp, orders := s.benchOrders(b, "48", manyClients), s.benchOrders(b, "46", row.orders)
			s.placeAll(b, row.clients, warmUp)
			s.awaitWaiting(b, len(warmUp))
			for b.Loop() {
				reportAnswers(b, s.placeAll(b, row.clients, orders))
			}
			b.ReportMetric(shareOfLate(orders), "late-share")
			s.awaitWaiting(b, len(warmUp)+len(orders))
		})
		b.Run(fmt.Sprintf("bare/clients-%d", row.clients), func(b *testing.B) {
			s := newBareStack(b, 1)
			bare := func(ctx context.Context, i int) error { return s.startBare(ctx, i, time.Hour) }
			byClients(b, row.clients, manyClients, bare)
			for b.Loop() {
				reportAnswers(b, byClients(b, row.clients, row.orders, func(ctx context.Context, i int) error { return bare(ctx, manyClients+i) }))
			}
		})
	}
}

func reportAnswers(b *testing.B, took []time.Duration) {
	b.Helper()
	b.ReportMetric(quantile(took, 0.5), "p50-ms")
	b.ReportMetric(quantile(took, 0.99), "p99-ms")
}

// shareOfLate is of those that were told to come back for the answer.
func shareOfLate(orders []*benchOrder) float64 {
	late := 0
	for _, order := range orders {
		if order.late {
			late++
		}
	}
	return float64(late) / float64(len(orders))
}

// awaitWaiting waits until that many onboardings wait for their network hour, each with its
// one account.
func (s *stack) awaitWaiting(b *testing.B, wanted int) {
	b.Helper()
	awaitCount(b, "onboardings waiting", wanted, func() int {
		return s.count(b, "onboardings o JOIN accounts a ON a.onboarding_id = o.id WHERE o.status = 'waiting'")
	})
}
