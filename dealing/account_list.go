package dealing

import (
	"context"

	"github.com/latchkey/latchkey/onboarding"
)

// AccountFilter narrows a list of accounts.
type AccountFilter = onboarding.AccountFilter

// Accounts lists and finds accounts, newest first. filter.Dealers is set here, from the
// actor and from dealerID, which narrows the list to one dealer unless empty. *Invalid for
// a query that cannot be read, ErrBadCursor for a cursor that no list gave.
func (d *Desk) Accounts(ctx context.Context, actor Actor, dealerID string, filter AccountFilter) (page []onboarding.Account, nextCursor string, err error) {
	if filter.Dealers, err = narrowed(actor, dealerID); err != nil {
		return nil, "", err
	}
	query, fault := onboarding.ParseLine(filter.Query, maxQuery)
	if fault.Found() {
		return nil, "", invalid("q", fault.Code, fault.Message)
	}
	filter.Query = query
	return d.store.Accounts(ctx, filter)
}
