package workflows

import (
	"errors"
	"reflect"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

// perform carries out a step of the plan, however long that takes: it comes back when
// the step is done, was skipped, or the run is being cancelled.
//
// The undo is noted first. A step that happened but whose answer was lost must be
// taken back too; every undo is harmless when there is nothing to take back.
func (r *run) perform(step onboarding.Step, result any) {
	if r.stopped() || !r.plans(step) || r.progressOf(step).Status == onboarding.StepDone {
		return
	}
	if undo, ok := step.Undo(); ok {
		r.undo = append(r.undo, undo)
	}
	r.carryOut(step, result)
}

// carryOut tries a step until it is done, parking between the tries for a person's
// decision.
func (r *run) carryOut(step onboarding.Step, result any) {
	for {
		reason := r.attempt(step, result)
		if r.stopped() {
			return
		}
		if reason == "" {
			r.progressOf(step).Status = onboarding.StepDone
			return
		}
		switch r.park(step, reason).Action {
		case onboarding.ActionOverride:
			r.progressOf(step).Status = onboarding.StepDone
			return
		case onboarding.ActionSkip:
			r.progressOf(step).Status = onboarding.StepSkipped
			return
		case onboarding.ActionCancel:
			r.cancelled = true
			return
		case onboarding.ActionRetry, onboarding.ActionAmend:
		}
		if r.stopped() {
			return
		}
	}
}

// judged is a result whose answer, not only a fault, can need a person.
type judged interface{ ParkReason() onboarding.Reason }

// attempt runs the step's activity once through its retry budget. It returns why a
// person must look, or nothing when the step is done.
func (r *run) attempt(step onboarding.Step, result any) onboarding.Reason {
	progress := r.progressOf(step)
	progress.Status = onboarding.StepRunning
	progress.Attempts++
	if r.status == onboarding.StatusActive {
		workflow.SetCurrentDetails(r.ctx, r.activeDetails())
	}
	row := stepRows[step].within(r.carrierPatience)
	// Decoding leaves alone what an answer leaves out: without this, the answer of an
	// earlier try would shine through.
	reflect.ValueOf(result).Elem().SetZero()
	var reason onboarding.Reason
	if err := execute(r.ctx, row, activities.Name(step), r.subject.input(r.revision, r.parkNo), result); err != nil {
		reason = reasonOf(err, row)
	} else if answer, ok := result.(judged); ok {
		reason = answer.ParkReason()
	}
	progress.Code = string(reason)
	return reason
}

// execute runs an activity where its row says: a local one that does not finish at
// once goes on as a regular one, which is visible, survives the worker and may take
// the whole budget. Both are the same effect by its key.
func execute(ctx workflow.Context, row stepRow, name string, in, result any) error {
	if row.local {
		err := workflow.ExecuteLocalActivity(workflow.WithLocalActivityOptions(ctx, row.localOptions()), name, in).Get(ctx, result)
		if err == nil || temporal.IsCanceledError(err) || row.isPermanent(err) {
			return err
		}
	}
	return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, row.options()), name, in).Get(ctx, result)
}

// reasonOf is the code of a failed step: what the activity said, or what its row calls
// a time-out without a word. A panic is our own fault, never the other side's silence.
func reasonOf(err error, row stepRow) onboarding.Reason {
	var (
		fault    *temporal.ApplicationError
		panicked *temporal.PanicError
	)
	switch {
	case errors.As(err, &fault) && fault.Type() == activities.CodeAnswerLost:
		return onboarding.ReasonUnknownOutcome // the budget ended before the one more try
	case errors.As(err, &fault) && onboarding.Reason(fault.Type()).Known():
		return onboarding.Reason(fault.Type())
	case fault != nil || errors.As(err, &panicked):
		return onboarding.ReasonInternal
	default:
		return row.silence
	}
}
