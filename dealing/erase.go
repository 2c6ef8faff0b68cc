package dealing

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/onboarding"
)

// Erasures takes people out of the record.
type Erasures interface {
	// Erase takes everything personal of one customer out of the record and keeps the line
	// of the audit trail with that. id is an account's, an onboarding's or a commitment's.
	// ErrStale while the account is open, the onboarding under way or the commitment waiting.
	Erase(ctx context.Context, id string, entry AuditEntry) (customer string, err error)
}

// Erase takes everything personal of one customer out of the record: names, addresses, what
// was typed, and the reasons that people gave. IDs, dates, states, the ledger and the lines
// of the audit trail stay. id is an account's, an onboarding's or a commitment's; customer
// is the onboarding's, under which the audit trail has it. It cannot be taken back.
//
// For administrators alone. A refusal while the customer is served.
func (d *Desk) Erase(ctx context.Context, actor Actor, id, typedReason string) (customer string, err error) {
	if actor.Role != RoleAdministrator {
		return "", ErrForbidden
	}
	reason, problems := parseReason("/reason", typedReason, true)
	if len(problems) > 0 {
		return "", &Invalid{problems}
	}
	if !isID(id) {
		return "", ErrNotFound
	}
	customer, err = d.store.Erase(ctx, id, auditEntry(ctx, actor, "", onboarding.EraseAction, "", reason))
	if errors.Is(err, ErrStale) {
		return "", refused(onboarding.EraseRefusal)
	}
	return customer, err
}
