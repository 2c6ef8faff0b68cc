package main

import (
	"context"
	"fmt"
	"os"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/latchkey/latchkey/migrations"
	"github.com/latchkey/latchkey/workflows"
)

type migrateCommand struct {
	databaseSettings
	temporalSettings
	GrantRole string `env:"LATCHKEY_GRANT_ROLE" help:"Let this role of the database do what API and worker do, and nothing else; the role that owns the tables runs this command."`
}

// Run brings both stores up to date: Temporal must know the search attributes before a
// worker starts. It may run as often as one likes.
func (c *migrateCommand) Run(ctx context.Context) error {
	if err := migrations.Up(ctx, c.URL, aloud); err != nil {
		return err
	}
	if c.GrantRole != "" {
		if err := migrations.Grant(ctx, c.URL, c.GrantRole, aloud); err != nil {
			return err
		}
	}
	temporal, err := c.dial(ctx, jsonLog())
	if err != nil {
		return err
	}
	defer temporal.Close()
	return registerAttributes(ctx, temporal, c.Namespace)
}

// registerAttributes adds what the namespace lacks.
func registerAttributes(ctx context.Context, temporal client.Client, namespace string) error {
	missing, err := missingAttributes(ctx, temporal, namespace)
	if err != nil || len(missing) == 0 {
		return err
	}
	_, err = temporal.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{
		Namespace: namespace, SearchAttributes: missing,
	})
	if err != nil {
		return fmt.Errorf("search attributes cannot be registered: %w", err)
	}
	aloud("search attributes registered: %d", len(missing))
	return nil
}

func missingAttributes(ctx context.Context, temporal client.Client, namespace string) (map[string]enums.IndexedValueType, error) {
	known, err := temporal.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	if err != nil {
		return nil, fmt.Errorf("search attributes of namespace %s cannot be read: %w", namespace, err)
	}
	missing := map[string]enums.IndexedValueType{}
	for name, kind := range workflows.SearchAttributes {
		if _, ok := known.GetCustomAttributes()[name]; ok {
			continue
		}
		value, err := enums.IndexedValueTypeFromString(kind)
		if err != nil {
			return nil, err
		}
		missing[name] = value
	}
	return missing, nil
}

// aloud tells the person at the terminal what is going on.
func aloud(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
