package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

const accountsWanted = `
(@state::text = '' OR a.state = @state) AND (a.created_at, a.id) < (@before_at::timestamptz, @before_id::uuid)`

const newestAccount = `
ORDER BY a.created_at DESC, a.id DESC LIMIT `

// The newest of each dealer, and the newest of these: an index leads to them however many
// accounts there are and however few of them a dealer has. Given several dealers at once, the
// planner would sort all of their accounts. Without a dealer it is each that there is, and on
// purpose there is no index of all accounts by age: the planner would take it for the dealer
// of few, and go through everybody's.
const newestAccounts = `
SELECT a.* FROM unnest(coalesce(@dealers::uuid[], ARRAY(SELECT id FROM dealers))) AS scope (dealer_id)
CROSS JOIN LATERAL (SELECT * FROM accounts a WHERE a.dealer_id = scope.dealer_id AND ` + accountsWanted + newestAccount + `@window) a` + newestAccount + `@window`

const sqlAccounts = `
SELECT ` + accountColumns + ` FROM (` + newestAccounts + `) a
LEFT JOIN logins l ON l.account_id = a.id` + newestAccount + `@limit`

// For words that many have; looked up one by one for the reason that pageOfFound gives.
const sqlFindAmongNewestAccounts = `
SELECT ` + accountColumns + ` FROM (` + newestAccounts + `) a
CROSS JOIN LATERAL (SELECT w.words FROM customer_words w WHERE w.onboarding_id = a.onboarding_id OFFSET 0) w
LEFT JOIN logins l ON l.account_id = a.id
WHERE w.words @@ @query::text::tsquery` + newestAccount + `@limit`

// For words that few have. Materialized, so that the index on words leads it.
const sqlFindAccounts = `
WITH found AS MATERIALIZED (SELECT onboarding_id FROM customer_words WHERE words @@ @query::text::tsquery)
SELECT ` + accountColumns + `
FROM accounts a LEFT JOIN logins l ON l.account_id = a.id
WHERE (@dealers::uuid[] IS NULL OR a.dealer_id = ANY (@dealers)) AND ` + accountsWanted + `
  AND a.onboarding_id IN (SELECT onboarding_id FROM found)` + newestAccount + `@limit`

// Accounts is one page of a list of accounts, newest first. nextCursor is empty on the
// last page; onboarding.ErrBadCursor for a cursor that is none of ours. A query without a
// word in it finds every account.
func (s *Store) Accounts(ctx context.Context, filter onboarding.AccountFilter) (page []onboarding.Account, nextCursor string, err error) {
	after, err := parseCursor(filter.Cursor)
	if err != nil {
		return nil, "", err
	}
	args := pgx.NamedArgs{
		"dealers": idsOf(filter.Dealers), "state": filter.State, "before_at": after.before(), "before_id": after.id,
		"window": filter.Limit + 1, "limit": filter.Limit + 1,
	}
	var rows []accountRow
	if words := onboarding.SearchWords(filter.Query); len(words) > 0 {
		rows, err = foundNewestFirst[accountRow](ctx, s.pool, with(args, "query", beginnings(words)), sqlFindAmongNewestAccounts, sqlFindAccounts)
	} else {
		rows, err = planned[accountRow](ctx, s.pool, sqlAccounts, args)
	}
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
