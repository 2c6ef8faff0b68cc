package postgrestest_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/postgres/postgrestest"
)

func TestServer_IsOneSuperusersServerForTheWholeProcess(t *testing.T) {
	t.Parallel()
	url := postgrestest.Server(t)
	assert.Equal(t, url, postgrestest.Server(t))

	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	var superuser bool
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT rolsuper FROM pg_roles WHERE rolname = current_user").Scan(&superuser))
	assert.True(t, superuser)
}

// victimVariable makes TestVictim, in a process of its own, hold a server until it is killed.
const victimVariable = "LATCHKEY_POSTGRESTEST_VICTIM"

func TestVictim(t *testing.T) {
	url := postgrestest.Server(t)
	if os.Getenv(victimVariable) == "" {
		return
	}
	fmt.Println("VICTIM", url)
	select {}
}

func TestServer_LeavesNothingBehindWhenItsProcessIsKilled(t *testing.T) {
	t.Parallel()
	program, err := os.Executable()
	require.NoError(t, err)
	temp := filepath.Join(os.TempDir(), fmt.Sprintf("latchkey-victim-%d", os.Getpid()))
	require.NoError(t, os.Mkdir(temp, 0o755))
	t.Cleanup(func() { _ = os.RemoveAll(temp) })
	victim := exec.Command(program, "-test.run", "^TestVictim$", "-test.v")
	victim.Env = append(os.Environ(), victimVariable+"=1", "TMPDIR="+temp, postgrestest.ServerVariable+"=")
	out, err := victim.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, victim.Start())
	t.Cleanup(func() { _ = victim.Process.Kill() })
	url := victimURL(t, bufio.NewScanner(out))
	require.NotEmpty(t, entries(t, temp))

	require.NoError(t, victim.Process.Kill())

	require.Error(t, victim.Wait())
	assert.Eventually(t, func() bool { return len(entries(t, temp)) == 0 }, 30*time.Second, 50*time.Millisecond)
	_, err = pgx.Connect(t.Context(), url)
	assert.ErrorContains(t, err, "connection refused")
}

func victimURL(t *testing.T, out *bufio.Scanner) string {
	t.Helper()
	for out.Scan() {
		if url, ok := strings.CutPrefix(out.Text(), "VICTIM "); ok {
			return url
		}
	}
	require.FailNow(t, "the victim started no server")
	return ""
}

func entries(t *testing.T, dir string) []os.DirEntry {
	t.Helper()
	found, err := os.ReadDir(dir)
	require.NoError(t, err)
	return found
}
