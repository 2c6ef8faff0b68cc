package onboarding

import (
	"log/slog"

	"github.com/latchkey/latchkey/catalog"
)

// Application is a checked, complete and immutable set of answers. Every default has
// been filled in (login name, time zone, panel type, pathway, event groups …) and
// every value is in its canonical form (E.164 phone, upper-case state, ten-digit
// serial). A correction never changes an Application: it makes the next Revision.
type Application struct {
	Answers  Answers
	Revision int
	// ModuleID is the inventory row of the module; empty for accounts without one.
	ModuleID string
	// Quote is what the customer's package costs, fixed at submission so that a later
	// change of prices touches no running onboarding.
	Quote catalog.Quote
}

// LogValue keeps personal data out of logs whatever a caller passes to slog.
func (a Application) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("revision", a.Revision), slog.Any("answers", a.Answers))
}
