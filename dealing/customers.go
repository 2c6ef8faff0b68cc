package dealing

import (
	"context"
	"slices"

	"github.com/latchkey/latchkey/onboarding"
)

// maxQuery is how long a search may be.
const maxQuery = 200

// Customers lists and finds customers, newest first. filter.Dealers is set here, from
// the actor and from dealerID, which narrows the list to one dealer unless empty.
// *Invalid for a query that cannot be read or a state that is none, ErrBadCursor for a
// cursor that no list gave.
func (d *Desk) Customers(ctx context.Context, actor Actor, dealerID string, filter CustomerFilter) (page []CustomerLine, nextCursor string, err error) {
	if filter.Dealers, err = narrowed(actor, dealerID); err != nil {
		return nil, "", err
	}
	known := func(choice onboarding.Choice) bool { return choice.Value == string(filter.State) }
	if filter.State != "" && !slices.ContainsFunc(onboarding.CustomerStates, known) {
		return nil, "", invalid("state", "invalid_choice", "Choose a state from the list.")
	}
	query, fault := onboarding.ParseLine(filter.Query, maxQuery)
	if fault.Found() {
		return nil, "", invalid("q", fault.Code, fault.Message)
	}
	filter.Query = query
	return d.store.Customers(ctx, filter)
}

// Customer is everything known about an account.
func (d *Desk) Customer(ctx context.Context, actor Actor, accountID string) (CustomerFile, error) {
	account, err := d.Account(ctx, actor, accountID)
	if err != nil {
		return CustomerFile{}, err
	}
	return d.customerFile(ctx, actor, account.OnboardingID)
}

// OnboardingFile is everything known about an onboarding, with or without an account.
func (d *Desk) OnboardingFile(ctx context.Context, actor Actor, onboardingID string) (CustomerFile, error) {
	if !isID(onboardingID) {
		return CustomerFile{}, ErrNotFound
	}
	return d.customerFile(ctx, actor, onboardingID)
}

func (d *Desk) customerFile(ctx context.Context, actor Actor, onboardingID string) (CustomerFile, error) {
	file, err := d.store.CustomerFile(ctx, scope(actor), onboardingID)
	if file.Account != nil {
		account := file.Account.AsOf(d.now())
		file.Account = &account
	}
	return file, err
}

// narrowed is the actor's scope, or one dealer of it unless dealerID is empty.
func narrowed(actor Actor, dealerID string) ([]string, error) {
	switch {
	case dealerID == "":
		return scope(actor), nil
	case !isID(dealerID) || !actor.Sees(dealerID):
		return nil, ErrNotFound
	default:
		return []string{dealerID}, nil
	}
}
