package onboarding

// CheckCommitmentSection is CheckSection for what is to become a commitment: its module and
// its login name may be missing.
func CheckCommitmentSection(section Section, answers Answers, facts Facts) Problems {
	c := newChecking(answers, facts)
	c.later = laterOf(answers)
	c.sectionOfDraft(section)
	return c.problems
}

// laterOf is what a commitment leaves open for now.
func laterOf(a Answers) later {
	return later{module: NeedsModule(a), login: blank(a.Login.Name)}
}
