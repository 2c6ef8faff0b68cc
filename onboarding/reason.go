package onboarding

import "slices"

// Reason is why an onboarding is parked. Each is a heading of docs/runbook.md.
type Reason string

// The reasons a run parks for. The codes of the carrier and of the mail server are
// the same words in the packages that speak to them.
const (
	ReasonNoCoverage              Reason = "no_coverage"
	ReasonLowCoverage             Reason = "low_coverage"
	ReasonAddressNotFound         Reason = "address_not_found"
	ReasonModuleUnknown           Reason = "module_unknown"
	ReasonModuleAlreadyRegistered Reason = "module_already_registered"
	ReasonModuleNotOwned          Reason = "module_not_owned"
	ReasonModuleSunset            Reason = "module_sunset"
	ReasonModuleInactive          Reason = "module_inactive"
	ReasonPanelUnsupported        Reason = "panel_unsupported"
	ReasonCarrierRefused          Reason = "carrier_refused"
	ReasonCarrierUnavailable      Reason = "carrier_unavailable"
	ReasonCarrierRateLimited      Reason = "carrier_rate_limited"
	ReasonCarrierTimeout          Reason = "carrier_timeout"
	ReasonCarrierGarbled          Reason = "carrier_garbled"
	ReasonLoginTaken              Reason = "login_taken"
	ReasonAccountNumberTaken      Reason = "account_number_taken"
	ReasonModuleInUse             Reason = "module_in_use"
	ReasonModuleHeld              Reason = "module_held"
	ReasonAlternateIDTaken        Reason = "alternate_id_taken"
	ReasonDealerSuspended         Reason = "dealer_suspended"
	ReasonTemplateNotFound        Reason = "template_not_found"
	ReasonLetterRenderFailed      Reason = "letter_render_failed"
	ReasonLetterFactsIncomplete   Reason = "letter_facts_incomplete"
	ReasonRecipientRejected       Reason = "recipient_rejected"
	ReasonMessageRejected         Reason = "message_rejected"
	ReasonMailAuthFailed          Reason = "mail_auth_failed"
	ReasonMailServerUnavailable   Reason = "mail_server_unavailable"
	ReasonUnknownOutcome          Reason = "unknown_outcome"
	ReasonPanelCommunicating      Reason = "panel_communicating"
	ReasonStoreUnavailable        Reason = "store_unavailable"
	ReasonInternal                Reason = "internal"
	ReasonWorkflowLost            Reason = "workflow_lost"
)

// Message says in plain words what happened and what a person can do about it.
func (r Reason) Message() string { return reasonMessages[r] }

// Reasons lists every reason, for documentation and tests.
func Reasons() []Reason {
	all := make([]Reason, 0, len(reasonMessages))
	for reason := range reasonMessages {
		all = append(all, reason)
	}
	slices.Sort(all)
	return all
}

var reasonMessages = map[Reason]string{
	ReasonNoCoverage:              "No network covers the installation address. Correct the address, or override with a reason after testing an active module on site.",
	ReasonLowCoverage:             "Networks cover the installation address only in part. Override with a reason after testing an active module on site, or correct the address.",
	ReasonAddressNotFound:         "The carrier cannot find the installation address. Correct it and go on.",
	ReasonModuleUnknown:           "The carrier does not know this module. Compare the serial number with the one printed on the module and correct it.",
	ReasonModuleAlreadyRegistered: "The module is registered to another account. Enter the serial number of the module that will be installed, or release the module from the other account and try again.",
	ReasonModuleNotOwned:          "The module belongs to another dealer. Enter a module of your own.",
	ReasonModuleSunset:            "The module's network takes no new modules. Enter a module of a newer network.",
	ReasonModuleInactive:          "The carrier has taken the module out of service. Enter another module.",
	ReasonPanelUnsupported:        "The control panel does not fit the module. Choose another panel type or module.",
	ReasonCarrierRefused:          "The carrier refused the request. Look at its answer in the events, correct the application or try again.",
	ReasonCarrierUnavailable:      "The carrier could not be reached for as long as we tried. Try again when its outage is over.",
	ReasonCarrierRateLimited:      "The carrier kept asking us to slow down. Try again later.",
	ReasonCarrierTimeout:          "The carrier did not answer in time. Trying again is safe: it recognises the request.",
	ReasonCarrierGarbled:          "The carrier's answer could not be understood. Try again; if it stays so, ask the carrier.",
	ReasonLoginTaken:              "Invalid Login Name: Login already in use. Please enter another login.",
	ReasonAccountNumberTaken:      "The account number is already in use on this receiver. Enter another account number.",
	ReasonModuleInUse:             "The module is in use by another account. Swap the module of that account or terminate it, or enter the module that will be installed.",
	ReasonModuleHeld:              "The module is held by another onboarding or module swap that is not over. Finish or cancel that one, or enter another module.",
	ReasonAlternateIDTaken:        "Another customer of yours has this alternate ID. Enter a different one.",
	ReasonDealerSuspended:         "The dealer is suspended, so no account can be created. Lift the suspension and try again, or cancel.",
	ReasonTemplateNotFound:        "The AirFX panel template no longer exists. Choose another, or skip it and set up the panel by hand.",
	ReasonLetterRenderFailed:      "The welcome letter could not be made. Correct the customer's data, or skip the letter and print it later.",
	ReasonLetterFactsIncomplete:   "The welcome letter lacks something it cannot do without, such as the dealer's name. Complete the dealer's settings or the application and try again.",
	ReasonRecipientRejected:       "The mail server refused the customer's e-mail address. Correct the address, or skip the e-mail and print the letter.",
	ReasonMessageRejected:         "The mail server refused the message. Try again, or skip the e-mail and print the letter.",
	ReasonMailAuthFailed:          "The mail server refused our sign-in. Correct the mail settings and try again.",
	ReasonMailServerUnavailable:   "The mail server could not be reached for as long as we tried. Try again when it is back.",
	ReasonUnknownOutcome:          "The connection broke after the letter was handed over, so it may or may not have arrived. Ask the customer or look at the mail server's log; try again to send it once more, or skip it.",
	ReasonPanelCommunicating:      "The panel already communicates, so the account is in use. Terminate the account instead, or skip this undo step and clean up by hand.",
	ReasonStoreUnavailable:        "Latchkey's own database could not be used for as long as we tried. Try again when it is back.",
	ReasonInternal:                "Something went wrong inside Latchkey. The events and the worker's log say more; try again after the fix.",
	ReasonWorkflowLost:            "The workflow of this onboarding is gone (terminated or deleted in Temporal). Try again to start it anew: what was done is kept and not done twice.",
}

// AllowedActions is what a person may decide when step is parked for reason.
//
// Skipping is offered only where the account is whole without the step. An undo step
// can be tried again or skipped; it cannot be cancelled, since it is the cancellation.
// Nor can the release of a module: the account has another one by then, or is closed.
func AllowedActions(step Step, reason Reason) []Action {
	switch {
	case reason == ReasonWorkflowLost:
		return []Action{ActionRetry}
	case step.IsUndo() || step == StepReleaseModule:
		return []Action{ActionRetry, ActionSkip}
	case step == StepSwitchModule:
		return []Action{ActionRetry, ActionCancel}
	case step == StepApplyTemplate || step == StepSendLetter:
		return []Action{ActionRetry, ActionAmend, ActionSkip, ActionCancel}
	case reason == ReasonNoCoverage || reason == ReasonLowCoverage:
		return []Action{ActionRetry, ActionAmend, ActionOverride, ActionCancel}
	default:
		return []Action{ActionRetry, ActionAmend, ActionCancel}
	}
}

// Known reports whether r is one of the reasons.
func (r Reason) Known() bool {
	_, known := reasonMessages[r]
	return known
}
