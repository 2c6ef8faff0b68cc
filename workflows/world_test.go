package workflows_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/worker"
	"github.com/latchkey/latchkey/workflows"
)

const id = "0190b7a0-1111-7000-8000-000000000001"

// world is what the workflow meets: activities that do as they are told, in a test
// environment that skips time. The real activities have tests of their own.
type world struct {
	*testsuite.TestWorkflowEnvironment
	*script
	t    *testing.T
	logs *logbook

	panelsCalledIn []string // workflow IDs that an undo asked to cancel
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := newPanelWorld(t)
	w.OnRequestCancelExternalWorkflow(mock.Anything, mock.Anything, mock.Anything).Return(func(_, workflowID, _ string) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.panelsCalledIn = append(w.panelsCalledIn, workflowID)
		return nil
	}).Maybe()
	return w
}

// newPanelWorld runs the panel's own workflow, too.
func newPanelWorld(t *testing.T) *world {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	logs := &logbook{}
	suite.SetLogger(logs)
	environment := suite.NewTestWorkflowEnvironment()
	w := &world{TestWorkflowEnvironment: environment, script: newScript(environment.Now), t: t, logs: logs}
	w.SetStartTime(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	w.SetTestTimeout(30 * time.Second)
	worker.Register(w)
	registerScripts(w, func(string) *script { return w.script })
	return w
}

// logbook keeps what the workflow's logger was told as a warning or worse.
type logbook struct {
	mu    sync.Mutex
	lines []string
}

func (l *logbook) Debug(string, ...any) {}

func (l *logbook) Info(string, ...any) {}

func (l *logbook) Warn(message string, about ...any) { l.note(message, about) }

func (l *logbook) Error(message string, about ...any) { l.note(message, about) }

func (l *logbook) note(message string, about []any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, message+" "+fmt.Sprint(about...))
}

// requireNothingUnread says that no message was lost when the workflow closed.
func (w *world) requireNothingUnread() {
	w.t.Helper()
	w.logs.mu.Lock()
	defer w.logs.mu.Unlock()
	for _, line := range w.logs.lines {
		require.NotContains(w.t, line, "unhandled signals")
		require.NotContains(w.t, line, "unfinished")
	}
}

func (w *world) run() {
	w.ExecuteWorkflow(workflows.OnboardAccount, workflows.OnboardAccountInput{OnboardingID: id})
}

// after schedules something in virtual time.
func (w *world) after(d time.Duration, do func()) { w.RegisterDelayedCallback(do, d) }

func (w *world) progress() workflows.Progress {
	w.t.Helper()
	value, err := w.QueryWorkflow(workflows.QueryProgress)
	require.NoError(w.t, err)
	var progress workflows.Progress
	require.NoError(w.t, value.Get(&progress))
	return progress
}

// reply is what became of an update.
type reply struct {
	rejected error
	err      error
	value    any
	done     bool
}

func (w *world) update(name string, message any) *reply {
	w.t.Helper()
	r := &reply{}
	args := []any{}
	if message != nil {
		args = append(args, message)
	}
	w.UpdateWorkflow(name, "", &testsuite.TestUpdateCallback{
		OnReject:   func(err error) { r.rejected = err },
		OnAccept:   func() {},
		OnComplete: func(value any, err error) { r.value, r.err, r.done = value, err, true },
	}, args...)
	return r
}

// decide sends a decision that fits the present park.
func (w *world) decide(action onboarding.Action, change ...func(*workflows.Decision)) *reply {
	w.t.Helper()
	progress := w.progress()
	decision := workflows.Decision{Action: action, Step: w.parkedStep(), ParkNo: progress.ParkNo, By: "user-1", Reason: "audit 1"}
	for _, c := range change {
		c(&decision)
	}
	return w.update(workflows.UpdateDecide, decision)
}

func (w *world) parkedStep() onboarding.Step {
	w.t.Helper()
	progress := w.progress()
	if progress.Status != onboarding.StatusParked {
		return ""
	}
	return progress.Step
}

func (w *world) result() workflows.OnboardAccountResult {
	w.t.Helper()
	require.True(w.t, w.IsWorkflowCompleted(), "the workflow is over")
	w.requireNothingUnread()
	require.NoError(w.t, w.GetWorkflowError())
	var result workflows.OnboardAccountResult
	require.NoError(w.t, w.GetWorkflowResult(&result))
	return result
}

func (w *world) requireCancelled() {
	w.t.Helper()
	require.True(w.t, w.IsWorkflowCompleted(), "the workflow is over")
	w.requireNothingUnread()
	var cancelled *temporal.CanceledError
	require.ErrorAs(w.t, w.GetWorkflowError(), &cancelled)
	require.Equal(w.t, onboarding.StatusCancelled, w.lastStatus())
}
