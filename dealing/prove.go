package dealing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// A name is locked after five failures in a row, for a quarter of an hour.
const (
	mostAttempts = 5
	lockTime     = 15 * time.Minute
)

// What a sign-in is refused for. None tells whether the name exists.
var (
	wrongCredentials = onboarding.Fault{Code: "wrong_credentials", Message: "The login name or the password is not right. Check both and try again."}
	signInLocked     = onboarding.Fault{Code: "locked", Message: "There were five failed attempts in a row, so this login name is locked for 15 minutes. Wait, then try again."}
)

// prove lets somebody show that they know the password whose hash is given; an empty one
// stands for a name that nobody has. Every attempt is counted under the typed name before
// the password is looked at, so that guesses sent at the same time are not free.
func (d *Desk) prove(ctx context.Context, door onboarding.Door, typedName, password, hash string) (onboarding.Fault, error) {
	name := attemptName(typedName)
	attempts, err := d.store.CountAttempt(ctx, door, name, mostAttempts, lockTime)
	switch {
	case err != nil:
		return onboarding.Fault{}, err
	case attempts > mostAttempts:
		return signInLocked, nil
	}
	matches, err := d.passwords.Matches(ctx, password, hash)
	switch {
	case err != nil:
		return onboarding.Fault{}, err
	case matches:
		return onboarding.Fault{}, d.store.ForgetAttempts(ctx, door, name)
	case attempts == mostAttempts:
		return signInLocked, nil
	default:
		return wrongCredentials, nil
	}
}

// ForgetFailedSignIns lifts the lock of a login name of the Partner Portal.
func ForgetFailedSignIns(ctx context.Context, store SignIns, loginName string) error {
	return store.ForgetAttempts(ctx, onboarding.DoorPortal, attemptName(loginName))
}

// attemptName is what the attempts of a typed login name are counted under.
func attemptName(typed string) [sha256.Size]byte {
	return sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(typed))))
}

// stampOf tells passwords apart without telling anything about them: the hash that it is
// made from is salted.
func stampOf(passwordHash string) string {
	sum := sha256.Sum256([]byte(passwordHash))
	return hex.EncodeToString(sum[:12])
}
