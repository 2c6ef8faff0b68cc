package activities_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/carrier/carriertest"
	"github.com/latchkey/latchkey/mail"
	"github.com/latchkey/latchkey/mail/mailtest"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
	"github.com/latchkey/latchkey/postgres/postgrestest"
	"github.com/latchkey/latchkey/webhook"
)

const (
	customerURL = "https://customers.example.com"
	secret      = "a secret for tests, of no use to anybody"
	mailUser    = "latchkey"
	mailWord    = "a mail password for tests"
)

// world is the activities with every part they need, each a real one: the database, a
// carrier over HTTP, a mail server over SMTP. Only the runner is made by hand, and the
// record can be told to break.
type world struct {
	t        *testing.T
	steps    *activities.Activities
	store    *postgres.Store
	broken   *brokenStore
	pool     *pgxpool.Pool
	demo     postgres.Demo
	template string
	carrier  *carriertest.Simulator
	mail     *mailtest.Server
	webhooks *webhook.Sender
	runner   *runner
	clock    *clock
	logs     *logbook
	people   *people
}

func newWorld(t *testing.T) *world {
	t.Helper()
	url := postgrestest.URL(t)
	w := &world{
		t: t, store: postgrestest.OpenAt(t, url), runner: &runner{}, clock: &clock{}, logs: &logbook{}, people: newPeople(),
	}
	w.broken = &brokenStore{Store: w.store}
	var err error
	w.pool, err = pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(w.pool.Close)
	w.demo, err = w.store.LoadDemo(t.Context(), postgres.DemoSecrets{DealerKey: "lk_dealer", OtherDealerKey: "lk_other", OpsKey: "lk_ops"})
	require.NoError(t, err)
	w.template, err = w.store.CreatePanelTemplate(t.Context(), w.demo.Dealer.ID, onboarding.PanelTemplate{Name: "House", PanelType: "simon_xt"})
	require.NoError(t, err)

	w.carrier, err = carriertest.New(carriertest.Options{})
	require.NoError(t, err)
	require.NoError(t, w.carrier.Start())
	t.Cleanup(func() { require.NoError(t, w.carrier.Close()) })
	w.mail, err = mailtest.Start(mailtest.Options{Username: mailUser, Password: mailWord})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.mail.Close()) })

	w.webhooks, err = webhook.New(webhook.Config{Reach: onboarding.WebhookReachAnywhere, Timeout: webhookTimeout})
	require.NoError(t, err)
	t.Cleanup(w.webhooks.Close)

	w.steps = w.stepsWith(w.broken, w.carrier.URL())
	t.Cleanup(func() { requireNothingPersonal(t, w.people, w.logs.String()) })
	return w
}

// stepsWith are the activities on another record or carrier.
func (w *world) stepsWith(store activities.Store, carrierURL string) *activities.Activities {
	w.t.Helper()
	client, err := carrier.New(carrier.Config{BaseURL: carrierURL})
	require.NoError(w.t, err)
	w.t.Cleanup(client.Close)
	sender, err := mail.New(mail.Config{
		Host: w.mail.Host(), Port: w.mail.Port(), TLS: mail.TLSNone, Username: mailUser, Password: mailWord,
	})
	require.NoError(w.t, err)
	steps, err := activities.New(activities.Config{
		Store: store, Carrier: client, Mailer: sender, Webhooks: w.webhooks, Runner: w.runner, Policy: activities.DefaultPolicy,
		Secret: []byte(secret), CustomerURL: customerURL, Now: w.clock.now, Log: slog.New(slog.NewJSONHandler(w.logs, nil)),
	})
	require.NoError(w.t, err)
	return steps
}

// in is the same world for a subtest.
func (w *world) in(t *testing.T) *world {
	within := *w
	within.t = t
	return &within
}

// submit commits an application as the API does, and returns its onboarding's ID.
func (w *world) submit(answers onboarding.Answers) string {
	w.t.Helper()
	id, fresh, err := w.store.Submit(w.t.Context(), onboarding.Submission{
		OnboardingID: uuid.Must(uuid.NewV7()).String(), DealerID: w.demo.Dealer.ID, UserID: w.demo.Dealer.User.ID,
		Source: onboarding.SourceAPI, Answers: answers,
	})
	require.NoError(w.t, err)
	require.True(w.t, fresh)
	return id
}

// amend stores the next revision, checked, as a person's correction does.
func (w *world) amend(id string, change func(*onboarding.Answers)) activities.StepInput {
	w.t.Helper()
	was, typed, err := w.store.LatestAnswers(w.t.Context(), id)
	require.NoError(w.t, err)
	change(&typed)
	facts, err := w.store.Facts(w.t.Context(), w.demo.Dealer.ID, id, onboarding.Ask(typed))
	require.NoError(w.t, err)
	application, problems := onboarding.Check(typed, facts)
	require.Empty(w.t, problems)
	revision, err := w.store.Amend(w.t.Context(), id, was, w.demo.Dealer.User.ID, typed, application)
	require.NoError(w.t, err)
	return activities.StepInput{OnboardingID: id, Revision: revision}
}

// first is the input of a step for the application as it was submitted.
func first(id string) activities.StepInput {
	return activities.StepInput{OnboardingID: id, Revision: 1}
}

// call runs one activity by its name, as a worker does for the workflow, and returns
// its result as it crosses the wire.
func (w *world) call(name string, in any) (string, error) {
	w.t.Helper()
	return w.callOn(w.steps, name, in)
}

func (w *world) callOn(steps *activities.Activities, name string, in any) (string, error) {
	w.t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet{})
	env := suite.NewTestActivityEnvironment()
	env.SetExecuteActivitiesInWorkflow(true)
	env.RegisterActivity(steps)
	args := []any{in}
	if in == nil {
		args = nil
	}
	result, err := env.ExecuteActivity(name, args...)
	if err != nil {
		return "", err
	}
	if !result.HasValue() {
		return "", nil
	}
	var raw json.RawMessage
	require.NoError(w.t, result.Get(&raw))
	return string(raw), nil
}

// run runs a step.
func (w *world) run(step onboarding.Step, in activities.StepInput) (string, error) {
	w.t.Helper()
	return w.call(activities.Name(step), in)
}

// done runs steps that must succeed.
func (w *world) done(in activities.StepInput, steps ...onboarding.Step) {
	w.t.Helper()
	for _, step := range steps {
		_, err := w.run(step, in)
		require.NoError(w.t, err, step)
	}
}

// resultOf runs a step that must succeed and reads its result.
func resultOf[R any](w *world, step onboarding.Step, in activities.StepInput) R {
	w.t.Helper()
	raw, err := w.run(step, in)
	require.NoError(w.t, err)
	return decoded[R](w.t, raw)
}

func decoded[R any](t *testing.T, raw string) R {
	t.Helper()
	var result R
	require.NoError(t, json.Unmarshal([]byte(raw), &result))
	return result
}

// has is a submitted application that has gone through its steps up to and with last.
func (w *world) has(answers onboarding.Answers, last onboarding.Step) string {
	w.t.Helper()
	id := w.submit(answers)
	plan, known := onboarding.PlanFor(answers.Kind, answers.Account.Type)
	require.True(w.t, known)
	for _, step := range plan.Steps {
		if step != onboarding.StepAwaitNetwork {
			w.done(first(id), step)
		}
		if step == last {
			return id
		}
	}
	require.FailNow(w.t, "the plan has no such step", last)
	return ""
}

// count runs a query that counts; $1 is the onboarding.
func (w *world) count(sql string, args ...any) int {
	w.t.Helper()
	return valueOf[int](w, sql, args...)
}

func valueOf[V any](w *world, sql string, args ...any) V {
	w.t.Helper()
	var value V
	require.NoError(w.t, w.pool.QueryRow(w.t.Context(), sql, args...).Scan(&value), sql)
	return value
}

func (w *world) row(id string) onboarding.Onboarding {
	w.t.Helper()
	row, err := w.store.Onboarding(w.t.Context(), nil, id)
	require.NoError(w.t, err)
	return row
}

func (w *world) account(id string) onboarding.Account {
	w.t.Helper()
	account, err := w.store.AccountOf(w.t.Context(), id)
	require.NoError(w.t, err)
	return account
}

// calls counts what the carrier was asked.
func (w *world) calls(call carrier.Call) int {
	n := 0
	for _, received := range w.carrier.Calls() {
		if received.Call == call {
			n++
		}
	}
	return n
}

// registeredUnder are the keys under which the carrier has a module.
func (w *world) registeredUnder(module string) []string {
	var keys []string
	for _, registration := range w.carrier.Registrations() {
		if registration.Request.Module == module {
			keys = append(keys, registration.Key)
		}
	}
	return keys
}

// concurrently does the same thing at the same moment, times over.
func concurrently[R any](times int, do func(n int) R) []R {
	results := make([]R, times)
	start := make(chan struct{})
	var racing sync.WaitGroup
	for n := range times {
		racing.Go(func() {
			<-start
			results[n] = do(n)
		})
	}
	close(start)
	racing.Wait()
	return results
}

// clock is the time of the activities; it can be put forward.
type clock struct {
	mutex sync.Mutex
	ahead time.Duration
}

func (c *clock) now() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) advance(by time.Duration) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.ahead += by
}

// logbook keeps what was logged.
type logbook struct {
	mutex sync.Mutex
	bytes.Buffer
}

func (l *logbook) Write(line []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.Buffer.Write(line)
}

// String is what was logged so far.
func (l *logbook) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.Buffer.String()
}

// quiet is Temporal's own logger, which has nothing to say here.
type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}

// requireNothingPersonal holds a text that leaves the process against everything that
// was typed about anybody.
func requireNothingPersonal(t *testing.T, everybody *people, text string) {
	t.Helper()
	for _, typed := range everybody.everything() {
		require.NotContains(t, text, typed)
	}
}
