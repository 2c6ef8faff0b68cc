package dealing

import "context"

type keyKey struct{}

// keyIn is the key that ctx makes something under; nil without one.
func keyIn(ctx context.Context) *IdempotencyKey {
	key, _ := ctx.Value(keyKey{}).(*IdempotencyKey)
	return key
}

// Once makes a thing once for a key: every repetition gets the answer that the first one
// got. do makes the thing, with one line of the audit trail about it, and returns its ID;
// the key is claimed in the same transaction, so that of two requests at the same time one
// makes it. present writes the answer down; it may be asked again for what was made before
// an answer was kept. What do refuses leaves the key free.
//
// A nil key makes another thing each time. ErrKeyReused when the key was used for something
// else.
func (d *Desk) Once(ctx context.Context, key *IdempotencyKey, do func(context.Context) (id string, err error), present func(id string) (Answer, error)) (answer Answer, id string, err error) {
	answer, id, err = d.makeOnce(ctx, key, do)
	if err != nil || answer.Status != 0 {
		return answer, id, err
	}
	if answer, err = present(id); err != nil {
		return Answer{}, "", err
	}
	if key != nil {
		answer, err = d.store.Remember(context.WithoutCancel(ctx), *key, id, answer)
	}
	return answer, id, err
}

// OnceUnkept is Once for an answer that may be kept nowhere, because there is a secret in
// it: whoever asks derives it from what was made, which id names.
func (d *Desk) OnceUnkept(ctx context.Context, key *IdempotencyKey, do func(context.Context) (id string, err error)) (id string, err error) {
	_, id, err = d.makeOnce(ctx, key, do)
	return id, err
}

func (d *Desk) makeOnce(ctx context.Context, key *IdempotencyKey, do func(context.Context) (id string, err error)) (answer Answer, id string, err error) {
	if key == nil {
		id, err = do(ctx)
		return Answer{}, id, err
	}
	answer, id, found, err := d.store.Remembered(ctx, *key)
	if err != nil || found {
		return answer, id, err
	}
	id, err = do(context.WithValue(ctx, keyKey{}, key))
	if err == nil {
		return Answer{}, id, nil
	}
	// What refuses here may be what the same request has made at the same time: the module
	// that it holds, the account that it has closed.
	if answer, id, found, lookErr := d.store.Remembered(ctx, *key); lookErr == nil && found {
		return answer, id, nil
	}
	return Answer{}, "", err
}
