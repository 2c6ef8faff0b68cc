package workflows

import (
	"errors"
	"slices"
	"time"

	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

// run is the state of one OnboardAccount. It is rebuilt by replay, so it changes only
// through recorded results, messages and timers.
type run struct {
	// ctx is the workflow's own context until the run takes back what it did: from then
	// on a disconnected one, which a cancellation does not reach.
	ctx workflow.Context
	id  string
	log log.Logger

	status   onboarding.Status
	steps    []StepProgress // the plan, in order; only validate until validate has answered
	undo     []onboarding.Step
	revision int
	verdict  *Verdict

	parkNo int
	parked *parked // nil unless the run waits for a person

	accountID string
	readyAt   time.Time
	reminder  time.Duration // after readyAt, when the panel is still silent

	shown         onboarding.Status // what people last saw in the Temporal UI
	cancelled     bool              // by a decision; a cancellation request shows in ctx
	panelExpected bool
	transitions   int

	decisions      workflow.Channel
	adjustments    workflow.Channel
	resumes        workflow.ReceiveChannel
	letterRequests workflow.ReceiveChannel
}

// parked is what the run waits for a person about.
type parked struct {
	step    onboarding.Step
	reason  onboarding.Reason
	since   time.Time
	decided bool // a decision is taken but not yet acted upon
}

// begin sets up the run and every message before anything can block: a message that
// comes with the start must find its handler.
func begin(ctx workflow.Context, in OnboardAccountInput) (*run, error) {
	r := &run{
		ctx: ctx, id: in.OnboardingID, log: workflow.GetLogger(ctx),
		status: onboarding.StatusActive, shown: onboarding.StatusActive, revision: max(in.Revision, 1), parkNo: in.ParkNo,
		steps:          []StepProgress{{Step: onboarding.StepValidate, Status: onboarding.StepPending}},
		decisions:      workflow.NewNamedBufferedChannel(ctx, "decisions", 1),
		adjustments:    workflow.NewNamedBufferedChannel(ctx, "adjustments", 16),
		resumes:        receive(ctx, SignalResume, resumeDescription),
		letterRequests: receive(ctx, SignalSendLetterNow, sendLetterNowDescription),
	}
	r.countStart()
	return r, r.handleMessages()
}

// validate runs the first step and takes the plan from its answer.
func (r *run) validate() {
	var result activities.ValidateResult
	r.perform(onboarding.StepValidate, &result)
	if r.stopped() {
		return
	}
	r.verdict = &Verdict{Accepted: result.Accepted}
	for _, problem := range result.Problems {
		r.verdict.Problems = append(r.verdict.Problems, Problem(problem))
	}
	r.reminder = result.PanelReminder
	for _, step := range result.Steps {
		if step != onboarding.StepValidate {
			r.steps = append(r.steps, StepProgress{Step: step, Status: onboarding.StepPending})
		}
	}
}

func (r *run) rejected() bool { return r.verdict != nil && !r.verdict.Accepted }

func (r *run) createAccount() {
	var result activities.CreateAccountResult
	r.perform(onboarding.StepCreateAccount, &result)
	r.accountID, r.readyAt = result.AccountID, result.ReadyAt
}

// stopped reports whether the run goes no further: it is being cancelled.
func (r *run) stopped() bool { return r.cancelled || r.ctx.Err() != nil }

// plans reports whether the plan has this step.
func (r *run) plans(step onboarding.Step) bool {
	return slices.ContainsFunc(r.steps, func(p StepProgress) bool { return p.Step == step })
}

// progressOf is the line of a step, made when an undo step first needs one.
func (r *run) progressOf(step onboarding.Step) *StepProgress {
	for i := range r.steps {
		if r.steps[i].Step == step {
			return &r.steps[i]
		}
	}
	r.steps = append(r.steps, StepProgress{Step: step, Status: onboarding.StepPending})
	return &r.steps[len(r.steps)-1]
}

// current is the last step that began.
func (r *run) current() onboarding.Step {
	step := onboarding.StepValidate
	for _, p := range r.steps {
		if p.Status != onboarding.StepPending {
			step = p.Step
		}
	}
	return step
}

// finish records the end. Messages that came too late are drained, and handlers let
// answer, before the workflow closes: an unread signal would be lost silently.
func (r *run) finish(status onboarding.Status) (OnboardAccountResult, error) {
	r.status = status
	r.countEnd()
	if status != onboarding.StatusRejected { // validate itself records a rejection
		r.record(onboarding.EventKind(status), onboarding.Transition{})
	}
	r.publish(finalDetails(status))
	r.drain()
	if err := workflow.Await(r.ctx, func() bool { return workflow.AllHandlersFinished(r.ctx) }); err != nil {
		return OnboardAccountResult{}, err
	}
	return OnboardAccountResult{Status: status, AccountID: r.accountID}, nil
}

func (r *run) drain() {
	for r.resumes.ReceiveAsync(nil) {
		r.log.Info("ignored resume: the run is not parked")
	}
	for r.letterRequests.ReceiveAsync(nil) {
		r.log.Info("ignored send_letter_now: the run no longer waits")
	}
}

// record writes a change of state to our own record, which outlives the history.
func (r *run) record(kind onboarding.EventKind, what onboarding.Transition) {
	r.transitions++
	transition := activities.Transition{
		OnboardingID: r.id, No: r.transitions, Kind: string(kind), Status: r.status, Step: r.current(),
		Revision: r.revision, ParkNo: r.parkNo, ReadyAt: what.ReadyAt,
		Reason: what.Reason, By: what.By, Note: what.Note, At: workflow.Now(r.ctx),
	}
	if what.Step != "" {
		transition.Step = what.Step
	}
	// A run whose cancellation is under way still tells what happened.
	ctx, _ := workflow.NewDisconnectedContext(r.ctx)
	if err := execute(ctx, transitionRow, activities.RecordTransitionName, transition, nil); err != nil {
		r.log.Error("transition not recorded", "kind", kind, "error", err)
	}
}

var errCancelledBeforeVerdict = errors.New("the onboarding was cancelled before it was validated")
