package onboarding

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/catalog"
)

func TestCheck_FillsInWhatWasLeftEmpty(t *testing.T) {
	t.Parallel()
	application, problems := Check(johnDoe(), sampleFacts())
	require.Empty(t, problems)
	out := application.Answers
	require.Equal(t, "module-1", application.ModuleID)
	require.Equal(t, SystemAnswers{PanelType: "twog_gc2", Module: "4100000017"}, out.System)
	require.Equal(t, "cell", out.Pathway.Value)
	require.Equal(t, PackageAnswers{PackageID: "interactive_gold", AddOns: []AddOnAnswer{{ID: "six_hour_supervision", Quantity: 1}}}, out.Package)
	require.Equal(t, ForwardingAnswers{
		Option: ForwardAlways, ReceiverID: "receiver-1", AccountNumber: "1234",
		Events: []string{"alarms", "crash_and_smash", "panics", "phone_tests", "troubles", "arming", "cancels", "panel_not_responding"},
	}, out.Forwarding)
	require.NotNil(t, out.Templates.DefaultNotifications)
	require.True(t, *out.Templates.DefaultNotifications)
	require.Equal(t, "Interactive Gold", application.Quote.PackageName)
	require.Equal(t, catalog.Cents(1995+100), application.Quote.MonthlyTotal)
}

// A correction checks the canonical answers again: nothing may change by that.
func TestCheck_ReadsItsOwnAnswersBackUnchanged(t *testing.T) {
	t.Parallel()
	answers := johnDoe()
	answers.Package.TemplateID = "template-1"
	answers.Forwarding.AccountNumber = " b1cf "
	once, problems := Check(answers, sampleFacts())
	require.Empty(t, problems)

	facts := sampleFacts()
	facts.PackageTemplates = nil // deleted meanwhile
	twice, problems := Check(once.Answers, facts)
	require.Empty(t, problems)
	require.Equal(t, once, twice)
}

func TestCheck_ReportsEverySectionAtOnceInTheirOrder(t *testing.T) {
	t.Parallel()
	answers := johnDoe()
	answers.Customer.FirstName = ""
	answers.System.Module = "490154203237517"
	answers.Pathway.Value = "pigeon"
	answers.Package = PackageAnswers{}
	answers.Forwarding.Option = "sometimes"
	answers.Templates.PanelTemplateID = "gone"
	_, problems := Check(answers, sampleFacts())
	require.Equal(t, []found{
		{"/customer/first_name", "required"},
		{"/system/module", "bad_check_digit"},
		{"/pathway/value", "invalid_choice"},
		{"/package/package_id", "required"},
		{"/forwarding/option", "invalid_choice"},
		{"/templates/panel_template_id", "unknown"},
	}, faultsOf(problems))
}

func TestCheck_AsksAVirtualCustomerForNoSystem(t *testing.T) {
	t.Parallel()
	answers, facts := johnDoe(), sampleFacts()
	answers.Kind, answers.System, answers.Forwarding = KindVirtual, SystemAnswers{}, ForwardingAnswers{}
	facts.Module = nil
	application, problems := Check(answers, facts)
	require.Empty(t, problems)
	require.Empty(t, application.ModuleID)
	require.Equal(t, ForwardNever, application.Answers.Forwarding.Option)

	answers.System.Module = "4100000017"
	answers.Templates.PanelTemplateID = "panel-template-1"
	_, problems = Check(answers, facts)
	require.Equal(t, []found{
		{"/system", "not_applicable"},
		{"/templates/panel_template_id", "not_applicable"},
	}, faultsOf(problems))
}

func TestCheckSection_LeavesOtherSectionsAlone(t *testing.T) {
	t.Parallel()
	for _, section := range []Section{SectionSystem, SectionPathway, SectionPackage, SectionForwarding, SectionTemplates} {
		answers := johnDoe()
		answers.Account, answers.Customer, answers.Login = AccountAnswers{}, CustomerAnswers{}, LoginAnswers{}
		require.Empty(t, CheckSection(section, answers, sampleFacts()), section)
	}
	require.Equal(t, []found{{"/system/module", "required"}}, faultsOf(CheckSection(SectionSystem, Answers{}, Facts{})))
	require.Empty(t, CheckSection(SectionPathway, Answers{}, Facts{}))
	require.Equal(t, []found{{"/package/package_id", "required"}}, faultsOf(CheckSection(SectionPackage, Answers{}, Facts{})))
	require.Empty(t, CheckSection(SectionForwarding, Answers{}, Facts{}), "a dealer without a station forwards nothing")
	require.Empty(t, CheckSection(SectionTemplates, Answers{}, Facts{}))
}

func TestChoices_OfTheSystemPages(t *testing.T) {
	t.Parallel()
	require.Equal(t, Choice{"auto", "Auto Detect Equipment"}, PanelTypes()[0])
	require.Len(t, PanelTypes(), 1+len(catalog.Current().Panels()))
	require.Equal(t, []Choice{
		{"always", "Always"}, {"phone_line_fails", "Only If The Phone Line Fails"}, {"never", "Never"},
	}, ForwardingOptions)
}
