package workflows_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.temporal.io/sdk/contrib/opentelemetry"
	"go.temporal.io/sdk/interceptor"
	sdkworker "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/worker"
	"github.com/latchkey/latchkey/workflows"
)

// histories are those of the stories, written by: go test -run TestStories -record
var histories = filepath.Join("testdata", "histories")

func TestReplay_EveryKeptHistoryGoesOn(t *testing.T) {
	t.Parallel()
	kept, err := os.ReadDir(histories)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(kept), len(stories))
	for _, file := range kept {
		t.Run(file.Name(), func(t *testing.T) {
			t.Parallel()
			require.NoError(t, replayer(t).ReplayWorkflowHistoryFromJSONFile(quiet(), filepath.Join(histories, file.Name())),
				"a change that breaks open runs needs workflow.GetVersion")
		})
	}
}

func TestReplay_EveryStoryIsKept(t *testing.T) {
	t.Parallel()
	for _, story := range stories {
		require.FileExists(t, filepath.Join(histories, story.name+".json"), "record it with -record")
	}
}

func TestReplay_NoticesAChangeThatBreaksOpenRuns(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"completed", "amended", "cancelled_after_charge", "letter_early"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			broken, err := sdkworker.NewWorkflowReplayerWithOptions(sdkworker.WorkflowReplayerOptions{DisableRegistrationAliasing: true})
			require.NoError(t, err)
			broken.RegisterWorkflowWithOptions(workflows.OnboardAccountSwapped, workflow.RegisterOptions{Name: "OnboardAccount"})
			err = broken.ReplayWorkflowHistoryFromJSONFile(quiet(), filepath.Join(histories, name+".json"))
			require.ErrorContains(t, err, "nondeterministic")
		})
	}
}

// Tracing is switched on under open runs, whose histories know nothing of it.
func TestReplay_GoesOnWhenTracingIsSwitchedOn(t *testing.T) {
	t.Parallel()
	tracing, err := opentelemetry.NewTracingInterceptor(opentelemetry.TracerOptions{Tracer: trace.NewTracerProvider().Tracer("test")})
	require.NoError(t, err)
	kept, err := os.ReadDir(histories)
	require.NoError(t, err)
	for _, file := range kept {
		traced, err := sdkworker.NewWorkflowReplayerWithOptions(sdkworker.WorkflowReplayerOptions{
			DisableRegistrationAliasing: true, Interceptors: []interceptor.WorkerInterceptor{tracing},
		})
		require.NoError(t, err)
		worker.Register(traced)
		require.NoError(t, traced.ReplayWorkflowHistoryFromJSONFile(quiet(), filepath.Join(histories, file.Name())), file.Name())
	}
}
