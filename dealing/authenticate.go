package dealing

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
)

// apiKeyPrefix lets people and secret scanners recognise a key.
const apiKeyPrefix = "lk_"

// maxAPIKeyLength keeps hashing cheap whatever is sent.
const maxAPIKeyLength = 200

// NewAPIKey draws a key. It is shown once; only HashAPIKey of it is kept.
func NewAPIKey() string {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails: crypto/rand ends the program instead
	return apiKeyPrefix + base64.RawURLEncoding.EncodeToString(secret)
}

// HashAPIKey is what the record keeps of a key. A key has 256 random bits, so a plain
// hash cannot be guessed back, unlike that of a password.
func HashAPIKey(key string) [sha256.Size]byte { return sha256.Sum256([]byte(key)) }

// Authenticate finds who a key belongs to. ErrUnauthenticated for a key that is none of
// ours, revoked or expired; one that another replica has just revoked works for a second more.
func (d *Desk) Authenticate(ctx context.Context, key string) (Actor, error) {
	if !strings.HasPrefix(key, apiKeyPrefix) || len(key) > maxAPIKeyLength {
		return Actor{}, ErrUnauthenticated
	}
	hash, asked := HashAPIKey(key), d.now()
	actor, known, era := d.actors.of(hash, asked)
	if known {
		return actor, nil
	}
	actor, err := d.store.ActorByAPIKey(ctx, hash)
	switch {
	case errors.Is(err, ErrNotFound):
		return Actor{}, ErrUnauthenticated
	case err != nil:
		return Actor{}, err
	}
	d.actors.keep(hash, actor, asked, era)
	return actor, nil
}
