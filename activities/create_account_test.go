package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding"
)

func TestCreateAccount_ChargesWhatWasQuoted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, change := range map[string]func(*onboarding.Answers){
		"security system":  func(*onboarding.Answers) {},
		"standalone video": withoutPanel,
	} {
		t.Run(name, func(t *testing.T) {
			w := w.in(t)
			id := w.has(w.johnDoe(change), onboarding.StepValidate)
			application, err := w.store.Application(t.Context(), id, 1)
			require.NoError(t, err)
			require.Positive(t, application.Quote.ActivationFee)
			// What the dealer charges from now on is for others.
			require.NoError(t, w.store.SetPrice(t.Context(), w.demo.Dealer.ID, application.Quote.PackageID, catalog.Price{Monthly: 1, Activation: 1}))

			result := resultOf[activities.CreateAccountResult](w, onboarding.StepCreateAccount, first(id))

			require.Equal(t, int(application.Quote.ActivationFee), w.count(`SELECT sum(amount_cents) FROM ledger WHERE onboarding_id = $1`, id))
			require.Equal(t, 1, w.count(`SELECT count(*) FROM ledger WHERE account_id = $1 AND kind = 'activation' AND currency = 'USD'`, result.AccountID))
		})
	}
}

func TestCreateAccount_DoesNotChargeAVirtualCustomer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(virtual), onboarding.StepCreateAccount)
	require.Equal(t, effects{Logins: 1, Accounts: 1, OpenAccounts: 1}, w.effects(id))
	w.done(first(id), onboarding.UndoCreateAccount)
	require.Equal(t, effects{Accounts: 1}, w.effects(id))
}

func TestCreateAccount_IsReadyOneHourAfterItsCreation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepRegisterModule)

	result := resultOf[activities.CreateAccountResult](w, onboarding.StepCreateAccount, first(id))

	account := w.account(id)
	require.Equal(t, account.ID, result.AccountID)
	require.WithinDuration(t, time.Now(), account.CreatedAt, time.Minute)
	require.Equal(t, account.CreatedAt.Add(time.Hour), result.ReadyAt)
	require.Equal(t, result.ReadyAt, account.ReadyAt)
	require.Equal(t, result.ReadyAt, w.row(id).ReadyAt)
}

func TestCreateAccount_HasNoHourWithoutAPanel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, change := range map[string]func(*onboarding.Answers){"standalone video": withoutPanel, "virtual": virtual} {
		t.Run(name, func(t *testing.T) {
			w := w.in(t)
			id := w.has(w.johnDoe(change), onboarding.StepValidate)
			require.Zero(t, resultOf[activities.CreateAccountResult](w, onboarding.StepCreateAccount, first(id)).ReadyAt)
			require.Zero(t, w.account(id).ReadyAt)
		})
	}
}

func TestCreateAccount_TakesOverLoginAndCustomer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, test := range []struct {
		answers                      onboarding.Answers
		login, first, last, language string
	}{
		{w.johnDoe(), "JohnDoe", "John", "Doe", "en"},
		{w.joseNunez(), "JoseNunez", "José", "Núñez", "es"},
		{w.liXiaolong(), "xiaolong", "小龙", "李", "en"},
	} {
		id := w.has(test.answers, onboarding.StepCreateAccount)
		account := w.account(id)
		require.Equal(t, test.login, account.LoginName)
		require.Equal(t, account.ID, valueOf[string](w, `SELECT account_id::text FROM logins WHERE onboarding_id = $1`, id))
		require.Equal(t, []string{test.first, test.last, test.language, test.answers.Customer.Email},
			[]string{account.FirstName, account.LastName, account.Language, account.Email})
		require.Equal(t, "interactive_gold", account.Package)
		require.True(t, account.LoginBlocked())
	}
}

func TestCreateAccount_IsRefusedWhileTheDealerIsSuspended(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.until(onboarding.StepCreateAccount)
	require.NoError(t, w.store.SuspendDealer(t.Context(), w.demo.Dealer.ID))

	_, err := w.run(onboarding.StepCreateAccount, in)
	w.requireFault(err, "dealer_suspended")
	require.Zero(t, w.effects(in.OnboardingID).Accounts)
	require.Zero(t, w.effects(in.OnboardingID).LedgerRows)

	require.NoError(t, w.store.ReinstateDealer(t.Context(), w.demo.Dealer.ID))
	w.done(in, onboarding.StepCreateAccount)
}

// Both were in order when they were checked: a number is taken only by an account.
func TestCreateAccount_IsRefusedWhenItsNumberWasTakenMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	number := func(answers *onboarding.Answers) { answers.Forwarding.AccountNumber = "B123" }
	winner := w.has(w.johnDoe(number), onboarding.StepRegisterModule)
	loser := w.has(w.joseNunez(number), onboarding.StepRegisterModule)
	w.done(first(winner), onboarding.StepCreateAccount)

	_, err := w.run(onboarding.StepCreateAccount, first(loser))
	w.requireFault(err, "account_number_taken")
	require.Zero(t, w.effects(loser).Accounts)
	require.Zero(t, w.effects(loser).LedgerRows)

	amended := w.amend(loser, func(answers *onboarding.Answers) { answers.Forwarding.AccountNumber = "B124" })
	w.done(amended, onboarding.StepCreateAccount)
	require.Equal(t, 1, w.effects(loser).LedgerRows)
}

func TestUndoCreateAccount_ReversesTheCharge(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepCreateAccount)

	w.done(first(id), onboarding.UndoCreateAccount)

	require.Equal(t, onboarding.AccountClosed, w.account(id).State)
	require.Equal(t, 2, w.count(`SELECT count(*) FROM ledger WHERE onboarding_id = $1 AND amount_cents <> 0`, id))
	require.Zero(t, w.count(`SELECT sum(amount_cents) FROM ledger WHERE onboarding_id = $1`, id))
}

func TestUndoCreateAccount_IsRefusedWhenThePanelCommunicates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepCreateAccount)
	_, err := w.call(activities.LiftLoginBlockName, activities.CommunicatedInput{OnboardingID: id, At: time.Now()})
	require.NoError(t, err)

	_, err = w.run(onboarding.UndoCreateAccount, first(id))

	w.requireFault(err, "panel_communicating")
	require.Equal(t, onboarding.AccountOpen, w.account(id).State)
	require.Equal(t, 1, w.effects(id).LedgerRows)
	require.Equal(t, 1, w.effects(id).Logins)
}

func TestUndoCreateAccount_WithoutAnAccountIsSuccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.until(onboarding.StepCreateAccount)
	w.done(in, onboarding.UndoCreateAccount)
	require.Zero(t, w.effects(in.OnboardingID).LedgerRows)
}
