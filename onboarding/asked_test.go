package onboarding

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAsked_LeavesNothingThatWouldBeRefused(t *testing.T) {
	t.Parallel()
	for _, plan := range Plans {
		answers := Answers{
			Kind: plan.Kind, Account: AccountAnswers{Type: plan.AccountType},
			System:                 SystemAnswers{Module: "4100000017"},
			Pathway:                PathwayAnswers{Value: "cell"},
			Forwarding:             ForwardingAnswers{Option: ForwardAlways, ReceiverID: "r", AccountNumber: "1234"},
			Templates:              TemplatesAnswers{PanelTemplateID: "t"},
			CoverageOverrideReason: "tested on site",
		}
		_, problems := Check(answers.Asked(), Facts{})
		for _, problem := range problems {
			require.NotEqual(t, "not_applicable", problem.Code, "%s %s %s", plan.Kind, plan.AccountType, problem.Field)
		}
		if plan.AccountType == SecuritySystem && plan.Kind == KindCustomer {
			require.Equal(t, answers, answers.Asked())
		}
	}
}

func TestAsked_KeepsAnswersOfNoKnownPlan(t *testing.T) {
	t.Parallel()
	answers := Answers{Kind: KindCustomer, System: SystemAnswers{Module: "4100000017"}}
	require.Equal(t, answers, answers.Asked())
}
