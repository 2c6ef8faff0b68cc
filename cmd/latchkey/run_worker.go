package main

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/mail"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
	"github.com/latchkey/latchkey/telemetry"
	"github.com/latchkey/latchkey/webhook"
	"github.com/latchkey/latchkey/worker"
	"github.com/latchkey/latchkey/workflows"
)

type workerCommand struct {
	databaseSettings
	temporalSettings
	carrierSettings
	mailSettings
	siteSettings
	secretSettings
	policySettings
	webhookSettings
	telemetrySettings
	Listen           string  `name:"metrics-listen" env:"LATCHKEY_METRICS_LISTEN" help:"Where to serve /metrics, /healthz and /readyz, host:port; nowhere when left out."`
	Deployment       string  `env:"LATCHKEY_DEPLOYMENT" help:"Name of the worker deployment, the same for every build; workers are unversioned when left out."`
	BuildID          string  `name:"build-id" env:"LATCHKEY_BUILD_ID" help:"Which build this is, of those of the deployment; the program's version when left out."`
	CarrierPerSecond float64 `env:"LATCHKEY_CARRIER_PER_SECOND" default:"50" help:"Calls to the carrier per second over all workers; the same on each."`
	MailsPerSecond   float64 `env:"LATCHKEY_MAILS_PER_SECOND" default:"20" help:"Mails per second over all workers; the same on each."`
}

// Run works until ctx is done.
func (c *workerCommand) Run(ctx context.Context) error {
	logger := jsonLog()
	seen, err := c.start(ctx, "latchkey-worker", logger)
	if err != nil {
		return err
	}
	defer func() { _ = seen.Close(ctx) }() // what it could not send is lost with the process
	store, err := c.databaseSettings.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	temporal, err := c.dialForWorker(ctx, logger)
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
	sender, err := c.mailSettings.open()
	if err != nil {
		return err
	}
	derivedFrom, err := c.roots(ctx, store, logger)
	if err != nil {
		return err
	}
	stopProbes, err := serveProbes(c.Listen, telemetry.Probes(seen.Registry, []telemetry.Check{
		{Name: "database", Func: store.Ping}, {Name: "temporal", Func: temporalAnswers(temporal)},
	}, logger))
	if err != nil {
		return err
	}
	defer stopProbes() // last, so that a worker that finishes its steps still shows it
	return runWorker(ctx, workerParts{
		store: store, temporal: temporal, namespace: c.Namespace, payloads: payloads, carrier: network, mailer: sender, policy: c.policy(), webhookReach: c.reach(),
		derivedFrom: derivedFrom, customerURL: c.CustomerURL, log: logger,
		rates:   worker.Rates{Carrier: c.CarrierPerSecond, Mail: c.MailsPerSecond},
		version: worker.Version{Deployment: c.Deployment, Build: cmp.Or(c.BuildID, version)},
	})
}

// workerParts is what a worker is made of.
type workerParts struct {
	store        *postgres.Store
	temporal     client.Client
	namespace    string
	payloads     converter.DataConverter
	carrier      *carrier.Client
	mailer       *mail.Sender
	policy       activities.Policy
	webhookReach onboarding.WebhookReach
	derivedFrom  roots
	customerURL  string
	rates        worker.Rates
	version      worker.Version
	log          *slog.Logger
}

func runWorker(ctx context.Context, parts workerParts) error {
	webhooks, err := webhook.New(webhook.Config{Reach: parts.webhookReach})
	if err != nil {
		return err
	}
	defer webhooks.Close()
	steps, err := activities.New(activities.Config{
		Store: parts.store, Carrier: parts.carrier, Mailer: parts.mailer, Webhooks: webhooks,
		Runner: workflows.NewClient(parts.temporal, parts.namespace, parts.payloads),
		Policy: parts.policy, Secret: parts.derivedFrom.current, PreviousSecret: parts.derivedFrom.before, CustomerURL: parts.customerURL, Now: time.Now, Log: parts.log,
	})
	if err != nil {
		return err
	}
	return worker.New(parts.temporal, steps, parts.rates, parts.version).Run(ctx)
}
