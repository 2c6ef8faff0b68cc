package e2e

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/applicationjson"
)

// uncovered lives where no network reaches, as far as the simulated carrier knows.
func (s *stack) uncovered(t *testing.T) customer {
	t.Helper()
	c := s.newCustomer(t)
	c.Customer.Address = applicationjson.Address{
		Country: "US", Street1: c.Customer.Address.Street1, City: "Ketchikan", State: "AK", PostalCode: "99950",
	}
	return c
}

func TestNoCoverage_WaitsForAReasonToGoOnAllTheSame(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	c := s.uncovered(t)
	made := s.submit(t, c)
	parked := s.awaitPark(t, made.ID, "check_coverage", "no_coverage")
	require.Contains(t, parked.AllowedActions, "override")

	bare := as[problem](t, s.decide(t, made.ID, decisionOn(parked, "override", "")), http.StatusUnprocessableEntity)
	require.Len(t, bare.Errors, 1)
	require.Equal(t, "/reason", bare.Errors[0].Field)
	require.NotEmpty(t, bare.Errors[0].Message)
	require.Equal(t, "parked", s.onboarding(t, made.ID).Status)

	const reason = "Tested an active module on site."
	s.sendOn(t, made.ID, decisionOn(parked, "override", reason))
	s.complete(t, made.ID)
	s.requireOneOfEach(t, made.ID, c)
	require.Equal(t, 1, s.count(t, "audit WHERE object_id = $1 AND action = 'onboarding.decide.override' AND reason = $2 AND user_id = $3",
		made.ID, reason, s.demo.Dealer.User.ID))
}

func TestNoCoverage_WithAReasonFromTheStartGoesStraightThrough(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	c := s.uncovered(t)
	c.CoverageOverrideReason = "Tested an active module on site."
	made := s.submit(t, c)
	s.complete(t, made.ID)
	s.requireOneOfEach(t, made.ID, c)
	require.Equal(t, 1, s.count(t, "coverage_checks WHERE onboarding_id = $1 AND overridden_by = $2", made.ID, c.CoverageOverrideReason))
}
