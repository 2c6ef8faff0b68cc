package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// firstWindow is how many of the newest rows are looked through for words at first: enough
// for a page of what one in ten customers has.
const firstWindow = 500

// What ANALYZE saw last; -1 before it.
const sqlCustomersAbout = `SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'customer_words'::regclass`

// foundNewestFirst is a page of those who have the words of args["query"], newest first. The
// index on words gives everybody who has them, in no order: a million for a word that all
// have. So the newest rows are looked through first, and go on being looked through if a page
// is nearer that way than everybody. What has to be read for a page grows with the root of the
// number of customers at most.
func foundNewestFirst[R any](ctx context.Context, db database, args pgx.NamedArgs, amongNewest, amongAll string) ([]R, error) {
	limit := args["limit"].(int)
	rows, err := planned[R](ctx, db, amongNewest, with(args, "window", firstWindow))
	if err != nil || len(rows) == limit {
		return rows, err
	}
	if len(rows) > 0 {
		customers, err := scalar[int](ctx, db, sqlCustomersAbout, nil)
		if err != nil {
			return nil, err
		}
		everybody := customers * len(rows) / firstWindow
		window := 2 * firstWindow * limit / len(rows) // twice what it takes if they are spread evenly
		if window < everybody {
			rows, err := planned[R](ctx, db, amongNewest, with(args, "window", window))
			if err != nil || len(rows) == limit {
				return rows, err
			}
		}
	}
	return planned[R](ctx, db, amongAll, args)
}

// before is what every row of the next page comes before: the end of time when there was no
// page yet.
func (c cursor) before() pgtype.Timestamptz {
	if c == (cursor{}) {
		return pgtype.Timestamptz{InfinityModifier: pgtype.Infinity, Valid: true}
	}
	return pgtype.Timestamptz{Time: c.at, Valid: true}
}
