package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

// A task asked for again takes the newest code: what is asked is what is true now.
const sqlOpenTask = `
INSERT INTO tasks (id, dealer_id, kind, object_id, code) VALUES (@id, @dealer, @kind, @object, @code)
ON CONFLICT (kind, object_id) WHERE closed_at IS NULL DO UPDATE SET code = excluded.code`

// openTask asks the dealer's office for something, in the transaction that finds it missing.
func openTask(task onboarding.Task) statement {
	return statement{sqlOpenTask, pgx.NamedArgs{
		"id": newID(), "dealer": idOf(task.DealerID), "kind": task.Kind, "object": idOf(task.ObjectID), "code": task.Code,
	}}
}

const sqlCloseTask = `
UPDATE tasks SET closed_at = now() WHERE kind = @kind AND object_id = @object AND closed_at IS NULL`

// closeTask ends a task because what it asked for was done; one that is not open is success.
func closeTask(kind onboarding.TaskKind, objectID string) statement {
	return statement{sqlCloseTask, pgx.NamedArgs{"kind": kind, "object": idOf(objectID)}}
}

// A task about an account, and one about its onboarding, are about the same customer.
const sqlTasks = `
SELECT t.id, t.dealer_id, t.kind, t.object_id, t.code, t.opened_at, t.closed_at, t.closed_by::text,
    coalesce(a.onboarding_id, o.id)::text AS onboarding_id, a.id::text AS account_id, trim(a.first_name || ' ' || a.last_name) AS customer_name
FROM tasks t
LEFT JOIN onboardings o ON o.id = t.object_id
LEFT JOIN accounts a ON a.id = t.object_id OR a.onboarding_id = t.object_id
WHERE t.closed_at IS NULL
  AND (@dealers::uuid[] IS NULL OR t.dealer_id = ANY (@dealers))
  AND (@kind = '' OR t.kind = @kind)
  AND (@after_at::timestamptz IS NULL OR (t.opened_at, t.id) > (@after_at, @after_id::uuid))
ORDER BY t.opened_at, t.id
LIMIT @limit`

const sqlCountTasks = `
SELECT count(*)::int FROM tasks WHERE closed_at IS NULL AND (@dealers::uuid[] IS NULL OR dealer_id = ANY (@dealers))`

// CountTasks is how many tasks are open.
func (s *Store) CountTasks(ctx context.Context, dealers []string) (int, error) {
	count, err := scalar[int](ctx, s.pool, sqlCountTasks, pgx.NamedArgs{"dealers": idsOf(dealers)})
	return count, translate("count tasks", err)
}

type taskRow struct {
	ID           string
	DealerID     string
	Kind         onboarding.TaskKind
	ObjectID     string
	Code         string
	OpenedAt     time.Time
	ClosedAt     zeronull.Timestamptz
	ClosedBy     zeronull.Text
	OnboardingID zeronull.Text
	AccountID    zeronull.Text
	CustomerName zeronull.Text
}

// Tasks is one page of open tasks, the oldest first. onboarding.ErrBadCursor for a cursor
// that is none of ours.
func (s *Store) Tasks(ctx context.Context, filter onboarding.TaskFilter) (page []onboarding.Task, nextCursor string, err error) {
	after, err := parseCursor(filter.Cursor)
	if err != nil {
		return nil, "", err
	}
	rows, err := all[taskRow](ctx, s.pool, sqlTasks, pgx.NamedArgs{
		"dealers": idsOf(filter.Dealers), "kind": filter.Kind,
		"after_at": nullTime(after.at), "after_id": after.id, "limit": filter.Limit + 1,
	})
	if err != nil {
		return nil, "", translate("list tasks", err)
	}
	if len(rows) > filter.Limit {
		rows = rows[:filter.Limit]
		last := rows[len(rows)-1]
		nextCursor = cursor{last.OpenedAt, idOf(last.ID)}.String()
	}
	page = make([]onboarding.Task, len(rows))
	for i, row := range rows {
		page[i] = onboarding.Task{
			ID: row.ID, DealerID: row.DealerID, Kind: row.Kind, ObjectID: row.ObjectID, Code: row.Code,
			OnboardingID: string(row.OnboardingID), AccountID: string(row.AccountID), CustomerName: string(row.CustomerName),
			OpenedAt: row.OpenedAt, ClosedAt: time.Time(row.ClosedAt), ClosedBy: string(row.ClosedBy),
		}
	}
	return page, nextCursor, nil
}

const sqlDismissTask = `
UPDATE tasks SET closed_at = now(), closed_by = @user
WHERE id = @id AND closed_at IS NULL AND (@dealers::uuid[] IS NULL OR dealer_id = ANY (@dealers))`

// DismissTask closes an open task of one of dealers by hand, with its line of the audit
// trail; onboarding.ErrNotFound when there is none.
func (s *Store) DismissTask(ctx context.Context, dealers []string, taskID string, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "dismiss task", entry, sqlDismissTask, pgx.NamedArgs{
		"id": idOf(taskID), "user": optionalID(entry.UserID), "dealers": idsOf(dealers),
	})
}
