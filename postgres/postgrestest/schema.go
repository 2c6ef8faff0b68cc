package postgrestest

import (
	"context"
	"database/sql"
	"net/url"
	"strings"
	"testing"

	"github.com/peterldowns/pgtestdb"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/migrations"
	"github.com/latchkey/latchkey/postgres"
)

// URL makes a database of the test's own, migrated and empty, and returns how to reach
// it. It is dropped when the test passes and kept for a look when it fails.
func URL(tb testing.TB) string {
	tb.Helper()
	server, err := url.Parse(Server(tb))
	require.NoError(tb, err)
	password, _ := server.User.Password()
	return pgtestdb.Custom(tb, pgtestdb.Config{
		DriverName: "pgx",
		Host:       server.Hostname(),
		Port:       server.Port(),
		User:       server.User.Username(),
		Password:   password,
		Database:   strings.TrimPrefix(server.Path, "/"),
		Options:    server.RawQuery,
	}, migrator{}).URL()
}

// Open is a store on a database of the test's own, closed with the test.
func Open(tb testing.TB) *postgres.Store {
	tb.Helper()
	return OpenAt(tb, URL(tb))
}

// OpenAt is one more store on a database that URL made, closed with the test.
func OpenAt(tb testing.TB, url string) *postgres.Store {
	tb.Helper()
	store, err := postgres.Open(context.Background(), url)
	require.NoError(tb, err)
	tb.Cleanup(store.Close)
	return store
}

// migrator makes the template that each test's database is cloned from, once for a set
// of migrations.
type migrator struct{}

func (migrator) Hash() (string, error) { return migrations.Hash() }

func (migrator) Migrate(ctx context.Context, _ *sql.DB, config pgtestdb.Config) error {
	return migrations.Up(ctx, config.URL(), nil)
}
