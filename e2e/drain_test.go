package e2e

import (
	"net/http"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/localstack"
)

func TestAPI_SaysThatItStopsBeforeItStops(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	port, err := localstack.FreePort()
	require.NoError(t, err)
	address := "127.0.0.1:" + strconv.Itoa(port)
	replica, err := launch(append(s.api.args, "--listen", address, "--drain", "5s")...)
	require.NoError(t, err)
	replica.showIfFailed(t)
	t.Cleanup(func() { require.NoError(t, replica.stop()) })
	office := caller{"http://" + address, s.office.key}
	ready := func(status int) answer {
		return await(t, "a replica whose readiness is "+strconv.Itoa(status), func() (answer, bool) {
			got, err := office.try(t.Context(), http.MethodGet, "/readyz", nil)
			return got, err == nil && got.status == status
		})
	}
	ready(http.StatusOK)

	require.NoError(t, replica.cmd.Process.Signal(syscall.SIGTERM))
	require.Contains(t, string(ready(http.StatusServiceUnavailable).body), `"stopping":"failing"`)
	require.Equal(t, http.StatusOK, office.get(t, "/v1/onboardings").status, "what still comes is served")
	require.Zero(t, replica.exitCode(t))
}
