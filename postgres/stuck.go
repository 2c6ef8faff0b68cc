package postgres

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlStuck = `
SELECT ` + onboardingColumns + `, d.name AS dealer_name, coalesce(p.resolved, p.typed) AS answers
FROM onboardings o
JOIN dealers d ON d.id = o.dealer_id
JOIN applications p ON p.onboarding_id = o.id AND p.revision = o.revision
LEFT JOIN accounts a ON a.onboarding_id = o.id
WHERE o.status = 'parked'
  AND (@dealers::uuid[] IS NULL OR o.dealer_id = ANY (@dealers))
  AND (@reason = '' OR o.park_reason = @reason)
  AND (@step = '' OR o.park_step = @step)
  AND (@before::timestamptz IS NULL OR o.parked_since < @before)
  AND (@after_at::timestamptz IS NULL OR (o.parked_since, o.id) > (@after_at, @after_id::uuid))
ORDER BY o.parked_since, o.id
LIMIT @limit`

type stuckRow struct {
	onboardingRow
	DealerName string
	Answers    []byte
}

// Stuck is one page of the parked onboardings, the longest parked first.
// onboarding.ErrBadCursor for a cursor that is none of ours.
func (s *Store) Stuck(ctx context.Context, filter onboarding.StuckFilter) (page []onboarding.StuckOnboarding, nextCursor string, err error) {
	after, err := parseCursor(filter.Cursor)
	if err != nil {
		return nil, "", err
	}
	rows, err := all[stuckRow](ctx, s.pool, sqlStuck, pgx.NamedArgs{
		"dealers": idsOf(filter.Dealers), "reason": filter.Reason, "step": filter.Step, "before": nullTime(filter.Before),
		"after_at": nullTime(after.at), "after_id": after.id, "limit": filter.Limit + 1,
	})
	if err != nil {
		return nil, "", translate("list stuck onboardings", err)
	}
	if len(rows) > filter.Limit {
		rows = rows[:filter.Limit]
		last := rows[len(rows)-1]
		nextCursor = cursor{time.Time(last.ParkedSince), idOf(last.ID)}.String()
	}
	plain := make([]onboardingRow, len(rows))
	for i, row := range rows {
		plain[i] = row.onboardingRow
	}
	onboardings, err := s.withSteps(ctx, plain)
	if err != nil {
		return nil, "", translate("list stuck onboardings", err)
	}
	page = make([]onboarding.StuckOnboarding, len(rows))
	for i, row := range rows {
		answers, err := answersFromJSON(row.Answers)
		if err != nil {
			return nil, "", translate("list stuck onboardings", err)
		}
		name := strings.TrimSpace(answers.Customer.FirstName + " " + answers.Customer.LastName)
		page[i] = onboarding.StuckOnboarding{Onboarding: onboardings[i], DealerName: row.DealerName, CustomerName: name}
	}
	return page, nextCursor, nil
}

const sqlStuckCounts = `
SELECT park_reason AS reason, count(*) AS count, min(parked_since) AS oldest
FROM (
    SELECT park_reason, parked_since, dealer_id FROM onboardings WHERE status = 'parked'
    UNION ALL
    SELECT park_reason, parked_since, dealer_id FROM account_changes WHERE status = 'parked'
    ) parked
WHERE @dealers::uuid[] IS NULL OR dealer_id = ANY (@dealers)
GROUP BY park_reason
ORDER BY count DESC, reason`

type stuckCountRow struct {
	Reason onboarding.Reason
	Count  int
	Oldest time.Time
}

// StuckCounts tells how many onboardings and changes are parked for which reason, the most
// first.
func (s *Store) StuckCounts(ctx context.Context, dealers []string) ([]onboarding.StuckCount, error) {
	rows, err := all[stuckCountRow](ctx, s.pool, sqlStuckCounts, pgx.NamedArgs{"dealers": idsOf(dealers)})
	counts := make([]onboarding.StuckCount, len(rows))
	for i, row := range rows {
		counts[i] = onboarding.StuckCount(row)
	}
	return counts, translate("count stuck onboardings", err)
}
