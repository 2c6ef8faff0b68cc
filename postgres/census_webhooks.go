package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlCensusWebhooks = `
SELECT count(*) FILTER (WHERE next_attempt_at <= now()) AS due, min(next_attempt_at) FILTER (WHERE next_attempt_at <= now()) AS oldest,
       count(*) FILTER (WHERE next_attempt_at > now()) AS later
FROM webhook_deliveries WHERE state IN ('pending', 'failed')`

// A dealer has at most ten endpoints: the table is a small one.
const sqlCensusEndpoints = `
SELECT CASE WHEN disabled_at IS NOT NULL THEN 'disabled_' || disabled_reason WHEN failing_since IS NOT NULL THEN 'failing' ELSE 'working' END AS name,
       count(*) AS count
FROM webhook_endpoints WHERE deleted_at IS NULL GROUP BY name`

type webhooksOwedRow struct {
	Due    int
	Oldest zeronull.Timestamptz
	Later  int
}

func countWebhooks(ctx context.Context, tx pgx.Tx, census *onboarding.Census) (err error) {
	row, err := one[webhooksOwedRow](ctx, tx, sqlCensusWebhooks, nil)
	if err != nil {
		return err
	}
	census.Webhooks = onboarding.WebhooksOwed{Due: row.Due, Oldest: time.Time(row.Oldest), Later: row.Later}
	census.Endpoints, err = namedCounts(ctx, tx, sqlCensusEndpoints)
	return err
}
