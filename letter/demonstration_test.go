package letter

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

func TestCompose_TellsADemonstrationInEveryLanguage(t *testing.T) {
	t.Parallel()
	for language, said := range map[string]string{"en": "demonstration account", "es": "cuenta de demostración", "fr": "compte de démonstration"} {
		for _, facts := range []Facts{printFacts(), mailFacts()} {
			facts.Language = language
			content, err := Compose(facts)
			require.NoError(t, err)
			require.NotContains(t, strings.Join(content.Notes, "\n"), said)

			facts.Demonstration = true
			content, err = Compose(facts)
			require.NoError(t, err)
			require.Contains(t, content.Notes[0], said, language)
		}
	}
}

func TestFactsOf_ToldFromTheKindOfAccount(t *testing.T) {
	t.Parallel()
	account := onboarding.Account{Kind: onboarding.KindVirtual, Type: onboarding.SecuritySystem}
	facts := FactsOf(account, onboarding.Dealer{}, printFacts().IssuedOn, "https://example.com", PrintVariant{})
	require.True(t, facts.Demonstration)
	require.False(t, facts.SecurityAccount)
	account.Kind = onboarding.KindCustomer
	require.False(t, FactsOf(account, onboarding.Dealer{}, printFacts().IssuedOn, "https://example.com", PrintVariant{}).Demonstration)
}
