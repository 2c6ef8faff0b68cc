package onboarding

// Asked is the answers without the sections that their kind and account type do not ask
// for. A form does not show those: what was typed before another account type was chosen
// must not stand in the way. Answers of no known plan come back as they are.
func (a Answers) Asked() Answers {
	plan, known := PlanFor(a.Kind, a.Account.Type)
	if !known {
		return a
	}
	if !plan.Asks(SectionSystem) {
		a.System = SystemAnswers{}
	}
	if !plan.Asks(SectionPathway) {
		a.Pathway = PathwayAnswers{}
	}
	if !plan.Asks(SectionForwarding) {
		a.Forwarding = ForwardingAnswers{}
	}
	if !plan.Has(StepApplyTemplate) {
		a.Templates.PanelTemplateID = ""
	}
	if !plan.Has(StepCheckCoverage) {
		a.CoverageOverrideReason = ""
	}
	return a
}
