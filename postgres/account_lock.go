package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// lockedAccount is an account that nobody else changes meanwhile.
type lockedAccount struct {
	onboarding.Account
	final bool // its onboarding is over
}

// lockAccount takes the lock of the account's onboarding, as every change of it does.
func lockAccount(ctx context.Context, tx pgx.Tx, accountID string) (lockedAccount, error) {
	args := pgx.NamedArgs{"account": idOf(accountID), "dealers": idsOf(nil)}
	row, err := one[accountRow](ctx, tx, sqlAccountByID, args)
	if err != nil {
		return lockedAccount{}, err
	}
	locked, err := lockOnboarding(ctx, tx, row.OnboardingID)
	if err != nil {
		return lockedAccount{}, err
	}
	// Read anew, now that it stands still.
	row, err = one[accountRow](ctx, tx, sqlAccountByID, args)
	return lockedAccount{row.account(), locked.Final}, err
}

// lockOpenAccount is lockAccount for what only an open account allows; onboarding.ErrStale
// when it is closed.
func lockOpenAccount(ctx context.Context, tx pgx.Tx, accountID string) (onboarding.Account, error) {
	locked, err := lockAccount(ctx, tx, accountID)
	if err == nil && locked.State != onboarding.AccountOpen {
		err = onboarding.ErrStale
	}
	return locked.Account, err
}
