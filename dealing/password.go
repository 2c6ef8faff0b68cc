package dealing

import (
	"context"
	"crypto/rand"
	"math/big"
	"sync"

	"github.com/alexedwards/argon2id"
)

// PasswordHasher turns a password into what the record keeps of it, and compares.
type PasswordHasher interface {
	Hash(ctx context.Context, password string) (string, error)
	// Matches is false for an empty hash, after the time that a comparison takes: how long
	// an answer takes must not tell whether there is anybody to compare with.
	Matches(ctx context.Context, password, hash string) (bool, error)
}

// Argon2id hashes passwords with argon2id, at most a few at a time: each takes tens of
// megabytes, so a burst must queue instead of exhausting the machine.
type Argon2id struct {
	params *argon2id.Params
	turns  chan struct{}
	// nobody is compared with when there is no hash.
	nobody func() (string, error)
}

// NewArgon2id makes a hasher that works on parallel passwords at a time. memoryKiB is
// what each takes; 64 * 1024 is right for production.
func NewArgon2id(parallel int, memoryKiB uint32) *Argon2id {
	params := *argon2id.DefaultParams
	params.Memory = memoryKiB
	return &Argon2id{
		params: &params, turns: make(chan struct{}, parallel),
		nobody: sync.OnceValues(func() (string, error) { return argon2id.CreateHash(rand.Text(), &params) }),
	}
}

// Hash waits for its turn; it fails when ctx is done before that.
func (a *Argon2id) Hash(ctx context.Context, password string) (string, error) {
	done, err := a.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	return argon2id.CreateHash(password, a.params)
}

// Matches compares in constant time, in its turn; it fails when ctx is done before that.
func (a *Argon2id) Matches(ctx context.Context, password, hash string) (bool, error) {
	done, err := a.turn(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	if hash != "" {
		return argon2id.ComparePasswordAndHash(password, hash)
	}
	nobody, err := a.nobody()
	if err != nil {
		return false, err
	}
	_, err = argon2id.ComparePasswordAndHash(password, nobody)
	return false, err
}

func (a *Argon2id) turn(ctx context.Context) (done func(), err error) {
	select {
	case a.turns <- struct{}{}:
		return func() { <-a.turns }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// The characters of temporary passwords. They are read off paper, so none looks like
// another: no 0 O o, 1 l I, 5 S, 2 Z.
const (
	passwordLetters  = "ABCDEFGHJKLMNPQRTUVWXYabcdefghijkmnpqrstuvwxyz"
	passwordDigits   = "346789"
	passwordSpecials = "#%+=?@"
	passwordLength   = 14 // about 2^78 of them
)

// NewTemporaryPassword draws a password for somebody to hand over.
func NewTemporaryPassword() string { return temporaryPassword() }

// temporaryPassword draws a password that keeps the customer's own rules: a letter, a
// number and a special character.
func temporaryPassword() string {
	password := []byte{pick(passwordLetters), pick(passwordDigits), pick(passwordSpecials)}
	for len(password) < passwordLength {
		password = append(password, pick(passwordLetters+passwordDigits))
	}
	for i := len(password) - 1; i > 0; i-- {
		j := below(i + 1)
		password[i], password[j] = password[j], password[i]
	}
	return string(password)
}

func pick(characters string) byte { return characters[below(len(characters))] }

// below draws a number without the bias of a remainder.
func below(n int) int {
	drawn, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic(err) // cannot happen: crypto/rand ends the program instead of failing
	}
	return int(drawn.Int64())
}
