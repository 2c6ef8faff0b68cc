package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

// onboardingRun is the state of one OnboardAccount.
type onboardingRun struct {
	*run
	id        string
	verdict   *Verdict // nil until validate has answered
	accountID string
	reminder  time.Duration // after readyAt, when the panel is still silent

	panelExpected  bool
	letterRequests workflow.ReceiveChannel
}

// begin sets up the run and every message before anything can block.
func begin(ctx workflow.Context, in OnboardAccountInput) (*onboardingRun, error) {
	r := &onboardingRun{
		run: newRun(ctx, onboardingSubject{in.OnboardingID}, in.Revision, in.ParkNo, onboarding.StepValidate), id: in.OnboardingID,
		letterRequests: receive(ctx, SignalSendLetterNow, sendLetterNowDescription),
	}
	r.countStart()
	if err := workflow.SetUpdateHandlerWithOptions(ctx, UpdateValidate, r.onValidate, workflow.UpdateHandlerOptions{
		Description: validateDescription,
	}); err != nil {
		return r, err
	}
	return r, r.handleMessages()
}

// onboardingSubject is the onboarding of this ID.
type onboardingSubject struct{ id string }

func (onboardingSubject) noun() string { return "onboarding" }

func (onboardingSubject) correction() string { return "POST /v1/onboardings/{id}/decisions" }

func (onboardingSubject) waitingHint() string {
	return "\n- to send the letter at once: signal `send_letter_now`"
}

func (o onboardingSubject) input(revision, parkNo int) any {
	return activities.StepInput{OnboardingID: o.id, Revision: revision, ParkNo: parkNo}
}

func (o onboardingSubject) told(t onboarding.Transition, panel activities.PanelWait) (activity string, message any) {
	return activities.RecordTransitionName, activities.Transition{
		OnboardingID: o.id, No: t.No, Kind: string(t.Kind), Status: t.Status, Step: t.Step,
		Revision: t.Revision, ParkNo: t.ParkNo, ReadyAt: t.ReadyAt,
		Reason: t.Reason, By: t.By, Note: t.Note, At: t.At, Panel: panel,
	}
}

// onValidate only waits for the first step. The step must not be the update: an update
// that is admitted but not yet accepted dies with the server's memory.
func (r *onboardingRun) onValidate(ctx workflow.Context) (Verdict, error) {
	if err := workflow.Await(ctx, func() bool { return r.verdict != nil }); err != nil {
		return Verdict{}, err
	}
	// A rejection always has its problems: a verdict without any is takeBack's, which lets
	// go of who waits for a run that nobody judged.
	if !r.verdict.Accepted && len(r.verdict.Problems) == 0 {
		return Verdict{}, temporal.NewNonRetryableApplicationError(errCancelledBeforeVerdict.Error(), "cancelled", nil)
	}
	return *r.verdict, nil
}

var errCancelledBeforeVerdict = errors.New("the onboarding was cancelled before it was validated")

// validate runs the first step and takes the plan from its answer.
func (r *onboardingRun) validate() {
	var result activities.ValidateResult
	r.perform(onboarding.StepValidate, &result)
	if r.stopped() {
		return
	}
	r.verdict = &Verdict{Accepted: result.Accepted}
	for _, problem := range result.Problems {
		r.verdict.Problems = append(r.verdict.Problems, Problem(problem))
	}
	r.reminder, r.carrierPatience = result.PanelReminder, result.CarrierPatience
	r.plan(result.Steps...)
}

func (r *onboardingRun) rejected() bool { return r.verdict != nil && !r.verdict.Accepted }

func (r *onboardingRun) createAccount() {
	var result activities.CreateAccountResult
	r.perform(onboarding.StepCreateAccount, &result)
	r.accountID, r.readyAt = result.AccountID, result.ReadyAt
}

// expectPanel leaves the panel to a workflow of its own. The onboarding is over in an hour;
// a panel may be silent for weeks, and must not keep the onboarding open for that long.
func (r *onboardingRun) expectPanel() {
	if r.stopped() || !r.plans(onboarding.StepRegisterModule) {
		return
	}
	r.panelExpected = true
	r.awaitPanel(activities.PanelWait{OnboardingID: r.id, AccountID: r.accountID, RemindAt: r.readyAt.Add(r.reminder)})
}

// takeBack ends a cancelled run.
func (r *onboardingRun) takeBack() (OnboardAccountResult, error) {
	if r.verdict == nil {
		r.verdict = &Verdict{} // lets a waiting validate update answer
	}
	r.undoAll()
	if r.panelExpected {
		r.callOffPanel(r.id)
	}
	result, err := r.finish(onboarding.StatusCancelled)
	if err != nil {
		return result, err
	}
	return result, temporal.NewCanceledError()
}

func (r *onboardingRun) finish(status onboarding.Status) (OnboardAccountResult, error) {
	r.countEnd(status)
	err := r.close(status, func() {
		for r.letterRequests.ReceiveAsync(nil) {
			r.log.Info("ignored send_letter_now: the run no longer waits")
		}
	})
	if err != nil {
		return OnboardAccountResult{}, err
	}
	return OnboardAccountResult{Status: status, AccountID: r.accountID}, nil
}
