package dealing

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/onboarding"
)

type keyKey struct{}

// Once makes a thing once for a key: every repetition gets the answer that the first one
// got. do makes the thing, with one line of the audit trail about it, and returns its ID;
// the key is claimed in the same transaction, so that of two requests at the same time one
// makes it. present writes the answer down; it may be asked again for what was made before
// an answer was kept. What do refuses leaves the key free.
//
// A nil key makes another thing each time. ErrKeyReused when the key was used for something
// else.
func (d *Desk) Once(ctx context.Context, key *IdempotencyKey, do func(context.Context) (id string, err error), present func(id string) (Answer, error)) (answer Answer, id string, err error) {
	if key == nil {
		if id, err = do(ctx); err != nil {
			return Answer{}, "", err
		}
		answer, err = present(id)
		return answer, id, err
	}
	answer, id, found, err := d.store.Remembered(ctx, *key)
	if err != nil || found && answer.Status != 0 {
		return answer, id, err
	}
	if !found {
		if id, err = madeOnce(do(context.WithValue(ctx, keyKey{}, key))); err != nil {
			return Answer{}, "", err
		}
	}
	if answer, err = present(id); err != nil {
		return Answer{}, "", err
	}
	answer, err = d.store.Remember(context.WithoutCancel(ctx), *key, answer)
	return answer, id, err
}

// madeOnce takes what a request at the same time has made for what was made here.
func madeOnce(id string, err error) (string, error) {
	var made *onboarding.MadeBefore
	if errors.As(err, &made) {
		return made.ID, nil
	}
	return id, err
}
