package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

// Commitments for later dates, of which there may be very many, are not looked at. Those
// that need a serial number or were refused are tasks, and counted there.
const sqlCensusCommitments = `
SELECT count(*) FILTER (WHERE activate_at <= now()) AS due, min(activate_at) FILTER (WHERE activate_at <= now()) AS oldest,
       count(*) FILTER (WHERE activate_at > now()) AS soon
FROM commitments WHERE state = 'open' AND activate_at < now() + interval '1 hour'`

type commitmentsDueRow struct {
	Due    int
	Oldest zeronull.Timestamptz
	Soon   int
}

func countCommitments(ctx context.Context, tx pgx.Tx, census *onboarding.Census) error {
	row, err := one[commitmentsDueRow](ctx, tx, sqlCensusCommitments, nil)
	census.Commitments = onboarding.CommitmentsDue{Due: row.Due, Oldest: time.Time(row.Oldest), Soon: row.Soon}
	return err
}
