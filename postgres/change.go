package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

// Of a change c, its modules old and new and the user u who asked for it.
const changeColumns = `
    c.id, c.kind, c.account_id, c.onboarding_id, c.dealer_id, c.panel_type, c.pathway, c.reason, c.draft_id, c.revision, c.status, c.step,
    c.park_step, c.park_no, c.park_reason, c.parked_since, c.code, c.attempts, ` + nameOfUser + ` AS created_by, c.created_at,
    c.registered_at, c.switched_at, c.ready_at, c.released_at, c.communicated_at, c.ended_at,
    c.old_module_id, coalesce(old.serial, old.imei, old.meid, '') AS old_number,
    c.new_module_id, coalesce(new.serial, new.imei, new.meid, '') AS new_number`

const changeTables = `
LEFT JOIN modules old ON old.id = c.old_module_id LEFT JOIN modules new ON new.id = c.new_module_id LEFT JOIN users u ON u.id = c.created_by`

const changes = `
SELECT ` + changeColumns + `
FROM account_changes c` + changeTables

type changeRow struct {
	ID             string
	Kind           onboarding.ChangeKind
	AccountID      string
	OnboardingID   string
	DealerID       string
	PanelType      string
	Pathway        string
	Reason         onboarding.TerminateReason
	DraftID        zeronull.Text
	Revision       int
	Status         onboarding.Status
	Step           onboarding.Step
	ParkStep       zeronull.Text
	ParkNo         int
	ParkReason     zeronull.Text
	ParkedSince    zeronull.Timestamptz
	Code           string
	Attempts       map[onboarding.Step]int
	CreatedBy      string
	CreatedAt      time.Time
	RegisteredAt   zeronull.Timestamptz
	SwitchedAt     zeronull.Timestamptz
	ReadyAt        zeronull.Timestamptz
	ReleasedAt     zeronull.Timestamptz
	CommunicatedAt zeronull.Timestamptz
	EndedAt        zeronull.Timestamptz
	OldModuleID    zeronull.Text
	OldNumber      string
	NewModuleID    zeronull.Text
	NewNumber      string
}

func (r changeRow) change() onboarding.Change {
	c := onboarding.Change{
		ID: r.ID, Kind: r.Kind, AccountID: r.AccountID, OnboardingID: r.OnboardingID, DealerID: r.DealerID,
		OldModule: onboarding.ModuleRef{ID: string(r.OldModuleID), Number: r.OldNumber},
		NewModule: onboarding.ModuleRef{ID: string(r.NewModuleID), Number: r.NewNumber},
		PanelType: r.PanelType, Pathway: r.Pathway, Reason: r.Reason, DraftID: string(r.DraftID), Revision: r.Revision,
		Status: r.Status, Step: r.Step, Code: r.Code, Attempts: r.Attempts, CreatedBy: r.CreatedBy, CreatedAt: r.CreatedAt,
		RegisteredAt: time.Time(r.RegisteredAt), SwitchedAt: time.Time(r.SwitchedAt), ReadyAt: time.Time(r.ReadyAt),
		ReleasedAt: time.Time(r.ReleasedAt), CommunicatedAt: time.Time(r.CommunicatedAt), EndedAt: time.Time(r.EndedAt),
	}
	if r.ParkReason != "" {
		c.Parked = &onboarding.Park{
			Step: onboarding.Step(r.ParkStep), No: r.ParkNo, Reason: onboarding.Reason(r.ParkReason), Since: time.Time(r.ParkedSince),
		}
	}
	return c
}

const sqlChange = changes + `
WHERE c.id = @change AND (@dealers::uuid[] IS NULL OR c.dealer_id = ANY (@dealers))`

// Change reads a change to an account of one of dealers; nil means every dealer.
func (s *Store) Change(ctx context.Context, dealers []string, changeID string) (onboarding.Change, error) {
	row, err := one[changeRow](ctx, s.pool, sqlChange, pgx.NamedArgs{"change": idOf(changeID), "dealers": idsOf(dealers)})
	return row.change(), translate("read change", err)
}

const sqlChanges = changes + `
WHERE (@dealers::uuid[] IS NULL OR c.dealer_id = ANY (@dealers))
  AND (@kind = '' OR c.kind = @kind)
  AND (@account::uuid IS NULL OR c.account_id = @account)
  AND (@status = '' OR c.status = @status)
  AND (@park_reason = '' OR c.park_reason = @park_reason)
  AND (@after_at::timestamptz IS NULL OR (c.created_at, c.id) < (@after_at, @after_id::uuid))
ORDER BY c.created_at DESC, c.id DESC
LIMIT @limit`

// Changes is one page of changes, newest first. onboarding.ErrBadCursor for a cursor that
// is none of ours.
func (s *Store) Changes(ctx context.Context, filter onboarding.ChangeFilter) (page []onboarding.Change, nextCursor string, err error) {
	after, err := parseCursor(filter.Cursor)
	if err != nil {
		return nil, "", err
	}
	rows, err := all[changeRow](ctx, s.pool, sqlChanges, pgx.NamedArgs{
		"dealers": idsOf(filter.Dealers), "kind": filter.Kind, "account": optionalID(filter.AccountID), "status": filter.Status,
		"park_reason": filter.ParkReason, "after_at": nullTime(after.at), "after_id": after.id, "limit": filter.Limit + 1,
	})
	if err != nil {
		return nil, "", translate("list changes", err)
	}
	if len(rows) > filter.Limit {
		rows = rows[:filter.Limit]
		last := rows[len(rows)-1]
		nextCursor = cursor{last.CreatedAt, idOf(last.ID)}.String()
	}
	return changesOf(rows), nextCursor, nil
}

func changesOf(rows []changeRow) []onboarding.Change {
	page := make([]onboarding.Change, len(rows))
	for i, row := range rows {
		page[i] = row.change()
	}
	return page
}

// Everything that changes a change takes this lock first.
const sqlLockChange = `SELECT FROM account_changes WHERE id = @change FOR NO KEY UPDATE`

// alter makes one change to a change's record, in a transaction that holds its lock.
func (s *Store) alter(ctx context.Context, doing, changeID string, alter func(pgx.Tx, onboarding.Change) error) error {
	return s.transact(ctx, doing, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, sqlLockChange, changeArgs(changeID)); err != nil {
			return err
		}
		row, err := one[changeRow](ctx, tx, sqlChange, changeArgs(changeID))
		if err != nil {
			return err
		}
		return alter(tx, row.change())
	})
}

func changeArgs(changeID string) pgx.NamedArgs {
	return pgx.NamedArgs{"change": idOf(changeID), "dealers": idsOf(nil)}
}

// A step that begins proves that there is a workflow again, and that the wait is over.
const sqlMoveChange = `
UPDATE account_changes
SET step = @step, code = '', started_at = coalesce(started_at, now()), updated_at = now(),
    attempts     = attempts || jsonb_build_object(@step::text, coalesce((attempts->>@step::text)::integer, 0) + 1),
    status       = CASE WHEN park_reason = 'workflow_lost' OR status IN ('waiting', 'submitted') THEN 'active' ELSE status END,
    park_step    = CASE park_reason WHEN 'workflow_lost' THEN NULL ELSE park_step END,
    parked_since = CASE park_reason WHEN 'workflow_lost' THEN NULL ELSE parked_since END,
    park_reason  = nullif(park_reason, 'workflow_lost')
WHERE id = @change AND ended_at IS NULL`

// BeginChangeStep notes that a step of a change is at work and returns the change.
func (s *Store) BeginChangeStep(ctx context.Context, changeID string, step onboarding.Step) (change onboarding.Change, err error) {
	err = s.alter(ctx, "begin step of change", changeID, func(tx pgx.Tx, row onboarding.Change) error {
		change = row
		_, err := tx.Exec(ctx, sqlMoveChange, with(changeArgs(changeID), "step", step))
		return err
	})
	return change, err
}

const sqlFailChange = `UPDATE account_changes SET code = @code, detail = @detail, updated_at = now() WHERE id = @change`

// FailChangeStep notes why an attempt failed. detail is the full text for people with
// access to the database; it stays out of logs and Temporal.
func (s *Store) FailChangeStep(ctx context.Context, changeID string, code onboarding.Reason, detail string) error {
	_, err := s.pool.Exec(ctx, sqlFailChange, with(with(changeArgs(changeID), "code", code), "detail", detail))
	return translate("fail step of change", err)
}

// sqlPriorSwap is the swap that put the module on the account, if it came by one.
const sqlPriorSwap = changes + `
WHERE c.kind = 'module_swap' AND c.onboarding_id = @onboarding AND c.new_module_id = @module AND c.switched_at IS NOT NULL AND c.id <> @change
ORDER BY c.switched_at DESC LIMIT 1`

// RegistrationKeysOf are the keys under which the carrier may know the module that a
// change is to release: those of the swap that brought it, or of the onboarding.
func (s *Store) RegistrationKeysOf(ctx context.Context, change onboarding.Change) ([]onboarding.EffectKey, error) {
	prior, err := one[changeRow](ctx, s.pool, sqlPriorSwap, with(with(changeArgs(change.ID),
		"onboarding", idOf(change.OnboardingID)), "module", idOf(change.OldModule.ID)))
	if errors.Is(err, pgx.ErrNoRows) {
		return s.RegisteredKeys(ctx, change.OnboardingID)
	}
	if err != nil {
		return nil, translate("read registrations of change", err)
	}
	return prior.change().RegistrationKeys(), nil
}
