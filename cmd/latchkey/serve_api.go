package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"github.com/latchkey/latchkey/api"
	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/letter"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
	"github.com/latchkey/latchkey/telemetry"
	"github.com/latchkey/latchkey/workflows"
)

type apiCommand struct {
	databaseSettings
	temporalSettings
	carrierSettings
	webhookSettings
	secretSettings
	telemetrySettings
	openIDSettings
	CustomerURL       string        `name:"customer-url" env:"LATCHKEY_CUSTOMER_URL" required:"" help:"Address of the Customer Website, printed on letters."`
	PanelSecret       string        `name:"panel-secret" env:"LATCHKEY_PANEL_SECRET" required:"" help:"Secret of the panel network's signatures, base64; a value or @file."`
	TemporalUIURL     string        `name:"temporal-ui-url" env:"LATCHKEY_TEMPORAL_UI_URL" help:"Temporal's web UI, for operators' links from the portal; none when left out."`
	Listen            string        `env:"LATCHKEY_LISTEN" default:":8080" help:"Where to listen, host:port."`
	Drain             time.Duration `env:"LATCHKEY_DRAIN" default:"0s" help:"How long to go on serving after being asked to stop, with /readyz saying no: what the load balancer needs to notice."`
	RequestsPerMinute int           `env:"LATCHKEY_REQUESTS_PER_MINUTE" default:"600" help:"What one API key may send to one replica."`
	doorSettings
}

// Run serves until ctx is done.
func (c *apiCommand) Run(ctx context.Context) error {
	logger := jsonLog()
	seen, err := c.start(ctx, "latchkey-api", logger)
	if err != nil {
		return err
	}
	defer func() { _ = seen.Close(ctx) }() // what it could not send is lost with the process
	store, err := c.databaseSettings.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	temporal, err := c.lazy(logger)
	if err != nil {
		return err
	}
	defer temporal.Close()
	payloads, err := c.payloads()
	if err != nil {
		return err
	}
	network, err := c.carrierSettings.open()
	if err != nil {
		return err
	}
	defer network.Close()
	panelSecret, err := readSecret(c.PanelSecret)
	if err != nil {
		return err
	}
	derivedFrom, err := c.roots(ctx, store, logger)
	if err != nil {
		return err
	}
	door, err := c.doorSettings.read()
	if err != nil {
		return err
	}
	openID, err := c.openIDSettings.open(c.CustomerURL)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	return serveAPI(ctx, apiParts{
		store: store, temporal: temporal, namespace: c.Namespace, payloads: payloads, carrier: network, customerURL: c.CustomerURL, temporalUIURL: c.TemporalUIURL,
		panelSecret: panelSecret, webhooks: dealing.Webhooks{Secret: derivedFrom.current, Reach: c.reach()}, door: door, requestsPerMinute: c.RequestsPerMinute, listener: listener, log: logger,
		metrics: seen.Registry, drain: c.Drain, openID: openID,
	})
}

// apiParts is what the API is made of.
type apiParts struct {
	store             *postgres.Store
	temporal          client.Client
	namespace         string
	payloads          converter.DataConverter
	carrier           *carrier.Client
	customerURL       string
	temporalUIURL     string
	panelSecret       string
	webhooks          dealing.Webhooks
	requestsPerMinute int
	door              api.DoorConfig
	listener          net.Listener
	log               *slog.Logger
	metrics           *prometheus.Registry
	drain             time.Duration
	openID            dealing.OpenID
}

// hashesAtOnce bounds the memory that argon2id takes: 64 MiB each.
const hashesAtOnce, hashMemoryKiB = 4, 64 << 10

// serveAPI serves API and portal until ctx is done, then lets requests under way finish.
func serveAPI(ctx context.Context, parts apiParts) error {
	stopping := make(chan struct{})
	// By the API and not by the worker: that no worker is left must be seen, too.
	parts.metrics.MustRegister(telemetry.NewRecordCollector(parts.store.Census, time.Now, parts.log))
	desk := dealing.New(dealing.Config{
		Store:     parts.store,
		Engine:    workflows.NewClient(parts.temporal, parts.namespace, parts.payloads),
		Coverage:  coverage{parts.carrier},
		Letters:   printer{websiteURL: parts.customerURL},
		Passwords: dealing.NewArgon2id(hashesAtOnce, hashMemoryKiB),
		Webhooks:  parts.webhooks,
		OpenID:    parts.openID,
		Now:       time.Now,
		Log:       parts.log,
	})
	handler, err := api.New(api.Config{
		Desk:        desk,
		PanelSecret: parts.panelSecret,
		Ready: []api.Check{
			{Name: "stopping", Func: func(context.Context) error { return ctx.Err() }},
			{Name: "database", Func: parts.store.Ping},
			{Name: "temporal", Func: temporalAnswers(parts.temporal)},
		},
		Log: parts.log, Metrics: parts.metrics, RequestsPerMinute: parts.requestsPerMinute, Version: version, Stopping: stopping,
	})
	if err != nil {
		return err
	}
	handler, err = withPortal(handler, portalParts{
		desk: desk, store: parts.store, customerURL: parts.customerURL,
		temporalUIURL: parts.temporalUIURL, namespace: parts.namespace, stopping: stopping, log: parts.log,
	})
	if err != nil {
		return err
	}
	server := api.NewServer(api.NewDoor(parts.door, handler))
	context.AfterFunc(ctx, func() {
		// From now on /readyz says no; the load balancer needs a moment to hear it.
		<-time.After(parts.drain)
		close(stopping)
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
		defer cancel()
		if err := server.Shutdown(grace); err != nil {
			_ = server.Close() // the grace is over; the error is Shutdown's own
		}
	})
	if err := server.Serve(parts.listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func temporalAnswers(temporal client.Client) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := temporal.CheckHealth(ctx, nil)
		return err
	}
}

// coverage asks the carrier in the words of package dealing.
type coverage struct{ carrier *carrier.Client }

func (c coverage) Coverage(ctx context.Context, address onboarding.AddressAnswers) ([]onboarding.NetworkCoverage, error) {
	report, err := c.carrier.Coverage(ctx, carrier.PlaceOf(address))
	var fault *carrier.Fault
	if errors.As(err, &fault) && fault.Code == carrier.AddressNotFound {
		return nil, dealing.ErrAddressUnknown
	}
	if err != nil {
		return nil, err
	}
	return report.Summary(), nil
}

// printer draws letters in the words of package dealing.
type printer struct{ websiteURL string }

func (p printer) Print(_ context.Context, account onboarding.Account, dealer onboarding.Dealer, version onboarding.Letter, temporaryPassword string) ([]byte, error) {
	return letter.Render(letter.FactsOf(account, dealer, version.IssuedAt, p.websiteURL, letter.PrintVariant{TemporaryPassword: temporaryPassword}))
}

// NormalizeLogo makes an uploaded picture one that letters can show.
func (printer) NormalizeLogo(uploaded []byte) ([]byte, onboarding.Fault) {
	logo, err := letter.NormalizeLogo(uploaded)
	var refused *letter.Error
	switch {
	case err == nil:
		return logo, onboarding.Fault{}
	case errors.As(err, &refused) && refused.Code == letter.CodeLogoTooLarge:
		return nil, onboarding.Fault{Code: string(refused.Code), Message: "This picture has too many pixels. Choose a smaller one."}
	default:
		return nil, onboarding.Fault{Code: string(letter.CodeLogoUnreadable), Message: "This picture cannot be read. Choose a PNG or JPEG picture."}
	}
}
