package postgres

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

// Of an account a.
const groupOfAccountColumns = `
    a.enterprise_group_id AS group_id,
    (SELECT g.number FROM enterprise_groups g WHERE g.id = a.enterprise_group_id) AS group_number,
    (SELECT g.name FROM enterprise_groups g WHERE g.id = a.enterprise_group_id) AS group_name`

type groupOfAccountRow struct {
	GroupID     zeronull.Text
	GroupNumber zeronull.Int4
	GroupName   zeronull.Text
}

func (r groupOfAccountRow) group() onboarding.GroupOfAccount {
	return onboarding.GroupOfAccount{ID: string(r.GroupID), Number: int(r.GroupNumber), Name: string(r.GroupName)}
}

// The administrator is the founder, or the oldest account when that one is gone.
const sqlGroups = `
SELECT g.id, g.number, g.name, g.dealer_id, g.created_at, m.id AS administrator_id, m.login AS administrator,
    (SELECT count(*) FROM accounts a WHERE a.enterprise_group_id = g.id AND a.state = 'open') AS accounts
FROM enterprise_groups g
LEFT JOIN LATERAL (
    SELECT a.id, l.name AS login FROM accounts a LEFT JOIN logins l ON l.account_id = a.id
    WHERE a.enterprise_group_id = g.id AND a.state = 'open'
    ORDER BY a.id = g.founder_id DESC, a.created_at, a.id LIMIT 1
) m ON true
WHERE g.dealer_id = @dealer`

type groupRow struct {
	ID              string
	Number          int
	Name            string
	DealerID        string
	CreatedAt       time.Time
	AdministratorID zeronull.Text
	Administrator   zeronull.Text
	Accounts        int
}

func (r groupRow) group() onboarding.EnterpriseGroup {
	return onboarding.EnterpriseGroup{
		ID: r.ID, Number: r.Number, Name: r.Name, DealerID: r.DealerID, CreatedAt: r.CreatedAt,
		AdministratorID: string(r.AdministratorID), Administrator: string(r.Administrator), Accounts: r.Accounts,
	}
}

// No pattern is made of what was typed, so nothing in it can be a wildcard.
const sqlFindGroups = sqlGroups + `
  AND (@query::text = '' OR starts_with(g.number::text, @query) OR position(lower(' ' || @query) IN lower(' ' || g.name)) > 0)
  AND (@after_at::timestamptz IS NULL OR (g.created_at, g.id) < (@after_at, @after_id::uuid))
ORDER BY g.created_at DESC, g.id DESC
LIMIT @limit`

// EnterpriseGroups is one page of a dealer's groups, newest first. nextCursor is empty on
// the last page; onboarding.ErrBadCursor for a cursor that is none of ours.
func (s *Store) EnterpriseGroups(ctx context.Context, filter onboarding.GroupFilter) (page []onboarding.EnterpriseGroup, nextCursor string, err error) {
	after, err := parseCursor(filter.Cursor)
	if err != nil {
		return nil, "", err
	}
	rows, err := all[groupRow](ctx, s.pool, sqlFindGroups, pgx.NamedArgs{
		"dealer": idOf(filter.DealerID), "query": filter.Query,
		"after_at": nullTime(after.at), "after_id": after.id, "limit": filter.Limit + 1,
	})
	if err != nil {
		return nil, "", translate("list enterprise groups", err)
	}
	if len(rows) > filter.Limit {
		rows = rows[:filter.Limit]
		last := rows[len(rows)-1]
		nextCursor = cursor{last.CreatedAt, idOf(last.ID)}.String()
	}
	page = make([]onboarding.EnterpriseGroup, len(rows))
	for i, row := range rows {
		page[i] = row.group()
	}
	return page, nextCursor, nil
}

const sqlGroup = sqlGroups + ` AND g.id = @group`

// EnterpriseGroup reads a group of the dealer's.
func (s *Store) EnterpriseGroup(ctx context.Context, dealerID, groupID string) (onboarding.EnterpriseGroup, error) {
	row, err := one[groupRow](ctx, s.pool, sqlGroup, pgx.NamedArgs{"dealer": idOf(dealerID), "group": idOf(groupID)})
	return row.group(), translate("read enterprise group", err)
}

// A name wins over a number: a group may be called 1002.
const sqlGroupCalled = sqlGroups + `
  AND (lower(g.name) = lower(@called) OR g.number::text = @called)
ORDER BY lower(g.name) = lower(@called) DESC LIMIT 1`

// EnterpriseGroupCalled finds the dealer's group with a name, in any case, or a group ID.
func (s *Store) EnterpriseGroupCalled(ctx context.Context, dealerID, called string) (onboarding.EnterpriseGroup, error) {
	row, err := one[groupRow](ctx, s.pool, sqlGroupCalled, pgx.NamedArgs{"dealer": idOf(dealerID), "called": called})
	return row.group(), translate("find enterprise group", err)
}

const sqlFoundGroup = `
INSERT INTO enterprise_groups (id, dealer_id, number, name, founder_id, created_by)
SELECT @group, a.dealer_id, coalesce((SELECT max(number) FROM enterprise_groups WHERE dealer_id = a.dealer_id), 1000) + 1, @name, a.id, @user
FROM accounts a WHERE a.id = @account AND a.dealer_id = @dealer AND a.state = 'open'`

// FoundEnterpriseGroup makes a group for an open account, which is in it from then on.
// onboarding.ErrNameTaken when another group of the dealer has the name,
// onboarding.ErrNotFound when the account is not open any more, *onboarding.MadeBefore when
// the entry's key stands for a group already.
func (s *Store) FoundEnterpriseGroup(ctx context.Context, group onboarding.EnterpriseGroup, entry onboarding.AuditEntry) error {
	return s.transact(ctx, "found enterprise group", func(tx pgx.Tx) error {
		if err := claimKey(ctx, tx, entry.Key, keyed{object: group.ID, account: group.AdministratorID}); err != nil {
			return err
		}
		args := pgx.NamedArgs{
			"group": idOf(group.ID), "dealer": idOf(group.DealerID), "name": group.Name,
			"account": idOf(group.AdministratorID), "user": optionalID(entry.UserID),
		}
		if _, err := scalar[uuid.UUID](ctx, tx, sqlLockDealer, args); err != nil {
			return err
		}
		if founded, err := changed(ctx, tx, sqlFoundGroup, args); err != nil || !founded {
			return notFoundUnless(founded, err)
		}
		return moveToGroup(ctx, tx, group.DealerID, group.AdministratorID, group.ID, entry)
	})
}

func notFoundUnless(found bool, err error) error {
	if err == nil && !found {
		return onboarding.ErrNotFound
	}
	return err
}

// PutInEnterpriseGroup moves an open account into a group of the same dealer, or out of any
// for an empty groupID. onboarding.ErrNotFound when there is no such account or group.
func (s *Store) PutInEnterpriseGroup(ctx context.Context, dealerID, accountID, groupID string, entry onboarding.AuditEntry) error {
	return s.transact(ctx, "put in enterprise group", func(tx pgx.Tx) error {
		return moveToGroup(ctx, tx, dealerID, accountID, groupID, entry)
	})
}

const sqlMoveToGroup = `
UPDATE accounts SET enterprise_group_id = @group
WHERE id = @account AND dealer_id = @dealer AND state = 'open'
  AND (@group::uuid IS NULL OR EXISTS (SELECT FROM enterprise_groups WHERE id = @group AND dealer_id = @dealer))
RETURNING onboarding_id::text`

func moveToGroup(ctx context.Context, tx pgx.Tx, dealerID, accountID, groupID string, entry onboarding.AuditEntry) error {
	onboardingID, err := scalar[string](ctx, tx, sqlMoveToGroup, pgx.NamedArgs{
		"account": idOf(accountID), "dealer": idOf(dealerID), "group": optionalID(groupID),
	})
	if err != nil {
		return err
	}
	audit := newID()
	return write(ctx, tx, insertAudit(audit, entry), announce(onboarding.Announcement{
		Kind: onboarding.AnnounceAccountCorrected, DealerID: dealerID, OnboardingID: onboardingID, AccountID: accountID,
		Code: "enterprise_group", Once: audit.String(),
	}))
}
