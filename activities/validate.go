package activities

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/onboarding"
)

// admissionTries bounds how often an application that takes suggested values (a login
// name) is checked again because somebody else took one meanwhile.
const admissionTries = 3

// Validate checks the application against every rule, reserves its login name and
// holds its module. Problems are its answer, not an error.
func (a *Activities) Validate(ctx context.Context, in StepInput) (ValidateResult, error) {
	return once(ctx, a, onboarding.StepValidate, in, func(ctx context.Context, key onboarding.EffectKey) (ValidateResult, error) {
		dealerID, answers, err := a.store.SubmittedAnswers(ctx, in.OnboardingID, in.Revision)
		if err != nil {
			return ValidateResult{}, err
		}
		var problems onboarding.Problems
		for range admissionTries {
			facts, err := a.store.Facts(ctx, dealerID, in.OnboardingID, onboarding.Ask(answers))
			if err != nil {
				return ValidateResult{}, err
			}
			var application onboarding.Application
			if application, problems = onboarding.Check(answers, facts); len(problems) > 0 {
				break
			}
			application.Revision = in.Revision
			accepted, conflict, err := a.accept(ctx, key, application)
			if err != nil {
				return ValidateResult{}, err
			}
			if conflict == nil {
				return accepted, nil
			}
			problems = onboarding.Problems{conflict.Problem()}
		}
		return a.reject(ctx, key, problems)
	})
}

func (a *Activities) accept(ctx context.Context, key onboarding.EffectKey, application onboarding.Application) (ValidateResult, *onboarding.Conflict, error) {
	plan, _ := onboarding.PlanFor(application.Answers.Kind, application.Answers.Account.Type)
	result := ValidateResult{Accepted: true, Steps: plan.Steps, PanelReminder: a.policy.PanelReminder}
	err := a.store.Accept(ctx, key, application, encode(result))
	var conflict *onboarding.Conflict
	if errors.As(err, &conflict) {
		return ValidateResult{}, conflict, nil
	}
	return result, nil, err
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
