package activities_test

import (
	"strings"
)

// effects is everything that an onboarding has made happen, in our record and outside.
type effects struct {
	Logins, Modules          int // reserved and held
	CoverageChecks           int
	Registered               int // at the carrier
	Registrations            int // in our record, not given back
	Accounts, OpenAccounts   int
	LedgerRows, LedgerCents  int
	Templates                int
	Letters, LettersThatWork int
	// Mails are different ones: copies of the same bytes count once.
	Mails int
}

const sqlEffects = `
SELECT (SELECT count(*) FROM logins WHERE onboarding_id = $1),
    (SELECT count(*) FROM modules WHERE onboarding_id = $1),
    (SELECT count(*) FROM coverage_checks WHERE onboarding_id = $1),
    (SELECT count(*) FROM registrations WHERE onboarding_id = $1 AND deregistered_at IS NULL),
    (SELECT count(*) FROM accounts WHERE onboarding_id = $1),
    (SELECT count(*) FROM accounts WHERE onboarding_id = $1 AND state = 'open'),
    (SELECT count(*) FROM ledger WHERE onboarding_id = $1),
    (SELECT coalesce(sum(amount_cents), 0)::int FROM ledger WHERE onboarding_id = $1),
    (SELECT count(*) FROM template_assignments WHERE onboarding_id = $1),
    (SELECT count(*) FROM letters WHERE onboarding_id = $1),
    (SELECT count(*) FROM letters WHERE onboarding_id = $1 AND state <> 'void')`

func (w *world) effects(id string) effects {
	w.t.Helper()
	var e effects
	row := w.pool.QueryRow(w.t.Context(), sqlEffects, id)
	if err := row.Scan(&e.Logins, &e.Modules, &e.CoverageChecks, &e.Registrations, &e.Accounts, &e.OpenAccounts,
		&e.LedgerRows, &e.LedgerCents, &e.Templates, &e.Letters, &e.LettersThatWork); err != nil {
		w.t.Fatal(err)
	}
	for _, registration := range w.carrier.Registrations() {
		if strings.HasPrefix(registration.Key, id) {
			e.Registered++
		}
	}
	e.Mails = len(w.mails(id))
	return e
}

// mails are the different mails of an onboarding, each with how many copies of it came.
func (w *world) mails(id string) map[string]int {
	copies := map[string]int{}
	for _, received := range w.mail.Messages() {
		if strings.Contains(received.MessageID, id) {
			copies[string(received.Raw)]++
		}
	}
	return copies
}
