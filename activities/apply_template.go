package activities

import (
	"context"

	"github.com/latchkey/latchkey/onboarding"
)

// ApplyTemplate queues the AirFX panel template. It reaches the panel at its first
// communication, when it overwrites the panel's settings (PushTemplate).
func (a *Activities) ApplyTemplate(ctx context.Context, in StepInput) (ApplyTemplateResult, error) {
	return once(ctx, a, onboarding.StepApplyTemplate, in, func(ctx context.Context, key onboarding.EffectKey) (ApplyTemplateResult, error) {
		application, err := a.store.Application(ctx, in.OnboardingID, in.Revision)
		if err != nil {
			return ApplyTemplateResult{}, err
		}
		templateID := application.Answers.Templates.PanelTemplateID
		if templateID == "" {
			result := ApplyTemplateResult{}
			return result, a.store.FinishStep(ctx, key, encode(result))
		}
		result := ApplyTemplateResult{Queued: true}
		return result, a.store.QueueTemplate(ctx, key, templateID, encode(result))
	})
}

// UndoApplyTemplate takes the template back, unless the panel has it already.
func (a *Activities) UndoApplyTemplate(ctx context.Context, in StepInput) (UndoResult, error) {
	return once(ctx, a, onboarding.UndoApplyTemplate, in, func(ctx context.Context, key onboarding.EffectKey) (UndoResult, error) {
		return UndoResult{}, a.store.UnqueueTemplate(ctx, key)
	})
}
