package activities

import (
	"context"

	"github.com/latchkey/latchkey/onboarding"
)

// SwitchModule gives the account its new module in one transaction: the pivot of a swap.
func (a *Activities) SwitchModule(ctx context.Context, in ChangeInput) (SwitchModuleResult, error) {
	_, err := a.store.BeginChangeStep(ctx, in.ChangeID, onboarding.StepSwitchModule)
	if err != nil {
		return SwitchModuleResult{}, a.changeFault(ctx, in.ChangeID, onboarding.StepSwitchModule, err)
	}
	change, err := a.store.SwitchModule(ctx, in.ChangeID, a.policy.NetworkWait)
	if err != nil {
		return SwitchModuleResult{}, a.changeFault(ctx, in.ChangeID, onboarding.StepSwitchModule, err)
	}
	return SwitchModuleResult{ReadyAt: change.ReadyAt, PanelReminder: a.policy.PanelReminder}, nil
}
