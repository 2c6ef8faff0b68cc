package postgres_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

// demo is the seed's customer as a virtual one.
func (w *world) demo() onboarding.Application {
	application := w.johnDoe(onboarding.Module{})
	application.Answers.Kind = onboarding.KindVirtual
	application.Answers.System, application.Answers.Pathway = onboarding.SystemAnswers{}, onboarding.PathwayAnswers{}
	application.Answers.Forwarding = onboarding.ForwardingAnswers{Option: onboarding.ForwardNever}
	application.Answers.Templates.PanelTemplateID = ""
	return application
}

func (w *world) finished(account onboarding.Account) {
	w.t.Helper()
	require.NoError(w.t, w.RecordTransition(w.ctx(), "run", onboarding.Transition{
		OnboardingID: account.OnboardingID, No: 9, Kind: onboarding.EventCompleted, Status: onboarding.StatusCompleted, Revision: 1, At: time.Now(),
	}))
}

func TestRemoveVirtual_HappensOnceHoweverManyAsk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := w.opened(w.demo())
	w.finished(account)
	var askers sync.WaitGroup
	faults := make(chan error, 5)
	for range cap(faults) {
		askers.Go(func() { faults <- w.RemoveVirtual(w.ctx(), account.ID, w.entry("remove", "")) })
	}
	askers.Wait()
	close(faults)
	for fault := range faults {
		require.NoError(t, fault)
	}
	require.Equal(t, 1, w.count(`SELECT count(*) FROM audit WHERE action = 'remove'`))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM announcements WHERE kind = 'account.terminated' AND code = 'removed'`))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM accounts WHERE state = 'closed' AND closed_at IS NOT NULL`))
	require.Zero(t, w.count(`SELECT count(*) FROM logins`))
	require.Zero(t, w.count(`SELECT count(*) FROM ledger`))
}

func TestRemoveVirtual_LeavesRunsAndRealCustomersAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	running, real := w.opened(w.demo()), w.opened(w.johnDoe(w.modules[0]))
	w.finished(real)
	require.ErrorIs(t, w.RemoveVirtual(w.ctx(), running.ID, w.entry("remove", "")), onboarding.ErrStale)
	require.ErrorIs(t, w.RemoveVirtual(w.ctx(), real.ID, w.entry("remove", "")), onboarding.ErrNotFound)
	require.ErrorIs(t, w.RemoveVirtual(w.ctx(), newID(), w.entry("remove", "")), onboarding.ErrNotFound)
	require.Equal(t, 2, w.count(`SELECT count(*) FROM accounts WHERE state = 'open'`))
	require.Zero(t, w.count(`SELECT count(*) FROM audit WHERE action = 'remove'`))
}

func TestCustomers_LeaveRemovedDemonstrationsToTheClosedOnes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account, kept := w.opened(w.demo()), w.opened(w.demo())
	for _, of := range []onboarding.Account{account, kept} {
		w.finished(of)
	}
	require.NoError(t, w.RemoveVirtual(w.ctx(), account.ID, w.entry("remove", "")))
	for state, shown := range map[onboarding.CustomerState]string{"": kept.ID, onboarding.CustomerOpen: kept.ID, onboarding.CustomerClosed: account.ID} {
		for _, query := range []string{"", "doe"} {
			page, _, err := w.Customers(w.ctx(), onboarding.CustomerFilter{State: state, Query: query, Limit: 10})
			require.NoError(t, err)
			require.Len(t, page, 1, state)
			require.Equal(t, shown, page[0].AccountID, state)
		}
	}
}
