package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/workflowservice/v1"

	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/mail"
)

type checkCommand struct {
	databaseSettings
	temporalSettings
	carrierSettings
	mailSettings
}

// checkTimeout bounds each check; a part that takes longer does not work.
const checkTimeout = 10 * time.Second

// Run asks every part and says of each whether it works, all faults in one go.
func (c *checkCommand) Run(ctx context.Context) error {
	checks := []struct {
		name string
		ask  func(context.Context) error
		// open says what to set when the way there is not protected.
		open string
	}{
		{"database", c.checkDatabase, c.databaseSettings.unprotected()},
		{"temporal", c.checkTemporal, c.temporalSettings.unprotected()},
		{"carrier", c.checkCarrier, c.carrierSettings.unprotected()},
		{"mail server", c.checkMail, c.mailSettings.unprotected()},
	}
	faults := 0
	for _, check := range checks {
		asking, cancel := context.WithTimeout(ctx, checkTimeout)
		err := check.ask(asking)
		cancel()
		if err != nil {
			faults++
			fmt.Fprintf(os.Stdout, "%-12s FAULT  %s\n", check.name, err)
			continue
		}
		if check.open != "" {
			fmt.Fprintf(os.Stdout, "%-12s ok, but not encrypted and verified: %s\n", check.name, check.open)
			continue
		}
		fmt.Fprintf(os.Stdout, "%-12s ok\n", check.name)
	}
	if faults > 0 {
		return fmt.Errorf("%d of %d parts do not work", faults, len(checks))
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

func (c *checkCommand) checkTemporal(ctx context.Context) error {
	temporal, err := c.dial(ctx, quietLog())
	if err != nil {
		return err
	}
	defer temporal.Close()
	if _, err := temporal.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: c.Namespace}); err != nil {
		return fmt.Errorf("namespace %s does not answer; create it or correct --temporal-namespace", c.Namespace)
	}
	missing, err := missingAttributes(ctx, temporal, c.Namespace)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		var names []string
		for name := range missing {
			names = append(names, name)
		}
		slices.Sort(names)
		return fmt.Errorf("search attributes are missing: %s; run `latchkey migrate`", strings.Join(names, ", "))
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
	if errors.As(err, &fault) && fault.Unwrap() != nil {
		return fmt.Errorf("%s; look at --carrier-url and --carrier-token: %w", fault.Code, fault.Unwrap())
	}
	return err
}

func (c *checkCommand) checkMail(ctx context.Context) error {
	sender, err := c.mailSettings.open()
	if err != nil {
		return err
	}
	err = sender.Check(ctx)
	var fault *mail.Fault
	if errors.As(err, &fault) {
		return fmt.Errorf("%s; look at --smtp-host, --smtp-port and --smtp-tls: %s", fault.Code, fault.Detail())
	}
	return err
}
