package onboarding

import "time"

// Retention is how long what is of no further use is kept. A zero keeps it for ever, except
// what is over by itself: sessions, drafts and locks of sign-ins go when their time is up.
type Retention struct {
	// Answers is how long a request with an Idempotency-Key can be repeated.
	Answers time.Duration
	// Traces is how long deliveries that are over, notices of onboardings that are over and
	// events of panels that nobody has are kept.
	Traces time.Duration
	// Customers is how long after its end the data of a customer is kept: of an account that
	// was closed, an onboarding that made none, a commitment that became none.
	Customers time.Duration
}

// Cleared counts what a round of clearing took away.
type Cleared struct {
	Drafts, Imports, Sessions, Attempts, Answers, Traces int64
}

// More reports whether a round may have left something.
func (c Cleared) More() bool {
	return max(c.Drafts, c.Imports, c.Sessions, c.Attempts, c.Answers, c.Traces) > 0
}
