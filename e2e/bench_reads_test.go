package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	// readers are the clients that ask at the same time, each on a connection of its own.
	readers = 8
	// warmUp is left out of the figures; readFor is not.
	warmUp, readFor = time.Second, 5 * time.Second
)

// question is a request and a part of its right answer.
type question struct{ path, answer string }

// BenchmarkReads reports how many requests a second the read API answers to readers who never
// pause, and how long each took, beside a server that does one plain query for each of the
// same questions. The built binary runs as an operator would run it, its log on and no
// tracing. BENCH_READS_ACCOUNTS says among how many accounts.
func BenchmarkReads(b *testing.B) {
	s := newBenchStack(b, time.Hour, 1)
	s.crowd(b, int(numberFrom(b, "BENCH_READS_ACCOUNTS", 1_000_000)))
	bare := s.startBareServer(b)
	for _, read := range s.reads(b) {
		b.Run(read.name, func(b *testing.B) {
			b.Run("latchkey", func(b *testing.B) { measureReads(b, s.office, read.asked) })
			b.Run("bare", func(b *testing.B) { measureReads(b, bare, read.askedBare) })
		})
	}
}

// read is a use of the API with the questions for either server.
type read struct {
	name             string
	asked, askedBare []question
}

// reads ask about a thousand customers in turn whose whole story is there.
func (s *stack) reads(b *testing.B) []read {
	b.Helper()
	rows, err := s.rows.Query(b.Context(), `
SELECT o.id::text, l.name, m.serial FROM onboardings o JOIN logins l ON l.onboarding_id = o.id JOIN modules m ON m.onboarding_id = o.id
WHERE o.dealer_id = $1 AND o.status = 'completed' AND EXISTS (SELECT FROM onboarding_steps t WHERE t.onboarding_id = o.id) LIMIT 1000`, s.demo.Dealer.ID)
	require.NoError(b, err)
	defer rows.Close()
	var logins, modules, onboardings []question
	for rows.Next() {
		var id, login, serial string
		require.NoError(b, rows.Scan(&id, &login, &serial))
		logins = append(logins, question{"/v1/login-names/" + url.PathEscape(login), `"available":false`})
		modules = append(modules, question{"/v1/modules/" + serial, `"available":false`})
		onboardings = append(onboardings, question{"/v1/onboardings/" + id, `"id":"` + id + `"`})
	}
	require.NoError(b, rows.Err())
	require.NotEmpty(b, logins)
	var newest string
	require.NoError(b, s.rows.QueryRow(b.Context(), `
SELECT id::text FROM accounts WHERE dealer_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1`, s.demo.Dealer.ID).Scan(&newest))
	list := `{"items":[{"id":"` + newest + `"`
	coverage := []question{{"/v1/coverage?country=US&postal_code=22102", `"networks":[{"name":"`}}
	return []read{
		{"login-name", logins, logins},
		{"module", modules, modules},
		{"onboarding", onboardings, onboardings},
		{"accounts-50", []question{{"/v1/accounts?limit=50", list}}, []question{{"/v1/accounts?dealer=" + s.demo.Dealer.ID, list}}},
		{"coverage", coverage, coverage},
	}
}

// measureReads has every reader ask without a pause, and reports what they saw together.
func measureReads(b *testing.B, of caller, asked []question) {
	b.Helper()
	for b.Loop() {
		ask(b, of, asked, warmUp)
		took := ask(b, of, asked, readFor)
		slices.Sort(took)
		b.ReportMetric(float64(len(took))/readFor.Seconds(), "requests/s")
		b.ReportMetric(quantile(took, 0.50), "p50-ms")
		b.ReportMetric(quantile(took, 0.99), "p99-ms")
	}
	b.ReportMetric(0, "ns/op") // of the whole measurement, which says nothing
}

// ask has all readers ask for a while, and returns how long each answer took.
func ask(b *testing.B, of caller, asked []question, lasting time.Duration) (took []time.Duration) {
	b.Helper()
	ctx, stop := context.WithTimeout(b.Context(), lasting)
	defer stop()
	var all sync.WaitGroup
	seen := make([][]time.Duration, readers)
	wrong := make([]error, readers)
	for reader := range readers {
		all.Go(func() {
			for next := reader * len(asked) / readers; ctx.Err() == nil && wrong[reader] == nil; next++ {
				began := time.Now()
				wrong[reader] = of.asked(asked[next%len(asked)])
				seen[reader] = append(seen[reader], time.Since(began))
			}
		})
	}
	all.Wait()
	for _, err := range wrong {
		require.NoError(b, err)
	}
	return slices.Concat(seen...)
}

// keptAlive has a connection for each reader, and needs no more.
var keptAlive = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2 * readers}, Timeout: 30 * time.Second}

// asked asks once; an answer that is not right is an error.
func (c caller) asked(q question) error {
	request, err := http.NewRequest(http.MethodGet, c.url+q.path, http.NoBody)
	if err != nil {
		return err
	}
	if c.key != "" {
		request.Header.Set("Authorization", "Bearer "+c.key)
	}
	response, err := keptAlive.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && (response.StatusCode != http.StatusOK || !bytes.Contains(body, []byte(q.answer))) {
		err = fmt.Errorf("%s: %d %s", strings.Split(q.path, "?")[0], response.StatusCode, body[:min(len(body), 300)])
	}
	return err
}
