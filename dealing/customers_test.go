package dealing_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

func (p *portal) found(actor dealing.Actor, filter dealing.CustomerFilter) []string {
	p.t.Helper()
	filter.Limit = 50
	page, _, err := p.Customers(p.ctx(), actor, "", filter)
	require.NoError(p.t, err)
	names := []string{}
	for _, line := range page {
		names = append(names, line.FirstName+" "+line.LastName)
	}
	return names
}

func named(first, last, module, accountNumber string) func(*onboarding.Answers) {
	return func(a *onboarding.Answers) {
		a.Customer.FirstName, a.Customer.LastName = first, last
		a.System.Module, a.Forwarding.AccountNumber = module, accountNumber
	}
}

func TestCustomers_AreFoundByWhatADealerKnows(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	p.onboard(p.office, p.johnDoe(func(a *onboarding.Answers) { a.Customer.Operations.AlternateID = "CRM-77" }))
	p.onboard(p.office, p.johnDoe(named("Zoë", "O'Brien", "4100000025", "4321"), func(a *onboarding.Answers) {
		a.Customer.Phone.Number, a.Customer.Address.Street1 = "+1 571 555 0199", "1 Cabin Road"
		a.Login.Name = "zoe99"
	}))
	for query, want := range map[string][]string{
		"":             {"Zoë O'Brien", "John Doe"},
		"doe":          {"John Doe"},
		"john d":       {"John Doe"},
		"ZOE":          {"Zoë O'Brien"},
		"obrien":       {"Zoë O'Brien"},
		"zoe9":         {"Zoë O'Brien"},
		"JohnDoe":      {"John Doe"},
		"4100000017":   {"John Doe"},
		"571-555-0199": {"Zoë O'Brien"},
		"571 555":      {"Zoë O'Brien", "John Doe"},
		"crm-77":       {"John Doe"},
		"greensboro":   {"John Doe"},
		"22102 cabin":  {"Zoë O'Brien"},
		"john zoe":     {},
		"%":            {"Zoë O'Brien", "John Doe"},
		`' | '`:        {"Zoë O'Brien", "John Doe"},
		"nobody":       {},
	} {
		require.Equal(t, want, p.found(p.office, dealing.CustomerFilter{Query: query}), query)
		require.Empty(t, p.found(p.other, dealing.CustomerFilter{Query: query}), query)
	}
	require.Len(t, p.found(p.ops, dealing.CustomerFilter{Query: "571"}), 2)

	var invalid *dealing.Invalid
	_, _, err := p.Customers(t.Context(), p.office, "", dealing.CustomerFilter{Query: "a\x00", Limit: 10})
	require.ErrorAs(t, err, &invalid)
	_, _, err = p.Customers(t.Context(), p.office, "", dealing.CustomerFilter{State: "lost", Limit: 10})
	require.ErrorAs(t, err, &invalid)
	_, _, err = p.Customers(t.Context(), p.office, p.otherID, dealing.CustomerFilter{Limit: 10})
	require.ErrorIs(t, err, dealing.ErrNotFound)
	_, _, err = p.Customers(t.Context(), p.office, "", dealing.CustomerFilter{Cursor: "forged", Limit: 10})
	require.ErrorIs(t, err, dealing.ErrBadCursor)
}

func TestCustomers_HaveTheStateThatADealerWouldName(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	running := p.onboard(p.office, p.johnDoe(named("Runa", "Running", "4100000017", "0001")))
	parked := p.onboard(p.office, p.johnDoe(named("Paula", "Parked", "4100000025", "0002")))
	open := p.onboard(p.office, p.johnDoe(named("Otto", "Open", "4100000033", "0003")))
	p.account(open)
	p.park(parked, onboarding.StepRegisterModule, onboarding.ReasonCarrierTimeout, time.Now())
	p.exec(`UPDATE onboardings SET status = 'completed', ended_at = now() WHERE id = $1`, open)
	rejected := p.onboard(p.office, onboarding.Answers{
		Kind: onboarding.KindVirtual, Account: onboarding.AccountAnswers{Type: onboarding.SecuritySystem},
		Customer: p.johnDoe().Customer, Package: p.johnDoe().Package,
	})
	p.exec(`UPDATE onboardings SET status = 'rejected', ended_at = now() WHERE id = $1`, rejected)

	for state, want := range map[onboarding.CustomerState][]string{
		"": {"Otto Open", "Paula Parked", "Runa Running"}, onboarding.CustomerInProgress: {"Runa Running"},
		onboarding.CustomerParked: {"Paula Parked"}, onboarding.CustomerOpen: {"Otto Open"}, onboarding.CustomerClosed: {},
	} {
		require.Equal(t, want, p.found(p.office, dealing.CustomerFilter{State: state}), state)
	}
	all, _, err := p.Customers(t.Context(), p.office, "", dealing.CustomerFilter{Limit: 10})
	require.NoError(t, err)
	shown := []onboarding.CustomerState{}
	for _, line := range all {
		shown = append(shown, line.State)
	}
	require.Equal(t, []onboarding.CustomerState{onboarding.CustomerOpen, onboarding.CustomerParked, onboarding.CustomerInProgress}, shown)
	p.exec(`UPDATE accounts SET state = 'closed', closed_at = now()`)
	p.exec(`UPDATE onboardings SET status = 'cancelled', ended_at = now() WHERE id = $1`, running)
	require.Equal(t, []string{"Otto Open", "Runa Running"}, p.found(p.office, dealing.CustomerFilter{State: onboarding.CustomerClosed}))
	require.Equal(t, []string{"Otto Open"}, p.found(p.office, dealing.CustomerFilter{State: onboarding.CustomerClosed, Query: "otto"}))
}

func TestCustomers_ArePagedWithoutGapOrRepetition(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	for i, module := range []string{"4100000017", "4100000025", "4100000033"} {
		p.onboard(p.office, p.johnDoe(named("John", string(rune('A'+i)), module, "000"+string(rune('1'+i)))))
	}
	for _, query := range []string{"", "john"} {
		var seen []string
		for filter := (dealing.CustomerFilter{Query: query, Limit: 1}); ; {
			page, next, err := p.Customers(t.Context(), p.office, p.dealerID, filter)
			require.NoError(t, err)
			require.Len(t, page, 1)
			seen = append(seen, page[0].LastName)
			if filter.Cursor = next; next == "" {
				break
			}
		}
		require.Equal(t, []string{"C", "B", "A"}, seen)
	}
}

func TestCustomer_IsAFileOfEverythingKnown(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	id := p.onboard(p.office, p.johnDoe())
	file, err := p.OnboardingFile(t.Context(), p.office, id)
	require.NoError(t, err)
	require.Nil(t, file.Account)
	require.Equal(t, onboarding.CustomerInProgress, file.State)
	require.True(t, file.Accepted)
	require.Equal(t, "JohnDoe", file.Answers.Login.Name)
	require.Equal(t, "Interactive Gold", file.Quote.PackageName)
	require.Equal(t, "4100000017", file.Module.Serial)
	require.Equal(t, "Line 1", file.Receiver.Name)
	require.Equal(t, "Sample Dealer", file.DealerName)
	require.Equal(t, onboarding.EventSubmitted, file.Events[0].Kind)
	require.Equal(t, "Olivia office", file.Events[0].ByName)

	account := p.account(id)
	_, err = p.PrintLetter(t.Context(), p.office, account.ID)
	require.NoError(t, err)
	p.emailLetter(id, "token", time.Now().Add(24*time.Hour))
	auditID, err := p.store.Audit(t.Context(), dealing.AuditEntry{UserID: p.ops.UserID, DealerID: p.dealerID, Action: "onboarding.decide.retry", ObjectID: id, Reason: "carrier is back"})
	require.NoError(t, err)
	require.NoError(t, p.store.RecordTransition(t.Context(), "run", onboarding.Transition{
		OnboardingID: id, No: 9, Kind: onboarding.EventResumed, Status: onboarding.StatusActive, Step: onboarding.StepSendLetter, Revision: 1,
		By: p.ops.UserID, Note: "audit " + auditID, At: time.Now(),
	}))

	file, err = p.Customer(t.Context(), p.office, account.ID)
	require.NoError(t, err)
	require.Equal(t, account.ID, file.Account.ID)
	require.Len(t, file.Ledger, 1)
	require.Equal(t, "activation", file.Ledger[0].Kind)
	require.True(t, file.PasswordSet)
	require.True(t, file.MustChange)
	require.Len(t, file.Letters, 2)
	require.Equal(t, "print", file.Letters[0].Channel)
	require.Equal(t, "Olivia office", file.Letters[0].ByName)
	require.Equal(t, "email", file.Letters[1].Channel)
	require.False(t, file.Letters[1].LinkExpires.IsZero())
	require.Len(t, file.Letters[1].Deliveries, 1)
	last := file.Events[len(file.Events)-1]
	require.Equal(t, "Olivia ops", last.ByName)
	require.Equal(t, "carrier is back", last.Reason)

	for _, foreign := range []string{account.ID, uuid.NewString(), "x"} {
		_, err = p.Customer(t.Context(), p.other, foreign)
		require.ErrorIs(t, err, dealing.ErrNotFound)
	}
	for _, foreign := range []string{id, uuid.NewString(), "x"} {
		_, err = p.OnboardingFile(t.Context(), p.other, foreign)
		require.ErrorIs(t, err, dealing.ErrNotFound)
	}
}

// emailLetter begins to send a welcome e-mail with this set-up token.
func (p *portal) emailLetter(onboardingID, token string, expires time.Time) {
	p.t.Helper()
	letter, err := p.store.PrepareLetter(p.ctx(), onboarding.EffectKey{OnboardingID: onboardingID, Step: onboarding.StepSendLetter, Revision: 1}, 0)
	require.NoError(p.t, err)
	require.NoError(p.t, p.store.LetterSending(p.ctx(), letter.ID, onboarding.SetupTokenHash(token), expires))
}
