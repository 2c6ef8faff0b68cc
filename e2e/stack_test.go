package e2e

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	temporallog "go.temporal.io/sdk/log"
	"golang.org/x/sync/errgroup"

	"github.com/latchkey/latchkey/carrier/carriertest"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/localstack"
	"github.com/latchkey/latchkey/mail/mailtest"
	"github.com/latchkey/latchkey/postgres"
	"github.com/latchkey/latchkey/workflows"
)

// stack is an installation as an operator would make it: `latchkey api` and `latchkey
// worker` as processes, on servers that can be killed one by one and come back where they
// were. Unless a test shortens it, the network hour is an hour: nothing goes past it before
// the test says so.
type stack struct {
	dir      string
	hour     time.Duration
	ui       localstack.UI
	database *localstack.Postgres
	temporal *localstack.Temporal
	ports    temporalPorts
	mails    *mailtest.Server
	carrier  *carriertest.Simulator
	api      *program
	worker   *program

	workers    []*program     // of a benchmark, the one above included
	demoCounts map[string]int // what a benchmark found there

	moreWorkerFlags []string

	collector *collector // of traces; nil when nobody looks at them
	workerURL string     // of the worker's /metrics

	demo        postgres.Demo
	panelSecret string
	payloadKey  string   // none unless a test is about it
	secret      []string // of the installation, and the flag with the one before it
	office, ops caller   // a dealer's office, an operator
	other       caller   // another dealer's office

	rows   *pgxpool.Pool // for looking, never for writing what Latchkey writes
	client client.Client

	modules atomic.Int32 // of demo.AvailableModules, used so far

	mu        sync.Mutex
	customers []customer        // everybody whom a test onboarded here
	secrets   []string          // tokens and passwords that were given out here
	faults    []carriertest.Row // ordered of the carrier
}

// temporalPorts stay the same when Temporal comes back.
type temporalPorts struct{ frontend, ui int }

// startStack starts one for this test alone, and looks at its end for personal data where
// none may be.
func startStack(t *testing.T) *stack {
	t.Helper()
	return startStackWithHour(t, time.Hour)
}

// startStackWithHour starts one whose network hour lasts that long.
func startStackWithHour(t *testing.T, hour time.Duration) *stack {
	t.Helper()
	return startStackLike(t, &stack{hour: hour})
}

// startStackLike starts one that is set as s is: its hour, its keys.
func startStackLike(t *testing.T, s *stack) *stack {
	t.Helper()
	err := s.begin()
	t.Cleanup(func() { require.NoError(t, s.stop()) })
	require.NoError(t, err)
	t.Cleanup(func() { requireNoPersonalData(t, s) })
	s.showIfFailed(t)
	return s
}

var (
	sharedStackOnce   = sync.OnceValues(newStack)
	sharedStackExists atomic.Bool
)

// sharedStack is for tests that break nothing and use modules of their own.
func sharedStack(t *testing.T) *stack {
	t.Helper()
	sharedStackExists.Store(true)
	s, err := sharedStackOnce()
	require.NoError(t, err)
	s.showIfFailed(t)
	return s
}

func stopSharedStack() error {
	if !sharedStackExists.Load() {
		return nil
	}
	s, _ := sharedStackOnce()
	return s.stop()
}

func (s *stack) showIfFailed(t *testing.T) {
	for _, p := range []*program{s.api, s.worker} {
		p.showIfFailed(t)
	}
}

func newStack() (*stack, error) {
	s := &stack{hour: time.Hour}
	return s, s.begin()
}

// begin starts everything. What was started is in the stack also when it fails.
func (s *stack) begin() error {
	return s.bringUp(s.makePlace, s.startCollector, s.startServers, s.startMailAndCarrier, s.migrate, s.loadDemo, s.connect, s.startPrograms)
}

func (s *stack) bringUp(steps ...func(context.Context) error) error {
	if _, err := binary(); err != nil { // takes minutes on a new machine, so before the clock runs
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s.secret = []string{base64.StdEncoding.EncodeToString([]byte("only for tests of the set-up link"))}
	s.panelSecret = base64.StdEncoding.EncodeToString([]byte("only for tests of the panel link"))
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *stack) makePlace(context.Context) (err error) {
	if s.dir, err = os.MkdirTemp("", "latchkey-e2e-"); err != nil {
		return err
	}
	if s.ports.frontend, err = localstack.FreePort(); err != nil {
		return err
	}
	if s.ports.ui, err = localstack.FreePort(); err != nil {
		return err
	}
	workerPort, err := localstack.FreePort()
	s.workerURL = "http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(workerPort))
	return err
}

func (s *stack) startCollector(context.Context) error {
	s.collector = newCollector()
	return nil
}

func (s *stack) startServers(ctx context.Context) error {
	starting, startCtx := errgroup.WithContext(ctx)
	starting.Go(func() error { return s.startDatabase(startCtx, 0) })
	starting.Go(func() error { return s.startTemporal(startCtx) })
	return starting.Wait()
}

func (s *stack) startDatabase(ctx context.Context, port int) (err error) {
	s.database, err = localstack.StartPostgres(ctx, localstack.PostgresOptions{
		Dir: filepath.Join(s.dir, "postgres"), Database: "latchkey", Port: port,
	})
	return err
}

// startTemporal starts a bare server: `latchkey migrate` is what makes it Latchkey's.
func (s *stack) startTemporal(ctx context.Context) (err error) {
	s.temporal, err = localstack.StartTemporal(ctx, localstack.TemporalOptions{
		DBFile: filepath.Join(s.dir, "temporal.db"), LogFile: filepath.Join(s.dir, "temporal.log"),
		Port: s.ports.frontend, UIPort: s.ports.ui, UI: s.ui,
		// As in deploy/temporal-dynamic-config.yaml.
		DynamicConfig: map[string]any{"matching.useNewMatcher": true, "matching.enableFairness": true},
	})
	return err
}

func (s *stack) startMailAndCarrier(context.Context) (err error) {
	if s.mails, err = mailtest.Start(mailtest.Options{}); err != nil {
		return err
	}
	apiPort, err := localstack.FreePort()
	if err != nil {
		return err
	}
	s.office.url = "http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(apiPort))
	s.ops.url, s.other.url = s.office.url, s.office.url
	s.carrier, err = carriertest.New(carriertest.Options{
		PanelEventsURL: s.office.url + "/v1/panel-events", PanelSecret: s.panelSecret,
	})
	if err != nil {
		return err
	}
	return s.carrier.Start()
}

// databaseFlags are those of API and worker, which are not the tables' owner.
func (s *stack) databaseFlags() []string {
	own, err := url.Parse(s.database.URL)
	if err != nil {
		panic(err) // it is localstack's own
	}
	own.User = url.UserPassword(runtimeRole, runtimeRole)
	return []string{"--database-url", own.String()}
}

func (s *stack) temporalFlags() []string {
	return append([]string{"--temporal-address", s.temporal.Address}, s.keyFlags()...)
}

func (s *stack) carrierFlags() []string { return []string{"--carrier-url", s.carrier.URL()} }

const customerURL = "https://customers.example.com"

func (s *stack) traceFlags() []string {
	if s.collector == nil {
		return nil
	}
	return []string{"--otlp-endpoint", s.collector.server.URL}
}

func (s *stack) siteFlags() []string { return []string{"--customer-url", customerURL} }

// secretFlags let webhooks go to receivers of these tests, which are on the loopback.
func (s *stack) secretFlags() []string {
	return append([]string{"--webhooks-allow-private", "--secret"}, s.secret...)
}

func flagsOf(groups ...[]string) (flags []string) {
	for _, group := range groups {
		flags = append(flags, group...)
	}
	return flags
}

func (s *stack) migrate(ctx context.Context) error {
	migrate, err := launch(append([]string{"migrate", "--database-url", s.database.URL, "--grant-role", runtimeRole}, s.temporalFlags()...)...)
	if err != nil {
		return err
	}
	select {
	case <-migrate.ended:
	case <-ctx.Done():
		migrate.kill()
	}
	if !migrate.cmd.ProcessState.Success() {
		return fmt.Errorf("latchkey migrate: %s", migrate.output.String())
	}
	return s.letRuntimeSignIn(ctx)
}

// runtimeRole is what API and worker sign in as; its password is its name.
const runtimeRole = "latchkey_runtime"

func (s *stack) letRuntimeSignIn(ctx context.Context) error {
	owner, err := pgx.Connect(ctx, s.database.URL)
	if err != nil {
		return err
	}
	_, err = owner.Exec(ctx, `ALTER ROLE `+runtimeRole+` LOGIN PASSWORD '`+runtimeRole+`'`)
	return errors.Join(err, owner.Close(ctx))
}

func (s *stack) loadDemo(ctx context.Context) error {
	hash, err := dealing.NewArgon2id(1, 1024).Hash(ctx, "only for tests")
	if err != nil {
		return err
	}
	store, err := postgres.Open(ctx, s.database.URL)
	if err != nil {
		return err
	}
	defer store.Close()
	s.office.key, s.other.key, s.ops.key = dealing.NewAPIKey(), dealing.NewAPIKey(), dealing.NewAPIKey()
	s.demo, err = store.LoadDemo(ctx, postgres.DemoSecrets{
		DealerKey: s.office.key, OtherDealerKey: s.other.key, OpsKey: s.ops.key, PasswordHash: hash,
	})
	return err
}

func (s *stack) connect(ctx context.Context) (err error) {
	if s.rows, err = pgxpool.New(ctx, s.database.URL); err != nil {
		return err
	}
	return s.connectTemporal(ctx)
}

func (s *stack) connectTemporal(ctx context.Context) (err error) {
	s.client, err = client.DialContext(ctx, client.Options{
		HostPort: s.temporal.Address, Logger: silence{}, DataConverter: s.payloads(),
		ConnectionOptions: client.ConnectionOptions{GrpcCompression: &client.GrpcCompressionNone{}},
	})
	return err
}

// silence drops what the SDK would log about servers that a test has killed.
type silence struct{}

func (silence) Debug(string, ...any) {}
func (silence) Info(string, ...any)  {}
func (silence) Warn(string, ...any)  {}
func (silence) Error(string, ...any) {}

var _ temporallog.Logger = silence{}

func (s *stack) startPrograms(ctx context.Context) (err error) {
	s.worker, err = launch(append(s.workerArgs(), "--metrics-listen", strings.TrimPrefix(s.workerURL, "http://"))...)
	if err != nil {
		return err
	}
	s.api, err = launch(append([]string{
		// These tests ask more often than any client should.
		"api", "--listen", strings.TrimPrefix(s.office.url, "http://"), "--panel-secret", s.panelSecret, "--requests-per-minute", "1000000", "--knocks-per-minute", "1000000",
	}, flagsOf(s.traceFlags(), s.databaseFlags(), s.temporalFlags(), s.carrierFlags(), s.siteFlags(), s.secretFlags())...)...)
	if err != nil {
		return err
	}
	return s.awaitPrograms(ctx)
}

func (s *stack) workerArgs() []string {
	return append([]string{
		"worker", "--smtp-host", s.mails.Host(), "--smtp-port", strconv.Itoa(s.mails.Port()), "--smtp-tls", "none",
		"--network-wait", s.hour.String(),
	}, flagsOf(s.traceFlags(), s.databaseFlags(), s.temporalFlags(), s.carrierFlags(), s.siteFlags(), s.secretFlags(), s.moreWorkerFlags)...)
}

// awaitPrograms waits until both programs work; what they say is in the error if they don't.
func (s *stack) awaitPrograms(ctx context.Context) error {
	for !s.apiReady(ctx) || !s.workerPolls(ctx) {
		for _, p := range []*program{s.api, s.worker} {
			if p.over() || ctx.Err() != nil {
				return fmt.Errorf("latchkey %s does not work: %s", p.args[0], p.output.tail(20))
			}
		}
	}
	return nil
}

func (s *stack) apiReady(ctx context.Context) bool {
	ready, err := s.office.try(ctx, http.MethodGet, "/readyz", nil)
	return err == nil && ready.status == http.StatusOK
}

// workerPolls is true when a worker would take an onboarding.
func (s *stack) workerPolls(ctx context.Context) bool {
	queue, err := s.client.DescribeTaskQueue(ctx, workflows.QueueOnboarding, enums.TASK_QUEUE_TYPE_WORKFLOW)
	return err == nil && len(queue.GetPollers()) > 0
}

// stop takes everything down and leaves nothing on disk.
func (s *stack) stop() error {
	var steps []func() error
	for _, p := range []*program{s.api, s.worker} {
		if p != nil {
			steps = append(steps, p.stop)
		}
	}
	if s.client != nil {
		s.client.Close()
	}
	if s.rows != nil {
		s.rows.Close()
	}
	if s.temporal != nil {
		steps = append(steps, s.temporal.Stop)
	}
	if s.carrier != nil {
		steps = append(steps, s.carrier.Close)
	}
	if s.mails != nil {
		steps = append(steps, s.mails.Close)
	}
	if s.collector != nil {
		steps = append(steps, s.collector.close)
	}
	if s.database != nil {
		steps = append(steps, s.database.Stop, func() error { return os.RemoveAll(s.database.Dir) })
	}
	steps = append(steps, func() error { return os.RemoveAll(s.dir) })
	var faults []error
	for _, step := range steps {
		faults = append(faults, step())
	}
	return errors.Join(faults...)
}
