package onboarding

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// seedCustomer is the seed's customer: the pages that every account type has in common.
func seedCustomer() Answers {
	return Answers{
		Kind:    KindCustomer,
		Account: AccountAnswers{Type: SecuritySystem},
		Customer: CustomerAnswers{
			PropertyType: "single_family_house", InstallType: "professional",
			FirstName: "John", LastName: "Doe",
			Email: "john.doe@example.com", EmailConfirmation: "john.doe@example.com",
			Phone:    PhoneAnswers{Number: "+1 571 555 0100", Type: "home"},
			Language: "en",
			Address: AddressAnswers{
				Country: "US", Street1: "8281 Greensboro Drive", City: "Tysons", State: "VA", PostalCode: "22102",
			},
		},
	}
}

// emptyWorld is a world in which nothing is taken and nothing is known.
func emptyWorld() Facts {
	return Facts{
		Now:          time.Date(2026, time.November, 24, 15, 0, 0, 0, time.UTC),
		DealerActive: true, StationRegistered: true,
	}
}

// customerOf is the canonical form of answers to the page of the customer.
func customerOf(t *testing.T, answers Answers, facts Facts) CustomerAnswers {
	t.Helper()
	c := newChecking(answers, facts)
	c.customer()
	require.Empty(t, c.problems)
	return c.out.Answers.Customer
}

// finding is what a problem is recognised by.
type finding struct{ field, code string }

func findings(problems Problems) []finding {
	found := []finding{}
	for _, problem := range problems {
		found = append(found, finding{problem.Field, problem.Code})
	}
	return found
}
