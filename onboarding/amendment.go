package onboarding

import (
	"reflect"
	"slices"
	"strings"
)

// CheckAmendment holds a new revision against what may still change when a run is
// parked at step. Both answers must be canonical (Application.Answers), so that another
// spelling of the same value is no change. Every problem has the code "locked".
func CheckAmendment(step Step, was, now Answers) Problems {
	var problems Problems
	for _, part := range amendable {
		if part.lockedAt(step) && !reflect.DeepEqual(part.value(was), part.value(now)) {
			problems = append(problems, Problem{Field: part.pointer(now), Code: "locked", Message: part.message})
		}
	}
	return problems
}

// lockedPart is a part of an application that can change only until a step has passed.
type lockedPart struct {
	field string
	// until is the last step at which the part may change; empty when it never may.
	until   Step
	message string
	value   func(Answers) any
}

// lockedAt is true once a run has come further than until. An undo step takes the
// account back: nothing that a step has used can change there.
func (p lockedPart) lockedAt(step Step) bool {
	if p.until == "" || step.IsUndo() {
		return true
	}
	return slices.Index(Steps, step) > slices.Index(Steps, p.until)
}

// pointer is where the part stands in the application: the installation address is the
// customer's own when none is given.
func (p lockedPart) pointer(a Answers) string {
	const installation = "/customer/installation_address"
	if name, ok := strings.CutPrefix(p.field, installation); ok && a.Customer.InstallationAddress == nil {
		return "/customer/address" + name
	}
	return p.field
}

const (
	fixedMessage    = "What kind of account this is cannot change, since it decides which steps run. Cancel this onboarding and start again."
	coveredMessage  = "The installation address cannot change any more: coverage was checked for it. Cancel this onboarding and start again."
	overrideMessage = "The coverage check is over, and its reason stands in the audit trail. Leave it as it is."
	moduleMessage   = "The module has been registered with the carrier. To install another one, cancel this onboarding and start again, or swap the module once the account exists."
	nameMessage     = "The name entered for the customer on this page cannot be edited after the account has been created."
	loginMessage    = "The login name belongs to the account now. Change it on the account."
	packageMessage  = "The account has been created and charged with this service package. Change the package on the account."
	stationMessage  = "The account has been created with these forwarding settings. Change them on the account."
	noticesMessage  = "The default notifications were set when the account was created. Change them on the account."
	templateMessage = "The panel template has been queued for the panel already. Change it on the account."
)

// amendable lists what locks, in the order of the sections, with the last step at which
// it may change. What is not listed (e-mail, phone, language, operations …) may always
// change: no step has given it away.
var amendable = []lockedPart{
	{"/kind", "", fixedMessage, func(a Answers) any { return a.Kind }},
	{"/account/type", "", fixedMessage, func(a Answers) any { return a.Account.Type }},

	{"/customer/first_name", StepCreateAccount, nameMessage, func(a Answers) any { return a.Customer.FirstName }},
	{"/customer/last_name", StepCreateAccount, nameMessage, func(a Answers) any { return a.Customer.LastName }},
	{"/customer/installation_address/country", StepCheckCoverage, coveredMessage, func(a Answers) any { return a.InstallationAddress().Country }},
	{"/customer/installation_address/street1", StepCheckCoverage, coveredMessage, func(a Answers) any { return a.InstallationAddress().Street1 }},
	{"/customer/installation_address/street2", StepCheckCoverage, coveredMessage, func(a Answers) any { return a.InstallationAddress().Street2 }},
	{"/customer/installation_address/city", StepCheckCoverage, coveredMessage, func(a Answers) any { return a.InstallationAddress().City }},
	{"/customer/installation_address/state", StepCheckCoverage, coveredMessage, func(a Answers) any { return a.InstallationAddress().State }},
	{"/customer/installation_address/postal_code", StepCheckCoverage, coveredMessage, func(a Answers) any { return a.InstallationAddress().PostalCode }},

	{"/login/name", StepCreateAccount, loginMessage, func(a Answers) any { return a.Login.Name }},
	{"/system/panel_type", StepRegisterModule, moduleMessage, func(a Answers) any { return a.System.PanelType }},
	{"/system/module", StepRegisterModule, moduleMessage, func(a Answers) any { return a.System.Module }},
	{"/pathway/value", StepRegisterModule, moduleMessage, func(a Answers) any { return a.Pathway }},
	{"/package", StepCreateAccount, packageMessage, comparablePackage},
	{"/forwarding", StepCreateAccount, stationMessage, comparableForwarding},
	{"/templates/default_notifications", StepCreateAccount, noticesMessage, func(a Answers) any { return a.Templates.DefaultNotifications }},
	{"/templates/panel_template_id", StepApplyTemplate, templateMessage, func(a Answers) any { return a.Templates.PanelTemplateID }},
	{"/coverage_override_reason", StepCheckCoverage, overrideMessage, func(a Answers) any { return a.CoverageOverrideReason }},
}

// comparablePackage and comparableForwarding take an empty list for an absent one: a canonical
// answer has its defaults filled in, so the two mean the same.
func comparablePackage(a Answers) any {
	chosen := a.Package
	if len(chosen.AddOns) == 0 {
		chosen.AddOns = nil
	}
	return chosen
}

func comparableForwarding(a Answers) any {
	chosen := a.Forwarding
	if len(chosen.Events) == 0 {
		chosen.Events = nil
	}
	return chosen
}
