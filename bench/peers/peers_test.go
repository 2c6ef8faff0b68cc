package peers

import (
	"context"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// As in e2e's BenchmarkThroughput.
const clients = 32

// orders is how many are made: 500, or ORDERS of the environment to try it small.
func orders(b *testing.B) int64 {
	text := os.Getenv("ORDERS")
	if text == "" {
		return 500
	}
	n, err := strconv.ParseInt(text, 10, 64)
	require.NoError(b, err)
	return n
}

// BenchmarkPeers reports how many orders a second each peer carries from their submission to
// their letter. Peer, fakes and clients are one process.
func BenchmarkPeers(b *testing.B) {
	b.Run("river", func(b *testing.B) {
		o := openOffice(b)
		o.measure(b, o.river(b))
	})
	b.Run("dbos", func(b *testing.B) {
		o := openOffice(b)
		o.measure(b, o.dbos(b))
	})
}

// measure orders all through order, and waits until each has its letter.
func (o *office) measure(b *testing.B, order func(context.Context, int64) error) {
	all := orders(b)
	require.NoError(b, order(b.Context(), 0)) // warms up
	o.awaitLetters(b, 1)
	b.ResetTimer()
	for b.Loop() {
		ordering, ctx := errgroup.WithContext(b.Context())
		ordering.SetLimit(clients)
		for id := range all {
			ordering.Go(func() error { return order(ctx, id+1) })
		}
		require.NoError(b, ordering.Wait())
		o.awaitLetters(b, all+1)
	}
	b.ReportMetric(float64(all)/b.Elapsed().Seconds(), "onboardings/s")
	require.Equal(b, all+1, o.count(b, "accounts JOIN charges USING (order_id)"))
	require.Len(b, o.network.Registrations(), int(all+1))
	require.Len(b, o.mails.Messages(), int(all+1))
}

func (o *office) awaitLetters(b *testing.B, want int64) {
	require.Eventually(b, func() bool { return o.count(b, "letters") == want }, 5*time.Minute, 50*time.Millisecond)
}

func (o *office) count(b *testing.B, from string) (n int64) {
	require.NoError(b, o.pool.QueryRow(b.Context(), "SELECT count(*) FROM "+from).Scan(&n))
	return n
}
