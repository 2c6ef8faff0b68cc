package postgres

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlInsertAudit = `
INSERT INTO audit (id, user_id, dealer_id, action, object_id, reason, request)
VALUES (@id, @user, @dealer, @action, @object, @reason, @request)`

func insertAudit(id uuid.UUID, entry onboarding.AuditEntry) statement {
	return statement{sqlInsertAudit, pgx.NamedArgs{
		"id": id, "user": optionalID(entry.UserID), "dealer": optionalID(entry.DealerID), "action": entry.Action,
		"object": entry.ObjectID, "reason": entry.Reason, "request": entry.Request,
	}}
}

// Audit keeps who decided what and why; it returns the row's ID, which stands for the
// reason wherever the reason itself must not go.
func (s *Store) Audit(ctx context.Context, entry onboarding.AuditEntry) (id string, err error) {
	row := newID()
	insert := insertAudit(row, entry)
	if _, err := s.pool.Exec(ctx, insert.sql, insert.args); err != nil {
		return "", translate("audit", err)
	}
	return row.String(), nil
}
