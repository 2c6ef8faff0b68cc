package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/latchkey/latchkey/onboarding"
)

// A customer is named by their account, their onboarding or their commitment.
const sqlCustomerToErase = `
SELECT customer, dealer_id FROM (
    SELECT id AS customer, dealer_id FROM onboardings WHERE id = @id
    UNION SELECT onboarding_id, dealer_id FROM accounts WHERE id = @id
    UNION SELECT onboarding_id, dealer_id FROM commitments WHERE id = @id OR onboarding_id = @id
) named
LIMIT 1`

const sqlErase = `SELECT erase_customer(@customer)`

// eraseRefused is the constraint that erase_customer names while a customer is served.
const eraseRefused = "erase_customer_served"

type namedCustomer struct {
	Customer string
	DealerID string
}

// Erase takes everything personal of one customer out of the record and keeps the line of
// the audit trail with that. id is an account's, an onboarding's or a commitment's; the
// entry's object and dealer are found. onboarding.ErrStale while the account is open, the
// onboarding under way or the commitment waiting. Erasing again is no error: what came to
// the record since then is taken out as well.
func (s *Store) Erase(ctx context.Context, id string, entry onboarding.AuditEntry) (customer string, err error) {
	err = s.transact(ctx, "erase customer", func(tx pgx.Tx) error {
		named, err := one[namedCustomer](ctx, tx, sqlCustomerToErase, pgx.NamedArgs{"id": idOf(id)})
		if err != nil {
			return err
		}
		customer, entry.ObjectID, entry.DealerID = named.Customer, named.Customer, named.DealerID
		err = write(ctx, tx, insertAudit(newID(), entry), statement{sqlErase, pgx.NamedArgs{"customer": idOf(customer)}})
		var refused *pgconn.PgError
		if errors.As(err, &refused) && refused.ConstraintName == eraseRefused {
			return onboarding.ErrStale
		}
		return err
	})
	return customer, err
}

const sqlErasures = `SELECT at FROM audit WHERE action = @action AND object_id = @customer ORDER BY at LIMIT 2`

// ErasedBefore tells when a customer who has just been erased was erased for the first time,
// if that was not it.
func (s *Store) ErasedBefore(ctx context.Context, customer string) (first time.Time, again bool, err error) {
	rows, err := all[struct{ At time.Time }](ctx, s.pool, sqlErasures, pgx.NamedArgs{"action": onboarding.EraseAction, "customer": customer})
	if err != nil || len(rows) < 2 {
		return time.Time{}, false, translate("look for an earlier erasure", err)
	}
	return rows[0].At, true, nil
}

// What a person is not served by any more, and was not for so long. A commitment that waits
// for another try of a cancelled onboarding keeps that one's data, too.
const sqlErasable = `
SELECT o.id FROM accounts a JOIN onboardings o ON o.id = a.onboarding_id
WHERE a.state = 'closed' AND a.closed_at < now() - @age::interval AND o.ended_at IS NOT NULL AND o.erased_at IS NULL
UNION
SELECT o.id FROM onboardings o LEFT JOIN commitments c ON c.id = o.commitment_id
WHERE o.status IN ('rejected', 'cancelled') AND o.ended_at < now() - @age::interval AND o.erased_at IS NULL
    AND (c.id IS NULL OR c.state IN ('cancelled', 'expired'))
    AND NOT EXISTS (SELECT FROM accounts a WHERE a.onboarding_id = o.id AND a.state <> 'closed')
UNION
SELECT c.onboarding_id FROM commitments c
WHERE c.state IN ('cancelled', 'expired') AND c.updated_at < now() - @age::interval AND c.erased_at IS NULL
LIMIT @limit`

// Erasable finds customers who were not served for as long as age, at most limit.
func (s *Store) Erasable(ctx context.Context, age time.Duration, limit int) (customers []string, err error) {
	rows, err := all[struct{ ID string }](ctx, s.pool, sqlErasable, pgx.NamedArgs{"age": age, "limit": limit})
	for _, row := range rows {
		customers = append(customers, row.ID)
	}
	return customers, translate("find erasable customers", err)
}
