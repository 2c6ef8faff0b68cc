package main

import (
	"context"

	"github.com/latchkey/latchkey/carrier/carriertest"
)

type simulatorCommand struct {
	Listen         string `env:"LATCHKEY_LISTEN" default:":8090" help:"Where to listen, host:port."`
	Token          string `env:"LATCHKEY_CARRIER_TOKEN" help:"Bearer token that calls must carry; any when left out."`
	StateFile      string `env:"LATCHKEY_SIMULATOR_STATE" help:"File that keeps registrations over restarts."`
	PanelEventsURL string `env:"LATCHKEY_PANEL_EVENTS_URL" help:"Where simulated panels report, such as https://api.example.com/v1/panel-events."`
	PanelSecret    string `env:"LATCHKEY_PANEL_SECRET" help:"Secret to sign their events with, base64; a value or @file."`
}

// Run serves until ctx is done.
func (c *simulatorCommand) Run(ctx context.Context) error {
	secret, err := readSecret(c.PanelSecret)
	if err != nil {
		return err
	}
	token, err := readSecret(c.Token)
	if err != nil {
		return err
	}
	simulator, err := carriertest.New(carriertest.Options{
		Addr: c.Listen, Token: token, StateFile: c.StateFile, PanelEventsURL: c.PanelEventsURL, PanelSecret: secret,
	})
	if err != nil {
		return err
	}
	if err := simulator.Start(); err != nil {
		return err
	}
	aloud("carrier simulator at %s", simulator.URL())
	<-ctx.Done()
	return simulator.Close()
}
