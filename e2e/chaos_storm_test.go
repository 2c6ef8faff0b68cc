package e2e

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/carrier/carriertest"
	"github.com/latchkey/latchkey/mail/mailtest"
)

// blow is one thing that breaks. It returns when what it killed was started again, whether
// or not it works by then.
type blow struct {
	name   string
	strike func(c *chaos, ctx context.Context, t *testing.T, dice *rand.Rand)
}

var blows = []blow{
	{"kill -9 worker", (*chaos).killWorker},
	{"kill -9 API", (*chaos).killAPI},
	{"kill -9 Temporal", (*chaos).strikeTemporal},
	{"kill -9 PostgreSQL", (*chaos).strikeDatabase},
	{"carrier fails", (*chaos).troubleCarrier},
	{"carrier fails", (*chaos).troubleCarrier},
	{"mail server fails", (*chaos).troubleMail},
	{"mail server fails", (*chaos).troubleMail},
}

// storm deals blows, in shuffled rounds of all of them, until the orders are answered and at
// least one round is over. Then the weather clears. Every second blow falls while the one
// before is being recovered from; after it there is time to get up, or a slow machine
// would never stand.
func (c *chaos) storm(ctx context.Context, t *testing.T, answered <-chan struct{}) {
	t.Helper()
	dice := c.dice(2)
	c.calm(t)
	for round := 0; ; round++ {
		for nth, i := range dice.Perm(len(blows)) {
			select {
			case <-answered:
				if round > 0 {
					c.calm(t)
					c.raise(ctx, t)
					return
				}
			default:
			}
			require.NoError(t, pause(ctx, time.Duration(300+dice.IntN(1500))*time.Millisecond))
			blows[i].strike(c, ctx, t, dice)
			c.report.kills[blows[i].name]++
			c.supervise(t)
			if nth%2 == 1 {
				c.raise(ctx, t)
			}
		}
	}
}

func (c *chaos) killWorker(_ context.Context, t *testing.T, _ *rand.Rand) {
	c.worker.kill()
	require.NoError(t, c.worker.start())
}

func (c *chaos) killAPI(_ context.Context, t *testing.T, _ *rand.Rand) {
	c.api.kill()
	require.NoError(t, c.api.start())
}

func (c *chaos) strikeTemporal(ctx context.Context, t *testing.T, dice *rand.Rand) {
	c.killTemporal()
	require.NoError(t, pause(ctx, time.Duration(dice.IntN(1000))*time.Millisecond))
	c.bringBackTemporal(t)
}

func (c *chaos) strikeDatabase(ctx context.Context, t *testing.T, dice *rand.Rand) {
	port := c.database.Port
	c.database.Kill()
	require.NoError(t, pause(ctx, time.Duration(dice.IntN(1000))*time.Millisecond))
	require.NoError(t, c.startDatabase(ctx, port))
}

// troubleCarrier replaces what the carrier will do wrong. Most of it is what a repeated
// call mends; a few calls are refused for good.
func (c *chaos) troubleCarrier(_ context.Context, t *testing.T, dice *rand.Rand) {
	faults := []string{"unavailable", "rate_limited", "answer_then_drop", "answer_then_drop", "hang"}
	rows := c.standingRefusals()
	for _, call := range []carrier.Call{carrier.CheckCoverage, carrier.RegisterModule, carrier.RegisterModule} {
		rows = append(rows, carriertest.Row{Call: call, Times: 1 + dice.IntN(3), Fault: faults[dice.IntN(len(faults))]})
	}
	require.NoError(t, c.carrier.Script(rows...))
}

func (c *chaos) standingRefusals() (rows []carriertest.Row) {
	for _, serial := range c.refusedModules() {
		rows = append(rows, carriertest.Row{Call: carrier.RegisterModule, Fault: carrier.ModuleNotOwned, Module: serial})
	}
	return rows
}

// troubleMail replaces what the mail server will do wrong.
func (c *chaos) troubleMail(_ context.Context, t *testing.T, dice *rand.Rand) {
	rules := []mailtest.Rule{
		{At: "connect", Fault: mailtest.Drop},
		{At: "mail", Code: 421, Text: "Closing for maintenance"},
		{At: "rcpt", Code: 450, Text: "Mailbox busy"},
		{At: "rcpt", Code: 550, Enhanced: "5.1.1", Text: "No such user here"},
		{At: "data", Code: 451, Text: "Greylisted, come back later"},
		{At: "data", Fault: mailtest.Drop},
		{At: "data", Fault: mailtest.AcceptThenDrop},
		{At: "data", Fault: mailtest.AcceptThenDrop},
	}
	dice.Shuffle(len(rules), func(i, j int) { rules[i], rules[j] = rules[j], rules[i] })
	require.NoError(t, c.mails.Script(rules[:3]...))
}

// supervise starts what gave up, as systemd or Kubernetes would.
func (c *chaos) supervise(t *testing.T) {
	t.Helper()
	for _, p := range []*program{c.api, c.worker} {
		if p.over() {
			require.NoError(t, p.start())
			c.report.gaveUp++
		}
	}
}

// calm ends every fault but the refusals that stand.
func (c *chaos) calm(t *testing.T) {
	t.Helper()
	require.NoError(t, c.carrier.Script(c.standingRefusals()...))
	require.NoError(t, c.mails.Script())
}

// raise waits until API and worker work again, and starts them while they give up.
func (c *chaos) raise(ctx context.Context, t *testing.T) {
	t.Helper()
	for !c.apiReady(ctx) || !c.workerPolls(ctx) {
		require.NoError(t, pause(ctx, 200*time.Millisecond), "API or worker does not come back")
		c.supervise(t)
	}
}
