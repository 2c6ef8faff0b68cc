package e2e

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCancelledWhileWaiting_TakesEverythingBack(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	c := s.newCustomer(t)
	made := s.submit(t, c)
	waiting := s.awaitStatus(t, made.ID, "waiting")
	require.False(t, s.moduleFree(t, c.serial()))
	require.False(t, s.loginFree(t, c.Login.Name))

	bare := as[problem](t, s.office.post(t, "/v1/onboardings/"+made.ID+"/cancel", map[string]string{}), http.StatusUnprocessableEntity)
	require.Equal(t, "/reason", bare.Errors[0].Field)
	cancelled := s.office.post(t, "/v1/onboardings/"+made.ID+"/cancel", map[string]string{"reason": "The customer withdrew."})
	require.Equal(t, http.StatusAccepted, cancelled.status, string(cancelled.body))
	s.awaitStatus(t, made.ID, "cancelled")

	require.Equal(t, "closed", s.account(t, waiting.AccountID).State)
	var charges, sum int
	require.NoError(t, s.rows.QueryRow(t.Context(),
		"SELECT count(*) FILTER (WHERE amount_cents > 0), sum(amount_cents) FROM ledger WHERE onboarding_id = $1", made.ID).Scan(&charges, &sum))
	require.Equal(t, 1, charges)
	require.Zero(t, sum, "charge and reversal")
	require.Zero(t, s.registrationsOf(c.serial()))
	require.True(t, s.moduleFree(t, c.serial()))
	require.True(t, s.loginFree(t, c.Login.Name))

	// What was given back can be used at once.
	next := s.newCustomerWith(t, c.serial())
	next.Login.Name = c.Login.Name
	again := s.submit(t, next)
	s.complete(t, again.ID)
	s.requireOneOfEach(t, again.ID, next)
	require.Empty(t, s.lettersTo(c.email()), "nobody is welcomed to an account that is closed")
}
