package migrations

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Database is what Check asks; a pgx pool or connection.
type Database interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

const sqlVersion = `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`

// undefinedTable is PostgreSQL's code for a table that does not exist.
const undefinedTable = "42P01"

// Check refuses a database whose schema is older than this program, in a sentence that
// says what to do. A newer one is let pass: during an upgrade the programs of the
// version before go on until they are replaced.
func Check(ctx context.Context, database Database) error {
	var version int64
	err := database.QueryRow(ctx, sqlVersion).Scan(&version)
	var refused *pgconn.PgError
	switch {
	case errors.As(err, &refused) && refused.Code == undefinedTable:
		version = 0
	case err != nil:
		return errors.New("the version of the database's schema cannot be read; is the database reachable, and may its user read goose_db_version?")
	}
	if version < Newest() {
		return fmt.Errorf("the database's schema has version %d and this program needs %d: run `latchkey migrate`", version, Newest())
	}
	return nil
}
