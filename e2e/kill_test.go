package e2e

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/carrier/carriertest"
)

func TestWorkerKilled_LosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	s := startStack(t)
	waiting := s.newCustomer(t)
	idOfWaiting := s.submit(t, waiting).ID
	s.awaitStatus(t, idOfWaiting, "waiting")

	stuck := s.newCustomer(t)
	s.addFault(t, carriertest.Row{Call: carrier.RegisterModule, Times: 1, Fault: "hang", Module: stuck.serial()})
	idOfStuck := s.submit(t, stuck).ID
	await(t, "the carrier to hold the call", func() ([]string, bool) {
		outcomes := s.outcomesOf(stuck.serial())
		return outcomes, slices.Contains(outcomes, "pending")
	})
	s.worker.kill()
	require.NoError(t, s.worker.start())

	for id, c := range map[string]customer{idOfWaiting: waiting, idOfStuck: stuck} {
		s.complete(t, id)
		s.requireOneOfEach(t, id, c)
	}
	require.Equal(t, []string{"client_left", "ok"}, s.outcomesOf(stuck.serial()))
	t.Run("and one that is asked to stop finishes the call that it is in", func(t *testing.T) { s.requireDrain(t) })
}

func TestServersKilled_LoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	s := startStack(t)

	t.Run("the API between the commit of an order and its answer", func(t *testing.T) {
		c := s.newCustomer(t)
		key := []string{"Idempotency-Key", "order-" + c.Login.Name}
		answered := make(chan error, 1)
		go func() {
			_, err := s.office.try(context.WithoutCancel(t.Context()), http.MethodPost, "/v1/onboardings", c.Application, key...)
			answered <- err
		}()
		await(t, "the order to be committed", func() (int, bool) {
			n := s.count(t, "idempotency_keys WHERE key = $1", key[1])
			return n, n == 1
		})
		s.api.kill()
		<-answered // with an error, or with the answer if that was faster
		require.NoError(t, s.api.start())

		made := await(t, "an answer to the repeated order", func() (onboarding, bool) {
			again, err := s.office.try(t.Context(), http.MethodPost, "/v1/onboardings", c.Application, key...)
			if err != nil || again.status != http.StatusCreated {
				return onboarding{}, false
			}
			return as[onboarding](t, again, http.StatusCreated), true
		})
		s.complete(t, made.ID)
		s.requireOneOfEach(t, made.ID, c)
	})

	t.Run("Temporal during the wait", func(t *testing.T) {
		c := s.newCustomer(t)
		id := s.submit(t, c).ID
		s.awaitStatus(t, id, "waiting")
		s.killTemporal()
		s.bringBackTemporal(t)
		s.awaitWorkflows(t)
		s.complete(t, id)
		s.requireOneOfEach(t, id, c)
	})

	t.Run("PostgreSQL while orders come in", func(t *testing.T) {
		before, during := s.newCustomer(t), s.newCustomer(t)
		idBefore := s.submit(t, before).ID
		s.awaitStatus(t, idBefore, "waiting")
		key := []string{"Idempotency-Key", "order-" + during.Login.Name}

		port := s.database.Port
		require.NoError(t, s.database.Stop())
		down, err := s.office.try(t.Context(), http.MethodPost, "/v1/onboardings", during.Application, key...)
		require.NoError(t, err)
		require.Equal(t, http.StatusServiceUnavailable, down.status, string(down.body))
		require.NoError(t, s.startDatabase(t.Context(), port))

		made := await(t, "the database's return to be noticed", func() (onboarding, bool) {
			again, err := s.office.try(t.Context(), http.MethodPost, "/v1/onboardings", during.Application, key...)
			if err != nil || again.status != http.StatusCreated {
				return onboarding{}, false
			}
			return as[onboarding](t, again, http.StatusCreated), true
		})
		for id, c := range map[string]customer{idBefore: before, made.ID: during} {
			s.complete(t, id)
			s.requireOneOfEach(t, id, c)
		}
	})
}

// killTemporal ends Temporal as kill -9 does. Its file survives.
func (s *stack) killTemporal() { s.temporal.Kill() }

// bringBackTemporal starts it where it was.
func (s *stack) bringBackTemporal(t *testing.T) {
	t.Helper()
	require.NoError(t, s.startTemporal(t.Context()))
}

// awaitWorkflows waits until the API reaches Temporal and a worker polls it.
func (s *stack) awaitWorkflows(t *testing.T) {
	t.Helper()
	await(t, "API and worker to be connected to Temporal again", func() (struct{}, bool) {
		return struct{}{}, s.apiReady(t.Context()) && s.workerPolls(t.Context())
	})
}
