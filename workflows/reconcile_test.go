package workflows_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/workflows"
)

func newReconcileWorld(t *testing.T) *world {
	t.Helper()
	w := newPanelWorld(t)
	round := func(name string, found activities.ReconcileResult) {
		w.RegisterActivityWithOptions(func(context.Context) (activities.ReconcileResult, error) {
			return found, w.call(name, activities.StepInput{})
		}, activity.RegisterOptions{Name: name})
	}
	round(activities.StartSubmittedName, activities.ReconcileResult{Started: 3})
	round(activities.ReportLostName, activities.ReconcileResult{Lost: 2})
	return w
}

func TestReconcile_StartsWhatWaitsAndReportsWhatIsGone(t *testing.T) {
	t.Parallel()
	w := newReconcileWorld(t)
	w.fail(activities.StartSubmittedName, "store_unavailable")
	w.ExecuteWorkflow(workflows.Reconcile)
	require.NoError(t, w.GetWorkflowError())
	var result activities.ReconcileResult
	require.NoError(t, w.GetWorkflowResult(&result))
	require.Equal(t, activities.ReconcileResult{Started: 3, Lost: 2}, result)
}

func TestReconcile_GivesUpARoundThatTheNextOneWillRepeat(t *testing.T) {
	t.Parallel()
	for _, name := range []string{activities.StartSubmittedName, activities.ReportLostName} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newReconcileWorld(t)
			w.down(name, "store_unavailable")
			start := w.Now()
			w.ExecuteWorkflow(workflows.Reconcile)
			require.ErrorContains(t, w.GetWorkflowError(), "store_unavailable")
			require.Less(t, w.Now().Sub(start).Minutes(), 4.0)
		})
	}
}
