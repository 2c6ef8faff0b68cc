package temporaltest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/operatorservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/latchkey/latchkey/workflows/temporaltest"
)

func TestServer_IsOneForTheWholeProcessAndKnowsTheSearchAttributes(t *testing.T) {
	t.Parallel()
	address := temporaltest.Server(t)
	assert.Equal(t, address, temporaltest.Server(t))

	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer conn.Close()
	answer, err := operatorservice.NewOperatorServiceClient(conn).
		ListSearchAttributes(t.Context(), &operatorservice.ListSearchAttributesRequest{Namespace: "default"})
	require.NoError(t, err)
	for _, name := range []string{"OnboardingStatus", "OnboardingStep", "ParkReason", "ReadyAt", "ParkCount"} {
		assert.Contains(t, answer.GetCustomAttributes(), name)
	}
}
