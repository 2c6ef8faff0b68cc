package postgres_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

func TestCreateAccount_MakesAccountLoginAndCharge(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	application := w.johnDoe(w.modules[0])
	account := w.opened(application)

	require.Equal(t, hour, account.ReadyAt.Sub(account.CreatedAt))
	require.Equal(t, onboarding.Account{
		ID: account.ID, OnboardingID: account.OnboardingID, DealerID: w.dealer, Kind: onboarding.KindCustomer, Type: onboarding.SecuritySystem,
		LoginName: application.Answers.Login.Name, FirstName: "John", LastName: "Doe", Email: "john.doe@example.com", Language: "en", TimeZone: "America/New_York",
		ModuleID: w.modules[0].ID, Package: "interactive_gold", State: onboarding.AccountOpen,
		CreatedAt: account.CreatedAt, ReadyAt: account.ReadyAt,
	}, account)
	require.True(t, account.LoginBlocked())

	row := w.row(account.OnboardingID)
	require.Equal(t, account.ID, row.AccountID)
	require.True(t, account.ReadyAt.Equal(row.ReadyAt))
	require.Equal(t, onboarding.StepDone, timeline(t, row, onboarding.StepCreateAccount).Status)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM ledger WHERE kind = 'activation' AND amount_cents = 2500 AND currency = 'USD' AND account_id = $1`, account.ID))
	result, done, err := w.BeginStep(t.Context(), keyOf(account.OnboardingID, onboarding.StepCreateAccount))
	require.NoError(t, err)
	require.True(t, done)
	require.JSONEq(t, `{"account_id":"`+account.ID+`"}`, string(result))
}

func TestCreateAccount_AskedAgainChargesOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.accepted(w.johnDoe(w.modules[0]))
	var (
		wait     sync.WaitGroup
		mu       sync.Mutex
		accounts = map[string]bool{}
	)
	key := keyOf(id, onboarding.StepCreateAccount)
	for range 6 {
		wait.Go(func() {
			account, err := w.CreateAccount(t.Context(), key, hour, encode)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			accounts[account.ID] = true
		})
	}
	wait.Wait()
	key.Revision = 2
	account, err := w.CreateAccount(t.Context(), key, 2*hour, encode)
	require.NoError(t, err)
	require.Equal(t, map[string]bool{account.ID: true}, accounts)
	require.Equal(t, hour, account.ReadyAt.Sub(account.CreatedAt))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM ledger`))
}

func TestCreateAccount_RefusesWhatAConstraintForbids(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.johnDoe(w.modules[0])
	w.opened(first)

	second := w.johnDoe(w.modules[1])
	second.Answers.Forwarding.AccountNumber = first.Answers.Forwarding.AccountNumber
	id := w.accepted(second)
	_, err := w.CreateAccount(t.Context(), keyOf(id, onboarding.StepCreateAccount), hour, encode)
	requireConflict(t, err, "/forwarding/account_number", onboarding.ReasonAccountNumberTaken)

	third := w.accepted(w.johnDoe(w.modules[2]))
	require.NoError(t, w.SuspendDealer(t.Context(), w.dealer))
	_, err = w.CreateAccount(t.Context(), keyOf(third, onboarding.StepCreateAccount), hour, encode)
	requireConflict(t, err, "", onboarding.ReasonDealerSuspended)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM accounts`))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM ledger`))

	require.NoError(t, w.ReinstateDealer(t.Context(), w.dealer))
	_, err = w.CreateAccount(t.Context(), keyOf(third, onboarding.StepCreateAccount), hour, encode)
	require.NoError(t, err)
}

func TestCreateAccount_OfAVirtualCustomerCostsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	application := w.johnDoe(onboarding.Module{})
	application.Answers.Kind = onboarding.KindVirtual
	application.Answers.Forwarding = onboarding.ForwardingAnswers{}
	account := w.opened(application)
	require.Zero(t, account.ReadyAt)
	require.False(t, account.LoginBlocked())
	require.Zero(t, w.count(`SELECT count(*) FROM ledger`))
}

func TestCloseAccount_ReversesAndFreesEverything(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	application := w.johnDoe(w.modules[0])
	account := w.opened(application)
	undo := keyOf(account.OnboardingID, onboarding.UndoCreateAccount)
	for range 2 {
		require.NoError(t, w.CloseAccount(t.Context(), undo))
	}
	require.Zero(t, w.count(`SELECT sum(amount_cents) FROM ledger`))
	require.Equal(t, 2, w.count(`SELECT count(*) FROM ledger`))
	closed, err := w.AccountOf(t.Context(), account.OnboardingID)
	require.NoError(t, err)
	require.Equal(t, onboarding.AccountClosed, closed.State)
	require.Empty(t, closed.LoginName)

	_, err = w.CreateAccount(t.Context(), keyOf(account.OnboardingID, onboarding.StepCreateAccount), hour, encode)
	require.ErrorIs(t, err, onboarding.ErrStale)
	again := w.opened(application) // login, module and account number are free
	require.NotEqual(t, account.ID, again.ID)
}

func TestCloseAccount_KeepsAnAccountWhosePanelCommunicates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := w.opened(w.johnDoe(w.modules[0]))
	at := time.Now().UTC().Truncate(time.Second)
	require.NoError(t, w.PanelCommunicated(t.Context(), account.OnboardingID, at))
	require.NoError(t, w.PanelCommunicated(t.Context(), account.OnboardingID, at.Add(time.Minute)))

	err := w.CloseAccount(t.Context(), keyOf(account.OnboardingID, onboarding.UndoCreateAccount))
	requireConflict(t, err, "", onboarding.ReasonPanelCommunicating)
	open, err := w.AccountOf(t.Context(), account.OnboardingID)
	require.NoError(t, err)
	require.Equal(t, onboarding.AccountOpen, open.State)
	require.Equal(t, at, open.CommunicatedAt)
	require.False(t, open.LoginBlocked())
}

func TestCloseAccount_WithNothingToCloseIsSuccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.accepted(w.johnDoe(w.modules[0]))
	require.NoError(t, w.CloseAccount(t.Context(), keyOf(id, onboarding.UndoCreateAccount)))
}

func TestAccount_OfAnotherDealerIsNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := w.opened(w.johnDoe(w.modules[0]))
	other := w.newDealer("Other Dealer")
	_, err := w.Account(t.Context(), []string{other}, account.ID)
	require.ErrorIs(t, err, onboarding.ErrNotFound)
	_, err = w.Account(t.Context(), []string{}, account.ID)
	require.ErrorIs(t, err, onboarding.ErrNotFound)
	_, err = w.Account(t.Context(), nil, account.ID)
	require.NoError(t, err)
	require.ErrorIs(t, w.PanelCommunicated(t.Context(), w.accepted(w.johnDoe(w.modules[1])), time.Now()), onboarding.ErrNotFound)
}
