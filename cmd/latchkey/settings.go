package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/mail"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/payloadcodec"
	"github.com/latchkey/latchkey/postgres"
)

// The settings of a part, as flags or environment variables. Secrets may be given as
// the path of a file, so that they need not stand in an environment.

type databaseSettings struct {
	URL string `name:"database-url" env:"LATCHKEY_DATABASE_URL" required:"" help:"PostgreSQL, postgres://user:password@host/database."`
}

func (s databaseSettings) open(ctx context.Context) (*postgres.Store, error) {
	return postgres.Open(ctx, s.URL)
}

type temporalSettings struct {
	Address   string `name:"temporal-address" env:"LATCHKEY_TEMPORAL_ADDRESS" default:"127.0.0.1:7233" help:"Temporal's frontend, host:port."`
	Namespace string `name:"temporal-namespace" env:"LATCHKEY_TEMPORAL_NAMESPACE" default:"default" help:"Temporal namespace."`
	temporalTLSSettings
	payloadKeySettings
}

// clientOptions is the one place where a client is configured: API, worker and dev
// differ in nothing but what becomes of a payload that they cannot read.
func (s temporalSettings) clientOptions(logger *slog.Logger, payloads payloadcodec.Converters) (client.Options, error) {
	options := client.Options{
		HostPort: s.Address, Namespace: s.Namespace, Logger: log.NewStructuredLogger(logger),
		DataConverter: payloads.Data, FailureConverter: payloads.Failure,
	}
	// Messages hold some IDs: packing them costs more than sending them, on both sides.
	options.ConnectionOptions.GrpcCompression = &client.GrpcCompressionNone{}
	observeTemporal(&options)
	err := s.protect(&options)
	return options, err
}

// dial connects at once, for programs that have nothing to do without Temporal.
func (s temporalSettings) dial(ctx context.Context, logger *slog.Logger) (client.Client, error) {
	codec, err := s.codec()
	if err != nil {
		return nil, err
	}
	return s.dialWith(ctx, logger, codec.ForClient())
}

// dialForWorker connects at once, for a program that runs workflows. Keys that the others
// have and it lacks are an error here, before any run has to stop for them.
func (s temporalSettings) dialForWorker(ctx context.Context, logger *slog.Logger) (client.Client, error) {
	looking, err := s.dial(ctx, logger)
	if err != nil {
		return nil, err
	}
	defer looking.Close()
	if err := checkPayloadKeys(ctx, looking); err != nil {
		return nil, err
	}
	codec, err := s.codec()
	if err != nil {
		return nil, err
	}
	return s.dialWith(ctx, logger, codec.ForWorker())
}

func (s temporalSettings) dialWith(ctx context.Context, logger *slog.Logger, payloads payloadcodec.Converters) (client.Client, error) {
	options, err := s.clientOptions(logger, payloads)
	if err != nil {
		return nil, err
	}
	temporal, err := client.DialContext(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("no Temporal answers at %s; start it or correct --temporal-address: %w", s.Address, err)
	}
	return temporal, nil
}

// lazy connects when first used: the API commits applications also while Temporal is away.
func (s temporalSettings) lazy(logger *slog.Logger) (client.Client, error) {
	codec, err := s.codec()
	if err != nil {
		return nil, err
	}
	options, err := s.clientOptions(logger, codec.ForClient())
	if err != nil {
		return nil, err
	}
	return client.NewLazyClient(options)
}

type carrierSettings struct {
	URL   string `name:"carrier-url" env:"LATCHKEY_CARRIER_URL" required:"" help:"The carrier's API."`
	Token string `name:"carrier-token" env:"LATCHKEY_CARRIER_TOKEN" help:"Bearer token for the carrier; a value or @file."`
}

func (s carrierSettings) open() (*carrier.Client, error) {
	token, err := readSecret(s.Token)
	if err != nil {
		return nil, err
	}
	return carrier.New(carrier.Config{BaseURL: s.URL, Token: token})
}

type mailSettings struct {
	Host     string `name:"smtp-host" env:"LATCHKEY_SMTP_HOST" required:"" help:"Mail server."`
	Port     int    `name:"smtp-port" env:"LATCHKEY_SMTP_PORT" help:"Its port; the usual one of the TLS policy when left out."`
	Username string `name:"smtp-username" env:"LATCHKEY_SMTP_USERNAME" help:"User to sign in as; none when left out."`
	Password string `name:"smtp-password" env:"LATCHKEY_SMTP_PASSWORD" help:"Password; a value or @file."`
	TLS      string `name:"smtp-tls" env:"LATCHKEY_SMTP_TLS" default:"mandatory" enum:"mandatory,opportunistic,none,implicit" help:"mandatory, opportunistic, implicit or none."`
}

func (s mailSettings) open() (*mail.Sender, error) {
	password, err := readSecret(s.Password)
	if err != nil {
		return nil, err
	}
	policy, err := mail.ParseTLSPolicy(s.TLS)
	if err != nil {
		return nil, err
	}
	return mail.New(mail.Config{Host: s.Host, Port: s.Port, Username: s.Username, Password: password, TLS: policy})
}

type siteSettings struct {
	CustomerURL string `name:"customer-url" env:"LATCHKEY_CUSTOMER_URL" required:"" help:"Address of the Customer Website, for links in letters."`
}

type policySettings struct {
	NetworkWait     time.Duration `name:"network-wait" env:"LATCHKEY_NETWORK_WAIT" default:"1h" help:"Time until a new module is integrated with the network."`
	PanelReminder   time.Duration `name:"panel-reminder" env:"LATCHKEY_PANEL_REMINDER" default:"72h" help:"When to tell the dealer that a panel is still silent, after the network hour."`
	SetupLinkLife   time.Duration `name:"setup-link-life" env:"LATCHKEY_SETUP_LINK_LIFE" default:"24h" help:"How long the link in a welcome e-mail works."`
	WebhookPatience time.Duration `name:"webhook-patience" env:"LATCHKEY_WEBHOOK_PATIENCE" default:"72h" help:"How long a dealer's system may take no webhook before it is sent nothing more."`
	CarrierPatience time.Duration `name:"carrier-patience" env:"LATCHKEY_CARRIER_PATIENCE" default:"0" help:"How long a new onboarding is tried while the carrier is away before a person is asked; at most a quarter of an hour for coverage and half an hour for registration, which 0 means."`
	AnswersKept     time.Duration `name:"keep-answers" env:"LATCHKEY_KEEP_ANSWERS" default:"720h" help:"How long a request with an Idempotency-Key can be repeated; 0 keeps the answers for ever."`
	TracesKept      time.Duration `name:"keep-traces" env:"LATCHKEY_KEEP_TRACES" default:"2160h" help:"How long webhook deliveries that are over, old notices and events of unknown panels are kept; 0 keeps them for ever."`
	CustomersKept   time.Duration `name:"keep-customers" env:"LATCHKEY_KEEP_CUSTOMERS" default:"0" help:"How long after its end a customer's data is kept before it is erased; 0 keeps it until somebody erases it."`
}

type webhookSettings struct {
	AllowPrivate bool `name:"webhooks-allow-private" env:"LATCHKEY_WEBHOOKS_ALLOW_PRIVATE" help:"Send webhooks over plain HTTP and to private addresses as well; for development only. The same on API and worker."`
}

func (s webhookSettings) reach() onboarding.WebhookReach {
	if s.AllowPrivate {
		return onboarding.WebhookReachAnywhere
	}
	return onboarding.WebhookReachPublic
}

func (s policySettings) policy() activities.Policy { return activities.Policy(s) }

// readSecret takes a value, or the content of the file that follows an @.
func readSecret(value string) (string, error) {
	path, isFile := strings.CutPrefix(value, "@")
	if !isFile {
		return value, nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("a secret's file cannot be read: %w", err)
	}
	return strings.TrimSpace(string(content)), nil
}

// quietLog is for programs whose output is for people.
func quietLog() *slog.Logger { return slog.New(slog.DiscardHandler) }
