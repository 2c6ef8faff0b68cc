package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRecord_IsToldHoweverLongTheStoreIsAway(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	run := l.newRun(t)
	run.down("RecordTransition", "store_unavailable")
	run.begin()
	eventually(t, "a regular activity tries to record", func() bool {
		description, err := l.temporal.DescribeWorkflowExecution(run.context(), run.workflowID(), "")
		if err != nil {
			return false
		}
		for _, pending := range description.GetPendingActivities() {
			if pending.GetActivityType().GetName() == "RecordTransition" && pending.GetAttempt() > 1 {
				return true
			}
		}
		return false
	})
	require.Zero(t, run.count("SendLetter"), "the run waits for its record")
	run.up("RecordTransition")
	run.requireCompleted()
	require.Equal(t, []string{"waiting", "completed"}, run.kinds())
}
