package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

// OnboardAccountSwapped is OnboardAccount after a change that breaks every open run: the
// module is registered before its coverage is known.
func OnboardAccountSwapped(ctx workflow.Context, in OnboardAccountInput) (OnboardAccountResult, error) {
	run, err := begin(ctx, in)
	if err != nil {
		return OnboardAccountResult{}, err
	}
	if run.validate(); run.rejected() {
		return run.finish(onboarding.StatusRejected)
	}
	run.perform(onboarding.StepRegisterModule, &activities.RegisterModuleResult{})
	run.perform(onboarding.StepCheckCoverage, &activities.CheckCoverageResult{})
	run.createAccount()
	run.perform(onboarding.StepApplyTemplate, &activities.ApplyTemplateResult{})
	run.expectPanel()
	run.awaitNetwork(run.letterRequests)
	run.perform(onboarding.StepSendLetter, &activities.SendLetterResult{})
	run.awaitNetwork(nil)
	if run.stopped() {
		return run.takeBack()
	}
	return run.finish(onboarding.StatusCompleted)
}
