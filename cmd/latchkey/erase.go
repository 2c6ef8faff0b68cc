package main

import (
	"context"
	"errors"
	"fmt"
	"os/user"
	"time"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
)

type eraseCommand struct {
	databaseSettings
	ID     string `arg:"" help:"ID of the account, the onboarding or the commitment."`
	Reason string `required:"" help:"Kept in the audit trail for ever, so it names nobody: the number of the request, for instance."`
}

// Run erases one customer. The audit trail has it without a user: whoever reaches the
// database with this command has signed in to the machine, not to Latchkey.
func (c *eraseCommand) Run(ctx context.Context) error {
	reason, fault := onboarding.ParseLine(c.Reason, 500)
	switch {
	case fault.Found():
		return errors.New("--reason: " + fault.Message)
	case reason == "":
		return errors.New("--reason: say why, such as the number of the request")
	}
	return c.create(ctx, func(store *postgres.Store) (string, error) {
		customer, err := store.Erase(ctx, c.ID, onboarding.AuditEntry{Action: onboarding.EraseAction, Reason: reason, Request: "cli " + machineUser()})
		switch {
		case errors.Is(err, onboarding.ErrStale):
			return "", &onboarding.Refusal{Sentence: onboarding.EraseRefusal}
		case errors.Is(err, onboarding.ErrNotFound):
			return "", fmt.Errorf("no account, onboarding or commitment has the ID %s: copy it whole from the customer's page or the API; a login name, a serial number or a Commitment ID is not one", c.ID)
		case err != nil:
			return "", err
		}
		before, again, err := store.ErasedBefore(ctx, customer)
		if again {
			aloud("erased before, on %s; what came to the record since then is taken out as well", before.Format(time.DateOnly))
		}
		return customer, err
	})
}

func machineUser() string {
	if known, err := user.Current(); err == nil {
		return known.Username
	}
	return "unknown"
}
