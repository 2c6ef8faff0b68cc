package workflows_test

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
	sdkworker "go.temporal.io/sdk/worker"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/worker"
	"github.com/latchkey/latchkey/workflows"
	"github.com/latchkey/latchkey/workflows/temporaltest"
)

// live is a namespace of a real Temporal server, and activities that do as they are
// told. Time does not skip here: an hour is what a test makes it.
type live struct {
	*workflows.Client
	temporal  client.Client
	namespace string
	scripts   sync.Map
}

// patience bounds every wait for something that must happen.
const patience = 30 * time.Second

var sharedLive = sync.OnceValue(func() *live { return &live{namespace: "default"} })

var connectShared sync.Once

// newLive is the namespace that most tests share: their runs have IDs of their own.
func newLive(t *testing.T) *live {
	t.Helper()
	l := sharedLive()
	connectShared.Do(func() {
		l.connect(t)
		l.startWorker(t)
	})
	return l
}

// newLonelyLive is a namespace of the test's own, where no worker runs until the test
// starts one.
func newLonelyLive(t *testing.T) *live {
	t.Helper()
	l := &live{namespace: "test-" + uuid.NewString()[:8]}
	l.createNamespace(t)
	l.connect(t)
	t.Cleanup(l.temporal.Close)
	return l
}

func quiet() log.Logger {
	return log.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil)))
}

func (l *live) connect(t *testing.T) {
	t.Helper()
	var err error
	l.temporal, err = client.Dial(client.Options{
		HostPort: temporaltest.Server(t), Namespace: l.namespace, Identity: "test", Logger: quiet(),
	})
	require.NoError(t, err)
	l.Client = workflows.NewClient(l.temporal, l.namespace, converter.GetDefaultDataConverter())
}

func (l *live) createNamespace(t *testing.T) {
	t.Helper()
	connection, err := client.Dial(client.Options{HostPort: temporaltest.Server(t), Logger: quiet()})
	require.NoError(t, err)
	defer connection.Close()
	_, err = connection.WorkflowService().RegisterNamespace(t.Context(), &workflowservice.RegisterNamespaceRequest{
		Namespace: l.namespace, WorkflowExecutionRetentionPeriod: durationpb.New(24 * time.Hour),
	})
	require.NoError(t, err)
	types := map[string]enums.IndexedValueType{
		"Keyword": enums.INDEXED_VALUE_TYPE_KEYWORD, "Datetime": enums.INDEXED_VALUE_TYPE_DATETIME, "Int": enums.INDEXED_VALUE_TYPE_INT,
	}
	attributes := map[string]enums.IndexedValueType{}
	for name, kind := range workflows.SearchAttributes {
		attributes[name] = types[kind]
	}
	eventually(t, "the namespace knows the search attributes", func() bool {
		_, err := connection.OperatorService().AddSearchAttributes(t.Context(), &operatorservice.AddSearchAttributesRequest{
			Namespace: l.namespace, SearchAttributes: attributes,
		})
		if err != nil {
			return false
		}
		known, err := connection.OperatorService().ListSearchAttributes(t.Context(), &operatorservice.ListSearchAttributesRequest{Namespace: l.namespace})
		return err == nil && len(known.GetCustomAttributes()) >= len(attributes)
	})
}

// startWorker serves the three queues until stop is called, or for as long as the
// process lives.
func (l *live) startWorker(t *testing.T) (stop func()) {
	t.Helper()
	var queues []sdkworker.Worker
	for _, name := range []string{workflows.QueueOnboarding, workflows.QueueCarrier, workflows.QueueMail} {
		queue := sdkworker.New(l.temporal, name, sdkworker.Options{
			DisableRegistrationAliasing: true, DisableWorkflowWorker: name != workflows.QueueOnboarding,
		})
		if name == workflows.QueueOnboarding {
			worker.Register(queue)
		}
		registerScripts(queue, l.script)
		require.NoError(t, queue.Start())
		queues = append(queues, queue)
	}
	return func() {
		for _, queue := range queues {
			queue.Stop()
		}
	}
}

// script finds the script of an onboarding; one that nobody wrote lets everything succeed.
func (l *live) script(onboardingID string) *script {
	written := newScript(time.Now)
	written.hour = time.Second
	written.awaitPanel = l.AwaitPanel
	found, _ := l.scripts.LoadOrStore(onboardingID, written)
	return found.(*script)
}

// liveRun is one onboarding on a real server.
type liveRun struct {
	*script
	live  *live
	t     *testing.T
	start onboarding.StartRun
	// change is nil for the run of an onboarding; otherwise its ID is that of start.
	change *onboarding.StartChange
}

func (l *live) newRun(t *testing.T) *liveRun {
	t.Helper()
	start := onboarding.StartRun{OnboardingID: uuid.NewString(), DealerID: uuid.NewString(), Source: onboarding.SourceAPI}
	return &liveRun{script: l.script(start.OnboardingID), live: l, t: t, start: start}
}

func (r *liveRun) workflowID() string {
	if r.change != nil {
		return workflows.ChangeWorkflowID(r.change.Kind, r.change.ID)
	}
	return workflows.OnboardingWorkflowID(r.start.OnboardingID)
}

func (r *liveRun) begin() {
	r.t.Helper()
	if r.change != nil {
		require.NoError(r.t, r.live.BeginChange(r.context(), *r.change))
		return
	}
	require.NoError(r.t, r.live.Begin(r.context(), r.start))
}

// context ends before the test's own patience does.
func (r *liveRun) context() context.Context {
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	r.t.Cleanup(cancel)
	return ctx
}

func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	require.Eventually(t, condition, patience, 20*time.Millisecond, what)
}

func (r *liveRun) progress() (workflows.Progress, error) {
	var progress workflows.Progress
	value, err := r.live.temporal.QueryWorkflow(r.context(), r.workflowID(), "", workflows.QueryProgress)
	if err != nil {
		return progress, err
	}
	return progress, value.Get(&progress)
}

// awaitParked waits for the run's park of this number.
func (r *liveRun) awaitParked(no int) workflows.Progress {
	r.t.Helper()
	return r.awaitProgress("parked", func(p workflows.Progress) bool { return p.Status == onboarding.StatusParked && p.ParkNo == no })
}

func (r *liveRun) awaitWaiting() workflows.Progress {
	r.t.Helper()
	return r.awaitProgress("waiting", func(p workflows.Progress) bool { return p.Status == onboarding.StatusWaiting })
}

func (r *liveRun) awaitProgress(what string, is func(workflows.Progress) bool) workflows.Progress {
	r.t.Helper()
	var progress workflows.Progress
	eventually(r.t, what, func() bool {
		var err error
		progress, err = r.progress()
		return err == nil && is(progress)
	})
	return progress
}

func (r *liveRun) decide(action onboarding.Action, change ...func(*onboarding.Decision)) (onboarding.Next, error) {
	r.t.Helper()
	progress, err := r.progress()
	require.NoError(r.t, err)
	decision := onboarding.Decision{Action: action, Step: progress.Step, ParkNo: progress.ParkNo, By: "user-1", Reason: "audit 1"}
	for _, c := range change {
		c(&decision)
	}
	if r.change != nil {
		return r.live.DecideChange(r.context(), r.change.Kind, r.change.ID, decision)
	}
	return r.live.Decide(r.context(), r.start.OnboardingID, decision)
}

func (r *liveRun) mustDecide(action onboarding.Action, change ...func(*onboarding.Decision)) {
	r.t.Helper()
	_, err := r.decide(action, change...)
	require.NoError(r.t, err)
}

// end waits for the run to be over.
func (r *liveRun) end() (workflows.OnboardAccountResult, error) {
	r.t.Helper()
	var result workflows.OnboardAccountResult
	err := r.live.temporal.GetWorkflow(r.context(), r.workflowID(), "").Get(r.context(), &result)
	return result, err
}

func (r *liveRun) requireCompleted() {
	r.t.Helper()
	result, err := r.end()
	require.NoError(r.t, err)
	require.Equal(r.t, workflows.OnboardAccountResult{Status: onboarding.StatusCompleted, AccountID: "account-1"}, result)
	require.Equal(r.t, onboarding.StatusCompleted, r.lastStatus())
}

func (r *liveRun) requireCancelled() {
	r.t.Helper()
	_, err := r.end()
	require.Error(r.t, err)
	description, err := r.live.temporal.DescribeWorkflowExecution(r.context(), r.workflowID(), "")
	require.NoError(r.t, err)
	require.Equal(r.t, enums.WORKFLOW_EXECUTION_STATUS_CANCELED, description.GetWorkflowExecutionInfo().GetStatus())
	require.Equal(r.t, onboarding.StatusCancelled, r.lastStatus())
}

// awaitPanelOver waits for the end of the panel's workflow.
func (r *liveRun) awaitPanelOver() {
	r.t.Helper()
	require.NoError(r.t, r.live.temporal.GetWorkflow(r.context(), workflows.PanelWorkflowID(r.start.OnboardingID), "").Get(r.context(), nil))
}
