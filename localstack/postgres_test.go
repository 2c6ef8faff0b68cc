package localstack_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/localstack"
)

func TestPostgres_KeepsItsRowsAcrossAStop(t *testing.T) {
	t.Parallel()
	options := localstack.PostgresOptions{Dir: stateFolder(t), Database: "latchkey", Say: t.Logf}
	first := startPostgres(t, options)
	execute(t, first.URL, "CREATE TABLE doors (name text)", "INSERT INTO doors VALUES ('front')")
	require.NoError(t, first.Stop())

	second := startPostgres(t, options)

	assert.Equal(t, "front", queryText(t, second.URL, "SELECT name FROM doors"))
	assert.Equal(t, "latchkey", queryText(t, second.URL, "SELECT current_database()"))
}

func TestPostgres_StartsAgainAfterKill9(t *testing.T) {
	t.Parallel()
	options := localstack.PostgresOptions{Dir: stateFolder(t), Say: t.Logf}
	first := startPostgres(t, options)
	execute(t, first.URL, "CREATE TABLE doors (name text)", "INSERT INTO doors VALUES ('front')")
	// An open session is a process that outlives the server for a moment and holds its shared memory.
	session, err := pgx.Connect(t.Context(), first.URL)
	require.NoError(t, err)
	defer session.Close(context.Background())
	first.Kill()

	second := startPostgres(t, options)

	assert.Equal(t, "front", queryText(t, second.URL, "SELECT name FROM doors"))
}

func TestPostgres_TellsWhenItEndsByItself(t *testing.T) {
	t.Parallel()
	server := startPostgres(t, localstack.PostgresOptions{Dir: stateFolder(t), Durability: localstack.Disposable})
	require.NoError(t, syscall.Kill(server.PID(), syscall.SIGINT))

	select {
	case <-server.Done():
		assert.ErrorContains(t, server.Err(), "PostgreSQL ended: it exited with code 0")
	case <-time.After(30 * time.Second):
		require.Fail(t, "the server was asked to stop and Done is still open")
	}
}

func TestPostgres_MapsCaseBeyondASCII(t *testing.T) {
	t.Parallel()
	server := startPostgres(t, localstack.PostgresOptions{Dir: stateFolder(t), Durability: localstack.Disposable})
	assert.Equal(t, "élodie ünal", queryText(t, server.URL, "SELECT lower('ÉLODIE ÜNAL')"))
}

func TestPostgres_KeepsRowsOutOfItsLog(t *testing.T) {
	t.Parallel()
	server := startPostgres(t, localstack.PostgresOptions{Dir: stateFolder(t), Durability: localstack.Disposable})
	execute(t, server.URL, "CREATE TABLE people (email text PRIMARY KEY)", "INSERT INTO people VALUES ('jane@example.test')")
	conn, err := pgx.Connect(t.Context(), server.URL)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	_, err = conn.Exec(t.Context(), "INSERT INTO people VALUES ('jane@example.test')")
	require.Error(t, err)
	require.NoError(t, server.Stop())

	log, err := os.ReadFile(filepath.Join(server.Dir, "postgres.log"))
	require.NoError(t, err)
	assert.Contains(t, string(log), "people_pkey")
	assert.NotContains(t, string(log), "jane@example.test")
}

func TestPostgres_RefusesWhoHasNotThePassword(t *testing.T) {
	t.Parallel()
	server := startPostgres(t, localstack.PostgresOptions{Dir: stateFolder(t), Durability: localstack.Disposable})
	stranger, err := url.Parse(server.URL)
	require.NoError(t, err)
	stranger.User = url.UserPassword("latchkey", "guess")
	_, err = pgx.Connect(t.Context(), stranger.String())
	assert.ErrorContains(t, err, "password authentication failed")
}

func TestPostgres_SaysInOneSentenceWhatIsWrongWithItsFolder(t *testing.T) {
	t.Parallel()
	for name, broken := range map[string]struct {
		prepare func(t *testing.T, dir string)
		says    string
	}{
		"a file in its place": {
			prepare: func(t *testing.T, dir string) { write(t, dir, "") },
			says:    "is not a folder: move that file away or choose another state folder",
		},
		"a file in its parent's place": {
			prepare: func(t *testing.T, dir string) {
				require.NoError(t, os.RemoveAll(filepath.Dir(dir)))
				write(t, filepath.Dir(dir), "")
			},
			says: "choose another state folder",
		},
		"data that is none": {
			prepare: func(t *testing.T, dir string) { write(t, filepath.Join(dir, "data", "notes.txt"), "x") },
			says:    "holds no PostgreSQL database",
		},
		"another major version": {
			prepare: func(t *testing.T, dir string) { write(t, filepath.Join(dir, "data", "PG_VERSION"), "9\n") },
			says:    "was made by PostgreSQL 9",
		},
		"a lost password": {
			prepare: func(t *testing.T, dir string) {
				server := startPostgres(t, localstack.PostgresOptions{Dir: dir, Durability: localstack.Disposable})
				require.NoError(t, server.Stop())
				require.NoError(t, os.Remove(filepath.Join(dir, "password")))
			},
			says: "has lost its password file",
		},
		"a wrong password": {
			prepare: func(t *testing.T, dir string) {
				server := startPostgres(t, localstack.PostgresOptions{Dir: dir, Durability: localstack.Disposable})
				require.NoError(t, server.Stop())
				write(t, filepath.Join(dir, "password"), "guess\n")
			},
			says: "does not take the password in its password file",
		},
		"another Latchkey in it": {
			prepare: func(t *testing.T, dir string) {
				startPostgres(t, localstack.PostgresOptions{Dir: dir, Durability: localstack.Disposable})
			},
			says: fmt.Sprintf("another Latchkey, process %d, uses the database", os.Getpid()),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(stateFolder(t), "state", "postgres")
			require.NoError(t, os.MkdirAll(filepath.Dir(dir), 0o755))
			broken.prepare(t, dir)
			_, err := localstack.StartPostgres(t.Context(), localstack.PostgresOptions{Dir: dir})
			require.ErrorContains(t, err, broken.says)
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestPostgres_ReplacesALinkThatPointsNowhere(t *testing.T) {
	t.Parallel()
	parent := stateFolder(t)
	dir := filepath.Join(parent, "postgres")
	require.NoError(t, os.Symlink(filepath.Join(parent, "gone"), dir))
	server := startPostgres(t, localstack.PostgresOptions{Dir: dir, Durability: localstack.Disposable})
	assert.Equal(t, dir, server.Dir)
}

func TestPostgres_OfRootIsLinkedFromAFolderThatItsUserCannotReach(t *testing.T) {
	t.Parallel()
	home := stateFolder(t)
	require.NoError(t, os.Chmod(home, 0o700))
	options := localstack.PostgresOptions{Dir: filepath.Join(home, "postgres"), Durability: localstack.Disposable, Say: t.Logf}
	first := startPostgres(t, options)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(first.Dir)) })
	execute(t, first.URL, "CREATE TABLE doors (name text)", "INSERT INTO doors VALUES ('front')")
	require.NoError(t, first.Stop())

	second := startPostgres(t, options)

	assert.Equal(t, "front", queryText(t, second.URL, "SELECT name FROM doors"))
	linked, err := filepath.EvalSymlinks(options.Dir)
	require.NoError(t, err)
	assert.Equal(t, linked, second.Dir)
	if os.Geteuid() == 0 {
		assert.Equal(t, "/var/lib/latchkey", filepath.Dir(second.Dir))
	} else {
		assert.Equal(t, options.Dir, second.Dir)
	}
}

func TestPostgres_IgnoresAPIDFileThatNamesAStranger(t *testing.T) {
	t.Parallel()
	options := localstack.PostgresOptions{Dir: stateFolder(t), Durability: localstack.Disposable}
	first := startPostgres(t, options)
	require.NoError(t, first.Stop())
	// This test's own number: alive, and no PostgreSQL.
	write(t, filepath.Join(first.Dir, "data", "postmaster.pid"), fmt.Sprintf("%d\n", os.Getpid()))

	second := startPostgres(t, options)
	assert.Equal(t, "1", queryText(t, second.URL, "SELECT '1'"))
}

func TestPostgres_NamesATakenPort(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	port := listener.Addr().(*net.TCPAddr).Port

	_, err = localstack.StartPostgres(t.Context(), localstack.PostgresOptions{
		Dir: stateFolder(t), Port: port, Durability: localstack.Disposable,
	})
	assert.EqualError(t, err, fmt.Sprintf("port %d is taken by another program: stop that program, or choose another port", port))
}

func TestChildren_DieWithAKilledParentAndStartAgain(t *testing.T) {
	t.Parallel()
	dir := stateFolder(t)
	victim := startVictim(t, dir)
	execute(t, victim.postgresURL, "CREATE TABLE doors (name text)", "INSERT INTO doors VALUES ('front')")
	startWorkflow(t, victim.temporalAddress, "onboarding-1")
	victim.kill9(t)

	// At once, as a person does who types the command again.
	postgres := startPostgres(t, localstack.PostgresOptions{Dir: filepath.Join(dir, "postgres"), Say: t.Logf})
	temporal := startTemporal(t, localstack.TemporalOptions{DBFile: filepath.Join(dir, "temporal.db"), UI: localstack.Headless})

	assert.Equal(t, "front", queryText(t, postgres.URL, "SELECT name FROM doors"))
	assert.Equal(t, []string{"onboarding-1"}, openWorkflows(t, temporal.Address))
	postgresOfVictim, err := url.Parse(victim.postgresURL)
	require.NoError(t, err)
	for _, address := range []string{postgresOfVictim.Host, victim.temporalAddress} {
		_, err := net.Dial("tcp4", address)
		assert.ErrorIs(t, err, syscall.ECONNREFUSED)
	}
}

// victim is a parent of servers that is there to be killed.
type victim struct {
	cmd                          *exec.Cmd
	postgresURL, temporalAddress string
}

func startVictim(t *testing.T, dir string) victim {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	v := victim{cmd: exec.Command(program)}
	v.cmd.Env = append(os.Environ(), victimVariable+"="+dir)
	out, err := v.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, v.cmd.Start())
	t.Cleanup(func() { _ = v.cmd.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	_, err = fmt.Sscan(line, &v.postgresURL, &v.temporalAddress)
	require.NoError(t, err, line)
	return v
}

func (v victim) kill9(t *testing.T) {
	t.Helper()
	require.NoError(t, v.cmd.Process.Kill())
	require.ErrorContains(t, v.cmd.Wait(), "killed")
}

// stateFolder is open to the user that PostgreSQL runs as, which t.TempDir is not when these tests run as root.
func stateFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "latchkey-localstack-")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(dir)) })
	require.NoError(t, os.Chmod(dir, 0o755))
	dir, err = filepath.EvalSymlinks(dir)
	require.NoError(t, err)
	return dir
}

func startPostgres(t *testing.T, options localstack.PostgresOptions) *localstack.Postgres {
	t.Helper()
	server, err := localstack.StartPostgres(t.Context(), options)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, server.Stop()) })
	return server
}

func execute(t *testing.T, url string, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	for _, statement := range statements {
		_, err := conn.Exec(t.Context(), statement)
		require.NoError(t, err)
	}
}

func queryText(t *testing.T, url, query string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	var text string
	require.NoError(t, conn.QueryRow(t.Context(), query).Scan(&text))
	return text
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}
