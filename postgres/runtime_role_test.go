package postgres_test

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/migrations"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
	"github.com/latchkey/latchkey/postgres/postgrestest"
)

// asRuntime is the same world with a store that signs in as the role of API and worker.
func (w *world) asRuntime() (*world, string) {
	w.t.Helper()
	server, err := url.Parse(postgrestest.Server(w.t))
	require.NoError(w.t, err)
	own, err := url.Parse(w.url)
	require.NoError(w.t, err)
	// Roles are the whole server's; the tests' owner may not create one.
	role := "runtime_" + uuid.NewString()
	super := connect(w.t, server.String())
	_, err = super.Exec(w.ctx(), fmt.Sprintf(`CREATE ROLE %q LOGIN PASSWORD 'word'`, role))
	require.NoError(w.t, err)
	server.Path = own.Path
	w.t.Cleanup(func() {
		within, err := pgx.Connect(context.Background(), server.String())
		require.NoError(w.t, err)
		_, err = within.Exec(context.Background(), fmt.Sprintf(`DROP OWNED BY %[1]q; DROP ROLE %[1]q`, role), pgx.QueryExecModeSimpleProtocol)
		require.NoError(w.t, err)
		require.NoError(w.t, within.Close(context.Background()))
	})
	require.NoError(w.t, migrations.Grant(w.ctx(), w.url, role, func(string, ...any) {}))
	own.User = url.UserPassword(role, "word")
	within := *w
	within.Store, err = postgres.Open(w.ctx(), own.String())
	require.NoError(w.t, err)
	w.t.Cleanup(within.Close)
	return &within, own.String()
}

// ofAdmins are the statements of `latchkey admin` and of demo data, which run as the owner.
var ofAdmins = regexp.MustCompile(`^sql(InsertDealer|LinkDealer|InsertPackageTemplate|SetPrice|InsertModule|ChangeRootSecret)$`)

func TestRuntimeRole_MayDoWhatAPIAndWorkerDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, url := w.asRuntime()
	conn := connect(t, url)
	for name, sql := range sqlConstants(t) {
		numbered, _, err := pgx.NamedArgs{}.RewriteQuery(t.Context(), conn, sql, nil)
		require.NoError(t, err, name)
		described, err := conn.Prepare(t.Context(), name, numbered)
		require.NoError(t, err, name)
		arguments := ""
		if n := len(described.ParamOIDs); n > 0 {
			arguments = "(" + strings.TrimSuffix(strings.Repeat("NULL,", n), ",") + ")"
		}
		// To explain a statement, its permissions are looked at and nothing is done.
		_, err = conn.Exec(t.Context(), fmt.Sprintf("EXPLAIN EXECUTE %q%s", name, arguments), pgx.QueryExecModeSimpleProtocol)
		if ofAdmins.MatchString(name) {
			requireRefused(t, err, name)
			continue
		}
		require.NoError(t, err, name)
	}
}

func requireRefused(t *testing.T, err error, what string) {
	t.Helper()
	const insufficientPrivilege = "42501"
	var refused *pgconn.PgError
	require.ErrorAs(t, err, &refused, what)
	require.Equal(t, insufficientPrivilege, refused.Code, what)
}

func TestRuntimeRole_OnboardsAndErasesButChangesNoRecordOfWhatHappened(t *testing.T) {
	t.Parallel()
	owner := newWorld(t)
	w, url := owner.asRuntime()
	account := w.opened(w.johnDoe(w.modules[0]))
	w.sending(w.prepared(account.OnboardingID, 1, 0))
	w.cancelled(account)
	require.NoError(t, w.erase(account.ID))
	_, err := w.Clear(w.ctx(), month, 10)
	require.NoError(t, err)

	conn := connect(t, url)
	for _, table := range []string{"audit", "ledger", "onboarding_events", "announcements"} {
		for _, sql := range []string{"UPDATE %s SET %s = %s", "DELETE FROM %s", "TRUNCATE %s CASCADE"} {
			column := map[string]string{"audit": "reason", "ledger": "currency", "onboarding_events": "note", "announcements": "code"}[table]
			if strings.HasPrefix(sql, "UPDATE") {
				sql = fmt.Sprintf(sql, table, column, column)
			} else {
				sql = fmt.Sprintf(sql, table)
			}
			_, err := conn.Exec(t.Context(), sql)
			requireRefused(t, err, sql)
		}
	}
	for _, sql := range []string{
		"CREATE TABLE mine ()", "ALTER TABLE audit DISABLE TRIGGER ALL", "DROP TABLE audit", "DELETE FROM accounts", "DELETE FROM applications",
		"INSERT INTO dealers (id, name, time_zone) VALUES (gen_random_uuid(), 'Mine', 'UTC')", "SET session_replication_role = replica",
		"DELETE FROM goose_db_version",
	} {
		_, err := conn.Exec(t.Context(), sql)
		requireRefused(t, err, sql)
	}
	_, err = w.Audit(w.ctx(), onboarding.AuditEntry{Action: "test"})
	require.NoError(t, err)
}

func TestGrant_RefusesARoleThatNothingCanBeKeptFrom(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	server, err := url.Parse(postgrestest.Server(t))
	require.NoError(t, err)
	for _, role := range []string{w.conn.Config().User, server.User.Username()} {
		require.ErrorContains(t, migrations.Grant(t.Context(), w.url, role, func(string, ...any) {}), "name another one")
	}
}
