package e2e

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/postgres"
)

// BenchmarkCommitmentsDue has 2,000 commitments due in the same minute, and has another dealer
// create a customer every second until all of them are accounts. Run it once, on a quiet
// machine:
//
//	go test ./e2e -run '^$' -bench CommitmentsDue -benchtime 1x -timeout 1h
func BenchmarkCommitmentsDue(b *testing.B) {
	const (
		due       = 2000
		ofQuiet   = 20
		longPause = time.Second
	)
	s, err := newStack()
	b.Cleanup(func() { require.NoError(b, s.stop()) })
	require.NoError(b, err)
	store, err := postgres.Open(b.Context(), s.database.URL)
	require.NoError(b, err)
	defer store.Close()
	ordered := 0
	single := func() time.Duration {
		ordered++
		serial := fmt.Sprintf("44%08d", ordered)
		require.NoError(b, store.AddModules(b.Context(), []postgres.NewModule{anybodysModule(serial)}))
		return s.startSingle(b, s.newCustomerWith(b, serial))
	}
	quiet, meanwhile := []time.Duration{}, []time.Duration{}
	for range ofQuiet {
		quiet = append(quiet, single())
	}
	for b.Loop() {
		s.commitmentsDueNow(b, due)
		s.sweep(b)
		for pause := time.NewTicker(longPause); s.count(b, "onboardings WHERE source = 'commitment' AND status = 'waiting'") < due; <-pause.C {
			meanwhile = append(meanwhile, single())
		}
	}
	s.requireEachOnce(b, due)
	for name, took := range map[string][]time.Duration{"quiet": quiet, "meanwhile": meanwhile} {
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Milliseconds()), name+"-p50-ms")
		b.ReportMetric(float64(took[len(took)*95/100].Milliseconds()), name+"-p95-ms")
		b.ReportMetric(float64(took[len(took)-1].Milliseconds()), name+"-max-ms")
	}
	b.ReportMetric(due/b.Elapsed().Seconds(), "activations/s")
}
