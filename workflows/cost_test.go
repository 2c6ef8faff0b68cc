package workflows_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	enums "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	sdkworker "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/workflows"
)

// cost is what a workflow has cost so far: events are stored and replayed, transitions are
// the work of Temporal's database, actions are what Temporal Cloud bills.
type cost struct {
	Events, Transitions, Actions int
}

func (c cost) plus(more cost) cost {
	return cost{c.Events + more.Events, c.Transitions + more.Transitions, c.Actions + more.Actions}
}

// A clean onboarding is that of a security system that nothing holds up, from the call that
// starts it until its letter is sent. It causes one more workflow, that of its panel, which
// costs in two moments: when the wait for the panel begins, and when the panel communicates.
// The first belongs to a clean onboarding. The second belongs to the panel, weeks later
// perhaps, and is counted apart.
//
// Beside it runs what nobody could leave out: the same start, the same waits, a call of an
// activity that does nothing for each call to the outside, and a local one for our own
// database. What ours costs more is what it does more: it shows people where it stands,
// keeps a record that outlives the history, and can be decided about.
func TestCost_OfACleanOnboardingIsThatOfItsCallsAndWaits(t *testing.T) {
	t.Parallel()
	l := newLonelyLive(t)
	defer l.startWorker(t)()
	defer l.startBareWorker(t)()

	run := l.newRun(t)
	_, err := l.Start(run.context(), run.start)
	require.NoError(t, err)
	run.requireCompleted()
	panel := workflows.PanelWorkflowID(run.start.OnboardingID)
	l.awaitEvent(t, panel, enums.EVENT_TYPE_TIMER_STARTED)

	bare, barePanel := l.runBare(t)
	l.awaitEvent(t, barePanel, enums.EVENT_TYPE_TIMER_STARTED)
	l.requireNoOtherWorkflows(t, run.workflowID(), panel, bare, barePanel)

	ours, theirs := l.cost(t, run.workflowID()), l.cost(t, bare)
	require.Equal(t, cost{Events: 31, Transitions: 18, Actions: 7}, theirs)
	require.Equal(t, cost{Events: 37, Transitions: 18, Actions: 11}, ours)
	oursWaits, theirsWaits := l.cost(t, panel), l.cost(t, barePanel)
	require.Equal(t, cost{Events: 5, Transitions: 3, Actions: 2}, theirsWaits)
	require.Equal(t, cost{Events: 6, Transitions: 3, Actions: 2}, oursWaits)
	requireWithinBounds(t, ours, theirs)
	requireWithinBounds(t, ours.plus(oursWaits), theirs.plus(theirsWaits))
	// Bytes are not exact: times take more or fewer, and names of machines are in them.
	require.LessOrEqual(t, 10*l.bytes(t, run.workflowID()), 22*l.bytes(t, bare))

	require.NoError(t, l.PanelCommunicated(run.context(), run.start.OnboardingID, "event-1", time.Now()))
	run.awaitPanelOver()
	require.NoError(t, l.temporal.SignalWorkflow(run.context(), barePanel, "", "communicated", nil))
	require.NoError(t, l.temporal.GetWorkflow(run.context(), barePanel, "").Get(run.context(), nil))
	ours, theirs = l.cost(t, panel), l.cost(t, barePanel)
	require.Equal(t, cost{Events: 24, Transitions: 14, Actions: 6}, theirs)
	require.Equal(t, cost{Events: 25, Transitions: 14, Actions: 6}, ours)
	requireWithinBounds(t, ours, theirs)
}

func requireWithinBounds(t *testing.T, ours, theirs cost) {
	t.Helper()
	require.LessOrEqual(t, 10*ours.Events, 13*theirs.Events, "at most 1.3 times the events")
	require.LessOrEqual(t, 10*ours.Transitions, 12*theirs.Transitions, "at most 1.2 times the state transitions")
	require.LessOrEqual(t, ours.Actions, theirs.Actions+4, "at most 4 actions more")
}

// bareOnboarding waits as OnboardAccount does, calls as often, and does nothing else.
func bareOnboarding(ctx workflow.Context, hour time.Duration) error {
	validated := false
	if err := workflow.SetUpdateHandler(ctx, "validate", func(ctx workflow.Context) error {
		return workflow.Await(ctx, func() bool { return validated })
	}); err != nil {
		return err
	}
	if err := bareRecord(ctx); err != nil {
		return err
	}
	validated = true
	for range 2 { // the carrier: coverage and registration
		if err := bareCall(ctx); err != nil {
			return err
		}
	}
	if err := workflow.Sleep(ctx, hour); err != nil {
		return err
	}
	return bareCall(ctx) // the letter
}

// barePanel waits as ActivatePanel does.
func barePanel(ctx workflow.Context) error {
	reminder, cancel := workflow.WithCancel(ctx)
	defer cancel()
	workflow.NewSelector(ctx).
		AddReceive(workflow.GetSignalChannel(ctx, "communicated"), func(c workflow.ReceiveChannel, _ bool) { c.ReceiveAsync(nil) }).
		AddFuture(workflow.NewTimer(reminder, time.Hour), func(workflow.Future) {}).
		Select(ctx)
	if err := bareCall(ctx); err != nil { // the template
		return err
	}
	if err := bareRecord(ctx); err != nil { // the login block
		return err
	}
	return bareCall(ctx) // the notice
}

func bareCall(ctx workflow.Context) error {
	return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: patience}), "Nothing").Get(ctx, nil)
}

func bareRecord(ctx workflow.Context) error {
	return workflow.ExecuteLocalActivity(workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: patience}), "Nothing").Get(ctx, nil)
}

const queueBare = "bare"

func (l *live) startBareWorker(t *testing.T) (stop func()) {
	t.Helper()
	bare := sdkworker.New(l.temporal, queueBare, sdkworker.Options{})
	bare.RegisterWorkflow(bareOnboarding)
	bare.RegisterWorkflow(barePanel)
	bare.RegisterActivityWithOptions(func(context.Context) error { return nil }, activity.RegisterOptions{Name: "Nothing"})
	require.NoError(t, bare.Start())
	return bare.Stop
}

// runBare starts the bare onboarding as Start does, waits for its end, and starts its panel.
func (l *live) runBare(t *testing.T) (onboardingID, panelID string) {
	t.Helper()
	onboardingID, panelID = "bare-onboarding-"+uuid.NewString(), "bare-panel-"+uuid.NewString()
	start := l.temporal.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
		ID: onboardingID, TaskQueue: queueBare, WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_FAIL,
	}, bareOnboarding, time.Second)
	_, err := l.temporal.UpdateWithStartWorkflow(t.Context(), client.UpdateWithStartWorkflowOptions{
		StartWorkflowOperation: start,
		UpdateOptions:          client.UpdateWorkflowOptions{UpdateName: "validate", UpdateID: "validate", WaitForStage: client.WorkflowUpdateStageCompleted},
	})
	require.NoError(t, err)
	require.NoError(t, l.temporal.GetWorkflow(t.Context(), onboardingID, "").Get(t.Context(), nil))
	_, err = l.temporal.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: panelID, TaskQueue: queueBare}, barePanel)
	require.NoError(t, err)
	return onboardingID, panelID
}

func (l *live) awaitEvent(t *testing.T, workflowID string, kind enums.EventType) {
	t.Helper()
	eventually(t, kind.String(), func() bool {
		return slices.ContainsFunc(l.history(t, workflowID).GetEvents(), func(e *historypb.HistoryEvent) bool { return e.GetEventType() == kind })
	})
}

// requireNoOtherWorkflows: a cost must not hide in a workflow that nobody counts.
func (l *live) requireNoOtherWorkflows(t *testing.T, counted ...string) {
	t.Helper()
	eventually(t, "the counted workflows are all there are", func() bool {
		listed, err := l.temporal.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{Namespace: l.namespace})
		if err != nil || len(listed.GetExecutions()) < len(counted) {
			return false
		}
		for _, execution := range listed.GetExecutions() {
			require.Contains(t, counted, execution.GetExecution().GetWorkflowId())
		}
		return true
	})
}

func (l *live) cost(t *testing.T, workflowID string) cost {
	t.Helper()
	events := l.history(t, workflowID).GetEvents()
	description, err := l.temporal.DescribeWorkflowExecution(t.Context(), workflowID, "")
	require.NoError(t, err)
	info := description.GetWorkflowExecutionInfo()
	counted := cost{Events: len(events), Transitions: int(info.GetStateTransitionCount()), Actions: actions(events)}
	t.Logf("%s: %+v, %d bytes", workflowID, counted, info.GetHistorySizeBytes())
	return counted
}

func (l *live) bytes(t *testing.T, workflowID string) int64 {
	t.Helper()
	description, err := l.temporal.DescribeWorkflowExecution(t.Context(), workflowID, "")
	require.NoError(t, err)
	return description.GetWorkflowExecutionInfo().GetHistorySizeBytes()
}

// actions counts what Temporal Cloud would bill for a history, after
// https://docs.temporal.io/cloud/actions (read on 24 November 2026): each of the billed
// events is one action, a retried activity one more a retry, the start of a child two with
// the child's own, and all markers of a workflow task are one together. A signal that
// starts its workflow is one with the start. Not in a history, and not billed for a clean
// onboarding: heartbeats, rejected updates, queries other than that for Current Details.
func actions(events []*historypb.HistoryEvent) int {
	count := 0
	marked := map[int64]bool{}
	for i, event := range events {
		switch event.GetEventType() {
		case enums.EVENT_TYPE_MARKER_RECORDED:
			marked[event.GetMarkerRecordedEventAttributes().GetWorkflowTaskCompletedEventId()] = true
		case enums.EVENT_TYPE_ACTIVITY_TASK_STARTED:
			count += int(event.GetActivityTaskStartedEventAttributes().GetAttempt()) - 1
		case enums.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
			if i > 1 {
				count++
			}
		default:
			if billed[event.GetEventType()] {
				count++
			}
		}
	}
	return count + len(marked)
}

var billed = map[enums.EventType]bool{
	enums.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:               true,
	enums.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:       true,
	enums.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:                  true,
	enums.EVENT_TYPE_TIMER_STARTED:                            true,
	enums.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:        true,
	enums.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED: true,
}
