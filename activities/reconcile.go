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
	return result, nil
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
	return result, nil
}

func (a *Activities) reconcileFault(ctx context.Context, err error) error {
	return a.fault(ctx, onboarding.EffectKey{}, err)
}
