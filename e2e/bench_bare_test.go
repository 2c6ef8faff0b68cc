package e2e

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/localstack"
)

const (
	bareQueue    = "bare"
	bareWorkflow = "BareOnboarding"
	bareUpdate   = "validate"
	// bareWorkerVariable makes this binary a worker of the bare workflow, at the Temporal that
	// it names: a process of its own, whose cost can be told from that of the clients.
	bareWorkerVariable = "LATCHKEY_BARE_WORKER"
)

// bareOnboarding is what the same waits cost on Temporal when nothing is done in them: a
// local activity for the first answer, one activity for each call that leaves the house, a
// timer for the network hour. What it lacks is what Latchkey is for: a record, parks,
// undo, search attributes, messages of operators, the panel's workflow.
func bareOnboarding(ctx workflow.Context, hour time.Duration) error {
	validated := false
	if err := workflow.SetUpdateHandler(ctx, bareUpdate, func(ctx workflow.Context) error {
		return workflow.Await(ctx, func() bool { return validated })
	}); err != nil {
		return err
	}
	local := workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: 5 * time.Second})
	if err := workflow.ExecuteLocalActivity(local, bareStep).Get(ctx, nil); err != nil {
		return err
	}
	validated = true
	remote := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: 30 * time.Second})
	for range 2 { // coverage, registration
		if err := workflow.ExecuteActivity(remote, bareStep).Get(ctx, nil); err != nil {
			return err
		}
	}
	if err := workflow.Sleep(ctx, hour); err != nil {
		return err
	}
	return workflow.ExecuteActivity(remote, bareStep).Get(ctx, nil) // the letter
}

func bareStep(context.Context) error { return nil }

// runBareWorker works until it is asked to stop, and ends the process.
func runBareWorker(temporal string) {
	connection, err := client.Dial(client.Options{
		HostPort: temporal, Logger: silence{}, ConnectionOptions: client.ConnectionOptions{GrpcCompression: &client.GrpcCompressionNone{}}, // as Latchkey's
	})
	if err == nil {
		bare := worker.New(connection, bareQueue, worker.Options{})
		bare.RegisterWorkflowWithOptions(bareOnboarding, workflow.RegisterOptions{Name: bareWorkflow})
		bare.RegisterActivity(bareStep)
		err = bare.Run(worker.InterruptCh())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// newBareStack is a Temporal and workers of the bare workflow; nothing else of a stack runs.
func newBareStack(b *testing.B, workers int) *stack {
	b.Helper()
	s := &stack{ui: localstack.Headless}
	b.Cleanup(func() { require.NoError(b, s.stop()) })
	require.NoError(b, s.bringUp(s.makePlace, s.startTemporal, s.connectTemporal))
	this, err := os.Executable()
	require.NoError(b, err)
	for range workers {
		bare := &program{path: this, env: []string{bareWorkerVariable + "=" + s.temporal.Address}, args: []string{"bare worker"}}
		require.NoError(b, bare.start())
		b.Cleanup(func() { require.NoError(b, bare.stop()) })
		s.workers = append(s.workers, bare)
	}
	s.awaitPollers(b, bareQueue, workers)
	return s
}

// startBare begins a bare workflow and waits for the answer of its first step.
func (s *stack) startBare(ctx context.Context, n int, hour time.Duration) error {
	handle, err := s.client.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
		StartWorkflowOperation: s.client.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
			ID: fmt.Sprintf("bare-%d", n), TaskQueue: bareQueue, WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_FAIL,
		}, bareWorkflow, hour),
		UpdateOptions: client.UpdateWorkflowOptions{UpdateName: bareUpdate, WaitForStage: client.WorkflowUpdateStageCompleted},
	})
	if err != nil {
		return err
	}
	return handle.Get(ctx, nil)
}

// countRuns asks Temporal how many runs there are.
func (s *stack) countRuns(tb testing.TB, query string) int {
	tb.Helper()
	counted, err := s.client.CountWorkflow(tb.Context(), &workflowservice.CountWorkflowExecutionsRequest{Namespace: s.temporal.Namespace, Query: query})
	require.NoError(tb, err)
	return int(counted.GetCount())
}
