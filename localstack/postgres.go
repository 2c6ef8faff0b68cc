package localstack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	superuser           = "latchkey"
	maintenanceDatabase = "postgres"
	// postgresStartTimeout leaves room for the recovery after a kill -9.
	postgresStartTimeout = 90 * time.Second
)

// Durability says what a database's data is worth.
type Durability int

const (
	// Durable data survives kill -9 and a power cut.
	Durable Durability = iota
	// Disposable data is gone with the next power cut: several times faster, for tests.
	Disposable
)

// PostgresOptions says which server to start. Only Dir must be set.
type PostgresOptions struct {
	// Dir is the state folder, made if missing. It holds the data, the superuser's password and the server's log.
	Dir string
	// Binaries to run; "" asks FindPostgres.
	Binaries BinDir
	// Port on 127.0.0.1; 0 picks a free one.
	Port int
	// Database that URL names, created if missing; "" is PostgreSQL's own `postgres`.
	Database   string
	Durability Durability
	// Say may be nil.
	Say Say
}

// Postgres is a running PostgreSQL server that answers on 127.0.0.1 only, to a random password.
type Postgres struct {
	*Process
	// URL connects as superuser. It holds the password.
	URL string
	// Dir is the real state folder: not the wanted one when root's database could not be reached there.
	Dir  string
	Port int
}

// StartPostgres starts a server on the state folder and returns when it answers. The folder is initialized once and kept;
// an orphan of a killed parent is waited for, and a taken port, a folder in use and a folder that cannot be used are
// errors of one sentence that say what to do. As root the server runs as another user, and its data goes to a folder
// which that user can reach. The server stops when this process dies; ctx is only for starting.
func StartPostgres(ctx context.Context, options PostgresOptions) (*Postgres, error) {
	say := options.Say
	if say == nil {
		say = Quiet
	}
	if options.Binaries == "" {
		var err error
		if options.Binaries, err = FindPostgres(ctx, say); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, postgresStartTimeout)
	defer cancel()
	for {
		server, err := startPostgresOnce(ctx, options, say)
		if err == nil || !worthAnotherStart(err, options.Port) {
			return server, err
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return nil, err
		}
	}
}

// worthAnotherStart recognizes the two failures that pass by themselves: a freely chosen port that somebody else took
// meanwhile, and the memory of a killed server whose last sessions have not noticed yet.
func worthAnotherStart(err error, port int) bool {
	return strings.Contains(err.Error(), "pre-existing shared memory block") ||
		port == 0 && strings.Contains(err.Error(), "Address already in use")
}

func startPostgresOnce(ctx context.Context, options PostgresOptions, say Say) (*Postgres, error) {
	folder, err := openDatabaseFolder(options.Dir, say)
	if err != nil {
		return nil, err
	}
	server, err := folder.serve(ctx, options, say)
	if err != nil {
		folder.lock.release()
		return nil, err
	}
	return server, nil
}

func (f databaseFolder) serve(ctx context.Context, options PostgresOptions, say Say) (*Postgres, error) {
	password, err := f.initialize(ctx, options.Binaries, options.Durability, say)
	if err != nil {
		return nil, err
	}
	if err := f.clearOrphan(ctx, say); err != nil {
		return nil, err
	}
	port, err := portFor(options.Port)
	if err != nil {
		return nil, err
	}
	process, err := start(command{
		name: "PostgreSQL", path: options.Binaries.path("postgres"), args: postgresArguments(f.data(), port, options.Durability),
		dir: f.path, env: postgresEnvironment(), runAs: f.user, logFile: f.logFile(),
		onOrphan: syscall.SIGINT,
		// PostgreSQL's "fast" shutdown, then its "immediate" one.
		stop:      []stopStep{{syscall.SIGINT, 30 * time.Second}, {syscall.SIGQUIT, 5 * time.Second}},
		afterExit: f.lock.release,
	})
	if err != nil {
		return nil, err
	}
	server := &Postgres{Process: process, Dir: f.path, Port: port, URL: postgresURL(port, password, maintenanceDatabase)}
	if err := server.prepare(ctx, options.Database); err != nil {
		return nil, errors.Join(err, server.Stop())
	}
	if options.Database != "" {
		server.URL = postgresURL(port, password, options.Database)
	}
	return server, nil
}

func (p *Postgres) prepare(ctx context.Context, database string) error {
	if err := p.awaitReady(ctx); err != nil {
		return err
	}
	if database == "" {
		return nil
	}
	return createDatabase(ctx, p.URL, database)
}

func portFor(wanted int) (int, error) {
	if wanted == 0 {
		return FreePort()
	}
	return wanted, CheckPort(wanted, "choose another port")
}

func postgresArguments(data string, port int, durability Durability) []string {
	args := []string{"-D", data, "-p", strconv.Itoa(port)}
	settings := []string{
		"listen_addresses=127.0.0.1",
		// A socket's path may have 107 bytes at most, which a deep state folder exceeds; TCP is enough.
		"unix_socket_directories=",
		"max_connections=200",
		"timezone=UTC", "log_timezone=UTC",
		// The detail of an error quotes the row, and rows hold people's names.
		"log_error_verbosity=terse", "log_min_error_statement=panic",
	}
	if durability == Disposable {
		settings = append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0")
	}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	return args
}

// postgresEnvironment keeps the caller's PGPORT and its like away, and makes messages English, since some are matched.
func postgresEnvironment() []string {
	return childEnvironment([]string{"PG", "LC_", "LANG"}, "LC_ALL=C")
}

func postgresURL(port int, password, database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(superuser, password),
		Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Path: "/" + database, RawQuery: "sslmode=disable",
	}
	return u.String()
}

// awaitReady waits until the server answers a query, has ended, or ctx ends.
func (p *Postgres) awaitReady(ctx context.Context) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ping(ctx, p.URL)
		if err == nil {
			return nil
		}
		var refused *pgconn.PgError
		if errors.As(err, &refused) && refused.Code == "28P01" {
			return fmt.Errorf("the database in %s does not take the password in its password file: bring the right one back, or remove the folder to begin anew", p.Dir)
		}
		select {
		case <-tick.C:
		case <-p.Done():
			return p.Err()
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL in %s did not answer in time; its last words:\n%s", p.Dir, p.log.tail())
		}
	}
}

func ping(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return conn.Ping(ctx)
}

func createDatabase(ctx context.Context, url, name string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connect to create database %s: %w", name, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&exists); err != nil {
		return fmt.Errorf("look for database %s: %w", name, err)
	}
	if exists {
		return nil
	}
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()); err != nil {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	return nil
}
