package e2e

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

func TestOneOrderSentTwentyTimesAtOnce_MakesOneAccountAndGetsOneAnswer(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	c := s.newCustomer(t)
	const times = 20
	key := []string{"Idempotency-Key", "order-" + c.Login.Name}

	answers := make([]answer, times)
	gate := make(chan struct{})
	var sending errgroup.Group
	for i := range answers {
		sending.Go(func() (err error) {
			<-gate
			answers[i], err = s.office.try(t.Context(), http.MethodPost, "/v1/onboardings", c.Application, key...)
			return err
		})
	}
	close(gate)
	require.NoError(t, sending.Wait())

	made := as[onboarding](t, answers[0], http.StatusCreated)
	for _, given := range answers {
		require.Equal(t, answers[0].status, given.status, string(given.body))
		require.Equal(t, string(answers[0].body), string(given.body))
		require.Equal(t, "/v1/onboardings/"+made.ID, given.header.Get("Location"))
	}
	require.Equal(t, 1, s.count(t, "applications WHERE typed #>> '{customer,email}' = $1", c.email()))
	s.complete(t, made.ID)
	s.requireOneOfEach(t, made.ID, c)

	again := s.office.post(t, "/v1/onboardings", c.Application, key...)
	require.Equal(t, string(answers[0].body), string(again.body), "the answer of the first time, though it is over")

	c.Customer.FirstName += "a"
	other := as[problem](t, s.office.post(t, "/v1/onboardings", c.Application, key...), http.StatusUnprocessableEntity)
	require.Equal(t, "idempotency_key_reused", other.Errors[0].Code)
}
