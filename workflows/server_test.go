package workflows_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enums "go.temporal.io/api/enums/v1"
	updatepb "go.temporal.io/api/update/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/workflows"
)

// requireRefused: in words that say what to do, not as a fault.
func requireRefused(t *testing.T, err error, sentence string) {
	t.Helper()
	var refusal *onboarding.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, sentence, refusal.Sentence)
}

const over = "The onboarding is over; nothing about it can be changed here any more."

func TestStart_ManyAtOnceAreOneRunAndOneVerdict(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	run := l.newRun(t)
	run.problems = []activities.Problem{{Field: "/login/name", Code: "login_taken", Message: "m"}}
	var wg sync.WaitGroup
	verdicts := make([]onboarding.Verdict, 20)
	errs := make([]error, len(verdicts))
	for i := range verdicts {
		wg.Go(func() { verdicts[i], errs[i] = l.Start(run.context(), run.start) })
	}
	wg.Wait()
	for i := range verdicts {
		require.NoError(t, errs[i])
		require.Equal(t, verdicts[0], verdicts[i])
	}
	require.Len(t, verdicts[0].Problems, 1)
	require.Equal(t, 1, run.count("Validate"))
}

func TestStart_AfterTheRunIsOverGivesTheRecordedVerdict(t *testing.T) {
	t.Parallel()
	for name, problems := range map[string][]activities.Problem{
		"accepted": nil, "rejected": {{Field: "/login/name", Code: "login_taken", Message: "m"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLive(t)
			run := l.newRun(t)
			run.problems = problems
			first, err := l.Start(run.context(), run.start)
			require.NoError(t, err)
			_, err = run.end()
			require.NoError(t, err)
			again, err := l.Start(run.context(), run.start)
			require.NoError(t, err)
			require.Equal(t, first, again)
			require.NoError(t, l.Begin(run.context(), run.start), "and one that begins it once more begins nothing")
			require.Equal(t, 1, run.count("Validate"))
		})
	}
}

func TestStart_GivesUpWaitingInTimeAndJoinsLater(t *testing.T) {
	t.Parallel()
	l := newLonelyLive(t)
	run := l.newRun(t)
	begun := time.Now()
	_, err := l.Start(run.context(), run.start)
	require.ErrorIs(t, err, onboarding.ErrNoAnswerYet)
	require.Less(t, time.Since(begun), 7*time.Second, "a person is waiting")
	lives, err := l.Lives(run.context(), run.start.OnboardingID)
	require.NoError(t, err)
	require.True(t, lives, "it has begun all the same")

	defer l.startWorker(t)()
	eventually(t, "the verdict", func() bool {
		verdict, err := l.Start(run.context(), run.start)
		return err == nil && verdict.Accepted
	})
	run.requireCompleted()
	require.Equal(t, 1, run.count("Validate"))
}

func TestStart_ReturnsWhenItsCallerGoesAway(t *testing.T) {
	t.Parallel()
	l := newLonelyLive(t)
	run := l.newRun(t)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	begun := time.Now()
	_, err := l.Start(ctx, run.start)
	require.ErrorIs(t, err, onboarding.ErrNoAnswerYet)
	require.Less(t, time.Since(begun), 3*time.Second)
}

func TestStart_PublishesWhatListsAreFilteredBy(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	run := l.newRun(t)
	run.start.Source, run.start.CommitmentID = onboarding.SourceCommitment, uuid.NewString()
	run.coverage = []onboarding.Reason{onboarding.ReasonNoCoverage}
	run.hour = time.Hour
	run.begin()
	run.awaitParked(1)
	attributes := run.attributes()
	requireKeyword(t, attributes, workflows.AttributeDealerID, run.start.DealerID)
	requireKeyword(t, attributes, workflows.AttributeSource, string(onboarding.SourceCommitment))
	requireKeyword(t, attributes, workflows.AttributeCommitmentID, run.start.CommitmentID)
	requireKeyword(t, attributes, workflows.AttributeStatus, "parked")
	requireKeyword(t, attributes, workflows.AttributeParkReason, "no_coverage")
	_, parked := attributes.GetTime(workflows.AttributeParkedSince)
	require.True(t, parked)

	run.mustDecide(onboarding.ActionOverride)
	run.awaitWaiting()
	eventually(t, "the hour is published", func() bool {
		_, known := run.attributes().GetTime(workflows.AttributeReadyAt)
		return known
	})
	attributes = run.attributes()
	requireKeyword(t, attributes, workflows.AttributeStatus, "waiting")
	_, parked = attributes.GetKeyword(workflows.AttributeParkReason)
	require.False(t, parked, "a run that goes on is on no list of parked ones")
	_, parked = attributes.GetTime(workflows.AttributeParkedSince)
	require.False(t, parked)
	count, _ := attributes.GetInt64(workflows.AttributeParkCount)
	require.EqualValues(t, 1, count)
	require.NoError(t, l.Cancel(run.context(), run.start.OnboardingID))
	run.requireCancelled()
}

func (r *liveRun) attributes() temporal.SearchAttributes {
	r.t.Helper()
	description, err := r.live.temporal.DescribeWorkflow(r.context(), r.workflowID(), "")
	require.NoError(r.t, err)
	return description.TypedSearchAttributes
}

func TestDecide_RefusesInWords(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	run := l.newRun(t)
	run.coverage = []onboarding.Reason{onboarding.ReasonNoCoverage}
	run.begin()
	run.awaitParked(1)
	const who = `Say who decides ("by") and why ("reason"); both are kept in the audit trail.`
	for _, c := range []struct {
		change   func(*onboarding.Decision)
		sentence string
	}{
		{func(d *onboarding.Decision) { d.Step = onboarding.StepSendLetter }, `"step" must be "check_coverage", the step that is parked.`},
		{func(d *onboarding.Decision) { d.ParkNo = 0 }, `"park_no" must be 1: an older number is a decision about an earlier park.`},
		{func(d *onboarding.Decision) { d.Action = "" }, `Give an "action": one of [retry amend override cancel].`},
		{func(d *onboarding.Decision) { d.Action = onboarding.ActionSkip }, `"skip" is not possible here. Possible: [retry amend override cancel].`},
		{func(d *onboarding.Decision) { d.By = "" }, who},
		{func(d *onboarding.Decision) { d.Reason = "" }, who},
		{func(d *onboarding.Decision) { d.Revision = 2 }, `"revision" goes with the action amend only.`},
	} {
		_, err := run.decide(onboarding.ActionRetry, c.change)
		requireRefused(t, err, c.sentence)
	}
	requireRefused(t, l.AdjustWait(run.context(), run.start.OnboardingID, time.Now().Add(time.Hour), "user-1", "audit 1"),
		"The run does not wait for the network; it is parked at check_coverage.")

	run.mustDecide(onboarding.ActionOverride)
	run.requireCompleted()
	_, err := run.decide(onboarding.ActionRetry)
	requireRefused(t, err, over)
	requireRefused(t, l.AdjustWait(run.context(), run.start.OnboardingID, time.Now().Add(time.Hour), "user-1", "audit 1"), over)
	requireRefused(t, l.Cancel(run.context(), run.start.OnboardingID), over)
	requireRefused(t, l.SendLetterNow(run.context(), run.start.OnboardingID, "user-1"), over)
	require.Equal(t, onboarding.StatusCompleted, run.lastStatus())
}

func TestDecide_AboutAnUnknownOnboardingIsRefused(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	unknown := uuid.NewString()
	_, err := l.Decide(t.Context(), unknown, onboarding.Decision{Action: onboarding.ActionRetry})
	requireRefused(t, err, over)
	requireRefused(t, l.Cancel(t.Context(), unknown), over)
	requireRefused(t, l.SendLetterNow(t.Context(), unknown, "user-1"), over)
}

func TestDecide_RepeatedUnderItsIDIsTheSameDecision(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	run := l.newRun(t)
	run.fail("RegisterModule", "module_unknown", "module_unknown")
	run.begin()
	run.awaitParked(1)
	decision := onboarding.Decision{
		ID: uuid.NewString(), Action: onboarding.ActionRetry, Step: onboarding.StepRegisterModule, ParkNo: 1, By: "user-1", Reason: "audit 1",
	}
	first, err := l.Decide(run.context(), run.start.OnboardingID, decision)
	require.NoError(t, err)
	run.awaitParked(2)
	again, err := l.Decide(run.context(), run.start.OnboardingID, decision)
	require.NoError(t, err, "a repetition gets the answer, not the refusal of an old park")
	require.Equal(t, first, again)
	require.Equal(t, onboarding.Next{ParkNo: 1, Step: onboarding.StepRegisterModule, Action: onboarding.ActionRetry}, again)
	require.Equal(t, 2, run.count("RegisterModule"))
	run.mustDecide(onboarding.ActionRetry)
	run.requireCompleted()
}

func TestDecide_OfManyAtOnceOneCounts(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	run := l.newRun(t)
	run.coverage = []onboarding.Reason{onboarding.ReasonNoCoverage}
	run.begin()
	run.awaitParked(1)
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = l.Decide(run.context(), run.start.OnboardingID, onboarding.Decision{
				Action: onboarding.ActionOverride, Step: onboarding.StepCheckCoverage, ParkNo: 1, By: fmt.Sprintf("user-%d", i), Reason: "audit 1",
			})
		})
	}
	wg.Wait()
	counted := 0
	for _, err := range errs {
		if err == nil {
			counted++
			continue
		}
		var refusal *onboarding.Refusal
		require.ErrorAs(t, err, &refusal)
	}
	require.Equal(t, 1, counted)
	run.requireCompleted()
}

// pending waits until the server holds an update that no worker has answered yet.
func (r *liveRun) pending(updateID string) {
	r.t.Helper()
	eventually(r.t, "the server holds the update "+updateID, func() bool {
		ctx, cancel := context.WithTimeout(r.context(), time.Second)
		defer cancel()
		_, err := r.live.temporal.WorkflowService().PollWorkflowExecutionUpdate(ctx, &workflowservice.PollWorkflowExecutionUpdateRequest{
			Namespace: r.live.namespace,
			UpdateRef: &updatepb.UpdateRef{WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: r.workflowID()}, UpdateId: updateID},
		})
		return err == nil
	})
}

// decideLater sends a decision that nobody can answer before a worker runs.
func (r *liveRun) decideLater(decision onboarding.Decision) (answer func() error) {
	r.t.Helper()
	answered := make(chan error, 1)
	go func() {
		_, err := r.live.Decide(r.context(), r.start.OnboardingID, decision)
		answered <- err
	}()
	r.pending(decision.ID)
	return func() error { return <-answered }
}

func TestDecide_SecondInTheSameMomentIsToldThatItIsLate(t *testing.T) {
	t.Parallel()
	l := newLonelyLive(t)
	stop := l.startWorker(t)
	run := l.newRun(t)
	run.coverage = []onboarding.Reason{onboarding.ReasonNoCoverage}
	run.begin()
	run.awaitParked(1)
	stop()
	decision := onboarding.Decision{Action: onboarding.ActionOverride, Step: onboarding.StepCheckCoverage, ParkNo: 1, By: "user-1", Reason: "audit 1"}
	decision.ID = "first"
	first := run.decideLater(decision)
	decision.ID, decision.Action = "second", onboarding.ActionCancel
	second := run.decideLater(decision)
	defer l.startWorker(t)()
	require.NoError(t, first())
	requireRefused(t, second(), "Park 1 has just been decided by somebody else.")
	run.requireCompleted()
}

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

func TestResumeAll_SendsOnWhatIsParkedForTheReasonAndLeavesTheRest(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	dealer := uuid.NewString()
	park := func(n int, dealerID, activity, code string) []*liveRun {
		var runs []*liveRun
		for range n {
			run := l.newRun(t)
			run.start.DealerID = dealerID
			run.fail(activity, code)
			run.begin()
			runs = append(runs, run)
		}
		return runs
	}
	meant := park(25, dealer, "RegisterModule", "carrier_refused")
	others := park(3, dealer, "RegisterModule", "module_unknown")                              // another reason
	others = append(others, park(3, dealer, "CheckCoverage", "carrier_refused")...)            // another step
	others = append(others, park(3, uuid.NewString(), "RegisterModule", "carrier_refused")...) // another dealer
	for _, run := range append(others, meant...) {
		run.awaitParked(1)
	}
	query := fmt.Sprintf("DealerId = '%s' AND OnboardingStatus = 'parked'", dealer)
	eventually(t, "the list shows all that are parked", func() bool {
		count, err := l.temporal.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Namespace: l.namespace, Query: query})
		return err == nil && count.GetCount() == 31
	})

	batch := onboarding.Batch{
		Reason: onboarding.ReasonCarrierRefused, Step: onboarding.StepRegisterModule, DealerID: dealer, By: "user-1", Note: "audit 1",
	}
	job, err := l.ResumeAll(t.Context(), batch)
	require.NoError(t, err)
	require.NotEmpty(t, job)
	for _, run := range meant {
		run.requireCompleted()
		require.Equal(t, "user-1", run.recorded()[1].By)
		require.Equal(t, "audit 1", run.recorded()[1].Note)
	}
	for _, run := range others {
		require.Equal(t, onboarding.StatusParked, run.awaitParked(1).Status)
		require.Equal(t, []string{"parked"}, run.kinds())
	}

	batch.Step, batch.DealerID = "", ""
	_, err = l.ResumeAll(t.Context(), batch)
	require.NoError(t, err, "the next batch waits for its turn or is told to")
	for _, run := range others {
		if run.recorded()[0].Reason == onboarding.ReasonCarrierRefused {
			run.requireCompleted()
		} else {
			run.mustDecide(onboarding.ActionRetry)
			run.requireCompleted()
		}
	}
}

func TestResumeAll_CannotBeTalkedIntoMore(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	run := l.newRun(t)
	run.fail("RegisterModule", "module_sunset")
	run.begin()
	run.awaitParked(1)
	_, err := l.ResumeAll(t.Context(), onboarding.Batch{Reason: "x' OR OnboardingStatus = 'parked", By: "user-1", Note: "audit 1"})
	require.NoError(t, err)
	run.mustDecide(onboarding.ActionRetry)
	run.requireCompleted()
	require.Equal(t, []string{"parked", "resumed", "waiting", "completed"}, run.kinds())
}

func TestLives_TellsOpenFromOver(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	run := l.newRun(t)
	lives := func() bool {
		alive, err := l.Lives(run.context(), run.start.OnboardingID)
		require.NoError(t, err)
		return alive
	}
	require.False(t, lives(), "never begun")
	run.coverage = []onboarding.Reason{onboarding.ReasonNoCoverage}
	run.begin()
	run.awaitParked(1)
	require.True(t, lives())
	run.mustDecide(onboarding.ActionOverride)
	run.requireCompleted()
	require.False(t, lives())
}

func TestRestart_GoesOnAfterTheRunWasTerminated(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	run := l.newRun(t)
	run.fail("RegisterModule", "module_unknown")
	run.begin()
	run.awaitParked(1)
	require.NoError(t, l.temporal.TerminateWorkflow(run.context(), run.workflowID(), "", "audit 1"))
	require.NoError(t, l.Begin(run.context(), run.start), "a late repetition of the first start begins nothing")
	lives, err := l.Lives(run.context(), run.start.OnboardingID)
	require.NoError(t, err)
	require.False(t, lives)

	run.start.Revision = 2
	var wg sync.WaitGroup
	errs := make([]error, 5)
	for i := range errs {
		wg.Go(func() { errs[i] = l.Restart(run.context(), run.start) })
	}
	wg.Wait()
	for _, err := range errs {
		require.NoError(t, err, "begun anew once, however often that is asked for")
	}
	run.requireCompleted()
	require.Equal(t, 1, run.count("Validate:2"))
}

func TestRestart_LeavesAnOpenRunAlone(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	run := l.newRun(t)
	run.coverage = []onboarding.Reason{onboarding.ReasonNoCoverage}
	run.begin()
	run.awaitParked(1)
	require.NoError(t, l.Restart(run.context(), run.start))
	run.mustDecide(onboarding.ActionOverride)
	run.requireCompleted()
	require.Equal(t, 1, run.count("Validate"))
}

func TestEnsureSchedules_SaysTheSameHoweverOften(t *testing.T) {
	t.Parallel()
	l := newLonelyLive(t)
	describe := func() *client.ScheduleDescription {
		description, err := l.temporal.ScheduleClient().GetHandle(t.Context(), workflows.ScheduleReconcile).Describe(t.Context())
		require.NoError(t, err)
		return description
	}
	require.NoError(t, workflows.EnsureSchedules(t.Context(), l.temporal))
	first := describe()
	require.NoError(t, l.temporal.ScheduleClient().GetHandle(t.Context(), workflows.ScheduleReconcile).Pause(t.Context(), client.SchedulePauseOptions{Note: "audit 1"}))
	require.NoError(t, workflows.EnsureSchedules(t.Context(), l.temporal))
	second := describe()
	require.Equal(t, []client.ScheduleIntervalSpec{{Every: time.Minute}}, first.Schedule.Spec.Intervals)
	require.Equal(t, first.Schedule.Spec.Intervals, second.Schedule.Spec.Intervals)
	require.Equal(t, enums.SCHEDULE_OVERLAP_POLICY_SKIP, second.Schedule.Policy.Overlap)
	require.Equal(t, time.Minute, second.Schedule.Policy.CatchupWindow)
	require.True(t, second.Schedule.State.Paused, "who paused it had a reason; a worker's start does not undo it")
	action, ok := second.Schedule.Action.(*client.ScheduleWorkflowAction)
	require.True(t, ok)
	require.Equal(t, "Reconcile", action.Workflow)
	require.Equal(t, workflows.QueueOnboarding, action.TaskQueue)
}
