package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlUnstartedRuns = `
SELECT ` + onboardingColumns + `
FROM onboardings o LEFT JOIN accounts a ON a.onboarding_id = o.id
WHERE o.status = 'submitted' AND o.started_at IS NULL AND o.created_at < @before
ORDER BY o.created_at
LIMIT @limit`

// UnstartedRuns are onboardings committed before the given moment whose workflow has
// not begun, oldest first. They come without steps: they have none.
func (s *Store) UnstartedRuns(ctx context.Context, before time.Time, limit int) ([]onboarding.Onboarding, error) {
	return s.runs(ctx, "find unstarted runs", sqlUnstartedRuns, before, limit)
}

const sqlOpenRuns = `
WITH looked AS (
    UPDATE onboardings SET looked_at = now() WHERE id IN (
        SELECT id FROM onboardings
        WHERE ended_at IS NULL AND started_at IS NOT NULL AND created_at < @before
        ORDER BY looked_at NULLS FIRST, id LIMIT @limit
        FOR UPDATE SKIP LOCKED)
    RETURNING *)
SELECT ` + onboardingColumns + `
FROM looked o LEFT JOIN accounts a ON a.onboarding_id = o.id
ORDER BY o.id`

// OpenRuns are begun onboardings that are not over, made before the given moment, those
// not looked at for longest first; it notes that they were looked at. They come without
// their steps.
func (s *Store) OpenRuns(ctx context.Context, before time.Time, limit int) ([]onboarding.Onboarding, error) {
	return s.runs(ctx, "find open runs", sqlOpenRuns, before, limit)
}

func (s *Store) runs(ctx context.Context, doing, sql string, before time.Time, limit int) ([]onboarding.Onboarding, error) {
	rows, err := all[onboardingRow](ctx, s.pool, sql, pgx.NamedArgs{"before": before, "limit": limit})
	if err != nil {
		return nil, translate(doing, err)
	}
	runs := make([]onboarding.Onboarding, len(rows))
	for i, row := range rows {
		if runs[i], err = row.onboarding(); err != nil {
			return nil, translate(doing, err)
		}
	}
	return runs, nil
}

// A run that is gone before its first step is parked at that step.
const sqlReportLost = `
UPDATE onboardings
SET status = 'parked', park_no = park_no + 1, park_step = coalesce(park_step, nullif(step, ''), 'validate'),
    park_reason = 'workflow_lost', parked_since = now(), updated_at = now()
WHERE id = @onboarding AND ended_at IS NULL AND park_reason IS DISTINCT FROM 'workflow_lost'
RETURNING park_no, park_step`

const sqlRunningStepLost = `
UPDATE onboarding_steps SET status = 'parked', code = 'workflow_lost'
WHERE onboarding_id = @onboarding AND status = 'running'`

// ReportLost parks a row whose workflow is gone, with ReasonWorkflowLost. It leaves
// alone what is final or parked for that reason already.
func (s *Store) ReportLost(ctx context.Context, onboardingID string) error {
	return s.transact(ctx, "report lost run", func(tx pgx.Tx) error {
		row, err := lockOnboarding(ctx, tx, onboardingID)
		if err != nil {
			return err
		}
		args := pgx.NamedArgs{"onboarding": idOf(onboardingID)}
		park, err := one[struct {
			ParkNo   int
			ParkStep onboarding.Step
		}](ctx, tx, sqlReportLost, args)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		return write(ctx, tx, statement{sqlRunningStepLost, args}, appendEvent(newEvent{
			onboarding.Event{
				OnboardingID: onboardingID, Kind: onboarding.EventWorkflowLost, Step: park.ParkStep,
				Code: string(onboarding.ReasonWorkflowLost),
			}, fmt.Sprintf("%s:%d", onboarding.EventWorkflowLost, park.ParkNo),
		}), announcePark(row.DealerID, onboardingID, onboarding.Park{Step: park.ParkStep, No: park.ParkNo, Reason: onboarding.ReasonWorkflowLost}))
	})
}
