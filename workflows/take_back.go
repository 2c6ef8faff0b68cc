package workflows

import (
	"slices"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

// takeBack undoes, newest first, whatever the run has done. It works on a context that
// no further cancellation reaches, and an undo that cannot go on parks like any step:
// a half-undone account must never be forgotten.
func (r *run) takeBack() (OnboardAccountResult, error) {
	r.ctx, _ = workflow.NewDisconnectedContext(r.ctx)
	r.cancelled = false
	if r.verdict == nil {
		r.verdict = &Verdict{} // lets a waiting validate update answer
	}
	r.status = onboarding.StatusCompensating
	r.giveUp()
	r.record(onboarding.EventCompensating, onboarding.Transition{})
	r.publish(r.compensatingDetails())

	for _, undo := range slices.Backward(r.undo) {
		r.carryOut(undo, &activities.UndoResult{})
	}
	if r.panelExpected {
		// It may be over already; then there is nothing to stop.
		_ = workflow.RequestCancelExternalWorkflow(r.ctx, PanelWorkflowID(r.id), "").Get(r.ctx, nil)
	}
	result, err := r.finish(onboarding.StatusCancelled)
	if err != nil {
		return result, err
	}
	return result, temporal.NewCanceledError()
}

// giveUp closes the lines of what the cancellation has overtaken.
func (r *run) giveUp() {
	for i := range r.steps {
		if status := r.steps[i].Status; status == onboarding.StepParked || status == onboarding.StepRunning {
			r.steps[i].Status = onboarding.StepSkipped
		}
	}
}
