package dealing

import (
	"context"

	"github.com/latchkey/latchkey/onboarding"
)

// Onboarding is one onboarding as it stands now.
func (d *Desk) Onboarding(ctx context.Context, actor Actor, id string) (onboarding.Onboarding, error) {
	if !isID(id) {
		return onboarding.Onboarding{}, ErrNotFound
	}
	return d.store.Onboarding(ctx, scope(actor), id)
}

// Onboardings lists what the actor may see, newest first. filter.Dealers is set here,
// from the actor and from dealerID, which narrows the list to one dealer unless empty.
// ErrBadCursor for a cursor that no list gave.
func (d *Desk) Onboardings(ctx context.Context, actor Actor, dealerID string, filter Filter) (page []onboarding.Onboarding, nextCursor string, err error) {
	filter.Dealers = scope(actor)
	if dealerID != "" {
		if !isID(dealerID) || !actor.Sees(dealerID) {
			return nil, "", ErrNotFound
		}
		filter.Dealers = []string{dealerID}
	}
	return d.store.Onboardings(ctx, filter)
}

// Events are the events of an onboarding after a sequence number, oldest first.
func (d *Desk) Events(ctx context.Context, actor Actor, id string, after int64, limit int) ([]onboarding.Event, error) {
	if _, err := d.Onboarding(ctx, actor, id); err != nil {
		return nil, err
	}
	return d.store.Events(ctx, id, after, limit)
}

// Watch wakes the caller whenever the onboarding may have new events, until ctx is done.
func (d *Desk) Watch(ctx context.Context, actor Actor, id string) (<-chan struct{}, error) {
	if _, err := d.Onboarding(ctx, actor, id); err != nil {
		return nil, err
	}
	return d.store.Watch(ctx, id)
}
