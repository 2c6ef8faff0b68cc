package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
)

// Each changes how an existing user signs in, leaves a line of the audit trail, and prints the
// user's ID.

type adminEmail struct {
	databaseSettings
	LoginName string `arg:"" help:"Login name of the user."`
	Address   string `arg:"" help:"E-mail address that the identity provider knows the user by; \"\" for none."`
}

func (c *adminEmail) Run(ctx context.Context) error {
	address, err := readEmail(c.Address)
	if err != nil {
		return err
	}
	return c.change(ctx, func(store *postgres.Store) (string, error) { return store.SetEmail(ctx, c.LoginName, address) })
}

// readEmail reads an address that may be left out.
func readEmail(typed string) (string, error) {
	if typed == "" {
		return "", nil
	}
	address, fault := onboarding.ParseEmail(typed)
	if fault.Found() {
		return "", errors.New(fault.Message)
	}
	return address, nil
}

type adminPassword struct {
	databaseSettings
	LoginName string        `arg:"" help:"Login name of the user."`
	For       time.Duration `default:"4h" help:"How long a password is enough where an identity provider is required."`
}

// Run draws a password and shows it this once: the way in while the provider is away.
func (c *adminPassword) Run(ctx context.Context) error {
	if c.For <= 0 {
		return errors.New("--for is how long the password is enough, such as 4h")
	}
	password := dealing.NewTemporaryPassword()
	hash, err := dealing.NewArgon2id(hashesAtOnce, hashMemoryKiB).Hash(ctx, password)
	if err != nil {
		return err
	}
	err = c.change(ctx, func(store *postgres.Store) (string, error) {
		id, err := store.LetInWithPassword(ctx, c.LoginName, hash, time.Now().Add(c.For))
		if err != nil {
			return "", err
		}
		return id, dealing.ForgetFailedSignIns(ctx, store, c.LoginName)
	})
	if err == nil {
		fmt.Println(password)
	}
	return err
}

type adminLink struct {
	databaseSettings
	LoginName string `arg:"" help:"Login name of the user."`
	Subject   string `arg:"" help:"The user's ID at the provider: the claim \"sub\"."`
	Issuer    string `name:"oidc-issuer" env:"LATCHKEY_OIDC_ISSUER" required:"" help:"The provider, as it calls itself."`
}

func (c *adminLink) Run(ctx context.Context) error {
	err := c.change(ctx, func(store *postgres.Store) (string, error) {
		return store.LinkUser(ctx, c.LoginName, c.Issuer, c.Subject)
	})
	if errors.Is(err, errNoSuchUser) {
		return errors.New("there is no enabled user with this login name, or the user or the subject is linked already; `latchkey admin unlink` takes a user's links away")
	}
	return err
}

type adminUnlink struct {
	databaseSettings
	LoginName string `arg:"" help:"Login name of the user."`
}

func (c *adminUnlink) Run(ctx context.Context) error {
	err := c.change(ctx, func(store *postgres.Store) (string, error) { return store.UnlinkUser(ctx, c.LoginName) })
	if errors.Is(err, errNoSuchUser) {
		return errors.New("there is no link of a user with this login name")
	}
	return err
}

var errNoSuchUser = errors.New("there is no enabled user with this login name")

func (s databaseSettings) change(ctx context.Context, do func(*postgres.Store) (string, error)) error {
	err := s.create(ctx, do)
	if errors.Is(err, onboarding.ErrNotFound) {
		return errNoSuchUser
	}
	return err
}
