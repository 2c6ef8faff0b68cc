package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlAuditTrail = `
SELECT x.id, x.at, x.action, x.object_id, CASE WHEN u.id IS NULL THEN '' ELSE ` + nameOfUser + ` END AS by_name, x.reason, x.request
FROM audit x LEFT JOIN users u ON u.id = x.user_id
WHERE x.object_id = @object AND (@dealers::uuid[] IS NULL OR x.dealer_id = ANY (@dealers))
ORDER BY x.at DESC, x.id DESC
LIMIT @limit`

type auditRow struct {
	ID       string
	At       time.Time
	Action   string
	ObjectID string
	ByName   string
	Reason   string
	Request  string
}

// AuditTrail is what was done to an object of one of dealers, newest first; nil means
// every dealer.
func (s *Store) AuditTrail(ctx context.Context, dealers []string, objectID string, limit int) ([]onboarding.AuditLine, error) {
	rows, err := all[auditRow](ctx, s.pool, sqlAuditTrail, pgx.NamedArgs{"object": objectID, "dealers": idsOf(dealers), "limit": limit})
	lines := make([]onboarding.AuditLine, len(rows))
	for i, row := range rows {
		lines[i] = onboarding.AuditLine(row)
	}
	return lines, translate("read audit trail", err)
}
