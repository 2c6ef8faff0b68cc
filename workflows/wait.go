package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/onboarding"
)

// awaitNetwork waits until the network hour is over, or until something arrives on
// cutShort (nil: nothing can). The end is a point in time, not a duration, so it holds
// through restarts and can be moved while it runs.
func (r *run) awaitNetwork(cutShort workflow.ReceiveChannel) {
	if r.stopped() || !r.plans(onboarding.StepAwaitNetwork) || !workflow.Now(r.ctx).Before(r.readyAt) {
		r.endWait()
		return
	}
	r.progressOf(onboarding.StepAwaitNetwork).Status = onboarding.StepRunning
	r.status = onboarding.StatusWaiting
	r.record(onboarding.EventWaiting, onboarding.Transition{Step: onboarding.StepAwaitNetwork, ReadyAt: r.readyAt})
	r.publish(r.waitingDetails())

	wanted := false
	for !wanted && r.ctx.Err() == nil && r.hasToWait() {
		wanted = r.waitOnce(cutShort)
	}
	r.status = onboarding.StatusActive
	if !wanted {
		r.endWait()
	}
}

func (r *run) endWait() {
	if r.plans(onboarding.StepAwaitNetwork) && !r.stopped() {
		r.progressOf(onboarding.StepAwaitNetwork).Status = onboarding.StepDone
	}
}

// hasToWait: a move of the end that was confirmed to its sender counts, even when the
// end came while the run was busy with something else.
func (r *run) hasToWait() bool {
	return r.adjustments.Len() > 0 || workflow.Now(r.ctx).Before(r.readyAt)
}

// waitOnce sleeps until the present end, a change of it, or a message on cutShort. The
// timer is its own and cancelled: AwaitWithTimeout would leave it in the history, to
// wake the run for nothing.
func (r *run) waitOnce(cutShort workflow.ReceiveChannel) (wanted bool) {
	timerCtx, cancelTimer := workflow.WithCancel(r.ctx)
	defer cancelTimer()
	timer := workflow.NewTimerWithOptions(timerCtx, max(r.readyAt.Sub(workflow.Now(r.ctx)), 0), workflow.TimerOptions{Summary: "network hour"})

	// The first of several that are ready is taken: a move of the end before the end.
	selector := workflow.NewSelector(r.ctx)
	selector.AddReceive(r.adjustments, func(c workflow.ReceiveChannel, _ bool) {
		var adjustment WaitAdjustment
		if c.ReceiveAsync(&adjustment) {
			r.readyAt = adjustment.ReadyAt
			r.record(onboarding.EventWaitAdjusted, onboarding.Transition{
				Step: onboarding.StepAwaitNetwork, ReadyAt: r.readyAt, By: adjustment.By, Note: adjustment.Reason,
			})
			r.publish(r.waitingDetails())
		}
	})
	selector.AddFuture(timer, func(workflow.Future) {})
	selector.AddReceive(r.ctx.Done(), func(workflow.ReceiveChannel, bool) {})
	if cutShort != nil {
		selector.AddReceive(cutShort, func(c workflow.ReceiveChannel, _ bool) {
			var request SendLetterNow
			if wanted = c.ReceiveAsync(&request); wanted {
				r.record(onboarding.EventLetterRequested, onboarding.Transition{Step: onboarding.StepSendLetter, By: request.By, ReadyAt: r.readyAt})
			}
		})
	}
	selector.Select(r.ctx)
	return wanted
}
