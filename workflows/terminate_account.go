package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/onboarding"
)

// TerminateAccount releases the module of an account that is closed already. Nothing of it
// can be taken back, so a cancellation does not reach it; what a person must solve parks it.
func TerminateAccount(ctx workflow.Context, in ChangeAccountInput) (ChangeAccountResult, error) {
	run, err := beginChange(ctx, in, onboarding.ChangeTermination)
	if err != nil {
		return ChangeAccountResult{}, err
	}
	run.noReturn()
	run.releaseModule()
	return run.finish(onboarding.StatusCompleted)
}
