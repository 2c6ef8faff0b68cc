package workflows_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enums "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/workflowservice/v1"
	sdkworker "go.temporal.io/sdk/worker"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/worker"
	"github.com/latchkey/latchkey/workflows"
)

var record = flag.Bool("record", false, "write the histories of the stories to testdata/histories")

// story is one path that an onboarding takes, told on a real server. Its history is
// kept: every later version of the workflows must be able to go on with it.
type story struct {
	name string
	tell func(*liveRun)
	// kept is the workflow whose history is kept; the onboarding's by default.
	kept func(onboardingID string) string
	// of is empty for the story of an onboarding.
	of onboarding.ChangeKind
}

var stories = slices.Concat(onboardingStories, changeStories)

var onboardingStories = []story{
	{name: "completed", tell: func(r *liveRun) {
		verdict, err := r.live.Start(r.context(), r.start)
		require.NoError(r.t, err)
		require.Equal(r.t, onboarding.Verdict{Accepted: true}, verdict)
		r.requireCompleted()
		require.Equal(r.t, []string{"Validate", "CheckCoverage", "RegisterModule", "CreateAccount", "ApplyTemplate", "SendLetter"}, r.callsSoFar())
		require.GreaterOrEqual(r.t, r.lastCalled("SendLetter").Sub(r.lastCalled("CreateAccount")), r.hour)
	}},
	{name: "rejected", tell: func(r *liveRun) {
		r.problems = []activities.Problem{{Field: "/login/name", Code: "login_taken", Message: "m"}}
		verdict, err := r.live.Start(r.context(), r.start)
		require.NoError(r.t, err)
		require.Equal(r.t, onboarding.Verdict{Problems: onboarding.Problems{{Field: "/login/name", Code: "login_taken", Message: "m"}}}, verdict)
		result, err := r.end()
		require.NoError(r.t, err)
		require.Equal(r.t, onboarding.StatusRejected, result.Status)
		require.Equal(r.t, []string{"Validate"}, r.callsSoFar())
	}},
	{name: "parked_retried", tell: func(r *liveRun) {
		r.fail("RegisterModule", "module_unknown", "module_inactive")
		r.begin()
		r.awaitParked(1)
		r.mustDecide(onboarding.ActionRetry)
		require.Equal(r.t, onboarding.ReasonModuleInactive, r.awaitParked(2).ParkReason)
		require.NoError(r.t, r.live.temporal.SignalWorkflow(r.context(), r.workflowID(), "", workflows.SignalResume, workflows.Resume{By: "user-1", Reason: "audit 1"}))
		r.requireCompleted()
		require.Equal(r.t, []string{"parked", "resumed", "parked", "resumed", "waiting", "completed"}, r.kinds())
	}},
	{name: "amended", tell: func(r *liveRun) {
		r.fail("RegisterModule", "module_already_registered")
		r.begin()
		r.awaitParked(1)
		r.mustDecide(onboarding.ActionAmend, func(d *onboarding.Decision) { d.Revision = 2 })
		r.requireCompleted()
		require.Equal(r.t, []string{"parked", "amended", "waiting", "completed"}, r.kinds())
		require.Equal(r.t, 1, r.count("RegisterModule:2"))
	}},
	{name: "retried_after_lost_amend", tell: func(r *liveRun) {
		r.fail("RegisterModule", "module_already_registered")
		r.begin()
		r.awaitParked(1)
		r.mustDecide(onboarding.ActionRetry, func(d *onboarding.Decision) { d.Revision = 2 })
		r.requireCompleted()
		require.Equal(r.t, 1, r.count("RegisterModule:2"), "whoever retries brings the correction that never arrived")
	}},
	{name: "overridden", tell: func(r *liveRun) {
		r.coverage = []onboarding.Reason{onboarding.ReasonLowCoverage}
		r.begin()
		r.awaitParked(1)
		r.mustDecide(onboarding.ActionOverride)
		r.requireCompleted()
		require.Equal(r.t, 1, r.count("CheckCoverage"))
	}},
	{name: "skipped", tell: func(r *liveRun) {
		r.fail("ApplyTemplate", "template_not_found")
		r.begin()
		r.awaitParked(1)
		r.mustDecide(onboarding.ActionSkip)
		r.requireCompleted()
		require.Equal(r.t, 1, r.count("ApplyTemplate"))
	}},
	{name: "cancelled_before_charge", tell: func(r *liveRun) {
		r.fail("RegisterModule", "module_not_owned")
		r.begin()
		r.awaitParked(1)
		r.mustDecide(onboarding.ActionCancel)
		r.requireCancelled()
		require.Equal(r.t, takenBack[onboarding.StepRegisterModule], r.undone())
	}},
	{name: "cancelled_after_charge", tell: func(r *liveRun) {
		r.hour = time.Hour
		r.begin()
		r.awaitWaiting()
		require.NoError(r.t, r.live.Cancel(r.context(), r.start.OnboardingID))
		r.requireCancelled()
		require.Equal(r.t, takenBack[onboarding.StepAwaitNetwork], r.undone())
		r.requirePanelCalledIn()
	}},
	{name: "undo_parked", tell: func(r *liveRun) {
		r.hour = time.Hour
		r.fail("UndoCreateAccount", "panel_communicating")
		r.begin()
		r.awaitWaiting()
		require.NoError(r.t, r.live.Cancel(r.context(), r.start.OnboardingID))
		require.Equal(r.t, onboarding.UndoCreateAccount, r.awaitParked(1).Step)
		r.mustDecide(onboarding.ActionSkip)
		r.requireCancelled()
		require.Equal(r.t, takenBack[onboarding.StepAwaitNetwork], r.undone())
	}},
	{name: "wait_adjusted", tell: func(r *liveRun) {
		r.hour = time.Hour
		r.begin()
		r.awaitWaiting()
		require.NoError(r.t, r.live.AdjustWait(r.context(), r.start.OnboardingID, time.Now().Add(2*time.Hour), "user-1", "audit 1"))
		require.NoError(r.t, r.live.AdjustWait(r.context(), r.start.OnboardingID, time.Now().Add(time.Second), "user-1", "audit 2"))
		r.requireCompleted()
		require.Equal(r.t, []string{"waiting", "wait_adjusted", "wait_adjusted", "completed"}, r.kinds())
	}},
	{name: "letter_early", tell: func(r *liveRun) {
		r.hour = 6 * time.Second
		r.begin()
		readyAt := r.awaitWaiting().ReadyAt
		require.NoError(r.t, r.live.SendLetterNow(r.context(), r.start.OnboardingID, "user-2"))
		eventually(r.t, "the letter", func() bool { return r.count("SendLetter") == 1 })
		require.True(r.t, r.lastCalled("SendLetter").Before(readyAt))
		r.requireCompleted()
		require.False(r.t, time.Now().Before(readyAt), "the hour is kept")
		require.Equal(r.t, 1, r.count("SendLetter"))
	}},
	{name: "panel", kept: workflows.PanelWorkflowID, tell: func(r *liveRun) {
		r.begin()
		r.requireCompleted()
		require.Equal(r.t, r.start.DealerID, r.priorityOf(workflows.PanelWorkflowID(r.start.OnboardingID)).GetFairnessKey(), "one dealer's panels hold up no other's")
		communicated := time.Now()
		require.NoError(r.t, r.live.PanelCommunicated(r.context(), r.start.OnboardingID, "event-1", communicated))
		r.awaitPanelOver()
		require.Equal(r.t, []string{"panel_communicated"}, r.sent())
		require.WithinDuration(r.t, communicated, r.blockLifted, time.Second)
		require.NoError(r.t, r.live.PanelCommunicated(r.context(), r.start.OnboardingID, "event-2", time.Now()), "one that is over has heard it all")
		require.Equal(r.t, 1, r.count("LiftLoginBlock"))
	}},
	{name: "panel_early", kept: workflows.PanelWorkflowID, tell: tellEarlyPanel},
	{name: "panel_early_onboarding", tell: tellEarlyPanel},
	{name: "letter_again", kept: workflows.LetterWorkflowID, tell: func(r *liveRun) {
		require.NoError(r.t, r.live.BeginLetter(r.context(), r.letter()))
		r.awaitLetterOver()
		require.Equal(r.t, []string{"SendLetterAgain"}, r.callsSoFar())
	}},
	{name: "letter_again_given_up", kept: workflows.LetterWorkflowID, tell: func(r *liveRun) {
		r.fail("SendLetterAgain", "mail_answer_lost", "recipient_rejected")
		require.NoError(r.t, r.live.BeginLetter(r.context(), r.letter()))
		r.awaitLetterOver()
		require.Equal(r.t, []string{"SendLetterAgain", "SendLetterAgain", "GiveUpLetter"}, r.callsSoFar())
	}},
	{name: "reset", tell: func(r *liveRun) {
		r.fail("RegisterModule", "module_unknown")
		r.begin()
		r.awaitParked(1)
		require.NoError(r.t, r.live.temporal.SignalWorkflow(r.context(), r.workflowID(), "", workflows.SignalResume, workflows.Resume{By: "user-1", Reason: "audit 1"}))
		r.requireCompleted()

		r.fail("RegisterModule", "module_unknown")
		r.reset()
		r.awaitParked(1)
		require.Equal(r.t, 3, r.count("RegisterModule"), "the resume that the reset applies again does not send this park on")
		signals := 0
		for _, event := range r.live.history(r.t, r.workflowID()).GetEvents() {
			if event.GetEventType() == enums.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED {
				signals++
			}
		}
		require.Equal(r.t, 1, signals, "it was applied again")
		r.mustDecide(onboarding.ActionRetry)
		r.requireCompleted()
	}},
}

func tellEarlyPanel(r *liveRun) {
	require.NoError(r.t, r.live.PanelCommunicated(r.context(), r.start.OnboardingID, "event-1", time.Now()))
	r.begin()
	r.requireCompleted()
	r.awaitPanelOver()
	require.Equal(r.t, []string{"panel_communicated"}, r.sent())
	require.Equal(r.t, 1, r.count("LiftLoginBlock"))
	require.False(r.t, r.lastCalled("PushTemplate").Before(r.lastCalled("CreateAccount")), "not before there is an account")
}

func (r *liveRun) priorityOf(workflowID string) *commonpb.Priority {
	r.t.Helper()
	description, err := r.live.temporal.DescribeWorkflowExecution(r.context(), workflowID, "")
	require.NoError(r.t, err)
	return description.GetWorkflowExecutionInfo().GetPriority()
}

func (r *liveRun) requirePanelCalledIn() {
	r.t.Helper()
	eventually(r.t, "the panel's workflow is cancelled", func() bool {
		description, err := r.live.temporal.DescribeWorkflowExecution(r.context(), workflows.PanelWorkflowID(r.start.OnboardingID), "")
		return err == nil && description.GetWorkflowExecutionInfo().GetStatus() == enums.WORKFLOW_EXECUTION_STATUS_CANCELED
	})
}

// reset takes the run back to its first workflow task, as an operator may after a fix.
func (r *liveRun) reset() {
	r.t.Helper()
	var first int64
	for _, event := range r.live.history(r.t, r.workflowID()).GetEvents() {
		if event.GetEventType() == enums.EVENT_TYPE_WORKFLOW_TASK_COMPLETED {
			first = event.GetEventId()
			break
		}
	}
	_, err := r.live.temporal.ResetWorkflowExecution(r.context(), &workflowservice.ResetWorkflowExecutionRequest{
		Namespace: r.live.namespace, WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: r.workflowID()},
		Reason: "audit 1", RequestId: uuid.NewString(), WorkflowTaskFinishEventId: first,
	})
	require.NoError(r.t, err)
}

func TestStories(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	for _, story := range stories {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			run := l.newRun(t)
			if story.of != "" {
				run = l.newChange(t, story.of)
			}
			story.tell(run)

			kept := run.workflowID()
			if story.kept != nil {
				kept = story.kept(run.start.OnboardingID)
			}
			history := l.history(t, kept)
			require.NoError(t, replayer(t).ReplayWorkflowHistory(quiet(), history), "what was just told can be told again")
			if *record {
				keep(t, story.name, history)
			}
		})
	}
}

func (l *live) history(t *testing.T, workflowID string) *historypb.History {
	t.Helper()
	var history historypb.History
	iterator := l.temporal.GetWorkflowHistory(t.Context(), workflowID, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for iterator.HasNext() {
		event, err := iterator.Next()
		require.NoError(t, err)
		history.Events = append(history.Events, event)
	}
	return &history
}

func replayer(t *testing.T) sdkworker.WorkflowReplayer {
	t.Helper()
	replayer, err := sdkworker.NewWorkflowReplayerWithOptions(sdkworker.WorkflowReplayerOptions{DisableRegistrationAliasing: true})
	require.NoError(t, err)
	worker.Register(replayer)
	return replayer
}

func keep(t *testing.T, name string, history *historypb.History) {
	t.Helper()
	encoded, err := protojson.Marshal(history)
	require.NoError(t, err)
	indented, err := json.MarshalIndent(json.RawMessage(encoded), "", " ")
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(histories, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(histories, name+".json"), append(indented, '\n'), 0o644))
}
