package onboarding

// EraseAction is what the audit trail calls the erasure of a customer.
const EraseAction = "customer.erase"

// EraseRefusal says why a customer is not erased, and what to do.
const EraseRefusal = "This customer is still served: the account is open, the onboarding is under way or the commitment is waiting. " +
	"Close the account or cancel it first, then erase."
