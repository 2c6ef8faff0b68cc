package activities

import (
	"context"

	"go.temporal.io/sdk/activity"

	"github.com/latchkey/latchkey/onboarding"
)

// RecordTransitionName is the activity RecordTransition.
const RecordTransitionName = "RecordTransition"

// RecordTransition writes what the workflow itself decided to our own record, which
// outlives the history.
func (a *Activities) RecordTransition(ctx context.Context, t Transition) error {
	err := a.store.RecordTransition(ctx, activity.GetInfo(ctx).WorkflowExecution.RunID, onboarding.Transition{
		OnboardingID: t.OnboardingID, No: t.No, Kind: onboarding.EventKind(t.Kind), Status: t.Status, Step: t.Step,
		Revision: t.Revision, ParkNo: t.ParkNo, Reason: t.Reason, ReadyAt: t.ReadyAt, By: t.By, Note: t.Note, At: t.At,
	})
	return a.fault(ctx, onboarding.EffectKey{OnboardingID: t.OnboardingID, Step: t.Step, Revision: t.Revision}, err)
}
