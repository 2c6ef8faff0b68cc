package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlUnstartedChanges = changes + `
WHERE c.status = 'submitted' AND c.started_at IS NULL AND c.created_at < @before
ORDER BY c.created_at
LIMIT @limit`

// UnstartedChanges are changes committed before the given moment whose workflow has not
// begun, oldest first.
func (s *Store) UnstartedChanges(ctx context.Context, before time.Time, limit int) ([]onboarding.Change, error) {
	return s.changes(ctx, "find unstarted changes", sqlUnstartedChanges, before, limit)
}

const sqlOpenChanges = `
WITH looked AS (
    UPDATE account_changes SET looked_at = now() WHERE id IN (
        SELECT id FROM account_changes
        WHERE ended_at IS NULL AND started_at IS NOT NULL AND created_at < @before
        ORDER BY looked_at NULLS FIRST, id LIMIT @limit
        FOR UPDATE SKIP LOCKED)
    RETURNING *)
SELECT ` + changeColumns + `
FROM looked c` + changeTables + `
ORDER BY c.id`

// OpenChanges are begun changes that are not over, made before the given moment, those
// not looked at for longest first; it notes that they were looked at.
func (s *Store) OpenChanges(ctx context.Context, before time.Time, limit int) ([]onboarding.Change, error) {
	return s.changes(ctx, "find open changes", sqlOpenChanges, before, limit)
}

func (s *Store) changes(ctx context.Context, doing, sql string, before time.Time, limit int) ([]onboarding.Change, error) {
	rows, err := all[changeRow](ctx, s.pool, sql, pgx.NamedArgs{"before": before, "limit": limit})
	return changesOf(rows), translate(doing, err)
}

const sqlReportLostChange = `
UPDATE account_changes
SET status = 'parked', park_no = park_no + 1, park_step = coalesce(park_step, nullif(step, ''), @first),
    park_reason = 'workflow_lost', parked_since = now(), updated_at = now()
WHERE id = @change AND ended_at IS NULL AND park_reason IS DISTINCT FROM 'workflow_lost'`

// ReportLostChange parks a change whose workflow is gone, with ReasonWorkflowLost. It
// leaves alone what is final or parked for that reason already.
func (s *Store) ReportLostChange(ctx context.Context, changeID string) error {
	return s.alter(ctx, "report lost change", changeID, func(tx pgx.Tx, row onboarding.Change) error {
		lost, err := changed(ctx, tx, sqlReportLostChange, with(changeArgs(changeID), "first", row.Kind.Steps()[0]))
		if err != nil || !lost {
			return err
		}
		return write(ctx, tx, openTask(onboarding.Task{
			DealerID: row.DealerID, Kind: taskOf[row.Kind], ObjectID: row.AccountID, Code: string(onboarding.ReasonWorkflowLost),
		}))
	})
}
