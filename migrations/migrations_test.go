package migrations_test

import (
	"context"
	"net/url"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/migrations"
	"github.com/latchkey/latchkey/postgres"
	"github.com/latchkey/latchkey/postgres/postgrestest"
)

// emptyDatabase is a database without any schema, dropped after the test.
func emptyDatabase(t *testing.T) (databaseURL string) {
	t.Helper()
	server := postgrestest.Server(t)
	admin, err := pgx.Connect(t.Context(), server)
	require.NoError(t, err)
	name := pgx.Identifier{"migrations_" + uuid.NewString()}
	_, err = admin.Exec(t.Context(), "CREATE DATABASE "+name.Sanitize())
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := admin.Exec(context.Background(), "DROP DATABASE "+name.Sanitize())
		require.NoError(t, err)
		require.NoError(t, admin.Close(context.Background()))
	})
	parsed, err := url.Parse(server)
	require.NoError(t, err)
	parsed.Path = "/" + name[0]
	return parsed.String()
}

const sqlLeftovers = `
SELECT (SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'goose_db_version')
     + (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace)`

func TestMigrations_GoUpDownAndUpAgain(t *testing.T) {
	t.Parallel()
	database := emptyDatabase(t)
	conn, err := pgx.Connect(t.Context(), database)
	require.NoError(t, err)
	defer conn.Close(context.Background())

	var lines int
	say := func(string, ...any) { lines++ }
	require.ErrorContains(t, migrations.Check(t.Context(), conn), "latchkey migrate")
	require.NoError(t, migrations.Up(t.Context(), database, say))
	files, err := filepath.Glob("*.sql")
	require.NoError(t, err)
	require.Len(t, files, lines)
	require.NoError(t, migrations.Check(t.Context(), conn))

	require.NoError(t, migrations.DownTo(t.Context(), database, migrations.Newest()-1, nil))
	require.ErrorContains(t, migrations.Check(t.Context(), conn), "run `latchkey migrate`")
	require.NoError(t, migrations.DownTo(t.Context(), database, 0, nil))
	var left int
	require.NoError(t, conn.QueryRow(t.Context(), sqlLeftovers).Scan(&left))
	require.Zero(t, left)

	require.NoError(t, migrations.Up(t.Context(), database, nil))
	require.NoError(t, migrations.Check(t.Context(), conn))
}

func TestMigrations_OfSeveralProgramsWaitForOneAnother(t *testing.T) {
	t.Parallel()
	database := emptyDatabase(t)
	results := make(chan error)
	for range 3 {
		go func() { results <- migrations.Up(context.Background(), database, nil) }()
	}
	for range 3 {
		require.NoError(t, <-results)
	}
}

func TestOpen_RefusesASchemaThatIsTooOld(t *testing.T) {
	t.Parallel()
	database := emptyDatabase(t)
	_, err := postgres.Open(t.Context(), database)
	require.ErrorContains(t, err, "run `latchkey migrate`")
}
