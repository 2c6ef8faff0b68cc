// Package migrations is the schema of Latchkey's database, one subject a file, each
// with its reasons. Only `latchkey migrate` (and the embedded server of `latchkey dev`)
// applies it; every other program looks at the version when it starts and refuses to
// run on an older one.
package migrations

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx", for goose
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed *.sql
var files embed.FS

// Say tells a person what is going on; each call is one line.
type Say func(format string, args ...any)

// Up brings the database to the newest version. Programs that do so at the same time
// wait for one another. say may be nil.
func Up(ctx context.Context, url string, say Say) error {
	return migrate(ctx, url, say, func(provider *goose.Provider) ([]*goose.MigrationResult, error) {
		return provider.Up(ctx)
	})
}

// DownTo takes the database back to a version; 0 leaves it empty. What a step loses is
// said in its file.
func DownTo(ctx context.Context, url string, version int64, say Say) error {
	return migrate(ctx, url, say, func(provider *goose.Provider) ([]*goose.MigrationResult, error) {
		return provider.DownTo(ctx, version)
	})
}

func migrate(ctx context.Context, url string, say Say, run func(*goose.Provider) ([]*goose.MigrationResult, error)) error {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return fmt.Errorf("migrate: the database's URL cannot be read")
	}
	defer db.Close()
	// A session lock needs a session: goose holds it on one connection of its own.
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker))
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	results, err := run(provider)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	for _, result := range results {
		if say != nil {
			say("migration %s: %s (%s)", path.Base(result.Source.Path), result.Direction, result.Duration.Round(100_000))
		}
	}
	return nil
}

// Newest is the version that Up leads to.
func Newest() int64 {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	var newest int64
	for _, name := range names {
		version, err := goose.NumericComponent(name)
		if err != nil {
			panic(err) // the names are embedded; every test runs this
		}
		newest = max(newest, version)
	}
	return newest
}

// Hash tells one set of migrations from another, so that tests can keep a template
// database for each.
func Hash() (string, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, name := range names {
		content, err := files.ReadFile(name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s %d\n", name, len(content))
		sum.Write(content)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
