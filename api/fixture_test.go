package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/api"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
	"github.com/latchkey/latchkey/postgres/postgrestest"
)

// panelSecret signs panel events in these tests.
const panelSecret = "bm90LWEtc2VjcmV0LW9ubHktZm9yLXRlc3Rz"

// office is the whole API on a database of the test's own, with two dealers who must
// not see each other.
type office struct {
	url    string
	store  *postgres.Store
	pool   *pgxpool.Pool
	engine *engine
	log    *lockedBuffer

	coverage func(context.Context, onboarding.AddressAnswers) ([]onboarding.NetworkCoverage, error)
	printed  chan string // temporary passwords, as the printer got them

	// The keys of a dealer's office, of another dealer's, of the first one's sub-dealer
	// and of an operator.
	key, otherKey, subKey, opsKey string
	dealerID, otherID, subID      string
	receiverID                    string
}

func open(t *testing.T, change ...func(*api.Config)) *office {
	t.Helper()
	databaseURL := postgrestest.URL(t)
	store := postgrestest.OpenAt(t, databaseURL)
	pool, err := pgxpool.New(t.Context(), databaseURL)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	o := &office{store: store, pool: pool, log: &lockedBuffer{}, printed: make(chan string, 10)}
	o.engine = &engine{accept: o.accept}
	o.coverage = func(context.Context, onboarding.AddressAnswers) ([]onboarding.NetworkCoverage, error) {
		return nil, nil
	}
	o.furnish(t)

	log := slog.New(slog.NewJSONHandler(o.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	config := api.Config{
		Desk: dealing.New(dealing.Config{
			Store: store, Engine: o.engine, Coverage: o, Letters: o, Passwords: dealing.NewArgon2id(2, 64), Now: time.Now, Log: log,
		}),
		PanelSecret: panelSecret, Log: log, Metrics: prometheus.NewRegistry(), Version: "test",
		Ready: []api.Check{{Name: "postgres", Func: store.Ping}},
	}
	for _, c := range change {
		c(&config)
	}
	handler, err := api.New(config)
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(nil)
	server.Config = api.NewServer(handler)
	server.Start()
	t.Cleanup(server.Close)
	o.url = server.URL
	return o
}

// Coverage is the carrier's answer in these tests.
func (o *office) Coverage(ctx context.Context, address onboarding.AddressAnswers) ([]onboarding.NetworkCoverage, error) {
	return o.coverage(ctx, address)
}

// Print is the printer of these tests.
func (o *office) Print(_ context.Context, _ onboarding.Account, _ onboarding.Dealer, _ onboarding.Letter, temporaryPassword string) ([]byte, error) {
	o.printed <- temporaryPassword
	return []byte("%PDF-1.3 for a test"), nil
}

// furnish puts the dealers and what they have into the record.
func (o *office) furnish(t *testing.T) {
	t.Helper()
	o.dealerID, o.otherID, o.subID = uuid.NewString(), uuid.NewString(), uuid.NewString()
	o.exec(t, `INSERT INTO dealers (id, name, time_zone, mail_from) VALUES ($1, 'Sample Dealer', 'America/New_York', 'welcome@sample-dealer.example.com'), ($2, 'Other Dealer', 'America/Chicago', '')`, o.dealerID, o.otherID)
	o.exec(t, `INSERT INTO dealers (id, parent_id, name, time_zone) VALUES ($1, $2, 'North Branch', 'America/New_York')`, o.subID, o.dealerID)
	o.key = o.user(t, "office", "office", &o.dealerID)
	o.otherKey = o.user(t, "other", "office", &o.otherID)
	o.subKey = o.user(t, "branch", "technician", &o.subID)
	o.opsKey = o.user(t, "ops", "operator", nil)
	o.exec(t, `UPDATE users SET sales_rep = true, first_name = 'Rita', last_name = 'Seller' WHERE login_name = 'office'`)

	station := uuid.NewString()
	o.receiverID = uuid.NewString()
	o.exec(t, `INSERT INTO monitoring_stations (id, dealer_id, name) VALUES ($1, $2, 'Sample Station')`, station, o.dealerID)
	o.exec(t, `INSERT INTO receivers (id, station_id, name, number, protocol, two_way_voice) VALUES ($1, $2, 'Main', '555-0100', 'contact_id', true)`, o.receiverID, station)
	o.exec(t, `INSERT INTO panel_templates (id, dealer_id, name, panel_type) VALUES ($1, $2, 'Standard', 'twog_gc2')`, uuid.NewString(), o.dealerID)
	o.exec(t, `INSERT INTO package_templates (id, dealer_id, name, package_id, add_ons) VALUES ($1, $2, 'Gold', 'interactive_gold', '[{"id": "six_hour_supervision", "quantity": 1}]')`, uuid.NewString(), o.dealerID)
	o.exec(t, `INSERT INTO customer_sources (id, dealer_id, name) VALUES ($1, $2, 'Web site')`, uuid.NewString(), o.dealerID)
	for _, serial := range []string{"4100000017", "4100000025", "4100000033"} {
		o.exec(t, `INSERT INTO modules (id, serial, network, panel_types, default_pathway, pathways) VALUES ($1, $2, 'AT&T', '{twog_gc2}', 'cell', '{cell}')`, uuid.NewString(), serial)
	}
	o.exec(t, `INSERT INTO modules (id, serial, network, panel_types, default_pathway, pathways, dealer_id) VALUES ($1, '4100000041', 'AT&T', '{twog_gc2}', 'cell', '{cell}', $2)`, uuid.NewString(), o.otherID)
}

// user makes a user with an API key.
func (o *office) user(t *testing.T, login, role string, dealerID *string) (key string) {
	t.Helper()
	id := uuid.NewString()
	o.exec(t, `INSERT INTO users (id, role, dealer_id, login_name) VALUES ($1, $2, $3, $4)`, id, role, dealerID, login)
	key = dealing.NewAPIKey()
	hash := dealing.HashAPIKey(key)
	o.exec(t, `INSERT INTO api_keys (id, user_id, prefix, hash) VALUES ($1, $2, $3, $4)`, uuid.NewString(), id, key[:7], hash[:])
	return key
}

func (o *office) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	_, err := o.pool.Exec(t.Context(), sql, args...)
	require.NoError(t, err)
}

// counts are the rows of every table that a request could write to.
func (o *office) counts(t *testing.T) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, table := range []string{"onboardings", "applications", "onboarding_events", "idempotency_keys", "audit", "logins", "accounts", "panel_events", "letters", "drafts", "monitoring_stations", "receivers", "panel_templates", "commitments"} {
		var n int
		require.NoError(t, o.pool.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n))
		counts[table] = n
	}
	return counts
}

// accept does what the first step of a run does.
func (o *office) accept(ctx context.Context, start onboarding.StartRun) (onboarding.Verdict, error) {
	key := onboarding.EffectKey{OnboardingID: start.OnboardingID, Step: onboarding.StepValidate, Revision: 1}
	if _, done, err := o.store.BeginStep(ctx, key); err != nil || done {
		return onboarding.Verdict{Accepted: true}, err
	}
	dealerID, answers, err := o.store.SubmittedAnswers(ctx, start.OnboardingID, 1)
	if err != nil {
		return onboarding.Verdict{}, err
	}
	facts, err := o.store.Facts(ctx, dealerID, start.OnboardingID, onboarding.Ask(answers))
	if err != nil {
		return onboarding.Verdict{}, err
	}
	application, problems := onboarding.Check(answers, facts)
	if len(problems) > 0 {
		return onboarding.Verdict{Problems: problems}, o.store.Reject(ctx, key, problems, []byte(`{}`))
	}
	return onboarding.Verdict{Accepted: true}, o.store.Accept(ctx, key, application, []byte(`{}`))
}

// transition moves an onboarding as a run does.
func (o *office) transition(t *testing.T, id string, no int, kind onboarding.EventKind, status onboarding.Status, change ...func(*onboarding.Transition)) {
	t.Helper()
	transition := onboarding.Transition{
		OnboardingID: id, No: no, Kind: kind, Status: status, Step: onboarding.StepAwaitNetwork, Revision: 1, At: time.Now(),
	}
	for _, c := range change {
		c(&transition)
	}
	require.NoError(t, o.store.RecordTransition(t.Context(), "run-"+id, transition))
}

func (o *office) park(t *testing.T, id string, step onboarding.Step, reason onboarding.Reason) {
	t.Helper()
	o.transition(t, id, 5, onboarding.EventParked, onboarding.StatusParked, func(transition *onboarding.Transition) {
		transition.Step, transition.ParkNo, transition.Reason = step, 1, reason
	})
}

// account makes the account of an accepted onboarding.
func (o *office) account(t *testing.T, onboardingID string) string {
	t.Helper()
	key := onboarding.EffectKey{OnboardingID: onboardingID, Step: onboarding.StepCreateAccount, Revision: 1}
	_, _, err := o.store.BeginStep(t.Context(), key)
	require.NoError(t, err)
	account, err := o.store.CreateAccount(t.Context(), key, time.Hour, func(onboarding.Account) []byte { return []byte(`{}`) })
	require.NoError(t, err)
	return account.ID
}

// johnDoe is the seed's customer, changed by JSON paths such as "customer.email".
func (o *office) johnDoe(changes ...change) map[string]any {
	application := map[string]any{
		"kind":    "customer",
		"account": map[string]any{"type": "security_system"},
		"customer": map[string]any{
			"property_type": "single_family_house", "install_type": "professional",
			"first_name": "John", "last_name": "Doe",
			"email": "john.doe@example.com", "email_confirmation": "john.doe@example.com",
			"phone": map[string]any{"number": "+1 571 555 0100", "type": "home"}, "language": "en",
			"address":              map[string]any{"country": "US", "street1": "8281 Greensboro Drive", "city": "Tysons", "state": "VA", "postal_code": "22102"},
			"installation_address": nil,
			"operations":           map[string]any{},
		},
		"login":      map[string]any{"name": ""},
		"system":     map[string]any{"panel_type": "auto", "module": "4100000017"},
		"pathway":    map[string]any{"value": ""},
		"package":    map[string]any{"package_id": "interactive_gold", "add_ons": []any{map[string]any{"id": "six_hour_supervision", "quantity": 1}}},
		"forwarding": map[string]any{"option": "always", "receiver_id": o.receiverID, "account_number": "1234"},
		"templates":  map[string]any{"default_notifications": true, "panel_template_id": ""},
	}
	for _, c := range changes {
		c.apply(application)
	}
	return application
}

type change struct {
	path  string
	value any
}

func (c change) apply(to map[string]any) {
	names := strings.Split(c.path, ".")
	for _, name := range names[:len(names)-1] {
		to = to[name].(map[string]any)
	}
	to[names[len(names)-1]] = c.value
}

// reply is what came back.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (r reply) json(t *testing.T) map[string]any {
	t.Helper()
	var decoded map[string]any
	require.NoError(t, json.Unmarshal(r.body, &decoded), string(r.body))
	return decoded
}

func (r reply) problem(t *testing.T) api.Problem {
	t.Helper()
	require.Equal(t, "application/problem+json", r.header.Get("Content-Type"), string(r.body))
	var problem api.Problem
	require.NoError(t, json.Unmarshal(r.body, &problem))
	require.Equal(t, r.status, problem.Status)
	require.Equal(t, "urn:latchkey:problem:"+problem.Code, problem.Type)
	return problem
}

// call sends a request; a body that is not bytes or a string is sent as JSON. Every reply
// must be one that the OpenAPI document announces.
func (o *office) call(t *testing.T, method, path, key string, body any, headers ...string) reply {
	t.Helper()
	request := o.request(t, method, path, key, body, headers...)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	answered, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	response.Body = io.NopCloser(bytes.NewReader(answered))
	announced(t, o.url, request, response)
	return reply{response.StatusCode, response.Header, answered}
}

func (o *office) request(t *testing.T, method, path, key string, body any, headers ...string) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, o.url+path, bytes.NewReader(written(t, body)))
	require.NoError(t, err)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return request
}

func written(t *testing.T, body any) []byte {
	t.Helper()
	switch body := body.(type) {
	case nil:
		return nil
	case []byte:
		return body
	case string:
		return []byte(body)
	default:
		encoded, err := json.Marshal(body)
		require.NoError(t, err)
		return encoded
	}
}

// announced holds a reply against the OpenAPI document.
func announced(t *testing.T, url string, request *http.Request, response *http.Response) {
	t.Helper()
	if !strings.HasPrefix(request.URL.Path, "/v1/") {
		return
	}
	described.once.Do(func() {
		parsed, err := libopenapi.NewDocument(document(t, url))
		require.NoError(t, err)
		checker, errs := validator.NewValidator(parsed)
		require.Empty(t, errs)
		described.checker = checker
	})
	described.Lock()
	defer described.Unlock()
	ok, problems := described.checker.ValidateHttpResponse(request, response)
	for _, problem := range problems {
		switch problem.ValidationSubType {
		case "missing", "missingOperation": // a path or method that there is not: 404 and 405
			ok = true
			continue
		}
		t.Log(problem.Message, problem.Reason)
		for _, schema := range problem.SchemaValidationErrors {
			t.Log(schema.Reason, schema.FieldPath)
		}
	}
	require.True(t, ok, "%s %s answered %d, which the document does not announce", request.Method, request.URL.Path, response.StatusCode)
}

var described struct {
	sync.Mutex
	once    sync.Once
	checker validator.Validator
}

// submit creates an onboarding and returns its ID.
func (o *office) submit(t *testing.T, changes ...change) string {
	t.Helper()
	created := o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.johnDoe(changes...))
	require.Equal(t, http.StatusCreated, created.status, string(created.body))
	return created.json(t)["id"].(string)
}

// lockedBuffer is a log that is read while it is written.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}
