package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlCensusChanges = `
SELECT kind, status, count(*) AS count FROM account_changes WHERE ended_at IS NULL GROUP BY kind, status`

const sqlCensusParkedChanges = `
SELECT kind, park_step AS step, park_reason AS reason, count(*) AS count, min(parked_since) AS oldest
FROM account_changes WHERE status = 'parked' GROUP BY kind, park_step, park_reason`

const sqlCensusUnstartedChange = `
SELECT min(created_at) FROM account_changes WHERE ended_at IS NULL AND status = 'submitted' AND started_at IS NULL`

type changeCountRow struct {
	Kind   onboarding.ChangeKind
	Status onboarding.Status
	Count  int
}

type parkedChangeCountRow struct {
	Kind   onboarding.ChangeKind
	Step   onboarding.Step
	Reason onboarding.Reason
	Count  int
	Oldest time.Time
}

func countChanges(ctx context.Context, tx pgx.Tx, census *onboarding.Census) error {
	open, err := all[changeCountRow](ctx, tx, sqlCensusChanges, nil)
	if err != nil {
		return err
	}
	for _, row := range open {
		census.Changes = append(census.Changes, onboarding.ChangeCount(row))
	}
	parked, err := all[parkedChangeCountRow](ctx, tx, sqlCensusParkedChanges, nil)
	if err != nil {
		return err
	}
	for _, row := range parked {
		census.ParkedChanges = append(census.ParkedChanges, onboarding.ParkedChangeCount(row))
	}
	unstarted, err := scalar[zeronull.Timestamptz](ctx, tx, sqlCensusUnstartedChange, nil)
	census.UnstartedChange = time.Time(unstarted)
	return err
}
