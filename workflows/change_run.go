package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

// changeRun is the state of one SwapModule or TerminateAccount.
type changeRun struct {
	*run
	in       ChangeAccountInput
	reminder time.Duration // after readyAt, when the panel is still silent
}

func beginChange(ctx workflow.Context, in ChangeAccountInput, kind onboarding.ChangeKind) (*changeRun, error) {
	r := &changeRun{run: newRun(ctx, changeSubject{in.ChangeID, kind}, in.Revision, in.ParkNo, kind.Steps()...), in: in}
	return r, r.handleMessages()
}

// changeSubject is the change of this ID.
type changeSubject struct {
	id   string
	kind onboarding.ChangeKind
}

func (c changeSubject) noun() string {
	if c.kind == onboarding.ChangeTermination {
		return "termination"
	}
	return "module swap"
}

func (changeSubject) correction() string { return "POST /v1/module-swaps/{id}/decisions" }

func (changeSubject) waitingHint() string { return "" }

func (c changeSubject) input(revision, parkNo int) any {
	return activities.ChangeInput{ChangeID: c.id, Revision: revision, ParkNo: parkNo}
}

func (c changeSubject) told(t onboarding.Transition, panel activities.PanelWait) (activity string, message any) {
	return activities.RecordChangeName, activities.ChangeTransition{
		ChangeID: c.id, No: t.No, Kind: string(t.Kind), Status: t.Status, Step: t.Step, ParkNo: t.ParkNo,
		ReadyAt: t.ReadyAt, Reason: t.Reason, By: t.By, Note: t.Note, At: t.At, Panel: panel,
	}
}

// noReturn puts the run out of reach of a cancellation: what begins now is done.
func (r *changeRun) noReturn() {
	if !r.stopped() {
		r.ctx, _ = workflow.NewDisconnectedContext(r.ctx)
	}
}

func (r *changeRun) switchModule() {
	var result activities.SwitchModuleResult
	r.perform(onboarding.StepSwitchModule, &result)
	r.readyAt, r.reminder = result.ReadyAt, result.PanelReminder
}

// expectPanel waits for the panel to communicate through its new module, apart from the
// swap: it may be silent for weeks.
func (r *changeRun) expectPanel() {
	r.awaitPanel(activities.PanelWait{
		OnboardingID: r.in.OnboardingID, SwapID: r.in.ChangeID, AccountID: r.in.AccountID, RemindAt: r.readyAt.Add(r.reminder),
	})
}

// releaseModule gives the old module back to the carrier. Nobody waits any more for a panel
// to communicate through it.
func (r *changeRun) releaseModule() {
	var result activities.ReleaseModuleResult
	r.perform(onboarding.StepReleaseModule, &result)
	for _, panel := range result.SilentPanels {
		r.callOffPanel(panel)
	}
}

// takeBack ends a swap that was cancelled before the account was switched.
func (r *changeRun) takeBack() (ChangeAccountResult, error) {
	r.undoAll()
	r.callOffPanel(r.in.ChangeID)
	result, err := r.finish(onboarding.StatusCancelled)
	if err != nil {
		return result, err
	}
	return result, temporal.NewCanceledError()
}

func (r *changeRun) finish(status onboarding.Status) (ChangeAccountResult, error) {
	return ChangeAccountResult{Status: status}, r.close(status, func() {})
}
