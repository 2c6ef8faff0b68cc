package activities

import (
	"context"

	"github.com/latchkey/latchkey/onboarding"
)

// ReleaseModule takes the module off the carrier's network that an account does not have
// any more, and makes it available again. A module that both bill is the trade's classic
// mistake after a swap.
func (a *Activities) ReleaseModule(ctx context.Context, in ChangeInput) (ReleaseModuleResult, error) {
	result, err := a.releaseModule(ctx, in)
	return result, a.changeFault(ctx, in.ChangeID, onboarding.StepReleaseModule, err)
}

func (a *Activities) releaseModule(ctx context.Context, in ChangeInput) (ReleaseModuleResult, error) {
	change, err := a.store.BeginChangeStep(ctx, in.ChangeID, onboarding.StepReleaseModule)
	if err != nil {
		return ReleaseModuleResult{}, err
	}
	silent, err := a.store.SilentPanels(ctx, change)
	if err != nil || !change.ReleasedAt.IsZero() {
		return ReleaseModuleResult{SilentPanels: silent}, err
	}
	keys, err := a.store.RegistrationKeysOf(ctx, change)
	if err != nil {
		return ReleaseModuleResult{}, err
	}
	for _, key := range keys {
		if err := a.carrier.DeregisterModule(ctx, key.String()); err != nil {
			return ReleaseModuleResult{}, err
		}
	}
	return ReleaseModuleResult{SilentPanels: silent}, a.store.ModuleReleased(ctx, in.ChangeID)
}
