package onboarding

import "slices"

// Step is one durable step of an onboarding. The word is the same on the wire, in
// SQL, in metrics and in file names.
type Step string

// The steps, in the order they run.
const (
	StepValidate       Step = "validate"
	StepCheckCoverage  Step = "check_coverage"
	StepRegisterModule Step = "register_module"
	StepCreateAccount  Step = "create_account"
	StepApplyTemplate  Step = "apply_template"
	StepAwaitNetwork   Step = "await_network"
	StepSendLetter     Step = "send_letter"
)

// Steps lists every step in the order they run.
var Steps = []Step{
	StepValidate, StepCheckCoverage, StepRegisterModule, StepCreateAccount,
	StepApplyTemplate, StepAwaitNetwork, StepSendLetter,
}

// The steps that take back what a step has done, run in reverse order on cancel.
const (
	UndoValidate       Step = "undo_validate"
	UndoRegisterModule Step = "undo_register_module"
	UndoCreateAccount  Step = "undo_create_account"
	UndoApplyTemplate  Step = "undo_apply_template"
	UndoSendLetter     Step = "undo_send_letter"
)

// Undo returns the step that takes back s, and false for a step that leaves nothing.
func (s Step) Undo() (Step, bool) {
	undo, ok := undoOf[s]
	return undo, ok
}

var undoOf = map[Step]Step{
	StepValidate:       UndoValidate,
	StepRegisterModule: UndoRegisterModule,
	StepCreateAccount:  UndoCreateAccount,
	StepApplyTemplate:  UndoApplyTemplate,
	StepSendLetter:     UndoSendLetter,

	StepRegisterReplacement: UndoRegisterReplacement,
}

// IsUndo reports whether s takes back another step.
func (s Step) IsUndo() bool {
	for _, undo := range undoOf {
		if s == undo {
			return true
		}
	}
	return false
}

// Plan is which steps a kind of account goes through and which sections its
// application has.
type Plan struct {
	Kind        Kind
	AccountType AccountType
	Steps       []Step
	Sections    []Section
}

// Plans is the whole table. A virtual customer has no carrier, charge or hour; an
// account without a control panel has no module, hour or panel template.
var Plans = []Plan{
	{KindCustomer, SecuritySystem, Steps, Sections},
	{KindCustomer, AutomationAwareness, Steps, without(Sections, SectionForwarding)},
	{KindCustomer, StandaloneVideoAccess, noPanelSteps, noPanelSections},
	{KindVirtual, SecuritySystem, virtualSteps, virtualSections},
	{KindVirtual, AutomationAwareness, virtualSteps, virtualSections},
	{KindVirtual, StandaloneVideoAccess, virtualSteps, virtualSections},
}

var (
	noPanelSteps    = []Step{StepValidate, StepCreateAccount, StepSendLetter}
	virtualSteps    = []Step{StepValidate, StepCreateAccount, StepSendLetter}
	noPanelSections = []Section{SectionAccount, SectionCustomer, SectionLogin, SectionPackage, SectionTemplates}
	virtualSections = []Section{SectionAccount, SectionCustomer, SectionLogin, SectionPackage, SectionTemplates}
)

// PlanFor finds the row of the table; false when kind or type is none of ours.
func PlanFor(kind Kind, accountType AccountType) (Plan, bool) {
	for _, plan := range Plans {
		if plan.Kind == kind && plan.AccountType == accountType {
			return plan, true
		}
	}
	return Plan{}, false
}

// Has reports whether the plan runs this step.
func (p Plan) Has(step Step) bool { return slices.Contains(p.Steps, step) }

// Asks reports whether the plan has this section.
func (p Plan) Asks(section Section) bool { return slices.Contains(p.Sections, section) }

func without(sections []Section, left Section) []Section {
	return slices.DeleteFunc(slices.Clone(sections), func(s Section) bool { return s == left })
}
