package onboarding_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

func correctionFacts() onboarding.Facts {
	return onboarding.Facts{Now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), DealerActive: true}
}

func standing() onboarding.Answers {
	return onboarding.Answers{
		Kind: onboarding.KindCustomer, Account: onboarding.AccountAnswers{Type: onboarding.SecuritySystem},
		Customer: onboarding.CustomerAnswers{
			PropertyType: "single_family_house", InstallType: "professional", FirstName: "John", LastName: "Doe",
			Email: "john.doe@example.com", EmailConfirmation: "john.doe@example.com", Language: "en", TimeZone: "America/New_York",
			Phone:   onboarding.PhoneAnswers{Number: "+15715550100", Type: "home"},
			Address: onboarding.AddressAnswers{Country: "US", Street1: "8281 Greensboro Drive", City: "Tysons", State: "VA", PostalCode: "22102"},
			Operations: onboarding.OperationsAnswers{
				SubDealerID: "a branch that was closed", SalesRep: "gone", InstallerRep: "gone", CustomerSource: "retired",
				ContractMonths: 12, ContractEndDate: "2020-01-31",
			},
		},
		Login: onboarding.LoginAnswers{Name: "JohnDoe"},
	}
}

func TestCheckCorrection_AsksOnlyAboutWhatChanges(t *testing.T) {
	t.Parallel()
	typed := standing()
	typed.Customer.Phone.Number = "571 555 0199"
	now, problems := onboarding.CheckCorrection(standing(), typed, correctionFacts())
	require.Empty(t, problems)
	want := standing()
	want.Customer.Phone.Number = "+15715550199"
	require.Equal(t, want, now)
	require.Equal(t, []string{"phone"}, onboarding.ChangedMembers(standing(), now))

	typed.Customer.Operations.ContractMonths = 24
	_, problems = onboarding.CheckCorrection(standing(), typed, correctionFacts())
	require.True(t, problems.Has("/customer/operations/contract_end_date", "in_past"), "a new contract is held against the calendar")
	typed = standing()
	typed.Customer.Operations.SalesRep = "somebody"
	_, problems = onboarding.CheckCorrection(standing(), typed, correctionFacts())
	require.True(t, problems.Has("/customer/operations/sales_rep", "unknown"))
}

func TestCheckCorrection_LeavesTheSystemWhereItIs(t *testing.T) {
	t.Parallel()
	moved := onboarding.AddressAnswers{Country: "US", Street1: "1 Main Street", City: "Chicago", State: "IL", PostalCode: "60601"}
	typed := standing()
	typed.Customer.Address = moved
	now, problems := onboarding.CheckCorrection(standing(), typed, correctionFacts())
	require.Empty(t, problems)
	require.Equal(t, moved, now.Customer.Address)
	require.Equal(t, standing().Customer.Address, now.InstallationAddress())
	require.Equal(t, "America/New_York", now.Customer.TimeZone)

	// And back again.
	typed = now
	typed.Customer.Address, typed.Customer.InstallationAddress = standing().Customer.Address, nil
	back, problems := onboarding.CheckCorrection(now, typed, correctionFacts())
	require.Empty(t, problems)
	require.Equal(t, standing(), back)

	elsewhere := typed
	elsewhere.Customer.InstallationAddress = &moved
	_, problems = onboarding.CheckCorrection(standing(), elsewhere, correctionFacts())
	require.True(t, problems.Has("/customer/installation_address/street1", "locked"))
	for _, problem := range problems {
		require.NotContains(t, problem.Message, "Cancel this onboarding", "there is none any more")
	}
}

func TestCheckCorrection_LocksTheName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "Jon", "J\u202Eon", "J\x00"} {
		typed := standing()
		typed.Customer.FirstName = name
		_, problems := onboarding.CheckCorrection(standing(), typed, correctionFacts())
		require.Equal(t, onboarding.Problems{{
			Field: "/customer/first_name", Code: "locked",
			Message: "The name entered for the customer on this page cannot be edited after the account has been created.",
		}}, problems, name)
	}
	typed := standing()
	typed.Customer.FirstName = " John "
	_, problems := onboarding.CheckCorrection(standing(), typed, correctionFacts())
	require.Empty(t, problems, "another spelling of the same name")
}

func TestLetterLimit_SaysWhenTheNextMayBeSent(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	ago := func(passed ...time.Duration) []time.Time {
		var sent []time.Time
		for _, d := range passed {
			sent = append(sent, now.Add(-d))
		}
		return sent
	}
	office, customer, correction := onboarding.LimitOf(onboarding.LetterByOffice), onboarding.LimitOf(onboarding.LetterByCustomer), onboarding.LimitOf(onboarding.LetterByCorrection)
	require.Zero(t, office.Next(nil))
	require.Equal(t, now.Add(30*time.Second), office.Next(ago(30*time.Second)))
	require.False(t, correction.Next(ago(30*time.Second)).After(now))
	five := ago(2*time.Hour, 3*time.Hour, 4*time.Hour, 5*time.Hour, 6*time.Hour)
	require.Equal(t, now.Add(18*time.Hour), office.Next(five))
	require.Equal(t, now.Add(18*time.Hour), correction.Next(five))
	require.Equal(t, now.Add(20*time.Hour), customer.Next(five), "three a day")
}
