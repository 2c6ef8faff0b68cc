package onboarding

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSearchWords_FindACustomerAsPeopleTypeIt(t *testing.T) {
	t.Parallel()
	customer := SearchableWords(Answers{
		Customer: CustomerAnswers{
			FirstName: "Zoë", LastName: "O'Brien-Łukasz", CompanyName: "Doe & Sons",
			Phone:      PhoneAnswers{Number: "+15715550100"},
			Address:    AddressAnswers{Street1: "8281 Greensboro Drive", City: "Tysons", State: "VA", PostalCode: "22102-1234"},
			Operations: OperationsAnswers{AlternateID: "A-1001"},
		},
		Login:  LoginAnswers{Name: "ZoeOBrien"},
		System: SystemAnswers{Module: "4100000017"},
	})
	for typed, found := range map[string]bool{
		"zoe": true, "ZOË": true, "o'brien": true, "O’Brien": true, "obrien": true, "o brien": true, "lukasz": true, "doe sons": true,
		"571 555 0100": true, "(571) 555-0100": true, "+1 571 555 0100": true, "5715550100": true, "555-0100": true, "0100": true,
		"8281 greens": true, "tysons va": true, "22102": true, "a-1001": true, "A1001": true, "1001": true,
		"zoeob": true, "4100000017": true, "41000": true, "": true, "  ": true,
		"zoe smith": false, "brienz": false, "0017": false, "': | !": true,
	} {
		require.Equal(t, found, everyOneBegins(SearchWords(typed), customer), typed)
	}
}

func everyOneBegins(typed, words []string) bool {
	for _, beginning := range typed {
		found := false
		for _, word := range words {
			found = found || strings.HasPrefix(word, beginning)
		}
		if !found {
			return false
		}
	}
	return true
}

func TestSearchWords_AreFewShortAndPlain(t *testing.T) {
	t.Parallel()
	words := SearchWords(strings.Repeat("a:*|b\\' ", 100) + strings.Repeat("x", 1000))
	require.Len(t, words, maxSearchWords)
	for _, word := range words {
		require.NotContains(t, word, "'")
		require.NotContains(t, word, `\`)
	}
	require.Len(t, SearchWords(strings.Repeat("x", 1000))[0], maxSearchWord)
}
