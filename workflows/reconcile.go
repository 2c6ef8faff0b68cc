package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/activities"
)

// Reconcile settles the difference between the record and Temporal, every minute: it
// starts what was committed but never begun (the process died between the two, or
// Temporal was away) and parks rows whose workflow is gone.
func Reconcile(ctx workflow.Context) (activities.ReconcileResult, error) {
	var started, lost activities.ReconcileResult
	if err := execute(ctx, reconcileRow, activities.StartSubmittedName, nil, &started); err != nil {
		return started, err
	}
	if err := execute(ctx, reconcileRow, activities.ReportLostName, nil, &lost); err != nil {
		return started, err
	}
	return activities.ReconcileResult{Started: started.Started, Lost: lost.Lost, Letters: started.Letters}, nil
}
