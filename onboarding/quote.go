package onboarding

import "github.com/latchkey/latchkey/catalog"

// QuotePackage prices the section package alone, for a form that is not complete. What
// the other answers leave open (no panel, no account type) breaks none of its rules; an
// empty country is the default one.
func QuotePackage(answers Answers, facts Facts) (catalog.Quote, Problems) {
	c := newChecking(answers, facts)
	c.servicePackage()
	return c.out.Quote, c.problems
}
