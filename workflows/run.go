package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

// run is the state of one durable run, whatever it is about. It is rebuilt by replay, so
// it changes only through recorded results, messages and timers.
type run struct {
	// ctx is the workflow's own context until the run takes back what it did, or has come
	// too far for that: from then on a disconnected one, which a cancellation does not reach.
	ctx     workflow.Context
	subject subject
	log     log.Logger

	status   onboarding.Status
	steps    []StepProgress // the plan, in order
	undo     []onboarding.Step
	revision int

	parkNo int
	parked *parked // nil unless the run waits for a person

	readyAt         time.Time
	carrierPatience time.Duration // 0: the rows' own budgets

	cancelled   bool // by a decision; a cancellation request shows in ctx
	transitions int
	panel       activities.PanelWait // begins with the next transition

	decisions   workflow.Channel
	adjustments workflow.Channel
	resumes     workflow.ReceiveChannel
}

// subject is what a run is about: an onboarding, or a change of an account.
type subject interface {
	// noun is what people call it.
	noun() string
	// correction is where a corrected one is stored before an amend.
	correction() string
	// waitingHint says what else than moving its end can be done about the wait.
	waitingHint() string
	// input is that of an activity of a step.
	input(revision, parkNo int) any
	// told is the activity that records a transition, and its input.
	told(transition onboarding.Transition, panel activities.PanelWait) (activity string, message any)
}

// parked is what the run waits for a person about.
type parked struct {
	step    onboarding.Step
	reason  onboarding.Reason
	since   time.Time
	decided bool // a decision is taken but not yet acted upon
}

// newRun sets up a run about subject with the first steps of its plan. Its messages must be
// handled before anything can block: one that comes with the start must find its handler.
func newRun(ctx workflow.Context, about subject, revision, parkNo int, steps ...onboarding.Step) *run {
	r := &run{
		ctx: ctx, subject: about, log: workflow.GetLogger(ctx),
		status: onboarding.StatusActive, revision: max(revision, 1), parkNo: parkNo,
		decisions:   workflow.NewNamedBufferedChannel(ctx, "decisions", 1),
		adjustments: workflow.NewNamedBufferedChannel(ctx, "adjustments", 16),
		resumes:     receive(ctx, SignalResume, resumeDescription),
	}
	r.plan(steps...)
	return r
}

// plan adds steps to what the run will do.
func (r *run) plan(steps ...onboarding.Step) {
	for _, step := range steps {
		if !r.plans(step) {
			r.steps = append(r.steps, StepProgress{Step: step, Status: onboarding.StepPending})
		}
	}
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
	step := r.steps[0].Step
	for _, p := range r.steps {
		if p.Status != onboarding.StepPending {
			step = p.Step
		}
	}
	return step
}

// close records the end. Messages that came too late are drained, and handlers let
// answer, before the workflow closes: an unread signal would be lost silently.
func (r *run) close(status onboarding.Status, drain func()) error {
	r.status = status
	if status != onboarding.StatusRejected { // validate itself records a rejection
		r.record(onboarding.EventKind(status), onboarding.Transition{})
	}
	r.publish(r.finalDetails())
	for r.resumes.ReceiveAsync(nil) {
		r.log.Info("ignored resume: the run is not parked")
	}
	drain()
	return workflow.Await(r.ctx, func() bool { return workflow.AllHandlersFinished(r.ctx) })
}

// record writes a change of state to our own record, which outlives the history.
func (r *run) record(kind onboarding.EventKind, what onboarding.Transition) {
	r.transitions++
	what.No, what.Kind, what.Status, what.Revision, what.ParkNo, what.At = r.transitions, kind, r.status, r.revision, r.parkNo, workflow.Now(r.ctx)
	if what.Step == "" {
		what.Step = r.current()
	}
	activity, message := r.subject.told(what, r.panel)
	r.panel = activities.PanelWait{}
	// A run whose cancellation is under way still tells what happened.
	ctx, _ := workflow.NewDisconnectedContext(r.ctx)
	if err := execute(ctx, transitionRow, activity, message, nil); err != nil {
		r.log.Error("transition not recorded", "kind", kind, "error", err)
	}
}
