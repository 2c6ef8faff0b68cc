package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

// SwapModule gives an account another module. The old one works until the network hour of
// the new one is over. It ends Completed, or Cancelled before the account was switched.
// Like OnboardAccount it never fails: what a person must solve parks it.
func SwapModule(ctx workflow.Context, in ChangeAccountInput) (ChangeAccountResult, error) {
	run, err := beginChange(ctx, in, onboarding.ChangeModuleSwap)
	if err != nil {
		return ChangeAccountResult{}, err
	}

	run.perform(onboarding.StepRegisterReplacement, &activities.RegisterReplacementResult{})
	run.noReturn()
	run.switchModule() // billing changes hands: the pivot
	if run.stopped() {
		return run.takeBack()
	}

	run.expectPanel() // ActivatePanel waits for the panel to communicate again
	run.awaitNetwork(nil)
	run.releaseModule()
	return run.finish(onboarding.StatusCompleted)
}
