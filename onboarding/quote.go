package onboarding

import "github.com/latchkey/latchkey/catalog"

// QuotePackage prices the section package alone, for a form that is not complete. What
// the other answers leave open (no country, no panel) breaks none of its rules.
func QuotePackage(answers Answers, facts Facts) (catalog.Quote, Problems) {
	c := newChecking(answers, facts)
	c.servicePackage()
	return c.out.Quote, c.problems
}
