package workflows_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/workflows"
)

// newSweepWorld has rounds of the two activities; after the last one nothing is due.
func newSweepWorld(t *testing.T, due, expiring []activities.SweepResult) *world {
	t.Helper()
	w := newPanelWorld(t)
	rounds := func(name string, found []activities.SweepResult) {
		w.RegisterActivityWithOptions(func(context.Context) (activities.SweepResult, error) {
			if err := w.call(name, activities.StepInput{}); err != nil || len(found) == 0 {
				return activities.SweepResult{}, err
			}
			round := found[0]
			found = found[1:]
			return round, nil
		}, activity.RegisterOptions{Name: name})
	}
	rounds(activities.ActivateDueName, due)
	rounds(activities.ExpireCommitmentsName, expiring)
	return w
}

func TestCommitmentSweep_GoesOnUntilNothingIsDue(t *testing.T) {
	t.Parallel()
	w := newSweepWorld(t,
		[]activities.SweepResult{{More: true, Due: 50, Activated: 40, NeedsSerial: 5, Refused: 5}, {Due: 3, Activated: 2, Failed: 1}},
		[]activities.SweepResult{{Expired: 200}, {Expired: 7}})
	w.fail(activities.ActivateDueName, "store_unavailable")
	w.ExecuteWorkflow(workflows.CommitmentSweep)
	require.NoError(t, w.GetWorkflowError())
	var total activities.SweepResult
	require.NoError(t, w.GetWorkflowResult(&total))
	require.Equal(t, activities.SweepResult{Due: 53, Activated: 42, NeedsSerial: 5, Refused: 5, Failed: 1, Expired: 207}, total)
}

func TestCommitmentSweep_EndsAlsoWhenThereIsNoEndOfThem(t *testing.T) {
	t.Parallel()
	endless := make([]activities.SweepResult, 1000)
	for i := range endless {
		endless[i] = activities.SweepResult{More: true, Due: 1, Activated: 1, Expired: 1}
	}
	w := newSweepWorld(t, endless, endless)
	w.ExecuteWorkflow(workflows.CommitmentSweep)
	require.NoError(t, w.GetWorkflowError())
	var total activities.SweepResult
	require.NoError(t, w.GetWorkflowResult(&total))
	require.Equal(t, activities.SweepResult{Due: 100, Activated: 100, Expired: 100}, total)
}

func TestCommitmentSweep_GivesUpARoundThatTheNextOneWillRepeat(t *testing.T) {
	t.Parallel()
	for _, name := range []string{activities.ActivateDueName, activities.ExpireCommitmentsName} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newSweepWorld(t, nil, nil)
			w.down(name, "store_unavailable")
			start := w.Now()
			w.ExecuteWorkflow(workflows.CommitmentSweep)
			require.ErrorContains(t, w.GetWorkflowError(), "store_unavailable")
			require.Less(t, w.Now().Sub(start).Minutes(), 5.0)
		})
	}
}
