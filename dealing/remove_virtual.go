package dealing

import (
	"context"

	"github.com/latchkey/latchkey/onboarding"
)

// VirtualCustomers is what virtual customers need of the record.
type VirtualCustomers interface {
	// RemoveVirtual closes the account of a virtual customer, frees its login name, voids
	// its set-up links and keeps the line of the audit trail with that; a closed one stays
	// as it is. ErrStale while its onboarding is not over.
	RemoveVirtual(ctx context.Context, accountID string, entry AuditEntry) error
}

// RemoveVirtual removes a virtual customer: the account is closed, its login name is free
// again. Removing it once more changes nothing. A refusal for a real customer, and while
// the onboarding is not over.
func (d *Desk) RemoveVirtual(ctx context.Context, actor Actor, accountID string) error {
	account, err := d.Account(ctx, actor, accountID)
	if err != nil {
		return err
	}
	if account.Kind != onboarding.KindVirtual {
		return refused("This is a real customer's account, which is not removed but terminated. Only a virtual customer can be removed.")
	}
	row, err := d.store.Onboarding(ctx, scope(actor), account.OnboardingID)
	if err != nil {
		return err
	}
	if !row.Status.Final() {
		return refused("The onboarding of this virtual customer is not over. Cancel it instead: that closes the account, too.")
	}
	return d.store.RemoveVirtual(ctx, account.ID, auditEntry(ctx, actor, account.DealerID, "account.remove_virtual", account.ID, ""))
}
