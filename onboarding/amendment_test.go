package onboarding

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheckAmendment_LocksWhatAStepHasUsed(t *testing.T) {
	t.Parallel()
	no := false
	for _, part := range []struct {
		name   string
		amend  func(*Answers)
		field  string
		lastOK Step // "" when it may never change, StepSendLetter when always
	}{
		{"kind", func(a *Answers) { a.Kind = KindVirtual }, "/kind", ""},
		{"account type", func(a *Answers) { a.Account.Type = AutomationAwareness }, "/account/type", ""},
		{"first name", func(a *Answers) { a.Customer.FirstName = "Jane" }, "/customer/first_name", StepCreateAccount},
		{"last name", func(a *Answers) { a.Customer.LastName = "Roe" }, "/customer/last_name", StepCreateAccount},
		{"own address", func(a *Answers) { a.Customer.Address.PostalCode = "22103" }, "/customer/address/postal_code", StepCheckCoverage},
		{"city", func(a *Answers) { a.Customer.Address.City = "McLean" }, "/customer/address/city", StepCheckCoverage},
		{"another installation address", func(a *Answers) {
			installation := a.Customer.Address
			installation.Street1 = "1 Main Street"
			a.Customer.InstallationAddress = &installation
		}, "/customer/installation_address/street1", StepCheckCoverage},
		{"login", func(a *Answers) { a.Login.Name = "JohnD" }, "/login/name", StepCreateAccount},
		{"module", func(a *Answers) { a.System.Module = "4100000025" }, "/system/module", StepRegisterModule},
		{"pathway", func(a *Answers) { a.Pathway.Value = "broadband" }, "/pathway/value", StepRegisterModule},
		{"package", func(a *Answers) { a.Package.AddOns = []AddOnAnswer{{ID: "lights"}} }, "/package", StepCreateAccount},
		{"forwarding", func(a *Answers) { a.Forwarding.AccountNumber = "4321" }, "/forwarding", StepCreateAccount},
		{"default notifications", func(a *Answers) { a.Templates.DefaultNotifications = &no }, "/templates/default_notifications", StepCreateAccount},
		{"panel template", func(a *Answers) { a.Templates.PanelTemplateID = "t2" }, "/templates/panel_template_id", StepApplyTemplate},
		{"override reason", func(a *Answers) { a.CoverageOverrideReason = "tested" }, "/coverage_override_reason", StepCheckCoverage},
		{"e-mail", func(a *Answers) { a.Customer.Email = "jd@example.com" }, "", StepSendLetter},
		{"phone", func(a *Answers) { a.Customer.Phone.Number = "+15715550101" }, "", StepSendLetter},
		{"language", func(a *Answers) { a.Customer.Language = "es" }, "", StepSendLetter},
		{"operations", func(a *Answers) { a.Customer.Operations.SalesRep = "rep-1" }, "", StepSendLetter},
		{"same installation address, said apart", func(a *Answers) {
			installation := a.Customer.Address
			a.Customer.InstallationAddress = &installation
		}, "", StepSendLetter},
		{"an empty list for none", func(a *Answers) { a.Package.AddOns, a.Forwarding.Events = []AddOnAnswer{}, []string{} }, "", StepSendLetter},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			was, now := seedCustomer(), seedCustomer()
			part.amend(&now)
			locked := part.lastOK == ""
			for _, step := range Steps {
				problems := CheckAmendment(step, was, now)
				if locked {
					require.Equal(t, []finding{{part.field, "locked"}}, findings(problems), step)
					require.NotEmpty(t, problems[0].Message)
				} else {
					require.Empty(t, problems, step)
				}
				locked = locked || step == part.lastOK
			}
		})
	}
}

func TestCheckAmendment_KeepsTheNameWithTheSeedsWords(t *testing.T) {
	t.Parallel()
	now := seedCustomer()
	now.Customer.LastName = "Roe"
	require.Equal(t, Problems{{
		"/customer/last_name", "locked",
		"The name entered for the customer on this page cannot be edited after the account has been created.",
	}}, CheckAmendment(StepSendLetter, seedCustomer(), now))
}

func TestCheckAmendment_LocksEverythingWhileAnAccountIsTakenBack(t *testing.T) {
	t.Parallel()
	now := seedCustomer()
	now.Templates.PanelTemplateID = "t2"
	require.Len(t, CheckAmendment(UndoRegisterModule, seedCustomer(), now), 1)
}
