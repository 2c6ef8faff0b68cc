package activities

import (
	"context"

	"go.temporal.io/sdk/activity"

	"github.com/latchkey/latchkey/onboarding"
)

// RecordTransitionName is the activity RecordTransition.
const RecordTransitionName = "RecordTransition"

// RecordTransition writes what the workflow itself decided to our own record, which
// outlives the history. A wait for the panel that begins with it is begun before: what is
// recorded is under way. Both may be done twice.
func (a *Activities) RecordTransition(ctx context.Context, t Transition) error {
	key := onboarding.EffectKey{OnboardingID: t.OnboardingID, Step: t.Step, Revision: t.Revision}
	if err := a.awaitPanel(ctx, t.Panel); err != nil {
		return a.fault(ctx, key, err)
	}
	err := a.store.RecordTransition(ctx, activity.GetInfo(ctx).WorkflowExecution.RunID, onboarding.Transition{
		OnboardingID: t.OnboardingID, No: t.No, Kind: onboarding.EventKind(t.Kind), Status: t.Status, Step: t.Step,
		Revision: t.Revision, ParkNo: t.ParkNo, Reason: t.Reason, ReadyAt: t.ReadyAt, By: t.By, Note: t.Note, At: t.At,
	})
	return a.fault(ctx, key, err)
}

// awaitPanel begins a wait; the zero one is none.
func (a *Activities) awaitPanel(ctx context.Context, wait PanelWait) error {
	if wait == (PanelWait{}) {
		return nil
	}
	return a.runner.AwaitPanel(ctx, onboarding.PanelWait(wait))
}
