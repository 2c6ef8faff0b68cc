package portal_test

import (
	"context"
	"sync"
	"time"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
)

// engine stands for Temporal: it does at once what a run does until the network hour, and
// remembers what it was told after that.
type engine struct {
	store *postgres.Store
	wait  time.Duration
	// parkAt stops the next run at a step for a reason.
	parkAt     onboarding.Step
	parkReason onboarding.Reason

	mu        sync.Mutex
	decisions []onboarding.Decision
	cancelled []string
	letters   []string
	again     []onboarding.StartLetter
	batches   []onboarding.Batch
	waits     []time.Time
}

func (e *engine) Start(ctx context.Context, start onboarding.StartRun) (onboarding.Verdict, error) {
	run := &run{ctx: ctx, engine: e, id: start.OnboardingID}
	run.validate()
	for _, step := range []struct {
		name onboarding.Step
		do   func()
	}{
		{onboarding.StepCheckCoverage, run.coverage},
		{onboarding.StepRegisterModule, run.module},
		{onboarding.StepCreateAccount, run.account},
		{onboarding.StepAwaitNetwork, run.hour},
	} {
		if run.err == nil && !run.stopped && run.plan.Has(step.name) {
			step.do()
		}
	}
	return onboarding.Verdict{Accepted: len(run.problems) == 0, Problems: run.problems}, run.err
}

func (e *engine) Begin(ctx context.Context, start onboarding.StartRun) error {
	_, err := e.Start(ctx, start)
	return err
}

// run is one onboarding on its way.
type run struct {
	ctx      context.Context
	engine   *engine
	id       string
	no       int
	plan     onboarding.Plan
	stopped  bool
	problems onboarding.Problems
	err      error
}

func (r *run) begin(step onboarding.Step) onboarding.EffectKey {
	key := onboarding.EffectKey{OnboardingID: r.id, Step: step, Revision: 1}
	if r.err == nil {
		_, _, r.err = r.engine.store.BeginStep(r.ctx, key)
	}
	if step == r.engine.parkAt {
		r.record(onboarding.EventParked, onboarding.StatusParked, step, func(t *onboarding.Transition) { t.ParkNo, t.Reason = 1, r.engine.parkReason })
		r.stopped = true
	}
	return key
}

func (r *run) record(kind onboarding.EventKind, status onboarding.Status, step onboarding.Step, change ...func(*onboarding.Transition)) {
	r.no++
	transition := onboarding.Transition{OnboardingID: r.id, No: r.no, Kind: kind, Status: status, Step: step, Revision: 1, At: time.Now()}
	for _, c := range change {
		c(&transition)
	}
	if r.err == nil {
		r.err = r.engine.store.RecordTransition(r.ctx, "run-"+r.id, transition)
	}
}

func (r *run) validate() {
	key := r.begin(onboarding.StepValidate)
	dealerID, answers, err := r.engine.store.SubmittedAnswers(r.ctx, r.id, 1)
	if err != nil {
		r.err = err
		return
	}
	r.plan, _ = onboarding.PlanFor(answers.Kind, answers.Account.Type)
	facts, err := r.engine.store.Facts(r.ctx, dealerID, r.id, onboarding.Ask(answers))
	if err != nil {
		r.err = err
		return
	}
	application, problems := onboarding.Check(answers, facts)
	if r.problems = problems; len(problems) > 0 {
		r.stopped, r.err = true, r.engine.store.Reject(r.ctx, key, problems, []byte(`{}`))
		return
	}
	r.err = r.engine.store.Accept(r.ctx, key, application, []byte(`{}`))
}

func (r *run) coverage() {
	if key := r.begin(onboarding.StepCheckCoverage); !r.stopped {
		r.err = r.engine.store.RecordCoverage(r.ctx, key, []onboarding.NetworkCoverage{{Name: "AT&T", Coverage: onboarding.CoverageFull, Recommended: true}}, "", []byte(`{}`))
	}
}

func (r *run) module() {
	if key := r.begin(onboarding.StepRegisterModule); !r.stopped {
		r.err = r.engine.store.ModuleRegistered(r.ctx, key, onboarding.Registration{ID: "reg-" + r.id, Key: key}, []byte(`{}`))
	}
}

func (r *run) account() {
	if key := r.begin(onboarding.StepCreateAccount); !r.stopped {
		_, r.err = r.engine.store.CreateAccount(r.ctx, key, r.engine.wait, func(onboarding.Account) []byte { return []byte(`{}`) })
	}
}

func (r *run) hour() {
	if r.begin(onboarding.StepAwaitNetwork); !r.stopped {
		r.record(onboarding.EventWaiting, onboarding.StatusWaiting, onboarding.StepAwaitNetwork, func(t *onboarding.Transition) { t.ReadyAt = time.Now().Add(r.engine.wait) })
	}
}

func (e *engine) Decide(_ context.Context, _ string, decision onboarding.Decision) (onboarding.Next, error) {
	e.note(func() { e.decisions = append(e.decisions, decision) })
	return onboarding.Next{ParkNo: decision.ParkNo, Step: decision.Step, Action: decision.Action}, nil
}

func (e *engine) Restart(context.Context, onboarding.StartRun) error { return nil }

func (e *engine) Cancel(_ context.Context, onboardingID string) error {
	e.note(func() { e.cancelled = append(e.cancelled, onboardingID) })
	return nil
}

func (e *engine) AdjustWait(_ context.Context, _ string, readyAt time.Time, _, _ string) error {
	e.note(func() { e.waits = append(e.waits, readyAt) })
	return nil
}

func (e *engine) SendLetterNow(_ context.Context, onboardingID, _ string) error {
	e.note(func() { e.letters = append(e.letters, onboardingID) })
	return nil
}

func (e *engine) ResumeAll(_ context.Context, batch onboarding.Batch) (string, error) {
	e.note(func() { e.batches = append(e.batches, batch) })
	return "batch-1", nil
}

func (e *engine) PanelCommunicated(context.Context, string, string, time.Time) error { return nil }

func (e *engine) note(add func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	add()
}

func (e *engine) BeginLetter(_ context.Context, start onboarding.StartLetter) error {
	e.note(func() { e.again = append(e.again, start) })
	return nil
}
