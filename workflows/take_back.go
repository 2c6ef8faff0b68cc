package workflows

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

// undoAll undoes, newest first, whatever the run has done. It works on a context that
// no further cancellation reaches, and an undo that cannot go on parks like any step:
// what is half undone must never be forgotten.
func (r *run) undoAll() {
	r.ctx, _ = workflow.NewDisconnectedContext(r.ctx)
	r.cancelled = false
	r.status = onboarding.StatusCompensating
	r.panel = activities.PanelWait{} // a wait that has not begun never will
	r.giveUp()
	r.record(onboarding.EventCompensating, onboarding.Transition{})
	r.publish(r.compensatingDetails())

	for _, undo := range slices.Backward(r.undo) {
		r.carryOut(undo, &activities.UndoResult{})
	}
}

// giveUp closes the lines of what the cancellation has overtaken.
func (r *run) giveUp() {
	for i := range r.steps {
		if status := r.steps[i].Status; status == onboarding.StepParked || status == onboarding.StepRunning {
			r.steps[i].Status = onboarding.StepSkipped
		}
	}
}
