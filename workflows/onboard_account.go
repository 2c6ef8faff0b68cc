package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

// OnboardAccount turns one application into one account. It ends Completed (the
// account exists, or the application was rejected) or Cancelled (everything was taken
// back). It never fails: what a person must solve parks it.
//
// Each line does nothing when the plan of this account has no such step, or when the
// run has been cancelled. A step's undo is noted before the step runs.
func OnboardAccount(ctx workflow.Context, in OnboardAccountInput) (OnboardAccountResult, error) {
	run, err := begin(ctx, in)
	if err != nil {
		return OnboardAccountResult{}, err
	}

	if run.validate(); run.rejected() {
		return run.finish(onboarding.StatusRejected)
	}
	run.perform(onboarding.StepCheckCoverage, &activities.CheckCoverageResult{})
	run.perform(onboarding.StepRegisterModule, &activities.RegisterModuleResult{})
	run.createAccount() // charges: the pivot
	run.perform(onboarding.StepApplyTemplate, &activities.ApplyTemplateResult{})
	run.expectPanel() // ActivatePanel takes over the panel's first communication

	run.awaitNetwork(run.letterRequests) // one hour from creation, or until the letter is wanted
	run.perform(onboarding.StepSendLetter, &activities.SendLetterResult{})
	run.awaitNetwork(nil) // the rest of the hour, when the letter went out early

	if run.stopped() {
		return run.takeBack()
	}
	return run.finish(onboarding.StatusCompleted)
}
