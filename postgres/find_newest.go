package postgres

import (
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// windows are how many of the newest rows are looked through for words. A page of a word that
// one in ten customers has is full after the first, of one that one in a hundred has after the
// second; rarer words are left to the index on words, which gives all who have them, in no
// order.
var windows = []int{500, 10_000}

// worthMore is how many of a hundred rows must have the words for a longer look.
const worthMore = 1

// foundNewestFirst is a page of those who have the words of args["query"], newest first, in
// about the same time whether few or many of a million have them: the newest rows are looked
// through as long as that promises more than going through everybody who has the words.
func foundNewestFirst[R any](args pgx.NamedArgs, query func(sql string, args pgx.NamedArgs) ([]R, error), amongNewest, amongAll string) ([]R, error) {
	for _, window := range windows {
		rows, err := query(amongNewest, with(args, "window", window))
		if err != nil || len(rows) == args["limit"] {
			return rows, err
		}
		if len(rows)*100 < worthMore*window {
			break
		}
	}
	return query(amongAll, args)
}

// before is what every row of the next page comes before: after the end of time when there
// was no page yet.
func (c cursor) before() pgtype.Timestamptz {
	if c == (cursor{}) {
		return pgtype.Timestamptz{InfinityModifier: pgtype.Infinity, Valid: true}
	}
	return pgtype.Timestamptz{Time: c.at, Valid: true}
}
