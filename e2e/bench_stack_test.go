package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enums "go.temporal.io/api/enums/v1"
	"golang.org/x/sync/errgroup"

	"github.com/latchkey/latchkey/localstack"
)

// manyClients are as many as a busy installation has at once.
const manyClients = 32

// newBenchStack starts a stack as it would run in production: nobody looks at traces or at
// Temporal's pages, and neither carrier nor mail server asks to be spared. Like every
// stack it keeps its data over a power cut.
func newBenchStack(b *testing.B, hour time.Duration, workers int) *stack {
	b.Helper()
	s := &stack{
		hour: hour, ui: localstack.Headless,
		moreWorkerFlags: []string{"--carrier-per-second", "0", "--mails-per-second", "0"},
	}
	b.Cleanup(func() { require.NoError(b, s.stop()) })
	require.NoError(b, s.bringUp(s.makePlace, s.startServers, s.startMailAndCarrier, s.migrate, s.loadDemo, s.connect, s.startPrograms))
	s.workers = []*program{s.worker}
	for range workers - 1 {
		another, err := launch(s.workerArgs()...)
		require.NoError(b, err)
		b.Cleanup(func() { require.NoError(b, another.stop()) })
		s.workers = append(s.workers, another)
	}
	s.awaitPollers(b, "onboarding", workers)
	s.demoCounts = s.countEach(b)
	return s
}

// awaitPollers waits until that many workers poll.
func (s *stack) awaitPollers(tb testing.TB, queue string, workers int) {
	tb.Helper()
	await(tb, "workers to poll", func() (int, bool) {
		described, err := s.client.DescribeTaskQueue(tb.Context(), queue, enums.TASK_QUEUE_TYPE_WORKFLOW)
		require.NoError(tb, err)
		identities := map[string]bool{}
		for _, poller := range described.GetPollers() {
			identities[poller.GetIdentity()] = true
		}
		return len(identities), len(identities) == workers
	})
}

// benchOrder is an application as it goes over the wire.
type benchOrder struct {
	body []byte
	id   string // of the onboarding, once it was answered
	late bool   // the first step's answer took more than five seconds
}

// benchOrders invents customers, whose modules have serials that begin with two digits.
func (s *stack) benchOrders(b *testing.B, prefix string, count int) []*benchOrder {
	b.Helper()
	orders := make([]*benchOrder, count)
	for i, serial := range s.stock(b, prefix, count) {
		body, err := json.Marshal(s.newCustomerWith(b, serial).Application)
		require.NoError(b, err)
		orders[i] = &benchOrder{body: body}
	}
	return orders
}

// benchClient keeps a connection for each of many clients.
var benchClient = sync.OnceValue(func() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = manyClients
	return &http.Client{Transport: transport, Timeout: time.Minute}
})

// exchange makes a call of the dealer's office and reads the whole answer.
func (s *stack) exchange(ctx context.Context, method, path string, body []byte) (status int, answer []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, method, s.office.url+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Authorization", "Bearer "+s.office.key)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := benchClient().Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(response.Body)
	return response.StatusCode, answer, err
}

// place orders an account. An answer that takes longer than five seconds is none yet, and
// the order stands all the same.
func (s *stack) place(ctx context.Context, order *benchOrder) error {
	status, answer, err := s.exchange(ctx, http.MethodPost, "/v1/onboardings", order.body)
	if err != nil {
		return err
	}
	if status != http.StatusCreated && status != http.StatusAccepted {
		return fmt.Errorf("an order was answered with %d: %s", status, answer)
	}
	var made onboarding
	err = json.Unmarshal(answer, &made)
	order.id, order.late = made.ID, status == http.StatusAccepted
	return err
}

// placeAll has clients place the orders, each one after the other, and tells how long each
// took, the quickest first.
func (s *stack) placeAll(b *testing.B, clients int, orders []*benchOrder) []time.Duration {
	b.Helper()
	return byClients(b, clients, len(orders), func(ctx context.Context, i int) error { return s.place(ctx, orders[i]) })
}

// byClients has clients do something n times together, and tells how long each time took,
// the quickest first.
func byClients(b *testing.B, clients, n int, do func(ctx context.Context, i int) error) []time.Duration {
	b.Helper()
	took := make([]time.Duration, n)
	var next atomic.Int64
	working, ctx := errgroup.WithContext(b.Context())
	for range clients {
		working.Go(func() error {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				began := time.Now()
				if err := do(ctx, i); err != nil {
					return err
				}
				took[i] = time.Since(began)
			}
			return nil
		})
	}
	require.NoError(b, working.Wait())
	slices.Sort(took)
	return took
}

// quantile of durations in order, in milliseconds.
func quantile(took []time.Duration, of float64) float64 {
	return float64(took[min(len(took)-1, int(float64(len(took))*of))].Microseconds()) / 1000
}

// awaitCount waits until look has counted wanted, for as long as it goes on growing.
func awaitCount(b *testing.B, what string, wanted int, look func() int) {
	b.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	last, grown := -1, time.Now()
	for {
		seen := look()
		if seen == wanted {
			return
		}
		if seen > last {
			last, grown = seen, time.Now()
		}
		if time.Since(grown) > patience {
			b.Fatalf("%d of %d %s, and no more in %s", seen, wanted, what, patience)
		}
		<-tick.C
	}
}

// awaitCompleted waits until that many onboardings are over and accounts.
func (s *stack) awaitCompleted(b *testing.B, wanted int) {
	b.Helper()
	awaitCount(b, "onboardings completed", wanted, func() int { return s.count(b, "onboardings WHERE status = 'completed'") - s.demoCounts["onboardings"] })
}

// requireOneOfEachCompleted holds the promise for all at once: one account, one charge, one
// registration, one letter, of which a lost answer may have made a copy.
func (s *stack) requireOneOfEachCompleted(b *testing.B, wanted int) {
	b.Helper()
	for what, count := range s.countEach(b) {
		require.Equal(b, wanted, count-s.demoCounts[what], what)
	}
	require.Len(b, s.carrier.Registrations(), wanted)
	reached := map[string]bool{}
	for _, mail := range s.mails.Messages() {
		reached[mail.To[0]] = true
	}
	require.Len(b, reached, wanted, "customers with a letter")
}

// countEach counts what there is once for each finished onboarding.
func (s *stack) countEach(b *testing.B) map[string]int {
	b.Helper()
	counts := map[string]int{}
	for _, what := range []string{
		"onboardings", "accounts WHERE state = 'open'", "accounts", "ledger", "letters", "letters WHERE state = 'accepted'", "registrations",
	} {
		counts[what] = s.count(b, what)
	}
	return counts
}
