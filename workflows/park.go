package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/onboarding"
)

// park waits for a person, without end: a run never fails because nobody had
// time. It returns what was decided, or nothing when the run is cancelled meanwhile.
func (r *run) park(step onboarding.Step, reason onboarding.Reason) Decision {
	// A resume sent before this park was meant for an earlier one (or re-applied by a
	// Reset); it must not wave this one through unseen.
	for r.resumes.ReceiveAsync(nil) {
	}
	// Nor must a decision that a cancellation overtook in the same moment.
	for r.decisions.ReceiveAsync(nil) {
	}
	before := r.status
	r.parkNo++
	r.status = onboarding.StatusParked
	r.parked = &parked{step: step, reason: reason, since: workflow.Now(r.ctx)}
	r.progressOf(step).Status = onboarding.StepParked
	r.countPark(step, reason)
	r.record(onboarding.EventParked, onboarding.Transition{Step: step, Reason: reason})
	r.publish(r.parkedDetails())

	decision, decided := r.awaitDecision()
	r.parked = nil
	r.status = before
	if !decided {
		return Decision{}
	}
	// A correction may have been stored whose amend never came: whoever retries knows of it.
	r.revision = max(r.revision, decision.Revision)
	r.record(eventOf[decision.Action], onboarding.Transition{Step: step, Reason: reason, By: decision.By, Note: decision.Reason})
	r.publish(r.activeDetails())
	return decision
}

// eventOf is how a decision shows in the run's history.
var eventOf = map[onboarding.Action]onboarding.EventKind{
	onboarding.ActionRetry:    onboarding.EventResumed,
	onboarding.ActionAmend:    onboarding.EventAmended,
	onboarding.ActionOverride: onboarding.EventOverridden,
	onboarding.ActionSkip:     onboarding.EventSkipped,
	onboarding.ActionCancel:   onboarding.EventCancelRequested,
}

// awaitDecision listens for the first decision that fits: an update of a person, whose
// validator has already let it through, or a resume signal of a batch.
func (r *run) awaitDecision() (decision Decision, decided bool) {
	selector := workflow.NewSelector(r.ctx)
	selector.AddReceive(r.decisions, func(c workflow.ReceiveChannel, _ bool) {
		decided = c.ReceiveAsync(&decision)
	})
	selector.AddReceive(r.resumes, func(c workflow.ReceiveChannel, _ bool) {
		var resume Resume
		if !c.ReceiveAsync(&resume) || r.parked.decided || !resume.fits(r.parked.step, r.parkNo) {
			r.log.Info("ignored resume: it does not fit the parked step", "park_no", r.parkNo)
			return
		}
		decision = Decision{Action: onboarding.ActionRetry, Step: r.parked.step, ParkNo: r.parkNo, By: resume.By, Reason: resume.Reason}
		decided = true
	})
	selector.AddReceive(r.ctx.Done(), func(workflow.ReceiveChannel, bool) {})
	for !decided && r.ctx.Err() == nil {
		selector.Select(r.ctx)
	}
	return decision, decided
}

// fits reports whether the signal is meant for this park. One without a step or number
// is meant for whatever is parked: that is how a batch sends hundreds on. Who sent it
// must be known.
func (s Resume) fits(step onboarding.Step, parkNo int) bool {
	return s.By != "" && (s.Step == "" || s.Step == step) && (s.ParkNo == 0 || s.ParkNo == parkNo)
}
