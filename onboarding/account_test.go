package onboarding

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAccount_MustBeOfAKindAndTypeWeCreate(t *testing.T) {
	t.Parallel()
	for _, broken := range []struct {
		kind        Kind
		accountType AccountType
		want        []finding
	}{
		{"", "", []finding{{"/kind", "required"}, {"/account/type", "required"}}},
		{"demo", "fire", []finding{{"/kind", "invalid_choice"}, {"/account/type", "invalid_choice"}}},
		{KindCustomer, "", []finding{{"/account/type", "required"}}},
		{KindVirtual, "Security System", []finding{{"/account/type", "invalid_choice"}}},
	} {
		answers := seedCustomer()
		answers.Kind, answers.Account.Type = broken.kind, broken.accountType
		_, problems := Check(answers, emptyWorld())
		require.Equal(t, broken.want, findings(problems))
	}
}

// unasked is what refuseUnasked says of answers, and what becomes of them.
func unasked(t *testing.T, answers Answers) (Answers, Problems) {
	t.Helper()
	c := newChecking(answers, emptyWorld())
	plan, known := c.account()
	require.True(t, known)
	c.refuseUnasked(plan)
	return c.out.Answers, c.problems
}

func TestRefuseUnasked_RefusesFilledSectionsOfAnotherAccountType(t *testing.T) {
	t.Parallel()
	answers := seedCustomer()
	answers.Account.Type = StandaloneVideoAccess
	answers.System.Module = "4100000017"
	answers.Pathway.Value = "cell"
	answers.Forwarding = ForwardingAnswers{Option: "always", ReceiverID: "r", AccountNumber: "1234"}
	answers.Templates.PanelTemplateID = "t"
	answers.CoverageOverrideReason = "tested on site"

	_, problems := unasked(t, answers)
	require.Equal(t, []finding{
		{"/system", "not_applicable"},
		{"/pathway", "not_applicable"},
		{"/forwarding", "not_applicable"},
		{"/templates/panel_template_id", "not_applicable"},
		{"/coverage_override_reason", "not_applicable"},
	}, findings(problems))
	require.Equal(t, "System information does not apply to the account type Standalone Video and/or Standalone Access Control. Leave it empty.", problems[0].Message)

	answers.Kind = KindVirtual
	_, problems = unasked(t, answers)
	require.Equal(t, "System information does not apply to a virtual customer. Leave it empty.", problems[0].Message)
}

func TestRefuseUnasked_TakesDefaultsForEmpty(t *testing.T) {
	t.Parallel()
	answers := seedCustomer()
	answers.Account.Type = StandaloneVideoAccess
	answers.System = SystemAnswers{PanelType: "auto"}
	answers.Forwarding = ForwardingAnswers{Option: "never", Events: []string{}}

	out, problems := unasked(t, answers)
	require.Empty(t, problems)
	require.Equal(t, SystemAnswers{}, out.System)
	require.Equal(t, ForwardingAnswers{Option: "never"}, out.Forwarding)
}

func TestRefuseUnasked_LeavesASecuritySystemAlone(t *testing.T) {
	t.Parallel()
	answers := seedCustomer()
	answers.System.Module = "4100000017"
	answers.Forwarding.Option = "always"
	answers.Templates.PanelTemplateID = "t"
	answers.CoverageOverrideReason = " tested  on site "

	out, problems := unasked(t, answers)
	require.Empty(t, problems)
	require.Equal(t, "tested on site", out.CoverageOverrideReason)

	answers.CoverageOverrideReason = strings.Repeat("x", 501)
	_, problems = unasked(t, answers)
	require.Equal(t, []finding{{"/coverage_override_reason", "too_long"}}, findings(problems))
}

func TestCheck_TellsProblemsInTheOrderOfTheSections(t *testing.T) {
	t.Parallel()
	answers := seedCustomer()
	answers.Kind = KindVirtual
	answers.Customer.FirstName = ""
	answers.Login.Name = "john doe"
	answers.System.Module = "4100000017"
	answers.CoverageOverrideReason = "none"

	_, problems := Check(answers, emptyWorld())
	var ours []finding
	for _, each := range findings(problems) {
		if !strings.HasPrefix(each.field, "/package") {
			ours = append(ours, each)
		}
	}
	require.Equal(t, []finding{
		{"/customer/first_name", "required"},
		{"/login/name", "malformed"},
		{"/system", "not_applicable"},
		{"/coverage_override_reason", "not_applicable"},
	}, ours)
}
