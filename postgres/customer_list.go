package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

// Of an onboarding o and its account a.
const customerState = `
CASE
    WHEN o.status = 'parked' THEN 'parked'
    WHEN o.status = 'cancelled' OR a.state = 'closed' THEN 'closed'
    WHEN o.status = 'completed' THEN 'open'
    ELSE 'in_progress'
END`

// What was rejected never was a customer, and a demonstration that was removed is looked
// for among the closed ones alone. The lines about a state say what customerState
// does, in a form whose odds the planner knows and that an index can lead to: few
// customers are parked, closed or in progress.
const customersWanted = `
WHERE o.status <> 'rejected'
  AND (@dealers::uuid[] IS NULL OR o.dealer_id = ANY (@dealers))
  AND (@after_at::timestamptz IS NULL OR (o.created_at, o.id) < (@after_at, @after_id::uuid))
  AND (@state::text <> '' OR o.kind <> 'virtual' OR a.state IS DISTINCT FROM 'closed')
  AND (@state <> 'parked' OR o.status = 'parked')
  AND (@state <> 'in_progress' OR o.ended_at IS NULL AND o.status <> 'parked' AND a.state IS DISTINCT FROM 'closed')
  AND (@state <> 'open' OR o.status = 'completed' AND a.state IS DISTINCT FROM 'closed')
  AND (@state <> 'closed' OR o.status <> 'parked' AND o.id IN
      (SELECT onboarding_id FROM accounts WHERE state = 'closed' UNION ALL SELECT id FROM onboardings WHERE status = 'cancelled'))
ORDER BY o.created_at DESC, o.id DESC
LIMIT @limit`

// Everything else is read for the lines of the page alone.
const customerLines = `
SELECT o.id AS onboarding_id, a.id AS account_id, o.dealer_id, d.name AS dealer_name, o.kind, o.account_type,
    ` + customerState + ` AS state, o.status, o.step, o.park_reason, l.name AS login_name,
    coalesce(p.resolved, p.typed) AS answers, o.created_at, o.ready_at, a.communicated_at
FROM page JOIN onboardings o USING (id)
JOIN dealers d ON d.id = o.dealer_id
JOIN applications p ON p.onboarding_id = o.id AND p.revision = o.revision
LEFT JOIN accounts a ON a.onboarding_id = o.id
LEFT JOIN logins l ON l.onboarding_id = o.id
ORDER BY o.created_at DESC, o.id DESC`

const sqlCustomers = `
WITH page AS (SELECT o.id FROM onboardings o LEFT JOIN accounts a ON a.onboarding_id = o.id ` + customersWanted + `)` + customerLines

// Each of those found is looked up by itself (OFFSET 0 keeps the planner from another way): the
// planner takes the beginning of any word for one that two in a hundred customers have, and
// would go through everybody to find the one with a login name.
const pageOfFound = `
page AS (
    SELECT o.id FROM found
    CROSS JOIN LATERAL (SELECT * FROM onboardings o WHERE o.id = found.id OFFSET 0) o
    LEFT JOIN LATERAL (SELECT * FROM accounts a WHERE a.onboarding_id = o.id OFFSET 0) a ON true ` + customersWanted + `)` + customerLines

// For words that few have. A statement of its own and materialized, so that the index on words leads it.
const sqlFindCustomers = `
WITH found AS MATERIALIZED (SELECT onboarding_id AS id FROM customer_words WHERE words @@ @query::text::tsquery),` + pageOfFound

// For words and a state: how many have both is not to be told from the newest, so the planner weighs them.
const sqlFindCustomersInState = `
WITH found AS MATERIALIZED (SELECT onboarding_id AS id FROM customer_words WHERE words @@ @query::text::tsquery),
page AS (SELECT o.id FROM found JOIN onboardings o USING (id) LEFT JOIN accounts a ON a.onboarding_id = o.id ` + customersWanted + `)` + customerLines

const newestCustomer = `
ORDER BY o.created_at DESC, o.id DESC LIMIT @window`

// For words that many have. The newest are those of each dealer for the reason that
// newestAccounts gives.
const sqlFindAmongNewestCustomers = `
WITH newest AS MATERIALIZED (
    SELECT o.id FROM (
        SELECT o.* FROM unnest(@dealers::uuid[]) AS scope (dealer_id) CROSS JOIN LATERAL (
            SELECT o.id, o.created_at FROM onboardings o
            WHERE o.dealer_id = scope.dealer_id AND (o.created_at, o.id) < (@before_at::timestamptz, @after_id::uuid)` + newestCustomer + `) o
        UNION ALL
        (SELECT o.id, o.created_at FROM onboardings o
            WHERE @dealers IS NULL AND (o.created_at, o.id) < (@before_at::timestamptz, @after_id::uuid)` + newestCustomer + `)
    ) o` + newestCustomer + `
), found AS MATERIALIZED (
    SELECT newest.id FROM newest
    CROSS JOIN LATERAL (SELECT w.words FROM customer_words w WHERE w.onboarding_id = newest.id OFFSET 0) w
    WHERE w.words @@ @query::text::tsquery
),` + pageOfFound

type customerLineRow struct {
	OnboardingID   string
	AccountID      zeronull.Text
	DealerID       string
	DealerName     string
	Kind           onboarding.Kind
	AccountType    onboarding.AccountType
	State          onboarding.CustomerState
	Status         onboarding.Status
	Step           onboarding.Step
	ParkReason     zeronull.Text
	LoginName      zeronull.Text
	Answers        []byte
	CreatedAt      time.Time
	ReadyAt        zeronull.Timestamptz
	CommunicatedAt zeronull.Timestamptz
}

func (r customerLineRow) line() (onboarding.CustomerLine, error) {
	answers, err := answersFromJSON(r.Answers)
	customer := answers.Customer
	return onboarding.CustomerLine{
		OnboardingID: r.OnboardingID, AccountID: string(r.AccountID), DealerID: r.DealerID, DealerName: r.DealerName,
		Kind: r.Kind, AccountType: r.AccountType, State: r.State, Status: r.Status, Step: r.Step,
		ParkReason: onboarding.Reason(r.ParkReason),
		FirstName:  customer.FirstName, LastName: customer.LastName, CompanyName: customer.CompanyName,
		LoginName: string(r.LoginName), Phone: customer.Phone.Number, Address: answers.InstallationAddress(),
		AlternateID: customer.Operations.AlternateID, Module: answers.System.Module,
		CreatedAt: r.CreatedAt, ReadyAt: time.Time(r.ReadyAt), CommunicatedAt: time.Time(r.CommunicatedAt),
	}, err
}

// Customers is one page of a list of customers, newest first. nextCursor is empty on the
// last page; onboarding.ErrBadCursor for a cursor that is none of ours. A query without a
// word in it finds everybody.
func (s *Store) Customers(ctx context.Context, filter onboarding.CustomerFilter) (page []onboarding.CustomerLine, nextCursor string, err error) {
	after, err := parseCursor(filter.Cursor)
	if err != nil {
		return nil, "", err
	}
	args := pgx.NamedArgs{
		"dealers": idsOf(filter.Dealers), "state": filter.State, "before_at": after.before(),
		"after_at": nullTime(after.at), "after_id": after.id, "limit": filter.Limit + 1,
	}
	var rows []customerLineRow
	words := onboarding.SearchWords(filter.Query)
	args["query"] = beginnings(words)
	switch {
	case len(words) == 0:
		rows, err = planned[customerLineRow](ctx, s.pool, sqlCustomers, args)
	case filter.State == "":
		rows, err = foundNewestFirst[customerLineRow](ctx, s.pool, args, sqlFindAmongNewestCustomers, sqlFindCustomers)
	default:
		rows, err = planned[customerLineRow](ctx, s.pool, sqlFindCustomersInState, args)
	}
	if err != nil {
		return nil, "", translate("list customers", err)
	}
	if len(rows) > filter.Limit {
		rows = rows[:filter.Limit]
		last := rows[len(rows)-1]
		nextCursor = cursor{last.CreatedAt, idOf(last.OnboardingID)}.String()
	}
	page = make([]onboarding.CustomerLine, len(rows))
	for i, row := range rows {
		if page[i], err = row.line(); err != nil {
			return nil, "", translate("list customers", err)
		}
	}
	return page, nextCursor, nil
}
