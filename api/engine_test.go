package api_test

import (
	"context"
	"sync"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// engine stands for Temporal: it remembers what it was told, and says what the test
// wants. A function field that is nil says yes.
type engine struct {
	accept func(context.Context, onboarding.StartRun) (onboarding.Verdict, error)
	decide func(onboarding.Decision) (onboarding.Next, error)
	refuse error // of every message but start and decide

	mu        sync.Mutex
	started   []onboarding.StartRun
	begun     []onboarding.StartRun
	restarted []onboarding.StartRun
	decisions []onboarding.Decision
	cancelled []string
	waits     []onboarding.Decision // By and Reason of adjusted waits
	letters   []string
	again     []onboarding.StartLetter
	batches   []onboarding.Batch
	panels    []string // event IDs
	changes   changeEngine
}

func (e *engine) Start(ctx context.Context, start onboarding.StartRun) (onboarding.Verdict, error) {
	e.note(func() { e.started = append(e.started, start) })
	return e.accept(ctx, start)
}

func (e *engine) Begin(_ context.Context, start onboarding.StartRun) error {
	e.note(func() { e.begun = append(e.begun, start) })
	return e.refuse
}

func (e *engine) Decide(_ context.Context, _ string, decision onboarding.Decision) (onboarding.Next, error) {
	e.note(func() { e.decisions = append(e.decisions, decision) })
	if e.decide != nil {
		return e.decide(decision)
	}
	return onboarding.Next{ParkNo: decision.ParkNo, Step: decision.Step, Action: decision.Action}, nil
}

func (e *engine) Restart(_ context.Context, start onboarding.StartRun) error {
	e.note(func() { e.restarted = append(e.restarted, start) })
	return e.refuse
}

func (e *engine) Cancel(_ context.Context, onboardingID string) error {
	e.note(func() { e.cancelled = append(e.cancelled, onboardingID) })
	return e.refuse
}

func (e *engine) AdjustWait(_ context.Context, _ string, _ time.Time, by, reason string) error {
	e.note(func() { e.waits = append(e.waits, onboarding.Decision{By: by, Reason: reason}) })
	return e.refuse
}

func (e *engine) SendLetterNow(_ context.Context, onboardingID, _ string) error {
	e.note(func() { e.letters = append(e.letters, onboardingID) })
	return e.refuse
}

func (e *engine) ResumeAll(_ context.Context, batch onboarding.Batch) (string, error) {
	e.note(func() { e.batches = append(e.batches, batch) })
	return "batch-1", e.refuse
}

func (e *engine) PanelCommunicated(_ context.Context, _, eventID string, _ time.Time) error {
	e.note(func() { e.panels = append(e.panels, eventID) })
	return e.refuse
}

func (e *engine) note(add func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	add()
}

func (e *engine) BeginLetter(_ context.Context, start onboarding.StartLetter) error {
	e.note(func() { e.again = append(e.again, start) })
	return e.refuse
}
