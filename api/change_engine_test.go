package api_test

import (
	"context"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// changeEngine stands for Temporal as far as changes to accounts go.
type changeEngine struct {
	begun     []onboarding.StartChange
	restarted []onboarding.StartChange
	decided   []onboarding.Decision
	cancelled []string
	waits     []onboarding.Decision // By and Reason of adjusted waits
	heard     []string              // swaps whose new module communicates
}

func (e *engine) BeginChange(_ context.Context, start onboarding.StartChange) error {
	e.note(func() { e.changes.begun = append(e.changes.begun, start) })
	return e.refuse
}

func (e *engine) RestartChange(_ context.Context, start onboarding.StartChange) error {
	e.note(func() { e.changes.restarted = append(e.changes.restarted, start) })
	return e.refuse
}

func (e *engine) DecideChange(_ context.Context, _ onboarding.ChangeKind, _ string, decision onboarding.Decision) (onboarding.Next, error) {
	e.note(func() { e.changes.decided = append(e.changes.decided, decision) })
	return onboarding.Next{ParkNo: decision.ParkNo, Step: decision.Step, Action: decision.Action}, e.refuse
}

func (e *engine) CancelSwap(_ context.Context, changeID string) error {
	e.note(func() { e.changes.cancelled = append(e.changes.cancelled, changeID) })
	return e.refuse
}

func (e *engine) AdjustSwapWait(_ context.Context, _ string, _ time.Time, by, reason string) error {
	e.note(func() { e.changes.waits = append(e.changes.waits, onboarding.Decision{By: by, Reason: reason}) })
	return e.refuse
}

func (e *engine) ReplacementCommunicated(_ context.Context, swap onboarding.Change, _ string, _ time.Time) error {
	e.note(func() { e.changes.heard = append(e.changes.heard, swap.ID) })
	return e.refuse
}
