package onboarding

import "strings"

// TerminateReason is why a customer leaves.
type TerminateReason string

// The reasons to terminate an account, as the trade's dealer portals have them.
const (
	TerminateMoving                 TerminateReason = "moving"
	TerminatePrice                  TerminateReason = "price"
	TerminateFailureToMakePayment   TerminateReason = "failure_to_make_payment"
	TerminateTechnicalProblems      TerminateReason = "technical_problems"
	TerminateNotUsingService        TerminateReason = "not_using_service"
	TerminateSwitchingProviders     TerminateReason = "switching_providers"
	TerminateCancelledBeforeInstall TerminateReason = "cancelled_before_install"
	TerminateBusinessClosed         TerminateReason = "business_closed"
)

// TerminateReasons are the choices of a form, in its order.
var TerminateReasons = []Choice{
	{string(TerminateMoving), "Moving"},
	{string(TerminatePrice), "Price"},
	{string(TerminateFailureToMakePayment), "Failure to make payment"},
	{string(TerminateTechnicalProblems), "Technical problems"},
	{string(TerminateNotUsingService), "Not using the service"},
	{string(TerminateSwitchingProviders), "Switching providers"},
	{string(TerminateCancelledBeforeInstall), "Cancelled before installation"},
	{string(TerminateBusinessClosed), "Business closed"},
}

// ParseTerminateReason reads a reason. Codes: required, invalid_choice.
func ParseTerminateReason(typed string) (TerminateReason, Fault) {
	typed = strings.TrimSpace(typed)
	switch {
	case typed == "":
		return "", Fault{"required", "Choose why the account is terminated."}
	case !offers(TerminateReasons, typed):
		return "", Fault{"invalid_choice", "Choose a reason from the list: moving, price, failure_to_make_payment, technical_problems, not_using_service, switching_providers, cancelled_before_install or business_closed."}
	}
	return TerminateReason(typed), Fault{}
}

// Recycled is what the next customer's application begins with when a system stays where it
// is: its kind, place, panel and module. Nothing of it is the old customer's.
func Recycled(was Answers) Answers {
	return Answers{
		Kind:    was.Kind,
		Account: was.Account,
		Customer: CustomerAnswers{
			PropertyType: was.Customer.PropertyType, InstallType: was.Customer.InstallType,
			Address: was.InstallationAddress(), TimeZone: was.Customer.TimeZone,
		},
		System: was.System,
	}
}
