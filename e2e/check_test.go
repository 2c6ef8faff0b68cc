package e2e

import (
	"net"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheck_SaysOfEachPartWhetherItWorks(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	host, port, err := net.SplitHostPort(s.mails.Addr())
	require.NoError(t, err)
	check := func(change ...string) (string, error) {
		built, err := binary()
		require.NoError(t, err)
		printed, err := exec.CommandContext(t.Context(), built, append([]string{
			"check", "--database-url", s.database.URL, "--temporal-address", s.temporal.Address,
			"--carrier-url", s.carrier.URL(), "--smtp-host", host, "--smtp-port", port, "--smtp-tls", "none",
		}, change...)...).CombinedOutput()
		return string(printed), err
	}

	printed, err := check()
	require.NoError(t, err, printed)

	closed := "127.0.0.1:1" // tcpmux: nobody listens
	printed, err = check("--temporal-address", closed, "--carrier-url", "http://"+closed, "--smtp-port", "1",
		"--database-url", "postgres://nobody:secret@"+closed+"/latchkey")
	require.Error(t, err)
	for _, part := range []string{"database", "temporal", "carrier", "mail server"} {
		require.Regexp(t, part+` +FAULT `, printed)
	}
	require.Contains(t, printed, "--smtp-host")
	require.Contains(t, printed, "--carrier-url")
	require.Contains(t, printed, "4 of 4 parts do not work")
	require.NotContains(t, printed, "secret")
}
