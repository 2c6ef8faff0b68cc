package portal_test

import (
	"context"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// BeginChange does at once what a run does until the network hour of a swap.
func (e *engine) BeginChange(ctx context.Context, start onboarding.StartChange) error {
	if start.Kind == onboarding.ChangeTermination || e.parkAt == onboarding.StepRegisterReplacement {
		step := start.Kind.Steps()[0]
		if e.parkAt != step {
			return nil
		}
		return e.store.RecordChange(ctx, "run-"+start.ID, start.ID, onboarding.Transition{
			No: 1, Kind: onboarding.EventParked, Status: onboarding.StatusParked, Step: step, ParkNo: 1, Reason: e.parkReason, At: time.Now(),
		})
	}
	if err := e.store.ReplacementRegistered(ctx, start.ID, 1); err != nil {
		return err
	}
	swap, err := e.store.SwitchModule(ctx, start.ID, e.wait)
	if err != nil {
		return err
	}
	return e.store.RecordChange(ctx, "run-"+start.ID, start.ID, onboarding.Transition{
		No: 1, Kind: onboarding.EventWaiting, Status: onboarding.StatusWaiting, Step: onboarding.StepAwaitNetwork, ReadyAt: swap.ReadyAt, At: time.Now(),
	})
}

func (e *engine) RestartChange(context.Context, onboarding.StartChange) error { return nil }

func (e *engine) DecideChange(_ context.Context, _ onboarding.ChangeKind, _ string, decision onboarding.Decision) (onboarding.Next, error) {
	e.note(func() { e.decisions = append(e.decisions, decision) })
	return onboarding.Next{ParkNo: decision.ParkNo, Step: decision.Step, Action: decision.Action}, nil
}

func (e *engine) CancelSwap(_ context.Context, changeID string) error {
	e.note(func() { e.cancelled = append(e.cancelled, changeID) })
	return nil
}

func (e *engine) AdjustSwapWait(context.Context, string, time.Time, string, string) error { return nil }

func (e *engine) ReplacementCommunicated(context.Context, onboarding.Change, string, time.Time) error {
	return nil
}
