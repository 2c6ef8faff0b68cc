package e2e

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/mail/mailtest"
)

// report is what a run of chaos found.
type report struct {
	seed              uint64
	n                 int
	stormed, settled  time.Duration
	kills             map[string]int
	gaveUp            int
	calls             int // of the clients, repetitions included
	ends              map[string]int
	carrier           map[string]int
	letters           int
	copies, explained int
}

// ending is how an onboarding stands in the record.
type ending struct {
	status, reason, step   string
	accounts, open         int
	charges, reversals     int
	attempts, withoutTrace int // deliveries begun; those that were not acknowledged
	acceptedLetters        int
}

const sqlEnding = `
SELECT o.status, coalesce(o.park_reason, ''), coalesce(o.park_step, ''),
    (SELECT count(*) FROM accounts a WHERE a.onboarding_id = o.id),
    (SELECT count(*) FROM accounts a WHERE a.onboarding_id = o.id AND a.state = 'open'),
    (SELECT count(*) FROM ledger l WHERE l.onboarding_id = o.id AND l.kind = 'activation'),
    (SELECT count(*) FROM ledger l WHERE l.onboarding_id = o.id AND l.kind = 'activation_reversal'),
    (SELECT count(*) FROM emails e JOIN letters l ON l.id = e.letter_id WHERE l.onboarding_id = o.id),
    (SELECT count(*) FROM emails e JOIN letters l ON l.id = e.letter_id WHERE l.onboarding_id = o.id AND e.state IN ('unknown', 'sending')),
    (SELECT count(*) FROM letters l WHERE l.onboarding_id = o.id AND l.state = 'accepted')
FROM onboardings o WHERE o.id = $1`

// judge holds the promises against the record, the carrier and the mailboxes.
func (c *chaos) judge(t *testing.T) {
	t.Helper()
	c.report.seed, c.report.n, c.report.ends, c.report.carrier = c.seed, c.n, map[string]int{}, c.carrierOutcomes()
	registrations, ids := c.registrationsOfAll(), map[string]bool{}
	for _, o := range c.orders {
		c.report.calls += o.attempts + 1
		if o.id == "" {
			c.judgeRefused(t, o)
			continue
		}
		assert.False(t, ids[o.id], "%s shares its onboarding with another order", o.key)
		ids[o.id] = true
		c.judgeAccepted(t, o, registrations[o.serial()])
	}
	const alive = `idempotency_keys k JOIN onboardings o ON o.id = k.onboarding_id WHERE k.key LIKE 'chaos-%' AND o.status <> 'rejected'`
	assert.Equal(t, len(ids), c.count(t, alive), "onboardings that no client was told of")
}

// judgeRefused: what was answered with problems left no customer behind. Of two rivals both
// may have been committed; then validate has rejected one, and its row says so.
func (c *chaos) judgeRefused(t *testing.T, o *order) {
	t.Helper()
	rejected := c.count(t, "idempotency_keys k JOIN onboardings o ON o.id = k.onboarding_id WHERE k.key = $1 AND o.status = 'rejected'", o.key)
	c.report.ends["answered 422"] += 1 - rejected
	c.report.ends["answered 422, rejected"] += rejected
	assert.True(t, o.intent == mistyped || c.rivalGotModule(o), "%s (%s) was refused: %s", o.key, o.intent, o.answer.body)
	assert.Zero(t, c.count(t, "accounts WHERE email = $1", o.email()), "%s was refused and has an account", o.key)
	assert.Empty(t, c.lettersTo(o.email()), "%s was refused and got a letter", o.key)
}

// rivalGotModule reports whether another order for the same module was accepted.
func (c *chaos) rivalGotModule(o *order) bool {
	return slices.ContainsFunc(c.orders, func(other *order) bool {
		return other != o && other.id != "" && other.serial() == o.serial()
	})
}

func (c *chaos) judgeAccepted(t *testing.T, o *order, registrations int) {
	t.Helper()
	var e ending
	require.NoError(t, c.rows.QueryRow(t.Context(), sqlEnding, o.id).Scan(
		&e.status, &e.reason, &e.step, &e.accounts, &e.open, &e.charges, &e.reversals, &e.attempts, &e.withoutTrace, &e.acceptedLetters))
	about := fmt.Sprintf("%s (%s, %s %s %s)", o.key, o.intent, e.status, e.step, e.reason)
	letters := c.lettersTo(o.email())
	c.report.ends[strings.TrimSpace(e.status+" "+e.reason)]++

	assert.LessOrEqual(t, e.accounts, 1, about)
	assert.Equal(t, e.accounts, e.charges, "%s: one charge an account", about)
	switch e.status {
	case "completed":
		assert.Equal(t, 1, e.open, about)
		assert.Zero(t, e.reversals, about)
		assert.Equal(t, 1, registrations, about)
		assert.Equal(t, 1, e.acceptedLetters, about)
		assert.NotEmpty(t, letters, "%s: the letter is lost", about)
	case "cancelled", "rejected":
		assert.Zero(t, e.open, about)
		assert.Equal(t, e.accounts, e.reversals, "%s: what was charged is given back", about)
		if e.status == "cancelled" {
			assert.Equal(t, cancelled, o.intent, about)
		}
	case "parked":
		assert.NotEmpty(t, e.reason, about)
		assert.LessOrEqual(t, registrations, 1, about)
	default:
		assert.Fail(t, "still moving", about)
	}
	c.judgeCopies(t, about, letters, e)
}

// judgeCopies: one letter, the same bytes each time, and no more copies than deliveries
// whose outcome the sender could not learn.
func (c *chaos) judgeCopies(t *testing.T, about string, letters []mailtest.Received, e ending) {
	t.Helper()
	c.report.letters += min(1, len(letters))
	if len(letters) == 0 {
		return
	}
	for _, letter := range letters {
		assert.Equal(t, string(letters[0].Raw), string(letter.Raw), "%s: copies differ", about)
	}
	extra := len(letters) - 1
	c.report.copies += extra
	c.report.explained += min(extra, e.withoutTrace)
	assert.LessOrEqual(t, len(letters), e.attempts, "%s: more mails than attempts", about)
	assert.LessOrEqual(t, extra, e.withoutTrace, "%s: a doubled letter that no lost answer explains", about)
}

// String is the report as `make chaos` prints it and docs/reliability.md quotes it.
func (r report) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "chaos report: SEED=%d N=%d\n", r.seed, r.n)
	fmt.Fprintf(&text, "storm %s, settled %s after it\n", r.stormed.Round(time.Second), r.settled.Round(time.Second))
	table(&text, "blows", r.kills)
	fmt.Fprintf(&text, "programs that gave up and were started again: %d\n", r.gaveUp)
	fmt.Fprintf(&text, "calls of the clients: %d for %d orders\n", r.calls, r.n)
	table(&text, "carrier's calls", r.carrier)
	table(&text, "ends", r.ends)
	fmt.Fprintf(&text, "letters: %d customers got theirs, %d extra copies, %d of them explained by a lost answer\n", r.letters, r.copies, r.explained)
	return text.String()
}

func table(text *strings.Builder, title string, counts map[string]int) {
	fmt.Fprintf(text, "%s:\n", title)
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(text, "  %-40s %d\n", name, counts[name])
	}
}
