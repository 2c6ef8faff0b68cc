package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"golang.org/x/sync/errgroup"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/carrier/carriertest"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/localstack"
	"github.com/latchkey/latchkey/mail"
	"github.com/latchkey/latchkey/mail/mailtest"
	"github.com/latchkey/latchkey/migrations"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
	"github.com/latchkey/latchkey/telemetry"
	"github.com/latchkey/latchkey/workflows"
)

type devCommand struct {
	Dir         string        `default:".latchkey" type:"path" help:"Where the state is kept."`
	Port        int           `default:"8080" help:"Port of the API; 0 takes a free one."`
	NetworkWait time.Duration `default:"30s" help:"The network hour, shortened for trying things out."`
	// A rehearsal of an outage should not take half an hour.
	CarrierPatience time.Duration `default:"0" help:"How long an onboarding is tried while the carrier is away before it parks; 15 minutes for coverage and 30 for registration when left out."`
	Demo            bool          `default:"true" negatable:"" help:"Onboard the seed's John Doe at the start."`
}

// Run brings everything up, shows a table of what is where, onboards John Doe, and goes
// on until Ctrl-C. All state is under Dir: after kill -9 the next start goes on where
// this one stood.
func (c *devCommand) Run(ctx context.Context) error {
	stack, err := c.startStack(ctx)
	if err != nil {
		return errors.Join(err, stack.stop())
	}
	running, runCtx := errgroup.WithContext(ctx)
	running.Go(func() error { return stack.runWorker(runCtx, c) })
	running.Go(func() error { return stack.serveAPI(runCtx) })
	running.Go(func() error { return stack.watch(runCtx) })
	running.Go(func() error {
		if err := stack.awaitReady(runCtx); err != nil {
			return err
		}
		if err := stack.writeFile(c); err != nil {
			return err
		}
		stack.showTable(c)
		if c.Demo {
			return stack.showDemo(runCtx)
		}
		return nil
	})
	err = running.Wait()
	aloud("stopping …")
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		err = nil // Ctrl-C is how one leaves
	}
	return errors.Join(err, stack.stop())
}

// stack is everything that dev runs, in the order it was started.
type stack struct {
	dir       string
	secrets   devSecrets
	listener  net.Listener
	database  *localstack.Postgres
	temporal  *localstack.Temporal
	mails     *mailtest.Server
	simulator *carriertest.Simulator
	store     *postgres.Store
	client    client.Client
	carrier   *carrier.Client
	sender    *mail.Sender
	demo      postgres.Demo
	log       *slog.Logger
	seen      *telemetry.Telemetry
	closers   []func() error
}

func (s *stack) apiURL() string { return "http://" + s.listener.Addr().String() }

// onStop notes how to take down what has just been started.
func (s *stack) onStop(stop func() error) { s.closers = append(s.closers, stop) }

// stop takes everything down, last first.
func (s *stack) stop() error {
	var errs []error
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i]())
	}
	s.closers = nil
	return errors.Join(errs...)
}

// startStack starts the parts that are not ours to write, then those that connect to
// them. What was started is in the stack also when it fails.
func (c *devCommand) startStack(ctx context.Context) (*stack, error) {
	s := &stack{dir: c.Dir}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return s, fmt.Errorf("the state folder %s cannot be made; choose another with --dir: %w", c.Dir, err)
	}
	for _, step := range []func(context.Context) error{
		c.claimPort(s), s.openLog, s.startTelemetry, s.loadSecrets, s.startServers, s.forgetFile, s.startMailAndCarrier, s.connect, s.loadDemo,
	} {
		if err := step(ctx); err != nil {
			return s, err
		}
	}
	return s, nil
}

// claimPort comes first: everything else is slow, and a taken port is the usual mistake.
func (c *devCommand) claimPort(s *stack) func(context.Context) error {
	return func(ctx context.Context) (err error) {
		if c.Port != 0 {
			if err := localstack.CheckPort(c.Port, "choose another with --port, or --port 0 for a free one"); err != nil {
				return err
			}
		}
		var listen net.ListenConfig
		s.listener, err = listen.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(c.Port)))
		if err == nil {
			s.onStop(func() error { _ = s.listener.Close(); return nil }) // the server has closed it already
		}
		return err
	}
}

func (s *stack) openLog(context.Context) error {
	file, err := os.OpenFile(filepath.Join(s.dir, "latchkey.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("the state folder %s cannot be written to; choose another with --dir: %w", s.dir, err)
	}
	s.onStop(file.Close)
	s.log = slog.New(telemetry.Traced(slog.NewJSONHandler(file, nil)))
	return nil
}

// startTelemetry is for API and worker alike: /metrics of dev's API shows both.
func (s *stack) startTelemetry(ctx context.Context) (err error) {
	if s.seen, err = (telemetrySettings{}).start(ctx, "latchkey-dev", s.log); err == nil {
		s.onStop(func() error { return s.seen.Close(ctx) })
	}
	return err
}

func (s *stack) loadSecrets(context.Context) (err error) {
	s.secrets, err = loadSecrets(filepath.Join(s.dir, "secrets.json"))
	return err
}

// startServers starts PostgreSQL and Temporal side by side.
func (s *stack) startServers(ctx context.Context) error {
	starting, startCtx := errgroup.WithContext(ctx)
	starting.Go(func() (err error) {
		s.database, err = localstack.StartPostgres(startCtx, localstack.PostgresOptions{
			Dir: filepath.Join(s.dir, "postgres"), Database: "latchkey", Say: aloud,
		})
		return err
	})
	starting.Go(func() (err error) {
		s.temporal, err = localstack.StartTemporal(startCtx, localstack.TemporalOptions{
			DBFile: filepath.Join(s.dir, "temporal.db"), LogFile: filepath.Join(s.dir, "temporal.log"),
			UI: localstack.WithUI, SearchAttributes: workflows.SearchAttributes, Say: aloud,
			DynamicConfig: map[string]any{"matching.useNewMatcher": true, "matching.enableFairness": true},
		})
		return err
	})
	err := starting.Wait()
	if s.database != nil {
		s.onStop(s.database.Stop)
	}
	if s.temporal != nil {
		s.onStop(s.temporal.Stop)
	}
	return err
}

func (s *stack) startMailAndCarrier(context.Context) (err error) {
	s.mails, err = mailtest.Start(mailtest.Options{HTTPAddr: "127.0.0.1:0", Dir: filepath.Join(s.dir, "mails")})
	if err != nil {
		return err
	}
	s.onStop(s.mails.Close)
	s.simulator, err = carriertest.New(carriertest.Options{
		StateFile:      filepath.Join(s.dir, "simulator.json"),
		PanelEventsURL: s.apiURL() + "/v1/panel-events", PanelSecret: s.secrets.PanelSecret,
	})
	if err != nil {
		return err
	}
	if err := s.simulator.Start(); err != nil {
		return err
	}
	s.onStop(s.simulator.Close)
	return nil
}

func (s *stack) connect(ctx context.Context) (err error) {
	if err := migrations.Up(ctx, s.database.URL, aloud); err != nil {
		return err
	}
	if s.store, err = postgres.Open(ctx, s.database.URL); err != nil {
		return err
	}
	s.onStop(func() error { s.store.Close(); return nil })
	settings := temporalSettings{Address: s.temporal.Address, Namespace: s.temporal.Namespace}
	if s.client, err = settings.dialForWorker(ctx, s.log); err != nil {
		return err
	}
	s.onStop(func() error { s.client.Close(); return nil })
	if s.carrier, err = carrier.New(carrier.Config{BaseURL: s.simulator.URL()}); err != nil {
		return err
	}
	s.onStop(func() error { s.carrier.Close(); return nil })
	s.sender, err = mail.New(mail.Config{Host: s.mails.Host(), Port: s.mails.Port(), TLS: mail.TLSNone})
	return err
}

func (s *stack) loadDemo(ctx context.Context) error {
	hash, err := dealing.NewArgon2id(hashesAtOnce, hashMemoryKiB).Hash(ctx, s.secrets.Password)
	if err != nil {
		return err
	}
	s.demo, err = s.store.LoadDemo(ctx, postgres.DemoSecrets{
		DealerKey: s.secrets.DealerKey, OtherDealerKey: s.secrets.OtherDealerKey, OpsKey: s.secrets.OpsKey, PasswordHash: hash,
	})
	return err
}

func (s *stack) runWorker(ctx context.Context, c *devCommand) error {
	policy := activities.DefaultPolicy
	policy.NetworkWait, policy.CarrierPatience = c.NetworkWait, c.CarrierPatience
	derivedFrom, err := secretSettings{Secret: s.secrets.LinkSecret}.roots(ctx, s.store, s.log)
	if err != nil {
		return err
	}
	return runWorker(ctx, workerParts{
		store: s.store, temporal: s.client, namespace: s.temporal.Namespace, payloads: converter.GetDefaultDataConverter(), carrier: s.carrier, mailer: s.sender,
		policy: policy, webhookReach: onboarding.WebhookReachAnywhere, derivedFrom: derivedFrom, customerURL: s.customerURL(), log: s.log,
	})
}

func (s *stack) customerURL() string { return s.apiURL() + "/customer" }

func (s *stack) serveAPI(ctx context.Context) error {
	derivedFrom, err := secretSettings{Secret: s.secrets.LinkSecret}.roots(ctx, s.store, s.log)
	if err != nil {
		return err
	}
	return serveAPI(ctx, apiParts{
		store: s.store, temporal: s.client, namespace: s.temporal.Namespace, payloads: converter.GetDefaultDataConverter(), carrier: s.carrier, customerURL: s.customerURL(),
		temporalUIURL: s.temporal.UIURL, panelSecret: s.secrets.PanelSecret, webhooks: dealing.Webhooks{Secret: derivedFrom.current, Reach: onboarding.WebhookReachAnywhere}, listener: s.listener, log: s.log,
		metrics: s.seen.Registry,
	})
}

// watch ends dev when a server underneath it dies: it would only produce errors.
func (s *stack) watch(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-s.database.Done():
		return fmt.Errorf("the database has ended: %w", s.database.Err())
	case <-s.temporal.Done():
		return fmt.Errorf("temporal has ended: %w", s.temporal.Err())
	}
}

// awaitReady polls until everything answers.
func (s *stack) awaitReady(ctx context.Context) error {
	client := &http.Client{Timeout: 5 * time.Second}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.apiURL()+"/readyz", nil)
		if err != nil {
			return err
		}
		answer, err := client.Do(request)
		if err == nil {
			_ = answer.Body.Close() // only the status matters
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
