package activities

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/onboarding"
)

// admissionTries bounds how often an application is checked again within one try,
// because somebody else took meanwhile what it was about to hold.
const admissionTries = 3

// Validate checks the application against every rule, reserves its login name and
// holds its module. Problems are its answer, not an error.
//
// Only a check rejects. Whoever was overtaken is checked again, which finds what is
// taken: a typed login name is a problem then, and a suggested one makes way for the
// next, as often as it takes.
func (a *Activities) Validate(ctx context.Context, in StepInput) (ValidateResult, error) {
	return once(ctx, a, onboarding.StepValidate, in, func(ctx context.Context, key onboarding.EffectKey) (ValidateResult, error) {
		dealerID, answers, err := a.store.SubmittedAnswers(ctx, in.OnboardingID, in.Revision)
		if err != nil {
			return ValidateResult{}, err
		}
		var overtaken *onboarding.Conflict
		for range admissionTries {
			facts, err := a.store.Facts(ctx, dealerID, in.OnboardingID, onboarding.Ask(answers))
			if err != nil {
				return ValidateResult{}, err
			}
			application, problems := onboarding.Check(answers, facts)
			if len(problems) > 0 {
				return a.reject(ctx, key, problems)
			}
			application.Revision = in.Revision
			accepted, err := a.accept(ctx, key, application)
			if !errors.As(err, &overtaken) {
				return accepted, err
			}
		}
		return ValidateResult{}, overtaken
	})
}

func (a *Activities) accept(ctx context.Context, key onboarding.EffectKey, application onboarding.Application) (ValidateResult, error) {
	plan, _ := onboarding.PlanFor(application.Answers.Kind, application.Answers.Account.Type)
	result := ValidateResult{Accepted: true, Steps: plan.Steps, PanelReminder: a.policy.PanelReminder, CarrierPatience: a.policy.CarrierPatience}
	return result, a.store.Accept(ctx, key, application, encode(result))
}

func (a *Activities) reject(ctx context.Context, key onboarding.EffectKey, problems onboarding.Problems) (ValidateResult, error) {
	result := ValidateResult{}
	for _, problem := range problems {
		result.Problems = append(result.Problems, Problem(problem))
	}
	return result, a.store.Reject(ctx, key, problems, encode(result))
}

// UndoValidate frees the login name and the module.
func (a *Activities) UndoValidate(ctx context.Context, in StepInput) (UndoResult, error) {
	return once(ctx, a, onboarding.UndoValidate, in, func(ctx context.Context, key onboarding.EffectKey) (UndoResult, error) {
		return UndoResult{}, a.store.Release(ctx, key)
	})
}
