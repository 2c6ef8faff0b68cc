package onboarding

import (
	"maps"
	"reflect"
	"time"
)

// CheckCorrection holds what is said of a customer after the account was made against the
// rules, and against what may still change. was are the answers as they stand, canonical;
// of typed the section customer alone counts. What did not change is not asked about
// again: a rep who has left, or a contract that has run out, is no reason to keep an old
// phone number.
//
// The system stays where it is: a new postal address leaves the installation address
// what it was. Problems have the codes of Check, or "locked".
func CheckCorrection(was, typed Answers, facts Facts) (Answers, Problems) {
	in := typed.Customer
	problems := lockedName("/customer/first_name", was.Customer.FirstName, in.FirstName)
	problems = append(problems, lockedName("/customer/last_name", was.Customer.LastName, in.LastName)...)
	in.FirstName, in.LastName = was.Customer.FirstName, was.Customer.LastName

	installed := was.Customer.Address
	atAddress := in.InstallationAddress == nil && was.Customer.InstallationAddress == nil
	if atAddress {
		in.InstallationAddress = &installed
	}
	contract := contractOf(in.Operations)
	kept := contract == contractOf(was.Customer.Operations)
	if kept {
		in.Operations.ContractMonths, in.Operations.ContractEndDate = 0, ""
	}
	now := was
	now.Customer = in
	c := newChecking(now, knownAlready(was.Customer.Operations, in.Operations, facts))
	c.section(SectionCustomer)
	now = c.out.Answers
	if kept {
		now.Customer.Operations.ContractMonths, now.Customer.Operations.ContractEndDate = contract.months, contract.end
	}
	if atAddress && now.Customer.Address == installed {
		now.Customer.InstallationAddress = nil
	}
	problems = append(problems, c.problems...)
	if len(c.problems) == 0 {
		problems = append(problems, lockedForGood(was, now)...)
	}
	return now, problems
}

// CheckNameCorrection reads the name that an administrator corrects.
func CheckNameCorrection(was Answers, firstName, lastName string) (Answers, Problems) {
	c := newChecking(was, Facts{})
	var fault Fault
	c.out.Answers.Customer.FirstName, fault = ParseName(firstName)
	c.fault("/first_name", fault)
	c.out.Answers.Customer.LastName, fault = ParseName(lastName)
	c.fault("/last_name", fault)
	return c.out.Answers, c.problems
}

// LockedSection is why a section cannot be corrected once the account exists; empty for
// the section customer.
func LockedSection(section Section) string { return lockedSections[section] }

var lockedSections = map[Section]string{
	SectionAccount: fixedMessage, SectionLogin: loginMessage, SectionSystem: moduleMessage, SectionPathway: moduleMessage,
	SectionPackage: packageMessage, SectionForwarding: stationMessage, SectionTemplates: templateMessage,
}

// standsMessage takes the place of coveredMessage when there is no onboarding to cancel.
const standsMessage = "The installation address cannot change any more: coverage was checked for it, and the module is registered there. Terminate this account and create one at the other address."

func lockedName(field, was, typed string) Problems {
	if name, fault := ParseName(typed); !fault.Found() && name == was {
		return nil
	}
	return Problems{{Field: field, Code: "locked", Message: nameMessage}}
}

// lockedForGood is what has changed although nothing of it may after the last step.
func lockedForGood(was, now Answers) Problems {
	problems := CheckAmendment(Steps[len(Steps)-1], was, now)
	for i, problem := range problems {
		if problem.Message == coveredMessage {
			problems[i].Message = standsMessage
		}
	}
	return problems
}

// contractTerms is what an account's contract says.
type contractTerms struct {
	months int
	end    string
}

func contractOf(operations OperationsAnswers) contractTerms {
	return contractTerms{operations.ContractMonths, operations.ContractEndDate}
}

// knownAlready answers yes for the references that were there before.
func knownAlready(was, in OperationsAnswers, facts Facts) Facts {
	facts.SubDealerKnown = facts.SubDealerKnown || in.SubDealerID == was.SubDealerID
	facts.CustomerSourceKnown = facts.CustomerSourceKnown || in.CustomerSource == was.CustomerSource
	reps := map[string]bool{was.SalesRep: true, was.InstallerRep: true}
	maps.Copy(reps, facts.RepsKnown)
	facts.RepsKnown = reps
	return facts
}

// ChangedMembers names the members of the section customer that differ, for the audit
// trail, which keeps no values.
func ChangedMembers(was, now Answers) []string {
	var changed []string
	for _, member := range correctable {
		if !reflect.DeepEqual(member.value(was.Customer), member.value(now.Customer)) {
			changed = append(changed, member.name)
		}
	}
	return changed
}

var correctable = []struct {
	name  string
	value func(CustomerAnswers) any
}{
	{"first_name", func(c CustomerAnswers) any { return c.FirstName }},
	{"last_name", func(c CustomerAnswers) any { return c.LastName }},
	{"property_type", func(c CustomerAnswers) any { return c.PropertyType }},
	{"install_type", func(c CustomerAnswers) any { return c.InstallType }},
	{"company_name", func(c CustomerAnswers) any { return c.CompanyName }},
	{"email", func(c CustomerAnswers) any { return c.Email }},
	{"phone", func(c CustomerAnswers) any { return c.Phone }},
	{"system_description", func(c CustomerAnswers) any { return c.SystemDescription }},
	{"language", func(c CustomerAnswers) any { return c.Language }},
	{"referred", func(c CustomerAnswers) any { return c.Referred }},
	{"address", func(c CustomerAnswers) any { return c.Address }},
	{"installation_address", func(c CustomerAnswers) any { return c.InstallationAddress }},
	{"time_zone", func(c CustomerAnswers) any { return c.TimeZone }},
	{"operations", func(c CustomerAnswers) any { return c.Operations }},
}

// AccountCorrection is a checked correction of an account.
type AccountCorrection struct {
	AccountID string
	// Was is the newest revision, from which it was made.
	Was         int
	Typed       Answers
	Application Application
	Audit       AuditEntry
}

// AccountCorrected is what a correction led to.
type AccountCorrected struct {
	Revision int
	// LetterID is the welcome letter that goes to a corrected e-mail address; empty when
	// none does.
	LetterID string
	// LetterAt is when it can be sent, when there were too many to send it now.
	LetterAt time.Time
}
