package postgres_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

// founded is a new group of an account's own.
func (w *world) founded(account onboarding.Account, name string) onboarding.EnterpriseGroup {
	return onboarding.EnterpriseGroup{ID: newID(), Name: name, DealerID: account.DealerID, AdministratorID: account.ID}
}

func TestFoundEnterpriseGroup_DrawsANumberOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	accounts := []onboarding.Account{w.opened(w.johnDoe(w.modules[0])), w.opened(w.johnDoe(w.modules[1]))}
	const each = 10
	var founders sync.WaitGroup
	faults := make(chan error, each*len(accounts))
	for i, account := range accounts {
		founders.Go(func() {
			for n := range each {
				faults <- w.FoundEnterpriseGroup(w.ctx(), w.founded(account, fmt.Sprintf("Group %d %d", i, n)), w.entry("test", ""))
			}
		})
	}
	founders.Wait()
	close(faults)
	for fault := range faults {
		require.NoError(t, fault)
	}
	require.Equal(t, each*len(accounts), w.count(`SELECT count(DISTINCT number) FROM enterprise_groups WHERE number BETWEEN 1001 AND 1020`))
	require.Equal(t, each*len(accounts), w.count(`SELECT count(*) FROM audit WHERE action = 'test'`))
}

func TestFoundEnterpriseGroup_LeavesNothingBehindWhenTheNameIsTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.opened(w.johnDoe(w.modules[0])), w.opened(w.johnDoe(w.modules[1]))
	require.NoError(t, w.FoundEnterpriseGroup(w.ctx(), w.founded(first, "Harvest Stores"), w.entry("first", "")))
	err := w.FoundEnterpriseGroup(w.ctx(), w.founded(second, "HARVEST STORES"), w.entry("second", ""))
	require.ErrorIs(t, err, onboarding.ErrNameTaken)
	require.Zero(t, w.count(`SELECT count(*) FROM audit WHERE action = 'second'`))
	account, err := w.Account(w.ctx(), nil, second.ID)
	require.NoError(t, err)
	require.Zero(t, account.Group)
}

// The administrator follows from who is in the group, so nobody has to see to it.
func TestEnterpriseGroup_KeepsAnAdministratorWhileAnybodyIsInIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.opened(w.johnDoe(w.modules[0])), w.opened(w.johnDoe(w.modules[1]))
	group := w.founded(second, "Harvest Stores")
	require.NoError(t, w.FoundEnterpriseGroup(w.ctx(), group, w.entry("found", "")))
	require.NoError(t, w.PutInEnterpriseGroup(w.ctx(), w.dealer, first.ID, group.ID, w.entry("join", "")))
	administrator := func() string {
		found, err := w.EnterpriseGroup(w.ctx(), w.dealer, group.ID)
		require.NoError(t, err)
		return found.Administrator
	}
	require.Equal(t, second.LoginName, administrator())
	require.NoError(t, w.CloseAccount(w.ctx(), keyOf(second.OnboardingID, onboarding.UndoCreateAccount)))
	require.Equal(t, first.LoginName, administrator())
	require.NoError(t, w.PutInEnterpriseGroup(w.ctx(), w.dealer, first.ID, "", w.entry("leave", "")))
	require.Empty(t, administrator())

	err := w.PutInEnterpriseGroup(w.ctx(), w.dealer, second.ID, group.ID, w.entry("join", ""))
	require.ErrorIs(t, err, onboarding.ErrNotFound, "a closed account joins nothing")
	other := w.newDealer("Other Dealer")
	require.ErrorIs(t, w.PutInEnterpriseGroup(w.ctx(), other, first.ID, group.ID, w.entry("join", "")), onboarding.ErrNotFound)
	_, err = w.EnterpriseGroup(w.ctx(), other, group.ID)
	require.ErrorIs(t, err, onboarding.ErrNotFound)
}
