package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

const accountPage = `
SELECT ` + accountColumns + `
FROM accounts a LEFT JOIN logins l ON l.account_id = a.id
WHERE (@dealers::uuid[] IS NULL OR a.dealer_id = ANY (@dealers))
  AND (@state::text = '' OR a.state = @state)
  AND (@after_at::timestamptz IS NULL OR (a.created_at, a.id) < (@after_at, @after_id::uuid))`

const accountOrder = `
ORDER BY a.created_at DESC, a.id DESC
LIMIT @limit`

const sqlAccounts = accountPage + accountOrder

// Materialized for the reason that sqlFindCustomers gives.
const sqlFindAccounts = `
WITH found AS MATERIALIZED (SELECT onboarding_id FROM customer_words WHERE words @@ @query::text::tsquery)` +
	accountPage + ` AND a.onboarding_id IN (SELECT onboarding_id FROM found)` + accountOrder

// Accounts is one page of a list of accounts, newest first. nextCursor is empty on the
// last page; onboarding.ErrBadCursor for a cursor that is none of ours. A query without a
// word in it finds every account.
func (s *Store) Accounts(ctx context.Context, filter onboarding.AccountFilter) (page []onboarding.Account, nextCursor string, err error) {
	after, err := parseCursor(filter.Cursor)
	if err != nil {
		return nil, "", err
	}
	sql, words := sqlAccounts, onboarding.SearchWords(filter.Query)
	args := pgx.NamedArgs{
		"dealers": idsOf(filter.Dealers), "state": filter.State,
		"after_at": nullTime(after.at), "after_id": after.id, "limit": filter.Limit + 1,
	}
	if len(words) > 0 {
		sql, args["query"] = sqlFindAccounts, beginnings(words)
	}
	rows, err := all[accountRow](ctx, s.pool, sql, args)
	if err != nil {
		return nil, "", translate("list accounts", err)
	}
	if len(rows) > filter.Limit {
		rows = rows[:filter.Limit]
		last := rows[len(rows)-1]
		nextCursor = cursor{last.CreatedAt, idOf(last.ID)}.String()
	}
	page = make([]onboarding.Account, len(rows))
	for i, row := range rows {
		page[i] = row.account()
	}
	return page, nextCursor, nil
}
