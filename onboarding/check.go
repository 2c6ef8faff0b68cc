package onboarding

// Check holds answers against every rule at once and, when none is broken, returns
// the complete application: defaults filled in, every value in canonical form.
//
// Sections that the plan of this kind and account type does not ask for are refused
// when filled in, never silently dropped. Problems come in the order of the sections.
func Check(answers Answers, facts Facts) (Application, Problems) {
	return newChecking(answers, facts).check()
}

func (c *checking) check() (Application, Problems) {
	plan, known := c.account()
	if !known {
		return Application{}, c.problems
	}
	if !c.facts.DealerActive {
		c.problem("", string(ReasonDealerSuspended), "This dealer is suspended, so no account can be created. Ask whoever runs this installation to lift the suspension.")
	}
	for _, section := range plan.Sections {
		c.section(section)
	}
	c.refuseUnasked(plan)
	if len(c.problems) > 0 {
		return Application{}, c.problems
	}
	return c.out, nil
}

// CheckSection holds one section of a draft against its rules; the other sections
// may be empty. The problems of other sections are left out. The reason to go on without
// coverage, which no section has, is held with the system: its page asks for it.
func CheckSection(section Section, answers Answers, facts Facts) Problems {
	c := newChecking(answers, facts)
	c.sectionOfDraft(section)
	return c.problems
}

func (c *checking) sectionOfDraft(section Section) {
	c.section(section)
	if section == SectionSystem {
		c.overrideReason()
	}
}

// checking is one run over the rules: what came in, what is known, what comes out.
type checking struct {
	in       Answers
	facts    Facts
	out      Application
	problems Problems
	// later is what may still be missing; zero for an account that is made now.
	later later
}

func newChecking(answers Answers, facts Facts) *checking {
	return &checking{in: answers, facts: facts, out: Application{Answers: answers, Revision: 1}}
}

func (c *checking) problem(field, code, message string) {
	c.problems = append(c.problems, Problem{Field: field, Code: code, Message: message})
}

func (c *checking) section(section Section) {
	switch section {
	case SectionAccount:
		c.account()
	case SectionCustomer:
		c.customer()
	case SectionLogin:
		c.login()
	case SectionSystem:
		c.system()
	case SectionPathway:
		c.pathway()
	case SectionPackage:
		c.servicePackage()
	case SectionForwarding:
		c.forwarding()
	case SectionTemplates:
		c.templates()
	}
}
