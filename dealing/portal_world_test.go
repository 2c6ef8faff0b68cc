package dealing_test

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
	"github.com/latchkey/latchkey/postgres/postgrestest"
)

// portal is a desk on a database of the test's own, with two dealers who must not see
// each other, and runs that get no further than their first step.
type portal struct {
	*dealing.Desk
	t         *testing.T
	store     *postgres.Store
	pool      *pgxpool.Pool
	passwords *dealing.Argon2id

	dealerID, branchID, otherID string
	receiverID                  string
	// The offices of the dealer and of the other one, and an operator.
	office, other, ops dealing.Actor
}

// password is everybody's.
const password = "correct horse 1!"

func openPortal(t *testing.T) *portal {
	t.Helper()
	url := postgrestest.URL(t)
	p := &portal{t: t, store: postgrestest.OpenAt(t, url), passwords: dealing.NewArgon2id(4, 64)}
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	p.pool = pool
	p.Desk = dealing.New(dealing.Config{
		Store: p.store, Engine: &firstStep{store: p.store}, Passwords: p.passwords, Letters: noLetter{}, Now: time.Now,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	p.dealerID, p.otherID = p.dealer("Sample Dealer", ""), p.dealer("Other Dealer", "")
	p.branchID = p.dealer("North Branch", p.dealerID)
	p.office = p.user("office", onboarding.RoleOffice, p.dealerID)
	p.other = p.user("other", onboarding.RoleOffice, p.otherID)
	p.ops = p.user("ops", onboarding.RoleOperator, "")
	station := p.made(p.store.CreateStation(t.Context(), postgres.NewStation{DealerID: p.dealerID, Name: "Central"}))
	p.receiverID = p.made(p.store.CreateReceiver(t.Context(), onboarding.Receiver{StationID: station, Name: "Line 1", Protocol: onboarding.ProtocolContactID}))
	for _, serial := range []string{"4100000017", "4100000025", "4100000033"} {
		require.NoError(t, p.store.AddModules(t.Context(), []postgres.NewModule{{Module: onboarding.Module{
			ID: uuid.NewString(), Serial: serial, Network: "AT&T", PanelTypes: []string{"simon_xt"}, DefaultPathway: "cell", Pathways: []string{"cell"},
		}}}))
	}
	return p
}

func (p *portal) ctx() context.Context { return p.t.Context() }

func (p *portal) made(id string, err error) string {
	p.t.Helper()
	require.NoError(p.t, err)
	return id
}

func (p *portal) dealer(name, parent string) string {
	p.t.Helper()
	return p.made(p.store.CreateDealer(p.ctx(), postgres.NewDealer{
		ParentID: parent, Dealer: onboarding.Dealer{Name: name, TimeZone: "America/New_York", MailFrom: "welcome@dealer.example.com"},
	}))
}

// user makes a user and returns them as their session sees them.
func (p *portal) user(login string, role onboarding.Role, dealerID string) dealing.Actor {
	p.t.Helper()
	hash, err := p.passwords.Hash(p.ctx(), password)
	require.NoError(p.t, err)
	p.made(p.store.CreateUser(p.ctx(), postgres.NewUser{DealerID: dealerID, Role: role, LoginName: login, PasswordHash: hash, FirstName: "Olivia", LastName: login}))
	return p.signedIn(login).Actor
}

// signedIn is who a session belongs to that is opened with everybody's password.
func (p *portal) signedIn(login string) dealing.User {
	p.t.Helper()
	session, fault, err := p.SignIn(p.ctx(), login, password)
	require.NoError(p.t, err)
	require.Zero(p.t, fault)
	user, err := p.UserOf(p.ctx(), session)
	require.NoError(p.t, err)
	return user
}

func (p *portal) exec(sql string, args ...any) {
	p.t.Helper()
	_, err := p.pool.Exec(p.ctx(), sql, args...)
	require.NoError(p.t, err)
}

func (p *portal) count(sql string, args ...any) int {
	p.t.Helper()
	var n int
	require.NoError(p.t, p.pool.QueryRow(p.ctx(), sql, args...).Scan(&n))
	return n
}

// johnDoe is the seed's customer, changed as the test needs it.
func (p *portal) johnDoe(changes ...func(*onboarding.Answers)) onboarding.Answers {
	answers := onboarding.Answers{
		Kind:    onboarding.KindCustomer,
		Account: onboarding.AccountAnswers{Type: onboarding.SecuritySystem},
		Customer: onboarding.CustomerAnswers{
			PropertyType: "single_family_house", InstallType: "professional", FirstName: "John", LastName: "Doe",
			Email: "john.doe@example.com", EmailConfirmation: "john.doe@example.com", Language: "en",
			Phone:   onboarding.PhoneAnswers{Number: "+1 571 555 0100", Type: "home"},
			Address: onboarding.AddressAnswers{Country: "US", Street1: "8281 Greensboro Drive", City: "Tysons", State: "VA", PostalCode: "22102"},
		},
		System:     onboarding.SystemAnswers{PanelType: onboarding.PanelAuto, Module: "4100000017"},
		Package:    onboarding.PackageAnswers{PackageID: "interactive_gold"},
		Forwarding: onboarding.ForwardingAnswers{Option: onboarding.ForwardAlways, ReceiverID: p.receiverID, AccountNumber: "1234"},
	}
	for _, change := range changes {
		change(&answers)
	}
	return answers
}

// onboard submits answers and returns the onboarding's ID.
func (p *portal) onboard(actor dealing.Actor, answers onboarding.Answers) string {
	p.t.Helper()
	outcome, err := p.Submit(p.ctx(), actor, dealing.Order{Source: onboarding.SourcePortal, Answers: answers})
	require.NoError(p.t, err)
	require.Empty(p.t, outcome.Problems)
	return outcome.Onboarding.ID
}

// account makes the account of an accepted onboarding.
func (p *portal) account(onboardingID string) onboarding.Account {
	p.t.Helper()
	key := onboarding.EffectKey{OnboardingID: onboardingID, Step: onboarding.StepCreateAccount, Revision: 1}
	_, _, err := p.store.BeginStep(p.ctx(), key)
	require.NoError(p.t, err)
	account, err := p.store.CreateAccount(p.ctx(), key, time.Hour, func(onboarding.Account) []byte { return []byte(`{}`) })
	require.NoError(p.t, err)
	return account
}

// park parks an onboarding for a reason, as its run would.
func (p *portal) park(onboardingID string, step onboarding.Step, reason onboarding.Reason, since time.Time) {
	p.t.Helper()
	require.NoError(p.t, p.store.RecordTransition(p.ctx(), "run-"+onboardingID, onboarding.Transition{
		OnboardingID: onboardingID, No: 5, Kind: onboarding.EventParked, Status: onboarding.StatusParked, Step: step, Revision: 1,
		ParkNo: 1, Reason: reason, At: since,
	}))
}

// firstStep does what the first step of a run does; the rest of an engine is not needed.
type firstStep struct {
	dealing.Engine
	store     *postgres.Store
	beginning sync.Mutex
}

func (f *firstStep) Start(ctx context.Context, start onboarding.StartRun) (onboarding.Verdict, error) {
	key := onboarding.EffectKey{OnboardingID: start.OnboardingID, Step: onboarding.StepValidate, Revision: 1}
	if _, done, err := f.store.BeginStep(ctx, key); err != nil || done {
		return onboarding.Verdict{Accepted: true}, err
	}
	dealerID, answers, err := f.store.SubmittedAnswers(ctx, start.OnboardingID, 1)
	if err != nil {
		return onboarding.Verdict{}, err
	}
	facts, err := f.store.Facts(ctx, dealerID, start.OnboardingID, onboarding.Ask(answers))
	if err != nil {
		return onboarding.Verdict{}, err
	}
	application, problems := onboarding.Check(answers, facts)
	if len(problems) > 0 {
		return onboarding.Verdict{Problems: problems}, f.store.Reject(ctx, key, problems, []byte(`{}`))
	}
	return onboarding.Verdict{Accepted: true}, f.store.Accept(ctx, key, application, []byte(`{}`))
}

// Begin does one at a time: only the real first step checks again when it was overtaken.
func (f *firstStep) Begin(ctx context.Context, start onboarding.StartRun) error {
	f.beginning.Lock()
	defer f.beginning.Unlock()
	_, err := f.Start(ctx, start)
	return err
}

// noLetter prints nothing; the letter's own tests are elsewhere.
type noLetter struct{}

func (noLetter) Print(context.Context, onboarding.Account, onboarding.Dealer, onboarding.Letter, string) ([]byte, error) {
	return []byte("%PDF"), nil
}
