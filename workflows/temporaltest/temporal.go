// Package temporaltest gives tests a real Temporal server.
package temporaltest

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/localstack"
	"github.com/latchkey/latchkey/workflows"
)

// ServerVariable names a Temporal server to use instead of one's own, as host:port, so that a run over many packages can
// share one. It needs the same search attributes.
const ServerVariable = "LATCHKEY_TEST_TEMPORAL"

// Server returns host:port of a Temporal server with the namespace `default` and the onboarding's search attributes: the
// one in ServerVariable, else a dev server in memory that this test process starts at the first call and that dies with it.
// Tests share it, so they keep apart by workflow IDs and task queues of their own.
func Server(tb testing.TB) string {
	tb.Helper()
	address, err := serverAddress()
	require.NoError(tb, err)
	return address
}

var serverAddress = sync.OnceValues(func() (string, error) {
	if address := os.Getenv(ServerVariable); address != "" {
		return address, nil
	}
	// Finding Temporal may mean building it.
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Minute)
	defer cancel()
	server, err := localstack.StartTemporal(ctx, localstack.TemporalOptions{
		UI:               localstack.Headless,
		SearchAttributes: workflows.SearchAttributes,
		DynamicConfig:    map[string]any{"matching.useNewMatcher": true, "matching.enableFairness": true},
		Say:              sayToStderr,
	})
	if err != nil {
		return "", fmt.Errorf("start the test server: %w", err)
	}
	return server.Address, nil
})

// sayToStderr is not a test's log: the server outlives the test that happens to ask first.
func sayToStderr(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
