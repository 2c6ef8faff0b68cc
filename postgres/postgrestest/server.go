// Package postgrestest gives tests a real PostgreSQL.
package postgrestest

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/localstack"
)

// ServerVariable names a PostgreSQL server to use instead of one's own, as a superuser's URL, so that a run over many
// packages can share one.
const ServerVariable = "LATCHKEY_TEST_POSTGRES"

// Server returns a superuser's URL of a PostgreSQL server: the one in ServerVariable, else one that this test process
// starts at the first call. That one is disposable: it dies with the process, however the process ends, and its folder is
// removed.
func Server(tb testing.TB) string {
	tb.Helper()
	url, err := serverURL()
	require.NoError(tb, err)
	return url
}

var serverURL = sync.OnceValues(func() (string, error) {
	if url := os.Getenv(ServerVariable); url != "" {
		return url, nil
	}
	// Finding PostgreSQL may mean installing it.
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	dir, err := os.MkdirTemp("", "latchkey-postgrestest-")
	if err != nil {
		return "", fmt.Errorf("make the test server's folder: %w", err)
	}
	server, err := localstack.StartPostgres(ctx, localstack.PostgresOptions{
		Dir: dir, Durability: localstack.Disposable, Say: sayToStderr,
	})
	if err != nil {
		return "", fmt.Errorf("start the test server (folder %s): %w", dir, err)
	}
	if err := removeAfterExit(server.PID(), dir, server.Dir); err != nil {
		return "", err
	}
	return server.URL, nil
})

// sayToStderr is not a test's log: the server outlives the test that happens to ask first.
func sayToStderr(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
