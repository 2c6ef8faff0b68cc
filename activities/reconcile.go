package activities

import (
	"context"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// The activities of the reconciler.
const (
	StartSubmittedName = "StartSubmitted"
	ReportLostName     = "ReportLost"
)

const (
	// startGrace leaves a submit time to start its own workflow.
	startGrace = 30 * time.Second
	// lostGrace leaves a workflow that has just ended time to be seen as ended in the record.
	lostGrace = 2 * time.Minute
	// roundSize bounds a round; the next one comes within a minute.
	roundSize = 200
)

// StartSubmitted begins the runs that were committed but never started: the process
// died between the two, or Temporal was away. Starting is by exact ID, so a submit that
// wakes up late does no harm.
func (a *Activities) StartSubmitted(ctx context.Context) (ReconcileResult, error) {
	waiting, err := a.store.UnstartedRuns(ctx, a.now().Add(-startGrace), roundSize)
	if err != nil {
		return ReconcileResult{}, a.reconcileFault(ctx, err)
	}
	var result ReconcileResult
	for _, row := range waiting {
		start := onboarding.StartRun{
			OnboardingID: row.ID, DealerID: row.DealerID, Source: row.Source, CommitmentID: row.CommitmentID,
		}
		if err := a.runner.Begin(ctx, start); err != nil {
			return result, a.reconcileFault(ctx, err)
		}
		result.Started++
	}
	changes, err := a.startChanges(ctx)
	result.Started += changes
	if err != nil {
		return result, a.reconcileFault(ctx, err)
	}
	result.Letters, err = a.startLetters(ctx)
	return result, a.reconcileFault(ctx, err)
}

// startChanges begins the swaps and terminations that were committed but never begun.
func (a *Activities) startChanges(ctx context.Context) (begun int, err error) {
	waiting, err := a.store.UnstartedChanges(ctx, a.now().Add(-startGrace), roundSize)
	if err != nil {
		return 0, err
	}
	for _, change := range waiting {
		if err := a.runner.BeginChange(ctx, change.Start()); err != nil {
			return begun, err
		}
		begun++
	}
	return begun, nil
}

// startLetters begins the delivery of letters that were committed but whose workflow
// never began, or was lost. One that is under way is joined.
func (a *Activities) startLetters(ctx context.Context) (begun int, err error) {
	waiting, err := a.store.UnsettledLetters(ctx, a.now().Add(-startGrace), roundSize)
	if err != nil {
		return 0, err
	}
	for _, letter := range waiting {
		if err := a.runner.BeginLetter(ctx, letter); err != nil {
			return begun, err
		}
		if err := a.store.LetterBegun(ctx, letter.LetterID); err != nil {
			return begun, err
		}
		begun++
	}
	return begun, nil
}

// ReportLost parks rows whose workflow was terminated, failed or deleted: they would
// look alive for ever. A person starts them anew; what was done is not done twice.
func (a *Activities) ReportLost(ctx context.Context) (ReconcileResult, error) {
	open, err := a.store.OpenRuns(ctx, a.now().Add(-lostGrace), roundSize)
	if err != nil {
		return ReconcileResult{}, a.reconcileFault(ctx, err)
	}
	var result ReconcileResult
	for _, row := range open {
		if row.Parked != nil && row.Parked.Reason == onboarding.ReasonWorkflowLost {
			continue // reported already
		}
		lives, err := a.runner.Lives(ctx, row.ID)
		if err != nil {
			return result, a.reconcileFault(ctx, err)
		}
		if lives {
			continue
		}
		if err := a.store.ReportLost(ctx, row.ID); err != nil {
			return result, a.reconcileFault(ctx, err)
		}
		a.log.ErrorContext(ctx, "workflow of an open onboarding is gone", "onboarding_id", row.ID, "code", onboarding.ReasonWorkflowLost)
		result.Lost++
	}
	lost, err := a.reportLostChanges(ctx)
	result.Lost += lost
	return result, a.reconcileFault(ctx, err)
}

func (a *Activities) reportLostChanges(ctx context.Context) (lost int, err error) {
	open, err := a.store.OpenChanges(ctx, a.now().Add(-lostGrace), roundSize)
	if err != nil {
		return 0, err
	}
	for _, change := range open {
		if change.Parked != nil && change.Parked.Reason == onboarding.ReasonWorkflowLost {
			continue // reported already
		}
		lives, err := a.runner.ChangeLives(ctx, change.Kind, change.ID)
		if err != nil {
			return lost, err
		}
		if lives {
			continue
		}
		if err := a.store.ReportLostChange(ctx, change.ID); err != nil {
			return lost, err
		}
		a.log.Error("workflow of an open change is gone", "change_id", change.ID, "kind", change.Kind, "code", onboarding.ReasonWorkflowLost)
		lost++
	}
	return lost, nil
}

func (a *Activities) reconcileFault(ctx context.Context, err error) error {
	return a.fault(ctx, onboarding.EffectKey{}, err)
}
