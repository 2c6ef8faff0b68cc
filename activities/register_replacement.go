package activities

import (
	"context"

	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/onboarding"
)

// RegisterReplacement registers the new module of a swap with the carrier, under a key of
// the swap's own. What an earlier revision may have registered is given back first. The
// record says which module it is, not the run: a correction may be stored whose amend the
// run never heard of.
func (a *Activities) RegisterReplacement(ctx context.Context, in ChangeInput) (RegisterReplacementResult, error) {
	err := a.registerReplacement(ctx, in)
	return RegisterReplacementResult{}, a.changeFault(ctx, in.ChangeID, onboarding.StepRegisterReplacement, err)
}

func (a *Activities) registerReplacement(ctx context.Context, in ChangeInput) error {
	change, err := a.store.BeginChangeStep(ctx, in.ChangeID, onboarding.StepRegisterReplacement)
	if err != nil || !change.RegisteredAt.IsZero() {
		return err
	}
	keys := change.RegistrationKeys()
	for _, key := range keys[1:] {
		if err := a.carrier.DeregisterModule(ctx, key.String()); err != nil {
			return err
		}
	}
	// The carrier recognises a request whose answer was lost by its key.
	if _, err := a.carrier.RegisterModule(ctx, keys[0].String(), carrier.RegistrationRequest{
		Module: change.NewModule.Number, Pathway: change.Pathway, PanelType: change.PanelType,
	}); err != nil {
		return err
	}
	return a.store.ReplacementRegistered(ctx, in.ChangeID, change.Revision)
}

// UndoRegisterReplacement gives the new module back to the carrier and frees it. An account
// that uses it already keeps it.
func (a *Activities) UndoRegisterReplacement(ctx context.Context, in ChangeInput) (UndoResult, error) {
	err := a.undoRegisterReplacement(ctx, in)
	return UndoResult{}, a.changeFault(ctx, in.ChangeID, onboarding.UndoRegisterReplacement, err)
}

func (a *Activities) undoRegisterReplacement(ctx context.Context, in ChangeInput) error {
	change, err := a.store.BeginChangeStep(ctx, in.ChangeID, onboarding.UndoRegisterReplacement)
	if err != nil {
		return err
	}
	if !change.SwitchedAt.IsZero() {
		return &onboarding.Conflict{Field: "/module_serial", Reason: onboarding.ReasonModuleInUse}
	}
	for _, key := range change.RegistrationKeys() {
		if err := a.carrier.DeregisterModule(ctx, key.String()); err != nil {
			return err
		}
	}
	return a.store.ReplacementGivenUp(ctx, in.ChangeID)
}
