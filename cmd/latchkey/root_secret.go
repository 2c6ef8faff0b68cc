package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
	"github.com/latchkey/latchkey/sealing"
)

type secretSettings struct {
	Secret         string `name:"secret" env:"LATCHKEY_SECRET" required:"" help:"What the installation's own secrets are encrypted with: 32 bytes or more in base64; a value or @file. The same on API and worker."`
	PreviousSecret string `name:"secret-previous" env:"LATCHKEY_SECRET_PREVIOUS" help:"The secret before, until 'latchkey admin secrets reseal' has run. A value or @file."`
}

// roots are what set-up links and the secrets of webhooks are derived from. The record keeps
// them sealed under the installation's secret, which can therefore be changed alone.
type roots struct {
	current []byte
	// before still signs webhooks after a renewal, until it is retired; nil otherwise.
	before []byte
}

// What each sealed root is, so that neither can stand in for the other.
var (
	aboutCurrent = []byte("root secret")
	aboutBefore  = []byte("root secret before")
)

// sealer makes the ring, and gives the keys that it was made of: previous is nil when there
// is none.
func (s secretSettings) sealer() (ring *sealing.Ring, current, previous []byte, err error) {
	if current, err = readKey("--secret", s.Secret); err != nil {
		return nil, nil, nil, err
	}
	var others [][]byte
	if s.PreviousSecret != "" {
		if previous, err = readKey("--secret-previous", s.PreviousSecret); err != nil {
			return nil, nil, nil, err
		}
		others = append(others, previous)
	}
	return sealing.NewRing("stored secrets", current, others...), current, previous, nil
}

// roots reads those of the installation, and makes them at its first start.
func (s secretSettings) roots(ctx context.Context, store *postgres.Store, logger *slog.Logger) (roots, error) {
	ring, current, previous, err := s.sealer()
	if err != nil {
		return roots{}, err
	}
	kept, err := store.RootSecret(ctx)
	if errors.Is(err, onboarding.ErrNotFound) {
		kept, err = makeRoots(ctx, store, ring, roots{current, previous})
	}
	if err != nil {
		return roots{}, err
	}
	if kept.KeyID != ring.KeyID() {
		logger.Warn("the installation's secrets are sealed under --secret-previous; run latchkey admin secrets reseal")
	}
	return openRoots(ring, kept)
}

// makeRoots draws a root. Where secrets were given out before roots were kept, they were
// derived from the installation's secret itself, and have to go on.
func makeRoots(ctx context.Context, store *postgres.Store, ring *sealing.Ring, old roots) (postgres.SealedRoot, error) {
	given, err := store.SecretsGivenOut(ctx)
	if err != nil {
		return postgres.SealedRoot{}, err
	}
	made := old
	if !given {
		made = roots{current: newRoot()}
	}
	return store.KeepRootSecret(ctx, sealRoots(ring, made))
}

func newRoot() []byte {
	root := make([]byte, 32)
	_, _ = rand.Read(root) // never fails
	return root
}

func sealRoots(ring *sealing.Ring, r roots) (sealed postgres.SealedRoot) {
	sealed.KeyID, sealed.Sealed = ring.Seal(r.current, aboutCurrent)
	if r.before != nil {
		_, sealed.Before = ring.Seal(r.before, aboutBefore)
	}
	return sealed
}

func openRoots(ring *sealing.Ring, kept postgres.SealedRoot) (opened roots, err error) {
	if opened.current, err = ring.Open(kept.KeyID, kept.Sealed, aboutCurrent); err == nil && kept.Before != nil {
		opened.before, err = ring.Open(kept.KeyID, kept.Before, aboutBefore)
	}
	switch {
	case errors.Is(err, sealing.ErrUnknownKey):
		return roots{}, errors.New("--secret does not open what this installation keeps; give the secret that it had before as --secret-previous, until `latchkey admin secrets reseal` has run")
	case err != nil:
		return roots{}, fmt.Errorf("the root secret: %w", err)
	}
	return opened, nil
}
