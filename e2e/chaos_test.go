package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// N orders from 4 clients while servers are killed and the outside fails, by the dice of
// SEED. `make chaos` runs it with more orders, and prints the report.
func TestChaos_LosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	c := &chaos{
		stack: startStackWithHour(t, time.Second), seed: numberFrom(t, "SEED", 1), n: int(numberFrom(t, "N", 30)),
		report: report{kills: map[string]int{}},
	}
	c.inventOrders(t)
	began := time.Now()
	c.orderInTheStorm(t)
	c.report.stormed = time.Since(began)
	c.settle(t)
	c.report.settled = time.Since(began) - c.report.stormed
	c.judge(t)
	t.Log(c.report.String())
}

// numberFrom reads a number from the environment of `make chaos`.
func numberFrom(t testing.TB, name string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	number, err := strconv.ParseUint(text, 10, 32)
	require.NoError(t, err, "%s must be a number", name)
	return number
}

// chaos is one run of it.
type chaos struct {
	*stack
	seed   uint64
	n      int
	orders []*order
	report report
}

// order is one application that a client sends until it has an answer.
type order struct {
	customer
	key    string
	intent intent
	// pause is how long the client takes to type it.
	pause time.Duration

	answer   answer
	id       string // of the onboarding, when it was accepted
	attempts int    // calls that it took
}

// intent is what is peculiar about an order.
type intent string

const (
	plain     intent = "plain"
	mistyped  intent = "mistyped"            // refused with 422
	refused   intent = "module refused"      // the carrier says no for good
	cancelled intent = "cancelled at once"   // by the dealer
	twice     intent = "sent twice at once"  // with the same key
	rival     intent = "same module ordered" // that the order before it wants too
)

// intents are drawn with the chances that their numbers give, of a hundred.
var intents = []struct {
	intent intent
	chance int
}{{mistyped, 4}, {refused, 8}, {cancelled, 6}, {twice, 8}, {rival, 6}, {plain, 68}}

// dice are the random numbers of one part of the run: what the storm draws must not change
// what the orders are.
func (c *chaos) dice(part uint64) *rand.Rand { return rand.New(rand.NewPCG(c.seed, part)) }

func (c *chaos) inventOrders(t *testing.T) {
	t.Helper()
	dice := c.dice(1)
	for i := range c.n {
		o := &order{intent: drawIntent(dice), pause: time.Duration(dice.IntN(1500)) * time.Millisecond}
		if o.intent == rival && i > 0 {
			o.customer = c.newCustomerWith(t, c.orders[i-1].serial())
		} else {
			o.customer = c.newCustomer(t)
		}
		o.key = "chaos-" + strconv.Itoa(i)
		if o.intent == mistyped {
			o.Customer.EmailConfirmation = "another." + o.email()
		}
		c.orders = append(c.orders, o)
	}
}

func drawIntent(dice *rand.Rand) intent {
	drawn := dice.IntN(100)
	for _, row := range intents {
		if drawn -= row.chance; drawn < 0 {
			return row.intent
		}
	}
	return plain
}

// orderInTheStorm lets the clients order while things break, until all have an answer and
// everything broke at least once.
func (c *chaos) orderInTheStorm(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
	defer cancel()
	answered := make(chan struct{})
	var clients errgroup.Group
	queue := make(chan *order)
	for range 4 {
		clients.Go(func() error {
			for o := range queue {
				if err := c.place(ctx, o); err != nil {
					return err
				}
			}
			return nil
		})
	}
	clients.Go(func() error {
		defer close(queue)
		for _, o := range c.orders {
			select {
			case queue <- o:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	var outcome error
	go func() {
		defer close(answered)
		outcome = clients.Wait()
	}()
	c.storm(ctx, t, answered)
	<-answered
	require.NoError(t, outcome)
}

// place sends an order again and again until the API has given it an answer that will
// not change, as a careful client does.
func (c *chaos) place(ctx context.Context, o *order) error {
	if err := pause(ctx, o.pause); err != nil {
		return err
	}
	for ; ; o.attempts++ {
		given, err := c.send(ctx, o)
		if err == nil && (given.status == http.StatusCreated || given.status == http.StatusUnprocessableEntity) {
			o.answer = given
			break
		}
		if err == nil && given.status != http.StatusAccepted && given.status != http.StatusServiceUnavailable {
			return fmt.Errorf("%s (%s) was answered %d: %s", o.key, o.intent, given.status, given.body)
		}
		if err := pause(ctx, 500*time.Millisecond); err != nil {
			return fmt.Errorf("%s (%s) never got an answer: %w", o.key, o.intent, err)
		}
	}
	if o.answer.status != http.StatusCreated {
		return nil
	}
	var made onboarding
	if err := json.Unmarshal(o.answer.body, &made); err != nil {
		return err
	}
	o.id = made.ID
	if o.intent == cancelled {
		// Whatever comes of it: the run may be over, or nobody there to hear.
		_, _ = c.office.try(ctx, http.MethodPost, "/v1/onboardings/"+o.id+"/cancel", map[string]string{"reason": "The customer changed their mind."})
	}
	return nil
}

// send makes one call, or two at once for an order that is sent twice.
func (c *chaos) send(ctx context.Context, o *order) (answer, error) {
	post := func() (answer, error) {
		return c.office.try(ctx, http.MethodPost, "/v1/onboardings", o.Application, "Idempotency-Key", o.key)
	}
	if o.intent != twice {
		return post()
	}
	var second sync.WaitGroup
	second.Go(func() { _, _ = post() })
	defer second.Wait()
	return post()
}

// pause waits, or ends with ctx.
func pause(ctx context.Context, length time.Duration) error {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// settle waits until nothing moves any more: every accepted order is over or parked.
func (c *chaos) settle(t *testing.T) {
	t.Helper()
	const open = `onboardings WHERE status NOT IN ('completed', 'rejected', 'cancelled', 'parked')`
	ctx, cancel := context.WithTimeout(t.Context(), 12*time.Minute)
	defer cancel()
	for left := -1; left != 0; {
		require.NoError(t, pause(ctx, time.Second), "%d onboardings still move", left)
		left = c.count(t, open)
	}
}

// refusedModules are those that the carrier says no to for good.
func (c *chaos) refusedModules() (serials []string) {
	for _, o := range c.orders {
		if o.intent == refused {
			serials = append(serials, o.serial())
		}
	}
	return serials
}

// registrationsOfAll counts what the carrier holds, by module.
func (c *chaos) registrationsOfAll() map[string]int {
	held := map[string]int{}
	for _, registered := range c.carrier.Registrations() {
		held[registered.Request.Module]++
	}
	return held
}

// carrierOutcomes counts what came of the carrier's calls.
func (c *chaos) carrierOutcomes() map[string]int {
	outcomes := map[string]int{}
	for _, call := range c.carrier.Calls() {
		outcomes[strings.Join([]string{string(call.Call), call.Outcome}, " ")]++
	}
	return outcomes
}
