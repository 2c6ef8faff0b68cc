package activities

import (
	"context"

	"go.temporal.io/sdk/activity"

	"github.com/latchkey/latchkey/onboarding"
)

// RecordChangeName is the activity RecordChange.
const RecordChangeName = "RecordChange"

// RecordChange is RecordTransition for a change to an account.
func (a *Activities) RecordChange(ctx context.Context, t ChangeTransition) error {
	if err := a.awaitPanel(ctx, t.Panel); err != nil {
		return a.changeFault(ctx, t.ChangeID, t.Step, err)
	}
	err := a.store.RecordChange(ctx, activity.GetInfo(ctx).WorkflowExecution.RunID, t.ChangeID, onboarding.Transition{
		No: t.No, Kind: onboarding.EventKind(t.Kind), Status: t.Status, Step: t.Step,
		ParkNo: t.ParkNo, Reason: t.Reason, ReadyAt: t.ReadyAt, By: t.By, Note: t.Note, At: t.At,
	})
	return a.changeFault(ctx, t.ChangeID, t.Step, err)
}
