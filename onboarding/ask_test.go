package onboarding

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAsk_CollectsWhatMustBeLookedUp(t *testing.T) {
	t.Parallel()
	answers := seedCustomer()
	answers.Login.Name = "Johnny"
	answers.System.Module = "41000-00017"
	answers.Customer.Operations = OperationsAnswers{
		SubDealerID: " branch-1 ", AlternateID: "CRM-7", SalesRep: "rep-1", InstallerRep: "rep-1", CustomerSource: "web",
	}
	answers.Forwarding = ForwardingAnswers{ReceiverID: "receiver-1", AccountNumber: " 12bf "}
	answers.Templates.PanelTemplateID = "template-1"

	questions := Ask(answers)
	require.Equal(t, []string{"johnny", "johndoe", "jdoe"}, questions.LoginNames[:3])
	questions.LoginNames = nil
	require.Equal(t, Questions{
		Module: "4100000017", SubDealerID: "branch-1", Reps: []string{"rep-1"}, CustomerSource: "web",
		ReceiverID: "receiver-1", AccountNumber: "12BF", PanelTemplateID: "template-1", AlternateID: "CRM-7",
	}, questions)
}

func TestAsk_AsksNothingAboutWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	answers := Answers{Login: LoginAnswers{Name: "john doe"}, System: SystemAnswers{Module: "x"}}
	answers.Customer.Operations = OperationsAnswers{SubDealerID: "a\x00b", AlternateID: "12345678901234567890123456"}

	questions := Ask(answers)
	require.Equal(t, "customer", questions.LoginNames[0])
	questions.LoginNames = nil
	require.Equal(t, Questions{}, questions)
}
