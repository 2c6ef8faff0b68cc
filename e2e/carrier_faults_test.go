package e2e

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/carrier/carriertest"
)

func TestCarrier_ThatLosesAnswersOrHangsRegistersOnce(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	for fault, outcome := range map[string]string{
		"answer_then_drop": "answer_dropped",
		"hang":             "client_left",
		"unavailable":      carrier.Unavailable,
	} {
		c := s.newCustomer(t)
		s.addFault(t, carriertest.Row{Call: carrier.RegisterModule, Times: 1, Fault: fault, Module: c.serial()})
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			made := s.submit(t, c)
			s.complete(t, made.ID)
			s.requireOneOfEach(t, made.ID, c)
			require.Contains(t, s.outcomesOf(c.serial()), outcome, "the fault was met")
		})
	}
}

// addFault lets a module's calls fail beside the faults that others have ordered. It is
// for one test of a stack, before it orders anything.
func (s *stack) addFault(t *testing.T, row carriertest.Row) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, row)
	require.NoError(t, s.carrier.Script(s.faults...))
}

// outcomesOf are what came of the calls to register a module.
func (s *stack) outcomesOf(serial string) (outcomes []string) {
	for _, call := range s.callsAbout(serial) {
		if call.Call == carrier.RegisterModule {
			outcomes = append(outcomes, call.Outcome)
		}
	}
	return outcomes
}

// callsAbout are the carrier's calls about a module: it keeps the last four digits, which
// no two modules of the demo share.
func (s *stack) callsAbout(serial string) []carriertest.Received {
	return slices.DeleteFunc(s.carrier.Calls(), func(call carriertest.Received) bool {
		return call.ModuleLast4 != serial[len(serial)-4:]
	})
}
