package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enums "go.temporal.io/api/enums/v1"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

// A decision that the cancellation overtook must not be taken for one about the undo.
func TestCancel_DecisionOfTheSameMomentDecidesNoUndo(t *testing.T) {
	t.Parallel()
	for _, action := range []onboarding.Action{onboarding.ActionRetry, onboarding.ActionCancel} {
		t.Run(string(action), func(t *testing.T) {
			t.Parallel()
			l := newLonelyLive(t)
			stop := l.startWorker(t)
			run := l.newRun(t)
			run.fail("RegisterModule", "module_unknown")
			run.fail("UndoRegisterModule", "module_not_owned")
			run.begin()
			run.awaitParked(1)
			stop()
			require.NoError(t, l.Cancel(run.context(), run.start.OnboardingID))
			answer := run.decideLater(onboarding.Decision{
				ID: "late", Action: action, Step: onboarding.StepRegisterModule, ParkNo: 1, By: "user-1", Reason: "audit 1",
			})
			defer l.startWorker(t)()
			_ = answer() // it may have come in time or not; the cancellation counts

			parked := run.awaitParked(2)
			require.Equal(t, onboarding.UndoRegisterModule, parked.Step)
			require.Equal(t, 1, run.count("UndoRegisterModule"))
			run.mustDecide(onboarding.ActionRetry)
			run.requireCancelled()
			require.Equal(t, []string{"UndoRegisterModule", "UndoRegisterModule", "UndoValidate"}, run.undone())
		})
	}
}

func TestCancel_UndoDoesNotOvertakeTheTryInFlight(t *testing.T) {
	t.Parallel()
	for _, step := range []onboarding.Step{onboarding.StepCheckCoverage, onboarding.StepRegisterModule, onboarding.StepSendLetter} {
		t.Run(string(step), func(t *testing.T) {
			t.Parallel()
			l := newLive(t)
			run := l.newRun(t)
			run.hour = 0
			reached, release := make(chan struct{}), make(chan struct{})
			var left time.Time
			run.during(activities.Name(step), func() {
				close(reached)
				<-release
				left = time.Now()
			})
			run.begin()
			<-reached
			require.NoError(t, l.Cancel(run.context(), run.start.OnboardingID))
			eventually(t, "the run knows", func() bool {
				for _, event := range l.history(t, run.workflowID()).GetEvents() {
					if event.GetEventType() == enums.EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED {
						return true
					}
				}
				return false
			})
			require.Empty(t, run.undone())
			require.NotContains(t, run.kinds(), "compensating")
			close(release)
			run.requireCancelled()
			require.Equal(t, takenBack[step], run.undone(), "what was in flight is taken back, too")
			require.True(t, run.lastCalled("UndoValidate").After(left))
		})
	}
}
