package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// Each statement reads a partial index of the few rows that it is about.

const sqlCensusOpen = `
SELECT status, source, count(*) AS count FROM onboardings WHERE ended_at IS NULL GROUP BY status, source`

const sqlCensusParked = `
SELECT park_step AS step, park_reason AS reason, count(*) AS count, min(parked_since) AS oldest
FROM onboardings WHERE status = 'parked' GROUP BY park_step, park_reason`

const sqlCensusUnstarted = `
SELECT count(*) AS count, min(created_at) AS oldest FROM onboardings WHERE status = 'submitted' AND started_at IS NULL`

const sqlCensusHours = `
SELECT count(*) FILTER (WHERE ready_at < now()) AS overdue,
       count(*) FILTER (WHERE ready_at >= now() AND ready_at < now() + interval '1 hour') AS soon,
       count(*) FILTER (WHERE ready_at >= now() + interval '1 hour') AS later
FROM onboardings WHERE status = 'waiting'`

const sqlCensusLetters = `
SELECT state AS name, count(*) AS count FROM letters
WHERE state IN ('pending', 'sending', 'unknown', 'refused') GROUP BY state`

const sqlCensusTasks = `
SELECT kind AS name, count(*) AS count FROM tasks WHERE closed_at IS NULL GROUP BY kind`

type openCountRow struct {
	Status onboarding.Status
	Source onboarding.Source
	Count  int
}

type parkedCountRow struct {
	Step   onboarding.Step
	Reason onboarding.Reason
	Count  int
	Oldest time.Time
}

type unstartedRow struct {
	Count  int
	Oldest *time.Time
}

type hoursDueRow struct{ Overdue, Soon, Later int }

type namedCountRow struct {
	Name  string
	Count int
}

// Census counts what people who keep Latchkey running look at, all at one moment.
func (s *Store) Census(ctx context.Context) (census onboarding.Census, err error) {
	atOneMoment := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err = pgx.BeginTxFunc(ctx, s.pool, atOneMoment, func(tx pgx.Tx) error {
		open, err := all[openCountRow](ctx, tx, sqlCensusOpen, nil)
		if err != nil {
			return err
		}
		for _, row := range open {
			census.Open = append(census.Open, onboarding.OpenCount(row))
		}
		parked, err := all[parkedCountRow](ctx, tx, sqlCensusParked, nil)
		if err != nil {
			return err
		}
		for _, row := range parked {
			census.Parked = append(census.Parked, onboarding.ParkedCount(row))
		}
		unstarted, err := one[unstartedRow](ctx, tx, sqlCensusUnstarted, nil)
		if err != nil {
			return err
		}
		census.Unstarted = unstarted.Count
		if unstarted.Oldest != nil {
			census.UnstartedOldest = *unstarted.Oldest
		}
		hours, err := one[hoursDueRow](ctx, tx, sqlCensusHours, nil)
		if err != nil {
			return err
		}
		census.Hours = onboarding.HoursDue(hours)
		if census.Letters, err = namedCounts(ctx, tx, sqlCensusLetters); err != nil {
			return err
		}
		if census.Tasks, err = namedCounts(ctx, tx, sqlCensusTasks); err != nil {
			return err
		}
		for _, count := range []func(context.Context, pgx.Tx, *onboarding.Census) error{countCommitments, countWebhooks, countChanges} {
			if err := count(ctx, tx, &census); err != nil {
				return err
			}
		}
		return nil
	})
	return census, translate("count", err)
}

func namedCounts(ctx context.Context, tx pgx.Tx, sql string) ([]onboarding.NamedCount, error) {
	rows, err := all[namedCountRow](ctx, tx, sql, nil)
	counts := make([]onboarding.NamedCount, len(rows))
	for i, row := range rows {
		counts[i] = onboarding.NamedCount(row)
	}
	return counts, err
}
