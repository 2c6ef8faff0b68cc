package dealing

import (
	"context"

	"github.com/latchkey/latchkey/onboarding"
)

// Account is an account as it stands now.
func (d *Desk) Account(ctx context.Context, actor Actor, id string) (onboarding.Account, error) {
	if !isID(id) {
		return onboarding.Account{}, ErrNotFound
	}
	account, err := d.store.Account(ctx, scope(actor), id)
	return account.AsOf(d.now()), err
}
