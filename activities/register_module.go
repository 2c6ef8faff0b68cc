package activities

import (
	"context"

	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/onboarding"
)

// RegisterModule registers the module with the carrier under the step's key.
//
// Earlier revisions of the same onboarding may hold a registration: one of the same
// request is as good as ours, any other is given back first. So is a try of this
// revision whose answer was lost. What is registered "by this onboarding" is success,
// never module_already_registered.
func (a *Activities) RegisterModule(ctx context.Context, in StepInput) (RegisterModuleResult, error) {
	return once(ctx, a, onboarding.StepRegisterModule, in, func(ctx context.Context, key onboarding.EffectKey) (RegisterModuleResult, error) {
		wanted, err := a.registrationRequest(ctx, key)
		if err != nil {
			return RegisterModuleResult{}, err
		}
		registration, held, err := a.findOwnRegistration(ctx, in.OnboardingID, wanted)
		if err != nil {
			return RegisterModuleResult{}, err
		}
		if !held {
			made, err := a.carrier.RegisterModule(ctx, key.String(), wanted)
			if err != nil {
				return RegisterModuleResult{}, err
			}
			registration = onboarding.Registration{ID: made.ID, Key: key}
		}
		result := RegisterModuleResult{}
		return result, a.store.ModuleRegistered(ctx, key, registration, encode(result))
	})
}

// registrationRequest is what is registered under a key.
func (a *Activities) registrationRequest(ctx context.Context, key onboarding.EffectKey) (carrier.RegistrationRequest, error) {
	application, err := a.store.Application(ctx, key.OnboardingID, key.Revision)
	return carrier.RegistrationRequest{
		Module:    application.Answers.System.Module,
		Pathway:   application.Answers.Pathway.Value,
		PanelType: application.Answers.System.PanelType,
	}, err
}

// findOwnRegistration looks up what this onboarding holds, and gives back what is not
// as wanted.
func (a *Activities) findOwnRegistration(ctx context.Context, onboardingID string, wanted carrier.RegistrationRequest) (own onboarding.Registration, held bool, err error) {
	keys, err := a.store.RegisteredKeys(ctx, onboardingID)
	if err != nil {
		return own, false, err
	}
	for _, key := range keys {
		registration, found, err := a.carrier.FindRegistration(ctx, key.String())
		if err != nil {
			return own, false, err
		}
		if !found {
			continue
		}
		requested, err := a.registrationRequest(ctx, key)
		if err != nil {
			return own, false, err
		}
		if requested == wanted {
			own, held = onboarding.Registration{ID: registration.ID, Key: key}, true
			continue
		}
		if err := a.carrier.DeregisterModule(ctx, key.String()); err != nil {
			return own, false, err
		}
	}
	return own, held, nil
}

// UndoRegisterModule gives back every registration that this onboarding may hold.
func (a *Activities) UndoRegisterModule(ctx context.Context, in StepInput) (UndoResult, error) {
	return once(ctx, a, onboarding.UndoRegisterModule, in, func(ctx context.Context, key onboarding.EffectKey) (UndoResult, error) {
		keys, err := a.store.RegisteredKeys(ctx, in.OnboardingID)
		if err != nil {
			return UndoResult{}, err
		}
		for _, registered := range keys {
			if err := a.carrier.DeregisterModule(ctx, registered.String()); err != nil {
				return UndoResult{}, err
			}
		}
		return UndoResult{}, a.store.ModuleDeregistered(ctx, key)
	})
}
