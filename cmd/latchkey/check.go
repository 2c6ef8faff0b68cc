package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/mail"
	"github.com/latchkey/latchkey/workflows"
)

type checkCommand struct {
	databaseSettings
	temporalSettings
	carrierSettings
	mailSettings
	openIDSettings
}

// checkTimeout bounds each check; a part that takes longer does not work.
const checkTimeout = 20 * time.Second

// part is something that Latchkey stands on.
type part struct {
	name string
	ask  func(context.Context) error
	// open says what to set when the way there is not protected.
	open string
}

// errNotAsked is for a part that can only be asked through another, which does not work.
var errNotAsked = errors.New("not asked, since Temporal or the namespace does not answer")

// Run asks every part and says of each whether it works, all faults in one go.
func (c *checkCommand) Run(ctx context.Context) error {
	parts := append([]part{{"database", c.checkDatabase, c.databaseSettings.unprotected()}}, c.temporalParts()...)
	parts = append(parts, part{"carrier", c.checkCarrier, c.carrierSettings.unprotected()}, part{"mail server", c.checkMail, c.mailSettings.unprotected()})
	parts = append(parts, c.openIDSettings.parts()...)
	faults := 0
	for _, part := range parts {
		asking, cancel := context.WithTimeout(ctx, checkTimeout)
		err := part.ask(asking)
		cancel()
		if err != nil {
			faults++
			fmt.Fprintf(os.Stdout, "%-18s FAULT  %s\n", part.name, err)
			continue
		}
		if part.open != "" {
			fmt.Fprintf(os.Stdout, "%-18s ok, but not encrypted and verified: %s\n", part.name, part.open)
			continue
		}
		fmt.Fprintf(os.Stdout, "%-18s ok\n", part.name)
	}
	if faults > 0 {
		return fmt.Errorf("%d of %d parts do not work", faults, len(parts))
	}
	return nil
}

func (c *checkCommand) checkDatabase(ctx context.Context) error {
	store, err := c.databaseSettings.open(ctx)
	if err != nil {
		return err
	}
	store.Close()
	return nil
}

// temporalParts are asked one through the other: the first connects, and each later one
// is only worth asking when those before it work.
func (c *checkCommand) temporalParts() []part {
	var temporal client.Client // nil until the namespace answers
	through := func(ask func(context.Context, client.Client) error) func(context.Context) error {
		return func(ctx context.Context) error {
			if temporal == nil {
				return errNotAsked
			}
			return ask(ctx, temporal)
		}
	}
	return []part{
		{"temporal", func(ctx context.Context) error {
			connected, err := c.dial(ctx, quietLog())
			if err == nil {
				temporal = connected // until the program ends, which is in a moment
			}
			return err
		}, c.temporalSettings.unprotected()},
		{"namespace", through(func(ctx context.Context, asked client.Client) error {
			err := c.checkNamespace(ctx, asked)
			if err != nil {
				temporal = nil
			}
			return err
		}), ""},
		{"search attributes", through(c.checkAttributes), ""},
		{"schedules", through(checkSchedules), ""},
	}
}

func (c *checkCommand) checkNamespace(ctx context.Context, temporal client.Client) error {
	_, err := temporal.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: c.Namespace})
	if err != nil {
		return fmt.Errorf("%s does not answer; create it (`temporal operator namespace create --namespace %s --retention 30d`) or correct --temporal-namespace",
			c.Namespace, c.Namespace)
	}
	return nil
}

func (c *checkCommand) checkAttributes(ctx context.Context, temporal client.Client) error {
	missing, err := missingAttributes(ctx, temporal, c.Namespace)
	if err != nil || len(missing) == 0 {
		return err
	}
	var names []string
	for name := range missing {
		names = append(names, name)
	}
	slices.Sort(names)
	return fmt.Errorf("missing: %s; run `latchkey migrate`", strings.Join(names, ", "))
}

func checkSchedules(ctx context.Context, temporal client.Client) error {
	var faults []string
	for _, id := range workflows.Schedules {
		described, err := temporal.ScheduleClient().GetHandle(ctx, id).Describe(ctx)
		var missing *serviceerror.NotFound
		switch {
		case errors.As(err, &missing):
			faults = append(faults, id+" is missing; the next worker that starts makes it")
		case err != nil:
			return err
		case described.Schedule.State.Paused:
			faults = append(faults, fmt.Sprintf("%s is paused; `temporal schedule toggle --unpause --schedule-id %s` when whoever paused it agrees", id, id))
		}
	}
	if len(faults) > 0 {
		return errors.New(strings.Join(faults, "; "))
	}
	return nil
}

func (c *checkCommand) checkCarrier(ctx context.Context) error {
	network, err := c.carrierSettings.open()
	if err != nil {
		return err
	}
	defer network.Close()
	err = network.Check(ctx)
	var fault *carrier.Fault
	if !errors.As(err, &fault) {
		return err
	}
	if fault.Unwrap() != nil {
		return fmt.Errorf("%s; look at --carrier-url and --carrier-token: %w", fault.Code, fault.Unwrap())
	}
	return fmt.Errorf("%s; look at --carrier-url and --carrier-token", fault.Code)
}

func (c *checkCommand) checkMail(ctx context.Context) error {
	sender, err := c.mailSettings.open()
	if err != nil {
		return err
	}
	err = sender.Check(ctx)
	var fault *mail.Fault
	if !errors.As(err, &fault) {
		return err
	}
	settings := "--smtp-host, --smtp-port and --smtp-tls"
	if fault.Code == mail.CodeAuthFailed {
		settings = "--smtp-username and --smtp-password"
	}
	return fmt.Errorf("%s; look at %s: %s", fault.Code, settings, fault.Detail())
}
