package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlStuckChanges = `
SELECT ` + changeColumns + `, d.name AS dealer_name, trim(a.first_name || ' ' || a.last_name) AS customer_name
FROM account_changes c JOIN dealers d ON d.id = c.dealer_id JOIN accounts a ON a.id = c.account_id` + changeTables + `
WHERE c.status = 'parked'
  AND (@dealers::uuid[] IS NULL OR c.dealer_id = ANY (@dealers))
  AND (@reason = '' OR c.park_reason = @reason)
  AND (@step = '' OR c.park_step = @step)
ORDER BY c.parked_since, c.id
LIMIT @limit`

type stuckChangeRow struct {
	changeRow
	DealerName   string
	CustomerName string
}

// StuckChanges are the parked changes, the longest parked first.
func (s *Store) StuckChanges(ctx context.Context, filter onboarding.StuckFilter) ([]onboarding.StuckChange, error) {
	rows, err := all[stuckChangeRow](ctx, s.pool, sqlStuckChanges, pgx.NamedArgs{
		"dealers": idsOf(filter.Dealers), "reason": filter.Reason, "step": filter.Step, "limit": filter.Limit,
	})
	stuck := make([]onboarding.StuckChange, len(rows))
	for i, row := range rows {
		stuck[i] = onboarding.StuckChange{Change: row.change(), DealerName: row.DealerName, CustomerName: row.CustomerName}
	}
	return stuck, translate("list stuck changes", err)
}
