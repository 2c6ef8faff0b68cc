package activities

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/onboarding"
)

// The activities of the panel workflow.
const (
	PushTemplateName   = "PushTemplate"
	LiftLoginBlockName = "LiftLoginBlock"
)

// PushTemplate sends the queued AirFX template to the panel, overwriting its settings.
// A template that can never be pushed is an answer: the account works without it, and
// the dealer is told to set the panel up by hand.
func (a *Activities) PushTemplate(ctx context.Context, in PanelInput) (PushTemplateResult, error) {
	template, registration, found, err := a.store.QueuedTemplate(ctx, in.OnboardingID)
	if err != nil {
		return PushTemplateResult{}, a.panelFault(ctx, in.OnboardingID, err)
	}
	if !found {
		// Pushed or refused by a try whose answer was lost, if there was one at all.
		code, pushed, err := a.store.PushedTemplate(ctx, in.OnboardingID)
		return PushTemplateResult{Pushed: pushed && code == "", Code: code}, a.panelFault(ctx, in.OnboardingID, err)
	}
	result := PushTemplateResult{Pushed: true}
	err = a.carrier.PushTemplate(ctx, registration.String(), carrier.Template{ID: template.ID, PanelType: template.PanelType})
	var refused *carrier.Fault
	if errors.As(err, &refused) && !refused.Retryable {
		result, err = PushTemplateResult{Code: refused.Code}, nil
	}
	if err == nil {
		err = a.store.TemplatePushed(ctx, in.OnboardingID, result.Code)
	}
	return result, a.panelFault(ctx, in.OnboardingID, err)
}

// LiftLoginBlock lets the customer log in: the panel has communicated.
func (a *Activities) LiftLoginBlock(ctx context.Context, in CommunicatedInput) error {
	if in.SwapID != "" {
		if err := a.store.ReplacementCommunicated(ctx, in.SwapID, in.At); err != nil {
			return a.panelFault(ctx, in.OnboardingID, err)
		}
	}
	return a.panelFault(ctx, in.OnboardingID, a.store.PanelCommunicated(ctx, in.OnboardingID, in.At))
}

// panelFault files the panel's troubles under apply_template, the step they complete.
func (a *Activities) panelFault(ctx context.Context, onboardingID string, err error) error {
	return a.fault(ctx, onboarding.EffectKey{OnboardingID: onboardingID, Step: onboarding.StepApplyTemplate}, err)
}
