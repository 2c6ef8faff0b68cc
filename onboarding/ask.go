package onboarding

import "slices"

// Ask collects what must be looked up to check the answers. What cannot be read is not
// asked for: its form is a problem already.
func Ask(a Answers) Questions {
	module, _ := ParseModuleIdentifier(a.System.Module)
	operations := a.Customer.Operations
	alternateID, _ := ParseLine(operations.AlternateID, maxAlternateIDLength)
	return Questions{
		Module:          module.String(),
		LoginNames:      askedLogins(a),
		SubDealerID:     reference(operations.SubDealerID),
		Reps:            askedReps(operations),
		CustomerSource:  reference(operations.CustomerSource),
		ReceiverID:      reference(a.Forwarding.ReceiverID),
		AccountNumber:   reference(CanonicalAccountNumber(a.Forwarding.AccountNumber)),
		PanelTemplateID: reference(a.Templates.PanelTemplateID),
		AlternateID:     alternateID,
	}
}

func askedLogins(a Answers) []string {
	var keys []string
	if desired, fault := ParseLoginName(a.Login.Name); !fault.Found() {
		keys = append(keys, LoginKey(desired))
	}
	for _, suggestion := range a.suggestedLogins() {
		if key := LoginKey(suggestion); !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

func askedReps(operations OperationsAnswers) []string {
	var reps []string
	for _, typed := range []string{operations.SalesRep, operations.InstallerRep} {
		if rep := reference(typed); rep != "" && !slices.Contains(reps, rep) {
			reps = append(reps, rep)
		}
	}
	return reps
}
