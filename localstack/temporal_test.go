package localstack_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	taskqueuepb "go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/latchkey/latchkey/localstack"
)

func TestTemporal_TwoRunSideBySideAndKnowNothingOfEachOther(t *testing.T) {
	t.Parallel()
	one := startTemporal(t, localstack.TemporalOptions{
		UI: localstack.Headless, SearchAttributes: map[string]string{"DealerId": "Keyword"},
		DynamicConfig: map[string]any{"matching.useNewMatcher": true, "matching.enableFairness": true},
	})
	other := startTemporal(t, localstack.TemporalOptions{SearchAttributes: map[string]string{"DealerId": "Keyword"}})
	startWorkflow(t, one.Address, "onboarding-1")

	assert.Equal(t, []string{"onboarding-1"}, openWorkflows(t, one.Address))
	assert.Empty(t, openWorkflows(t, other.Address))
	assert.Empty(t, one.UIURL)
	assert.Eventually(t, func() bool { return httpStatus(t, other.UIURL) == http.StatusOK }, 30*time.Second, 50*time.Millisecond)
}

func TestTemporal_KeepsOpenWorkflowsOfItsFileAcrossKill9(t *testing.T) {
	t.Parallel()
	options := localstack.TemporalOptions{
		DBFile: filepath.Join(t.TempDir(), "temporal.db"), UI: localstack.Headless,
		SearchAttributes: map[string]string{"DealerId": "Keyword"},
	}
	first := startTemporal(t, options)
	startWorkflow(t, first.Address, "onboarding-1")
	first.Kill()

	second := startTemporal(t, options)

	assert.Equal(t, []string{"onboarding-1"}, openWorkflows(t, second.Address))
}

func TestTemporal_SaysInOneSentenceWhatIsWrongWithItsFile(t *testing.T) {
	t.Parallel()
	t.Run("a folder in its place", func(t *testing.T) {
		t.Parallel()
		_, err := localstack.StartTemporal(t.Context(), localstack.TemporalOptions{DBFile: t.TempDir()})
		assert.ErrorContains(t, err, "is not a file: move it away or choose another state folder")
	})
	t.Run("a file in its folder's place", func(t *testing.T) {
		t.Parallel()
		inTheWay := filepath.Join(t.TempDir(), "state")
		write(t, inTheWay, "")
		_, err := localstack.StartTemporal(t.Context(), localstack.TemporalOptions{DBFile: filepath.Join(inTheWay, "temporal.db")})
		assert.ErrorContains(t, err, "move what is in the way, or choose another state folder")
	})
	t.Run("another Latchkey on it", func(t *testing.T) {
		t.Parallel()
		options := localstack.TemporalOptions{DBFile: filepath.Join(t.TempDir(), "temporal.db"), UI: localstack.Headless}
		startTemporal(t, options)
		_, err := localstack.StartTemporal(t.Context(), options)
		assert.ErrorContains(t, err, fmt.Sprintf("another Latchkey, process %d, uses Temporal's database", os.Getpid()))
	})
}

func TestTemporal_NamesATakenPort(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	port := listener.Addr().(*net.TCPAddr).Port

	_, err = localstack.StartTemporal(t.Context(), localstack.TemporalOptions{Port: port})
	assert.EqualError(t, err, fmt.Sprintf("port %d is taken by another program: stop that program, or choose another port", port))
}

func TestTemporal_PassesOnWhatTheServerSaysOfAWrongOption(t *testing.T) {
	t.Parallel()
	_, err := localstack.StartTemporal(t.Context(), localstack.TemporalOptions{SearchAttributes: map[string]string{"DealerId": "Colour"}})
	assert.ErrorContains(t, err, "Temporal ended")
	assert.ErrorContains(t, err, "Colour")
}

func startTemporal(t *testing.T, options localstack.TemporalOptions) *localstack.Temporal {
	t.Helper()
	options.Say = t.Logf
	server, err := localstack.StartTemporal(t.Context(), options)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, server.Stop()) })
	return server
}

func frontend(t *testing.T, address string) workflowservice.WorkflowServiceClient {
	t.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return workflowservice.NewWorkflowServiceClient(conn)
}

// startWorkflow starts one that no worker will ever pick up; its search attribute proves that those work at once.
func startWorkflow(t *testing.T, address, id string) {
	t.Helper()
	dealer := &commonpb.Payload{
		Metadata: map[string][]byte{"encoding": []byte("json/plain"), "type": []byte("Keyword")},
		Data:     []byte(`"dealer-1"`),
	}
	_, err := frontend(t, address).StartWorkflowExecution(t.Context(), &workflowservice.StartWorkflowExecutionRequest{
		Namespace: "default", WorkflowId: id, RequestId: id,
		WorkflowType:     &commonpb.WorkflowType{Name: "OnboardAccount"},
		TaskQueue:        &taskqueuepb.TaskQueue{Name: "onboarding"},
		SearchAttributes: &commonpb.SearchAttributes{IndexedFields: map[string]*commonpb.Payload{"DealerId": dealer}},
	})
	require.NoError(t, err)
	require.Eventually(t, func() bool { return len(openWorkflows(t, address)) > 0 }, 30*time.Second, 50*time.Millisecond)
}

func openWorkflows(t *testing.T, address string) []string {
	t.Helper()
	answer, err := frontend(t, address).ListWorkflowExecutions(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{
		Namespace: "default", Query: "ExecutionStatus = 'Running'",
	})
	require.NoError(t, err)
	var ids []string
	for _, execution := range answer.GetExecutions() {
		ids = append(ids, execution.GetExecution().GetWorkflowId())
	}
	return ids
}

func httpStatus(t *testing.T, url string) int {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		return 0
	}
	defer answer.Body.Close()
	return answer.StatusCode
}
