package postgres

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/latchkey/latchkey/migrations"
)

// Store is the record. It is safe for concurrent use.
type Store struct {
	pool     *pgxpool.Pool
	watchers *hub
}

// connectionsAtMost is how many connections a process opens unless the URL says so with
// pool_max_conns. A step is a handful of short round trips and waits for the disk at its
// end, when others can go on: more than there are processors, and so few that two of each
// program fit into the hundred that PostgreSQL allows beside Temporal's.
const connectionsAtMost = 10

// Open connects to the database at url. It refuses one that cannot be reached or whose
// schema is older than this program, in a sentence that holds no secret.
func Open(ctx context.Context, url string) (*Store, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		// The parser's error quotes the URL, password and all.
		return nil, errors.New("the database's URL cannot be read; it looks like postgres://user:password@host:5432/name")
	}
	config.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		conn.TypeMap().RegisterType(&pgtype.Type{
			Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
		})
		return nil
	}
	if !strings.Contains(url, "pool_max_conns") {
		config.MaxConns = connectionsAtMost
	}
	config.ConnConfig.Tracer = tracer()
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, translate("open", err)
	}
	if err := migrations.Check(ctx, pool); err != nil {
		pool.Close()
		return nil, err
	}
	if err := measure(pool); err != nil {
		pool.Close()
		return nil, err
	}
	return &Store{pool: pool, watchers: newHub(config.ConnConfig)}, nil
}

// Close lets go of every connection and ends every watch.
func (s *Store) Close() {
	s.watchers.close()
	s.pool.Close()
}

// Ping asks whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return translate("ping", s.pool.Ping(ctx)) }

// database is a transaction or the pool, for statements that stand alone.
type database interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// transact runs do in a transaction, all or nothing. doing names it in errors.
func (s *Store) transact(ctx context.Context, doing string, do func(pgx.Tx) error) error {
	return translate(doing, pgx.BeginFunc(ctx, s.pool, do))
}

// one reads the row of a query into R; pgx.ErrNoRows when there is none.
func one[R any](ctx context.Context, db database, sql string, args pgx.NamedArgs) (R, error) {
	rows, err := db.Query(ctx, sql, args)
	if err != nil {
		var none R
		return none, err
	}
	return pgx.CollectOneRow(rows, pgx.RowToStructByName[R])
}

// all reads every row of a query.
func all[R any](ctx context.Context, db database, sql string, args pgx.NamedArgs) ([]R, error) {
	rows, err := db.Query(ctx, sql, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[R])
}

// planned is all with the statement planned for what is asked, every time: the plan that
// PostgreSQL keeps for any dealer, any state and any number of rows would read everybody.
func planned[R any](ctx context.Context, db database, sql string, args pgx.NamedArgs) ([]R, error) {
	rows, err := db.Query(ctx, sql, pgx.QueryExecModeCacheDescribe, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[R])
}

// scalar reads the one column of the one row of a query.
func scalar[V any](ctx context.Context, db database, sql string, args pgx.NamedArgs) (V, error) {
	rows, err := db.Query(ctx, sql, args)
	if err != nil {
		var none V
		return none, err
	}
	return pgx.CollectOneRow(rows, pgx.RowTo[V])
}

// changed runs a statement and reports whether it changed a row.
func changed(ctx context.Context, db database, sql string, args pgx.NamedArgs) (bool, error) {
	tag, err := db.Exec(ctx, sql, args)
	return tag.RowsAffected() > 0, err
}

// statement is one with its arguments.
type statement struct {
	sql  string
	args pgx.NamedArgs
}

// write sends statements in order and in one round trip.
func write(ctx context.Context, tx pgx.Tx, statements ...statement) error {
	batch := &pgx.Batch{}
	for _, s := range statements {
		batch.Queue(s.sql, s.args)
	}
	return tx.SendBatch(ctx, batch).Close()
}
