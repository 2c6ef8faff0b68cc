package onboarding

import (
	"slices"
	"strings"
	"time"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding/places"
)

// CommitmentAnswers is a commitment as it was typed.
type CommitmentAnswers struct {
	Answers  Answers
	Expected Expected
	// ExpiresAt is a date, or a date and time, of the property's zone; empty is
	// CommitmentLifetime from now.
	ExpiresAt string
}

// CommitmentTerms is a commitment that was checked. Its answers stay as they were typed:
// defaults and prices are those of the day on which it is activated.
type CommitmentTerms struct {
	Answers Answers
	// Expected is in canonical form.
	Expected  Expected
	TimeZone  string
	ExpiresAt time.Time
	// AlternateID is in canonical form; empty when the commitment has none.
	AlternateID string
	// Words are what the commitment is found by, beside its number.
	Words []string
}

// AskCommitment collects what must be looked up to check a commitment.
func AskCommitment(typed CommitmentAnswers) Questions {
	questions := Ask(typed.Answers)
	if rep := reference(typed.Expected.InstallerRep); rep != "" && !slices.Contains(questions.Reps, rep) {
		questions.Reps = append(questions.Reps, rep)
	}
	return questions
}

// CheckCommitment holds a commitment against the rules of Check, except that its module and
// its login name may be missing: nothing is said about them then. Nothing is reserved, so
// everything is checked again when it is activated. Fields point into the application;
// those of what is expected begin with /expected.
func CheckCommitment(typed CommitmentAnswers, facts Facts) (CommitmentTerms, Problems) {
	terms, problems := termsOf(typed, facts)
	if len(problems) > 0 {
		return CommitmentTerms{}, problems
	}
	return terms, nil
}

// termsOf are the terms as far as they can be read, with what is wrong with them.
func termsOf(typed CommitmentAnswers, facts Facts) (CommitmentTerms, Problems) {
	c := newChecking(typed.Answers, facts)
	c.later = laterOf(typed.Answers)
	c.check()
	terms := CommitmentTerms{
		Answers: typed.Answers, Expected: c.expected(typed.Expected), TimeZone: c.out.Answers.Customer.TimeZone,
		AlternateID: c.out.Answers.Customer.Operations.AlternateID, Words: SearchableWords(c.out.Answers),
	}
	if zone, known := places.Location(terms.TimeZone); known {
		var fault Fault
		terms.ExpiresAt, fault = ParseExpiry(typed.ExpiresAt, zone, facts.Now)
		c.fault("/expires_at", fault)
		c.notPast("/expected/install_date", terms.Expected.InstallDate, zone)
	}
	return terms, c.problems
}

// CheckChange holds the commitment as it would become against the rules of CheckCommitment.
// An expected install date that stays the same may have passed; an empty expiry stays. What
// was wrong before, as a login name that somebody else took, is left for another change:
// otherwise two of its kind could never be mended, one at a time.
func (c Commitment) CheckChange(typed CommitmentAnswers, facts Facts) (CommitmentTerms, Problems) {
	if blank(typed.ExpiresAt) {
		typed.ExpiresAt = c.ExpiresAt.Format(time.RFC3339Nano)
	}
	keepsDate := strings.TrimSpace(typed.Expected.InstallDate) == c.Expected.InstallDate
	if keepsDate {
		typed.Expected.InstallDate = ""
	}
	terms, problems := termsOf(typed, facts)
	_, before := termsOf(CommitmentAnswers{Answers: c.Answers}, facts)
	problems = slices.DeleteFunc(problems, func(problem Problem) bool { return slices.Contains(before, problem) })
	if len(problems) > 0 {
		return CommitmentTerms{}, problems
	}
	if keepsDate {
		terms.Expected.InstallDate = c.Expected.InstallDate
	}
	if !c.ActivateAt.IsZero() && !c.ActivateAt.Before(terms.ExpiresAt) {
		return CommitmentTerms{}, Problems{{"/expires_at", "out_of_range", "The commitment is to be activated after this. Enter a later date, or change the activation date first."}}
	}
	return terms, nil
}

// later is what a commitment may leave open until it is activated.
type later struct{ module, login bool }

// NeedsModule reports whether an application asks for a module and names none.
func NeedsModule(a Answers) bool {
	plan, known := PlanFor(a.Kind, a.Account.Type)
	return known && plan.Asks(SectionSystem) && blank(a.System.Module)
}

// expected holds what is expected of the installation against its rules.
func (c *checking) expected(in Expected) Expected {
	const field = "/expected"
	out := Expected{
		Network:      c.expectedNetwork(field+"/network", in.Network),
		PanelType:    strings.TrimSpace(in.PanelType),
		InstallerRep: c.rep(field+"/installer_rep", in.InstallerRep),
	}
	if out.PanelType != "" && !offers(PanelTypes(), out.PanelType) {
		c.problem(field+"/panel_type", "invalid_choice", "Choose a control panel type from the list, or none.")
	}
	if !blank(in.InstallDate) {
		date, fault := ParseDate(in.InstallDate)
		c.fault(field+"/install_date", fault)
		if !fault.Found() {
			out.InstallDate = date.Format(time.DateOnly)
		}
	}
	return out
}

func (c *checking) expectedNetwork(field, typed string) string {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return ""
	}
	for _, network := range catalog.Current().Networks() {
		if strings.EqualFold(typed, network.Name) || typed == network.ID {
			return network.Name
		}
	}
	c.problem(field, "invalid_choice", "Choose a network from the list of the coverage check, or none.")
	return ""
}

// notPast holds a date against the calendar of the property.
func (c *checking) notPast(field, date string, zone *time.Location) {
	// Dates written like this sort like the days they stand for.
	if date != "" && date < c.facts.Now.In(zone).Format(time.DateOnly) {
		c.problem(field, "in_past", "Enter an expected install date that is today or later.")
	}
}

// Activation is what is known when a commitment is activated. Everything else is carried
// over from the commitment.
type Activation struct {
	// Module is a serial number, IMEI or MEID; empty keeps the commitment's.
	Module string
	// PanelType is empty to keep the commitment's.
	PanelType string
	// CoverageOverrideReason is empty to keep the commitment's.
	CoverageOverrideReason string
	// ByExpectedInstaller confirms that the expected installer installs it.
	ByExpectedInstaller bool
}

// ActivatedWith is the application that a commitment becomes.
func (c Commitment) ActivatedWith(activation Activation) Answers {
	answers := c.Answers
	if !blank(activation.Module) {
		answers.System.Module = activation.Module
	}
	if !blank(activation.PanelType) {
		answers.System.PanelType = activation.PanelType
	}
	if !blank(activation.CoverageOverrideReason) {
		answers.CoverageOverrideReason = activation.CoverageOverrideReason
	}
	if activation.ByExpectedInstaller && c.Expected.InstallerRep != "" {
		answers.Customer.Operations.InstallerRep = c.Expected.InstallerRep
	}
	return answers
}

// CommitmentWords are what a commitment's number is found by.
func CommitmentWords(number string) []string {
	words := spellings(number)
	return append(words, strings.TrimPrefix(strings.ToLower(strings.ReplaceAll(number, "-", "")), strings.ToLower(commitmentPrefix)))
}
