package main

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
	"github.com/latchkey/latchkey/sealing"
)

// adminSecrets change what secrets are derived from, and what that is encrypted with.
type adminSecrets struct {
	Reseal adminReseal `cmd:"" help:"Encrypt the installation's secrets with a new --secret. Nobody outside notices; --secret-previous can go afterwards."`
	Renew  adminRenew  `cmd:"" help:"Draw new secrets, as after a leak. The old ones of webhooks sign as well until they are retired. Restart workers first, then the API."`
	Retire adminRetire `cmd:"" help:"Let the secrets before the renewal sign no more. Restart the workers."`
}

type adminReseal struct {
	databaseSettings
	secretSettings
}

func (c *adminReseal) Run(ctx context.Context) error {
	return c.changeRoots(ctx, c.databaseSettings, "installation.reseal_secrets", func(ring *sealing.Ring, kept postgres.SealedRoot, opened roots) (roots, error) {
		if kept.KeyID == ring.KeyID() {
			return roots{}, &onboarding.Refusal{Sentence: "The secrets are sealed under this --secret already. Nothing was changed."}
		}
		return opened, nil
	})
}

type adminRenew struct {
	databaseSettings
	secretSettings
}

func (c *adminRenew) Run(ctx context.Context) error {
	return c.changeRoots(ctx, c.databaseSettings, "installation.renew_secrets", func(_ *sealing.Ring, _ postgres.SealedRoot, opened roots) (roots, error) {
		if opened.before != nil {
			return roots{}, &onboarding.Refusal{Sentence: "The secrets before the last renewal still sign. Run `latchkey admin secrets retire` when no receiver needs them any more."}
		}
		return roots{current: newRoot(), before: opened.current}, nil
	})
}

type adminRetire struct {
	databaseSettings
	secretSettings
}

func (c *adminRetire) Run(ctx context.Context) error {
	return c.changeRoots(ctx, c.databaseSettings, "installation.retire_secrets", func(_ *sealing.Ring, _ postgres.SealedRoot, opened roots) (roots, error) {
		if opened.before == nil {
			return roots{}, &onboarding.Refusal{Sentence: "There are no secrets before these. Nothing was changed."}
		}
		return roots{current: opened.current}, nil
	})
}

// changeRoots puts what change makes of the roots in their place, sealed under --secret, and
// prints the ID of that key.
func (s secretSettings) changeRoots(ctx context.Context, database databaseSettings, action string, change func(*sealing.Ring, postgres.SealedRoot, roots) (roots, error)) error {
	ring, _, _, err := s.sealer()
	if err != nil {
		return err
	}
	return database.create(ctx, func(store *postgres.Store) (string, error) {
		kept, err := store.RootSecret(ctx)
		if errors.Is(err, onboarding.ErrNotFound) {
			return "", &onboarding.Refusal{Sentence: "Nothing is kept yet: API or worker make it when they start."}
		}
		if err != nil {
			return "", err
		}
		opened, err := openRoots(ring, kept)
		if err != nil {
			return "", err
		}
		made, err := change(ring, kept, opened)
		if err != nil {
			return "", err
		}
		becomes := sealRoots(ring, made)
		return becomes.KeyID, store.ChangeRootSecret(ctx, kept, becomes, onboarding.AuditEntry{Action: action, ObjectID: becomes.KeyID, Request: "cli " + machineUser()})
	})
}
