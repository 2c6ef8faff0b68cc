package postgres_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
	"github.com/latchkey/latchkey/postgres/postgrestest"
)

// world is a database with a dealer who can sell.
type world struct {
	*postgres.Store
	t        *testing.T
	url      string
	conn     *pgx.Conn
	dealer   string
	user     string
	receiver string
	template string
	modules  []onboarding.Module
}

// hour is the network wait of the tests.
const hour = time.Hour

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, url: postgrestest.URL(t)}
	w.Store = postgrestest.OpenAt(t, w.url)
	w.conn = connect(t, w.url)
	w.dealer = w.newDealer("Sample Dealer")
	w.user = w.made(w.CreateUser(w.ctx(), postgres.NewUser{DealerID: w.dealer, Role: onboarding.RoleOffice, LoginName: "office"}))
	station := w.made(w.CreateStation(w.ctx(), postgres.NewStation{DealerID: w.dealer, Name: "Central"}))
	w.receiver = w.made(w.CreateReceiver(w.ctx(), onboarding.Receiver{
		StationID: station, Name: "Line 1", Protocol: onboarding.ProtocolContactID, TwoWayVoice: true,
	}))
	w.template = w.made(w.CreatePanelTemplate(w.ctx(), w.dealer, onboarding.PanelTemplate{Name: "House", PanelType: "simon_xt"}))
	for i := range 4 {
		w.modules = append(w.modules, w.addModule(fmt.Sprintf("41000000%02d", i+1), nil))
	}
	return w
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close(context.Background())) })
	return conn
}

func (w *world) ctx() context.Context { return w.t.Context() }

func (w *world) made(id string, err error) string {
	w.t.Helper()
	require.NoError(w.t, err)
	return id
}

func (w *world) newDealer(name string) string {
	w.t.Helper()
	return w.made(w.CreateDealer(w.ctx(), postgres.NewDealer{Dealer: onboarding.Dealer{
		Name: name, TimeZone: "America/New_York", MailFrom: name + " <welcome@dealer.example.com>",
	}}))
}

// addModule adds a Simon XT module of AT&T, changed as the test needs it.
func (w *world) addModule(serial string, change func(*postgres.NewModule)) onboarding.Module {
	w.t.Helper()
	module := postgres.NewModule{Module: onboarding.Module{
		ID: newID(), Serial: serial, Network: "AT&T", PanelTypes: []string{"simon_xt"},
		DefaultPathway: "cell", Pathways: []string{"cell"}, TwoWayVoice: true, FirmwareVersion: "1.10",
	}}
	if change != nil {
		change(&module)
	}
	require.NoError(w.t, w.AddModules(w.ctx(), []postgres.NewModule{module}))
	return module.Module
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// distinct numbers customers, so that two of them never want the same login or number.
var distinct atomic.Int64

// johnDoe is an accepted application of the seed's customer.
func (w *world) johnDoe(module onboarding.Module) onboarding.Application {
	number := distinct.Add(1)
	events := true
	return onboarding.Application{
		Revision: 1,
		ModuleID: module.ID,
		Answers: onboarding.Answers{
			Kind:    onboarding.KindCustomer,
			Account: onboarding.AccountAnswers{Type: onboarding.SecuritySystem},
			Customer: onboarding.CustomerAnswers{
				PropertyType: "single_family_house", InstallType: "professional", FirstName: "John", LastName: "Doe",
				Email: "john.doe@example.com", EmailConfirmation: "john.doe@example.com",
				Phone: onboarding.PhoneAnswers{Number: "+15715550100", Type: "home"}, Language: "en", TimeZone: "America/New_York",
				Address: onboarding.AddressAnswers{Country: "US", Street1: "8281 Greensboro Drive", City: "Tysons", State: "VA", PostalCode: "22102"},
			},
			Login:   onboarding.LoginAnswers{Name: fmt.Sprintf("JohnDoe%d", number)},
			System:  onboarding.SystemAnswers{PanelType: "simon_xt", Module: module.Serial},
			Pathway: onboarding.PathwayAnswers{Value: "cell"},
			Package: onboarding.PackageAnswers{PackageID: "interactive_gold", AddOns: []onboarding.AddOnAnswer{{ID: "locks", Quantity: 1}}},
			Forwarding: onboarding.ForwardingAnswers{
				Option: onboarding.ForwardAlways, ReceiverID: w.receiver, AccountNumber: fmt.Sprintf("%04d", number), Events: []string{"alarms"},
			},
			Templates: onboarding.TemplatesAnswers{DefaultNotifications: &events, PanelTemplateID: w.template},
		},
		Quote: catalog.Quote{
			PackageID: "interactive_gold", PackageName: "Interactive Gold", IncludedFeatures: []string{"Images - Plus"},
			AddOns:        []catalog.QuoteLine{{ID: "locks", Name: "Locks", Quantity: 1, Monthly: 200}},
			ActivationFee: 2500, MonthlyTotal: 2195, Currency: "USD",
		},
	}
}

// submitted commits an onboarding and returns its ID.
func (w *world) submitted(answers onboarding.Answers) string {
	w.t.Helper()
	id, fresh, err := w.Submit(w.ctx(), onboarding.Submission{
		OnboardingID: newID(), DealerID: w.dealer, UserID: w.user, Source: onboarding.SourceAPI, Answers: answers,
	})
	require.NoError(w.t, err)
	require.True(w.t, fresh)
	return id
}

// accepted is an onboarding whose first step is done.
func (w *world) accepted(application onboarding.Application) string {
	w.t.Helper()
	id := w.submitted(application.Answers)
	w.begin(id, onboarding.StepValidate)
	require.NoError(w.t, w.Accept(w.ctx(), keyOf(id, onboarding.StepValidate), application, []byte(`{"accepted":true}`)))
	return id
}

// opened is an onboarding that made its account.
func (w *world) opened(application onboarding.Application) onboarding.Account {
	w.t.Helper()
	id := w.accepted(application)
	w.begin(id, onboarding.StepCreateAccount)
	account, err := w.CreateAccount(w.ctx(), keyOf(id, onboarding.StepCreateAccount), hour, encode)
	require.NoError(w.t, err)
	return account
}

func (w *world) begin(id string, step onboarding.Step) {
	w.t.Helper()
	_, done, err := w.BeginStep(w.ctx(), keyOf(id, step))
	require.NoError(w.t, err)
	require.False(w.t, done)
}

func keyOf(id string, step onboarding.Step) onboarding.EffectKey {
	return onboarding.EffectKey{OnboardingID: id, Step: step, Revision: 1}
}

func encode(account onboarding.Account) []byte {
	return fmt.Appendf(nil, `{"account_id":%q}`, account.ID)
}

// row reads the record of an onboarding.
func (w *world) row(id string) onboarding.Onboarding {
	w.t.Helper()
	row, err := w.Onboarding(w.ctx(), nil, id)
	require.NoError(w.t, err)
	return row
}

// count runs a query that counts.
func (w *world) count(sql string, args ...any) int {
	w.t.Helper()
	var n int
	require.NoError(w.t, w.conn.QueryRow(w.ctx(), sql, args...).Scan(&n))
	return n
}

// kinds are the events of an onboarding, in order.
func (w *world) kinds(id string) []onboarding.EventKind {
	w.t.Helper()
	events, err := w.Events(w.ctx(), id, 0, 100)
	require.NoError(w.t, err)
	kinds := make([]onboarding.EventKind, len(events))
	for i, event := range events {
		kinds[i] = event.Kind
	}
	return kinds
}

// requireConflict is the answer to somebody who was slower.
func requireConflict(t *testing.T, err error, field string, reason onboarding.Reason) {
	t.Helper()
	var conflict *onboarding.Conflict
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, onboarding.Conflict{Field: field, Reason: reason}, *conflict)
}

// timeline is the step of an onboarding's timeline.
func timeline(t *testing.T, row onboarding.Onboarding, step onboarding.Step) onboarding.StepProgress {
	t.Helper()
	for _, progress := range row.Steps {
		if progress.Step == step {
			return progress
		}
	}
	t.Fatalf("no step %s in the timeline", step)
	return onboarding.StepProgress{}
}
