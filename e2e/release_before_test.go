//go:build release

package e2e

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/localstack"
	domain "github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
)

// versionBefore builds the version that may run beside this one, out of the history of this
// clone. deploy/version-before names its commit or tag.
func versionBefore(t *testing.T) (binary string) {
	t.Helper()
	named, err := os.ReadFile("../deploy/version-before")
	require.NoError(t, err)
	version := strings.TrimSpace(string(named))
	dir := t.TempDir()
	archive, binary := filepath.Join(dir, "source.tar"), filepath.Join(dir, "latchkey")
	said, err := exec.CommandContext(t.Context(), "git", "-C", "..", "archive", "--format=tar", "--output", archive, version).CombinedOutput()
	require.NoError(t, err, "%s, which deploy/version-before names, is not in this clone: `git fetch --unshallow --tags` brings it\n%s", version, said)
	source := filepath.Join(dir, "source")
	require.NoError(t, os.Mkdir(source, 0o700))
	said, err = exec.CommandContext(t.Context(), "tar", "-xf", archive, "-C", source).CombinedOutput()
	require.NoError(t, err, string(said))
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", binary, "./cmd/latchkey")
	build.Dir, build.Env = source, append(os.Environ(), "CGO_ENABLED=0")
	said, err = build.CombinedOutput()
	require.NoError(t, err, "%s does not build\n%s", version, said)
	return binary
}

// upgrade is an installation of the version before that becomes one of this version. Its
// programs have their settings from the environment: what a version does not know is
// nothing to it.
type upgrade struct {
	*stack
	whole    *testing.T // its programs outlive the part of it that starts them
	env      []string
	old, now *version
	balancer balancer
}

// version is an API and a worker of one build.
type version struct {
	build       string
	address     string
	api, worker *program
}

// startUpgrade starts the version before, on its own schema, with a dealer who can order.
func startUpgrade(t *testing.T) *upgrade {
	t.Helper()
	s := &stack{panelSecret: "b25seSBmb3IgdGVzdHMgb2YgdGhlIHBhbmVsIGxpbms="}
	u := &upgrade{whole: t, stack: s, old: &version{build: versionBefore(t)}, now: &version{}}
	t.Cleanup(func() { require.NoError(t, s.stop()) })
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for _, step := range []func(context.Context) error{s.makePlace, s.startServers, s.startMailAndCarrier} {
		require.NoError(t, step(ctx))
	}
	u.env = []string{
		"LATCHKEY_DATABASE_URL=" + s.database.URL, "LATCHKEY_TEMPORAL_ADDRESS=" + s.temporal.Address, "LATCHKEY_CARRIER_URL=" + s.carrier.URL(),
		"LATCHKEY_CUSTOMER_URL=" + customerURL, "LATCHKEY_SECRET=" + s.secretFlags()[1], "LATCHKEY_PANEL_SECRET=" + s.panelSecret,
		"LATCHKEY_SMTP_HOST=" + s.mails.Host(), "LATCHKEY_SMTP_PORT=" + strconv.Itoa(s.mails.Port()), "LATCHKEY_SMTP_TLS=none",
		"LATCHKEY_REQUESTS_PER_MINUTE=1000000", "LATCHKEY_KNOCKS_PER_MINUTE=1000000",
	}
	u.balance(t)
	u.runs(t, u.old, "migrate")
	u.addDealer(t)
	require.NoError(t, s.connect(ctx))
	u.start(t, u.old)
	u.serve(t, u.old)
	return u
}

// balance puts what stands for the load balancer where clients and panel network call.
func (u *upgrade) balance(t *testing.T) {
	t.Helper()
	listener, err := net.Listen("tcp", strings.TrimPrefix(u.office.url, "http://"))
	require.NoError(t, err)
	server := &http.Server{Handler: &u.balancer}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		require.NoError(t, server.Close())
		require.True(t, errors.Is(<-served, http.ErrServerClosed))
	})
}

// balancer gives requests to its replicas in turn.
type balancer struct {
	replicas atomic.Pointer[[]*httputil.ReverseProxy]
	turn     atomic.Uint64
}

func (b *balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	replicas := *b.replicas.Load()
	replicas[b.turn.Add(1)%uint64(len(replicas))].ServeHTTP(w, r)
}

// serve lets requests go to these versions from here on.
func (u *upgrade) serve(t *testing.T, versions ...*version) {
	t.Helper()
	var replicas []*httputil.ReverseProxy
	for _, v := range versions {
		to, err := url.Parse("http://" + v.address)
		require.NoError(t, err)
		replicas = append(replicas, httputil.NewSingleHostReverseProxy(to))
	}
	u.balancer.replicas.Store(&replicas)
}

// runs runs a command of a version to its end, and returns the last line that it printed.
func (u *upgrade) runs(t *testing.T, v *version, args ...string) string {
	t.Helper()
	p := &program{path: v.build, args: args, env: u.env}
	require.NoError(t, p.start())
	require.Zero(t, p.exitCode(t), p.output.String())
	lines := strings.Split(strings.TrimSpace(p.output.String()), "\n")
	return lines[len(lines)-1]
}

// addDealer does what docs/deployment.md says about the first dealer.
func (u *upgrade) addDealer(t *testing.T) {
	t.Helper()
	admin := func(args ...string) string { return u.runs(t, u.old, append([]string{"admin"}, args...)...) }
	u.demo = postgres.Demo{}
	dealer := admin("dealer", "Sample Dealer", "--support-email", "support@example.com", "--mail-from", "welcome@example.com", "--notice-email", "office@example.com")
	office := admin("user", "olivia", "--role", "office", "--dealer", dealer, "--first-name", "Olivia", "--last-name", "Office")
	operator := admin("user", "oscar", "--role", "operator", "--first-name", "Oscar", "--last-name", "Operator")
	u.office.key, u.ops.key = admin("key", office), admin("key", operator)
	receiver := admin("receiver", "Central Station", "--dealer", dealer, "--name", "Line 1", "--number", "198.51.100.7:9999", "--protocol", "dc09")
	u.demo.Receivers = []domain.Receiver{{ID: receiver, Protocol: "dc09"}}
	list := "serial,imei,meid\n"
	for i := range 60 {
		serial := fmt.Sprintf("52%08d", i)
		u.demo.AvailableModules = append(u.demo.AvailableModules, serial)
		list += serial + ",,\n"
	}
	file := filepath.Join(t.TempDir(), "modules.csv")
	require.NoError(t, os.WriteFile(file, []byte(list), 0o600))
	admin("modules", file, "--network", "AT&T", "--panel-types", "simon_xt,simon_xti")
}

// start starts API and worker of a version and waits until both work.
func (u *upgrade) start(t *testing.T, v *version) {
	t.Helper()
	port, err := localstack.FreePort()
	require.NoError(t, err)
	v.address = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	v.api = &program{path: v.build, args: []string{"api"}, env: append([]string{"LATCHKEY_LISTEN=" + v.address}, u.env...)}
	v.worker = &program{path: v.build, args: []string{"worker"}, env: u.env}
	for _, p := range []*program{v.api, v.worker} {
		require.NoError(t, p.start())
		u.whole.Cleanup(func() { require.NoError(u.whole, p.stop()) })
		p.showIfFailed(u.whole)
	}
	await(t, "the API to be ready and the worker to poll", func() (struct{}, bool) {
		require.False(t, v.api.over() || v.worker.over(), v.api.output.tail(5)+v.worker.output.tail(5))
		ready, err := caller{url: "http://" + v.address}.try(t.Context(), http.MethodGet, "/readyz", nil)
		return struct{}{}, err == nil && ready.status == http.StatusOK && u.workerPolls(t.Context())
	})
}

// stops ends a version as a deploy does.
func (u *upgrade) stops(t *testing.T, v *version) {
	t.Helper()
	for _, p := range []*program{v.api, v.worker} {
		require.NoError(t, p.stop())
		require.Zero(t, p.cmd.ProcessState.ExitCode(), p.output.tail(10))
	}
}

// migrate brings the schema to this version, while the version before works on it. From here
// on whoever starts signs in as the role that owns nothing.
func (u *upgrade) migrate(t *testing.T) {
	t.Helper()
	u.env = append(u.env, "LATCHKEY_GRANT_ROLE="+runtimeRole)
	u.runs(t, u.now, "migrate")
	require.NoError(t, u.letRuntimeSignIn(t.Context()))
	u.env = append(u.env, "LATCHKEY_DATABASE_URL="+u.databaseFlags()[1])
}

// schema is the version of the database's schema.
func (u *upgrade) schema(t *testing.T) (version int) {
	t.Helper()
	row, err := u.rows.Query(t.Context(), "SELECT max(version_id) FROM goose_db_version WHERE is_applied")
	require.NoError(t, err)
	version, err = pgx.CollectExactlyOneRow(row, pgx.RowTo[int])
	require.NoError(t, err)
	return version
}
