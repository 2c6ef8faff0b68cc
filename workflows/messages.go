package workflows

import (
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/onboarding"
)

// The descriptions that the Temporal UI shows beside each message. Each takes one JSON
// object, because that is all its form can send.
const (
	validateDescription      = `Waits for the first step and returns {"accepted", "problems"}. No input.`
	decideDescription        = `Decide about a parked run: {"action":"retry|amend|override|skip|cancel","step":"…","park_no":1,"by":"you","reason":"why"}; amend also takes "revision", and retry may. Current Details has it ready to paste.`
	adjustWaitDescription    = `Move the end of the network hour while the run waits: {"ready_at":"2026-01-31T15:04:05Z","by":"you","reason":"why"}; at most 7 days ahead.`
	resumeDescription        = `Try the parked step again, for batches: {"by":"you","reason":"why"}; "step" and "park_no" are optional and must then match. Ignored unless parked.`
	sendLetterNowDescription = `Send the welcome letter without waiting for the hour: {"by":"you"}.`
	progressDescription      = `Steps, attempts, codes, park_no, allowed actions and ready_at.`
	panelDescription         = `The panel communicated: {"event_id":"…","at":"2026-01-31T15:04:05Z"}.`
	expectPanelDescription   = `From the onboarding: the account exists, {"account_id":"…","remind_at":"…"}.`
)

func receive(ctx workflow.Context, signal, description string) workflow.ReceiveChannel {
	return workflow.GetSignalChannelWithOptions(ctx, signal, workflow.SignalChannelOptions{Description: description})
}

func (r *run) handleMessages() error {
	if err := workflow.SetUpdateHandlerWithOptions(r.ctx, UpdateDecide, r.onDecide, workflow.UpdateHandlerOptions{
		Description: decideDescription, Validator: r.mayDecide,
	}); err != nil {
		return err
	}
	if err := workflow.SetUpdateHandlerWithOptions(r.ctx, UpdateAdjustWait, r.onAdjustWait, workflow.UpdateHandlerOptions{
		Description: adjustWaitDescription, Validator: r.mayAdjustWait,
	}); err != nil {
		return err
	}
	return workflow.SetQueryHandlerWithOptions(r.ctx, QueryProgress, r.onProgress, workflow.QueryHandlerOptions{
		Description: progressDescription,
	})
}

func (r *run) mayDecide(_ workflow.Context, d Decision) error {
	switch {
	case r.parked == nil:
		return refuse("The run is not parked; there is nothing to decide. It is %s at %s.", r.status, r.current())
	case r.parked.decided:
		return refuse("Park %d has just been decided by somebody else.", r.parkNo)
	case d.Action == "":
		return refuse(`Give an "action": one of %v.`, r.allowedActions())
	case d.Step != r.parked.step:
		return refuse(`"step" must be %q, the step that is parked.`, r.parked.step)
	case d.ParkNo != r.parkNo:
		return refuse(`"park_no" must be %d: an older number is a decision about an earlier park.`, r.parkNo)
	case !slices.Contains(r.allowedActions(), d.Action):
		return refuse(`%q is not possible here. Possible: %v.`, d.Action, r.allowedActions())
	case d.By == "" || d.Reason == "":
		return refuse(`Say who decides ("by") and why ("reason"); both are kept in the audit trail.`)
	case d.Action == onboarding.ActionAmend && d.Revision <= r.revision:
		return refuse(`"revision" must be the corrected application, greater than %d. Store it first (%s does both).`, r.revision, r.subject.correction())
	case d.Action == onboarding.ActionRetry && d.Revision != 0 && d.Revision < r.revision:
		return refuse(`"revision" must be the newest one, at least %d; leave it out to go on with that.`, r.revision)
	case d.Action != onboarding.ActionAmend && d.Action != onboarding.ActionRetry && d.Revision != 0:
		return refuse(`"revision" goes with the actions amend and retry only.`)
	}
	return nil
}

func (r *run) onDecide(ctx workflow.Context, d Decision) (DecisionAnswer, error) {
	r.parked.decided = true
	r.decisions.Send(ctx, d)
	return DecisionAnswer{ParkNo: r.parkNo, Action: d.Action, Step: d.Step}, nil
}

func (r *run) mayAdjustWait(ctx workflow.Context, a WaitAdjustment) error {
	now := workflow.Now(ctx)
	switch {
	case r.status != onboarding.StatusWaiting:
		return refuse("The run does not wait for the network; it is %s at %s.", r.status, r.current())
	case a.By == "" || a.Reason == "":
		return refuse(`Say who moves the wait ("by") and why ("reason"); both are kept in the audit trail.`)
	case a.ReadyAt.IsZero():
		return refuse(`Give "ready_at", a time such as 2026-01-31T15:04:05Z.`)
	case a.ReadyAt.Before(now.Add(-time.Minute)) || a.ReadyAt.After(now.Add(onboarding.LongestWait)):
		return refuse(`"ready_at" must lie between now and 7 days ahead.`)
	}
	return nil
}

func (r *run) onAdjustWait(ctx workflow.Context, a WaitAdjustment) (Progress, error) {
	r.adjustments.Send(ctx, a)
	progress, _ := r.onProgress()
	progress.ReadyAt = a.ReadyAt
	return progress, nil
}

func (r *run) onProgress() (Progress, error) {
	progress := Progress{
		Status: r.status, Step: r.current(), Revision: r.revision, Steps: slices.Clone(r.steps), Undo: slices.Clone(r.undo),
		ParkNo: r.parkNo, ReadyAt: r.readyAt,
	}
	if r.parked != nil {
		progress.ParkReason = r.parked.reason
		progress.AllowedActions = r.allowedActions()
	}
	return progress, nil
}

func (r *run) allowedActions() []onboarding.Action {
	return onboarding.AllowedActions(r.parked.step, r.parked.reason)
}

// refusedType marks a validator's sentence on its way to the person who sent the message.
const refusedType = "refused"

func refuse(sentence string, args ...any) error {
	return temporal.NewNonRetryableApplicationError(fmt.Sprintf(sentence, args...), refusedType, nil)
}
