package dealing_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// customer is an account of John Doe's whose welcome e-mail has the token "token".
func (p *portal) customer() onboarding.Account {
	p.t.Helper()
	account := p.account(p.onboard(p.office, p.johnDoe()))
	p.emailLetter(account.OnboardingID, "token", time.Now().Add(24*time.Hour))
	return account
}

// arrived is a customer with a password, whose panel has communicated.
func (p *portal) arrived() onboarding.Account {
	p.t.Helper()
	account := p.customer()
	fault, err := p.ChoosePassword(p.ctx(), "token", password)
	require.NoError(p.t, err)
	require.Zero(p.t, fault)
	require.NoError(p.t, p.store.PanelCommunicated(p.ctx(), account.OnboardingID, time.Now()))
	return account
}

func (p *portal) customerSession(loginName, password string) dealing.CustomerSession {
	p.t.Helper()
	session, fault, err := p.CustomerSignIn(p.ctx(), loginName, password)
	require.NoError(p.t, err)
	require.Zero(p.t, fault)
	return session
}

func TestSetupLink_WorksOnce(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	p.customer()
	setup, fault, err := p.SetupByToken(t.Context(), "token")
	require.NoError(t, err)
	require.Zero(t, fault)
	require.Equal(t, "JohnDoe", setup.LoginName)
	require.Equal(t, "Sample Dealer", setup.Dealer.Name)

	for _, weak := range []string{"", "short 1!", "only letters!", "1234567890!", "letters4digits", strings.Repeat("long 1!", 50)} {
		fault, err := p.ChoosePassword(t.Context(), "token", weak)
		require.NoError(t, err)
		require.True(t, fault.Found(), weak)
	}
	var wait sync.WaitGroup
	codes := make([]string, 4)
	for i := range codes {
		wait.Go(func() {
			fault, err := p.ChoosePassword(t.Context(), "token", password)
			if err != nil {
				t.Error(err)
			}
			codes[i] = fault.Code
		})
	}
	wait.Wait()
	require.ElementsMatch(t, []string{"", "used", "used", "used"}, codes)
	setup, fault, err = p.SetupByToken(t.Context(), "token")
	require.NoError(t, err)
	require.Equal(t, "used", fault.Code)
	require.Empty(t, setup.LoginName)
	require.Equal(t, "Sample Dealer", setup.Dealer.Name, "whom to ask")
}

func TestSetupLink_EndsWithItsTimeItsLetterOrItsAccount(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	account := p.customer()
	codeOf := func(token string) string {
		t.Helper()
		_, fault, err := p.SetupByToken(t.Context(), token)
		require.NoError(t, err)
		chosen, err := p.ChoosePassword(t.Context(), token, password)
		require.NoError(t, err)
		require.Equal(t, fault, chosen)
		return fault.Code
	}
	require.Equal(t, "unknown", codeOf("forged"))
	require.Equal(t, "unknown", codeOf(""))
	p.exec(`UPDATE letters SET token_expires = now()`)
	require.Equal(t, "expired", codeOf("token"))
	p.exec(`UPDATE letters SET token_expires = now() + interval '1 day', state = 'void'`)
	require.Equal(t, "expired", codeOf("token"))
	p.exec(`UPDATE letters SET state = 'accepted'`)
	p.exec(`UPDATE accounts SET state = 'closed', closed_at = now() WHERE id = $1`, account.ID)
	require.Equal(t, "unknown", codeOf("token"))
	require.Zero(t, p.count(`SELECT count(*) FROM logins WHERE password_hash <> ''`))
}

func TestCustomerSignIn_IsBlockedUntilThePanelCommunicates(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	account := p.customer()
	_, err := p.ChoosePassword(t.Context(), "token", password)
	require.NoError(t, err)
	_, fault, err := p.CustomerSignIn(t.Context(), "johndoe", password)
	require.NoError(t, err)
	require.Equal(t, "login_blocked", fault.Code)
	require.Contains(t, fault.Message, "not able to log into the Customer Website or app until the panel has started communication")
	_, fault, err = p.CustomerSignIn(t.Context(), "johndoe", "wrong")
	require.NoError(t, err)
	require.Equal(t, "wrong_credentials", fault.Code, "told only to who knows the password")

	require.NoError(t, p.store.PanelCommunicated(t.Context(), account.OnboardingID, time.Now()))
	home, err := p.CustomerOf(t.Context(), p.customerSession("JOHNDOE", password))
	require.NoError(t, err)
	require.Equal(t, account.ID, home.Account.ID)
	require.Equal(t, "Sample Dealer", home.Dealer.Name)
	require.False(t, home.MustChange)
}

func TestCustomerSignIn_TellsNobodyWhichLoginsExist(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	p.customer() // without a password so far
	answers := map[string][]string{}
	for _, name := range []string{"JohnDoe", "nobody", "not a login!", "x\x00"} {
		for range 6 {
			_, fault, err := p.CustomerSignIn(t.Context(), name, "")
			require.NoError(t, err)
			answers[name] = append(answers[name], fault.Code)
		}
	}
	for name, codes := range answers {
		require.Equal(t, []string{"wrong_credentials", "wrong_credentials", "wrong_credentials", "wrong_credentials", "locked", "locked"}, codes, "%q", name)
	}
	require.Zero(t, p.count(`SELECT count(*) FROM audit a WHERE a::text ILIKE '%JohnDoe%' OR a::text ILIKE '%nobody%'`))
}

func TestCustomerSignIn_IsAWorldOfItsOwn(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	p.arrived()
	for range 6 {
		_, _, err := p.SignIn(t.Context(), "JohnDoe", password)
		require.NoError(t, err)
	}
	p.customerSession("JohnDoe", password)
	_, fault, err := p.CustomerSignIn(t.Context(), "office", password)
	require.NoError(t, err)
	require.Equal(t, "wrong_credentials", fault.Code)
	_, err = p.CustomerOf(t.Context(), dealing.CustomerSession{AccountID: p.office.UserID})
	require.ErrorIs(t, err, dealing.ErrUnauthenticated)
}

func TestTemporaryPassword_MustBeChangedFirst(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	account := p.arrived()
	hash, err := p.passwords.Hash(t.Context(), "Printed4you#")
	require.NoError(t, err)
	_, err = p.store.SetTemporaryPassword(t.Context(), account.ID, p.office.UserID, hash)
	require.NoError(t, err)

	session := p.customerSession("JohnDoe", "Printed4you#")
	home, err := p.CustomerOf(t.Context(), session)
	require.NoError(t, err)
	require.True(t, home.MustChange)
	fault, err := p.ChangeLoginName(t.Context(), session, "Johnny")
	require.NoError(t, err)
	require.Equal(t, "must_change_password", fault.Code)

	for _, attempt := range []struct{ current, chosen, code string }{
		{"Printed4you#", "weak", "too_short"},
		{"Printed4you#", "Printed4you#", "unchanged"},
		{"wrong", "A new password 1!", "wrong_password"},
	} {
		_, fault, err := p.ChangePassword(t.Context(), session, attempt.current, attempt.chosen)
		require.NoError(t, err)
		require.Equal(t, attempt.code, fault.Code)
	}
	changed, fault, err := p.ChangePassword(t.Context(), session, "Printed4you#", "A new password 1!")
	require.NoError(t, err)
	require.Zero(t, fault)
	home, err = p.CustomerOf(t.Context(), changed)
	require.NoError(t, err)
	require.False(t, home.MustChange)
	_, err = p.CustomerOf(t.Context(), session)
	require.ErrorIs(t, err, dealing.ErrUnauthenticated, "the sessions of the old password are over")
	_, _, err = p.ChangePassword(t.Context(), session, "Printed4you#", "Another one 1!")
	require.ErrorIs(t, err, dealing.ErrUnauthenticated)
	require.NoError(t, p.CustomerSignOut(t.Context(), changed))
}

func TestChangePassword_CountsGuessesOfTheCurrentOne(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	p.arrived()
	session := p.customerSession("JohnDoe", password)
	var codes []string
	for range 6 {
		_, fault, err := p.ChangePassword(t.Context(), session, "wrong", "A new password 1!")
		require.NoError(t, err)
		codes = append(codes, fault.Code)
	}
	require.Equal(t, []string{"wrong_password", "wrong_password", "wrong_password", "wrong_password", "locked", "locked"}, codes)
}

func TestChangeLoginName_KeepsTheRulesOfLoginNames(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	account := p.arrived()
	p.onboard(p.office, p.johnDoe(named("Jane", "Doe", "4100000025", "4321")))
	session := p.customerSession("JohnDoe", password)
	for name, code := range map[string]string{
		"": "required", "john doe": "malformed", strings.Repeat("x", 100): "too_long", "janedoe": "login_taken", "JANEDOE": "login_taken",
	} {
		fault, err := p.ChangeLoginName(t.Context(), session, name)
		require.NoError(t, err)
		require.Equal(t, code, fault.Code, name)
		if code == "login_taken" {
			require.Equal(t, onboarding.LoginTakenMessage, fault.Message)
		}
	}
	for _, name := range []string{"johnDOE", "Johnny99"} {
		fault, err := p.ChangeLoginName(t.Context(), session, name)
		require.NoError(t, err)
		require.Zero(t, fault)
		home, err := p.CustomerOf(t.Context(), session)
		require.NoError(t, err)
		require.Equal(t, name, home.Account.LoginName)
	}
	p.customerSession("johnny99", password)
	require.Equal(t, []string{"John Doe"}, p.found(p.office, dealing.CustomerFilter{Query: "johnny99"}))
	require.Equal(t, []string{}, p.found(p.office, dealing.CustomerFilter{Query: "johndoe"}))

	// A correction of something else leaves the customer's own choice alone.
	revision, typed, err := p.store.LatestAnswers(t.Context(), account.OnboardingID)
	require.NoError(t, err)
	application, err := p.store.Application(t.Context(), account.OnboardingID, revision)
	require.NoError(t, err)
	application.Revision = revision + 1
	application.Answers.Customer.Email = "j.doe@example.com"
	_, err = p.store.Amend(t.Context(), account.OnboardingID, revision, p.office.UserID, typed, application)
	require.NoError(t, err)
	p.customerSession("johnny99", password)
}

func TestCustomerOf_EndsWithTheAccount(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	p.arrived()
	session := p.customerSession("JohnDoe", password)
	p.exec(`UPDATE accounts SET state = 'closed', closed_at = now()`)
	_, err := p.CustomerOf(t.Context(), session)
	require.ErrorIs(t, err, dealing.ErrUnauthenticated)
	_, fault, err := p.CustomerSignIn(t.Context(), "JohnDoe", password)
	require.NoError(t, err)
	require.Equal(t, "wrong_credentials", fault.Code)
}
