package onboarding

import "time"

// LetterOrigin is what asked for a letter.
type LetterOrigin string

// The origins of a letter.
const (
	LetterByOnboarding LetterOrigin = "onboarding" // the step send_letter
	LetterByOffice     LetterOrigin = "office"     // printed or sent again by the dealer
	LetterByCustomer   LetterOrigin = "customer"   // asked for on the Customer Website
	LetterByCorrection LetterOrigin = "correction" // the e-mail address was corrected
)

// LetterLimit is how often a letter may be sent again. A link that works sets a
// password, and every mail goes to somebody's mailbox, perhaps a stranger's.
type LetterLimit struct {
	// Origins are those that count.
	Origins []LetterOrigin
	// Pause is the least time between two letters; 0 means none.
	Pause time.Duration
	// PerDay is how many there may be in 24 hours.
	PerDay int
}

// The limits of letters that are sent again, for each account.
var letterLimits = map[LetterOrigin]LetterLimit{
	LetterByOffice:   {Origins: []LetterOrigin{LetterByOffice, LetterByCorrection}, Pause: time.Minute, PerDay: 5},
	LetterByCustomer: {Origins: []LetterOrigin{LetterByCustomer}, Pause: time.Minute, PerDay: 3},
	// Who mistypes an address twice must not wait a minute to correct it.
	LetterByCorrection: {Origins: []LetterOrigin{LetterByOffice, LetterByCorrection}, PerDay: 5},
}

// LimitOf is the limit that letters of an origin are held to.
func LimitOf(origin LetterOrigin) LetterLimit { return letterLimits[origin] }

// Next is when the next letter may be sent: now or earlier unless the limit is reached.
// sent are the moments of those that count, the newest first.
func (l LetterLimit) Next(sent []time.Time) time.Time {
	var next time.Time
	if len(sent) > 0 {
		next = sent[0].Add(l.Pause)
	}
	if len(sent) >= l.PerDay {
		if free := sent[l.PerDay-1].Add(24 * time.Hour); free.After(next) {
			next = free
		}
	}
	return next
}

// TooSoon says that a letter may not be sent again before At.
type TooSoon struct{ At time.Time }

// Error gives no time: it is for programs.
func (*TooSoon) Error() string { return "too soon for another letter" }

// LetterRequest asks for the welcome letter to be sent again.
type LetterRequest struct {
	AccountID string
	Origin    LetterOrigin
	// UserID is empty when the customer asks.
	UserID string
	// Audit is the line of the audit trail that is kept with it.
	Audit AuditEntry
}

// StartLetter names a letter whose delivery is to begin.
type StartLetter struct {
	LetterID     string
	OnboardingID string
	DealerID     string
}
