package e2e

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkLists reports how long a page of 50 takes of few and of many accounts, listed and
// found, one request after the other. BENCH_LISTS_MANY says how many are many.
func BenchmarkLists(b *testing.B) {
	const asks = 100
	for _, accounts := range []int{10_000, int(numberFrom(b, "BENCH_LISTS_MANY", 1_000_000))} {
		s := newBenchStack(b, time.Hour, 1)
		s.crowd(b, accounts)
		for _, list := range []struct {
			name string
			question
		}{
			{"list", question{"/v1/accounts?limit=50", `"last_name"`}},
			{"list-open", question{"/v1/accounts?limit=50&state=open", `"last_name"`}},
			{"search-login", question{"/v1/accounts?limit=50&q=customer0004242", `"login_name":"customer0004242"`}},
			{"search-serial", question{"/v1/accounts?limit=50&q=4500004242", `"login_name":"customer0004242"`}},
			{"search-last-name", question{"/v1/accounts?limit=50&q=castleman", `"last_name":"Castleman"`}},
			{"search-word-of-everybody", question{"/v1/accounts?limit=50&q=example", `"last_name"`}},
			{"search-nobody", question{"/v1/accounts?limit=50&q=zanzibar", `"items":[]`}},
		} {
			b.Run(fmt.Sprintf("%s/rows-%d", list.name, accounts), func(b *testing.B) {
				for b.Loop() {
					require.NoError(b, s.office.asked(list.question)) // plans and pages are there from then on
					took := byClients(b, 1, asks, func(context.Context, int) error { return s.office.asked(list.question) })
					b.ReportMetric(quantile(took, 0.50), "p50-ms")
					b.ReportMetric(quantile(took, 0.99), "p99-ms")
					b.ReportMetric(0, "ns/op")
				}
			})
		}
		require.NoError(b, s.api.stop()) // the next stack has the machine for itself
		require.NoError(b, s.worker.stop())
	}
}
