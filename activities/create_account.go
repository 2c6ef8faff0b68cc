package activities

import (
	"context"

	"github.com/latchkey/latchkey/onboarding"
)

// CreateAccount makes the account, its login and the charge in one transaction: the
// pivot of an onboarding.
func (a *Activities) CreateAccount(ctx context.Context, in StepInput) (CreateAccountResult, error) {
	return once(ctx, a, onboarding.StepCreateAccount, in, func(ctx context.Context, key onboarding.EffectKey) (CreateAccountResult, error) {
		account, err := a.store.CreateAccount(ctx, key, a.policy.NetworkWait, func(account onboarding.Account) []byte {
			return encode(created(account))
		})
		if err != nil {
			return CreateAccountResult{}, err
		}
		return created(account), nil
	})
}

func created(account onboarding.Account) CreateAccountResult {
	return CreateAccountResult{AccountID: account.ID, ReadyAt: account.ReadyAt}
}

// UndoCreateAccount closes the account and reverses the charge.
func (a *Activities) UndoCreateAccount(ctx context.Context, in StepInput) (UndoResult, error) {
	return once(ctx, a, onboarding.UndoCreateAccount, in, func(ctx context.Context, key onboarding.EffectKey) (UndoResult, error) {
		return UndoResult{}, a.store.CloseAccount(ctx, key)
	})
}
