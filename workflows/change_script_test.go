package workflows_test

import (
	"context"
	"time"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

// registerChangeScripts are the activities of a change to an account; its script is found by
// its own ID.
func registerChangeScripts(named func(name string, fn any), find func(id string) *script) {
	step := func(in activities.ChangeInput) activities.StepInput {
		return activities.StepInput{Revision: in.Revision, ParkNo: in.ParkNo}
	}
	named("RegisterReplacement", func(_ context.Context, in activities.ChangeInput) (activities.RegisterReplacementResult, error) {
		return activities.RegisterReplacementResult{}, find(in.ChangeID).call("RegisterReplacement", step(in))
	})
	named("UndoRegisterReplacement", func(_ context.Context, in activities.ChangeInput) (activities.UndoResult, error) {
		return activities.UndoResult{}, find(in.ChangeID).call("UndoRegisterReplacement", step(in))
	})
	named("SwitchModule", func(_ context.Context, in activities.ChangeInput) (activities.SwitchModuleResult, error) {
		s := find(in.ChangeID)
		err := s.call("SwitchModule", step(in))
		return activities.SwitchModuleResult{ReadyAt: s.now().Add(s.hour), PanelReminder: 72 * time.Hour}, err
	})
	named("ReleaseModule", func(_ context.Context, in activities.ChangeInput) (activities.ReleaseModuleResult, error) {
		s := find(in.ChangeID)
		return activities.ReleaseModuleResult{SilentPanels: s.silent}, s.call("ReleaseModule", step(in))
	})
	named("RecordChange", func(ctx context.Context, t activities.ChangeTransition) error {
		return find(t.ChangeID).record(ctx, activities.Transition{
			No: t.No, Kind: t.Kind, Status: t.Status, Step: t.Step, ParkNo: t.ParkNo, Reason: t.Reason,
			ReadyAt: t.ReadyAt, By: t.By, Note: t.Note, At: t.At, Panel: t.Panel,
		})
	})
}

func changeStart(id string, kind onboarding.ChangeKind) onboarding.StartChange {
	return onboarding.StartChange{ID: id, Kind: kind, AccountID: "account-1", OnboardingID: id, DealerID: "dealer-1"}
}
