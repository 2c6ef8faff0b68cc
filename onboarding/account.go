package onboarding

import (
	"fmt"
	"slices"
	"strings"
)

// Kinds are the seed's entries that create an account at once.
var Kinds = []Choice{
	{string(KindCustomer), "Create Customer"},
	{string(KindVirtual), "Create Virtual Customer"},
}

// AccountTypeChoice is an account type with the seed's help text.
type AccountTypeChoice struct {
	Type  AccountType
	Label string
	Help  string
}

// AccountTypes are the choices of the page "Choose the account type".
var AccountTypes = []AccountTypeChoice{
	{SecuritySystem, "Security System", "Select for any account that is going to include a control panel."},
	{StandaloneVideoAccess, "Standalone Video and/or Standalone Access Control", "Select for accounts that will only include IP video and/or access control solutions (no intrusion security panel)."},
	{AutomationAwareness, "Automation and Awareness", "Select for non-security accounts."},
}

func (t AccountType) label() string {
	for _, choice := range AccountTypes {
		if choice.Type == t {
			return choice.Label
		}
	}
	return ""
}

// account holds the kind and the account type against their lists and finds the plan
// they ask for; false, with the problems, when one of them is none of ours.
func (c *checking) account() (Plan, bool) {
	kind := Kind(strings.TrimSpace(string(c.in.Kind)))
	switch {
	case kind == "":
		c.problem("/kind", "required", "Choose what to create: a customer or a virtual customer.")
	case !offers(Kinds, string(kind)):
		c.problem("/kind", "invalid_choice", "Choose what to create: a customer or a virtual customer.")
	}
	accountType := AccountType(strings.TrimSpace(string(c.in.Account.Type)))
	switch {
	case accountType == "":
		c.problem("/account/type", "required", "Please select the type of customer account you would like to create.")
	case accountType.label() == "":
		c.problem("/account/type", "invalid_choice", "Choose an account type from the list: security system, standalone video and access control, or automation and awareness.")
	}
	c.out.Answers.Kind, c.out.Answers.Account.Type = kind, accountType
	return PlanFor(kind, accountType)
}

const maxOverrideReasonLength = 500

// refuseUnasked refuses what the plan does not ask for. A section counts as filled in
// when it says more than its defaults do; an empty one takes its canonical form.
func (c *checking) refuseUnasked(plan Plan) {
	out := &c.out.Answers
	if !plan.Asks(SectionSystem) {
		c.refuseFilled(plan, SectionSystem, c.in.System.empty())
		out.System = SystemAnswers{}
	}
	if !plan.Asks(SectionPathway) {
		c.refuseFilled(plan, SectionPathway, blank(c.in.Pathway.Value))
		out.Pathway = PathwayAnswers{}
	}
	if !plan.Asks(SectionForwarding) {
		c.refuseFilled(plan, SectionForwarding, c.in.Forwarding.empty())
		out.Forwarding = ForwardingAnswers{Option: ForwardNever}
	}
	if !plan.Has(StepApplyTemplate) && !blank(c.in.Templates.PanelTemplateID) {
		c.problem("/templates/panel_template_id", "not_applicable", notApplicable(plan, "A panel template"))
	}
	c.overrideReason()
	if c.out.Answers.CoverageOverrideReason != "" && !plan.Has(StepCheckCoverage) {
		c.problem(overrideReasonField, "not_applicable", notApplicable(plan, "A reason to override the coverage check"))
	}
	slices.SortStableFunc(c.problems, bySection)
}

func (c *checking) refuseFilled(plan Plan, section Section, empty bool) {
	if !empty {
		c.problem("/"+string(section), "not_applicable", notApplicable(plan, unaskedLabels[section]))
	}
}

const overrideReasonField = "/coverage_override_reason"

// overrideReason holds the reason for going on without coverage, which the audit trail keeps.
func (c *checking) overrideReason() {
	reason, fault := ParseLine(c.in.CoverageOverrideReason, maxOverrideReasonLength)
	c.fault(overrideReasonField, fault)
	c.out.Answers.CoverageOverrideReason = reason
}

var unaskedLabels = map[Section]string{
	SectionSystem:     "System information",
	SectionPathway:    "A communication pathway",
	SectionForwarding: "Monitoring station forwarding",
}

func notApplicable(plan Plan, subject string) string {
	account := "the account type " + plan.AccountType.label()
	if plan.Kind == KindVirtual {
		account = "a virtual customer"
	}
	return fmt.Sprintf("%s does not apply to %s. Leave it empty.", subject, account)
}

// bySection puts problems in the order of the sections; what belongs to none comes
// first (the kind) or last (the reason to override the coverage check).
func bySection(a, b Problem) int { return sectionRank(a) - sectionRank(b) }

func sectionRank(p Problem) int {
	name, _, _ := strings.Cut(strings.TrimPrefix(p.Field, "/"), "/")
	if name == "coverage_override_reason" {
		return len(Sections)
	}
	return slices.Index(Sections, Section(name))
}

func (s SystemAnswers) empty() bool {
	return (blank(s.PanelType) || strings.TrimSpace(s.PanelType) == PanelAuto) && blank(s.Module)
}

// empty lets a list of events pass: a form has it ticked from the start.
func (f ForwardingAnswers) empty() bool {
	return (blank(f.Option) || strings.TrimSpace(f.Option) == ForwardNever) &&
		blank(f.ReceiverID) && blank(f.AccountNumber) &&
		!f.PhoneLineConnected && !f.ULETL && !f.TwoWayVoiceFireCO
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// reference is an ID as it is looked up; empty for one that cannot be an ID.
func reference(typed string) string {
	id, fault := ParseLine(typed, maxReferenceLength)
	if fault.Found() {
		return ""
	}
	return id
}
