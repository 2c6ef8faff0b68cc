package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// RemoveVirtual closes the account of a virtual customer, frees its login name, voids its
// set-up links and keeps the line of the audit trail with that; a closed account stays as
// it is. onboarding.ErrNotFound for a real customer's account, onboarding.ErrStale while
// the onboarding is not over: its run is still at work on the account.
func (s *Store) RemoveVirtual(ctx context.Context, accountID string, entry onboarding.AuditEntry) error {
	return s.transact(ctx, "remove virtual customer", func(tx pgx.Tx) error {
		account, err := lockAccount(ctx, tx, accountID)
		switch {
		case err != nil:
			return err
		case account.Kind != onboarding.KindVirtual:
			return onboarding.ErrNotFound
		case account.State == onboarding.AccountClosed:
			return nil
		case !account.final:
			return onboarding.ErrStale
		}
		args := pgx.NamedArgs{"onboarding": idOf(account.OnboardingID)}
		audit := newID()
		err = write(
			ctx, tx, statement{sqlCloseAccount, args}, statement{sqlVoidLetters, args}, insertAudit(audit, entry),
			announce(onboarding.Announcement{
				Kind: onboarding.AnnounceAccountTerminated, DealerID: account.DealerID, OnboardingID: account.OnboardingID,
				AccountID: account.ID, Code: "removed", Once: audit.String(),
			}),
		)
		if err != nil {
			return err
		}
		return release(ctx, tx, account.OnboardingID)
	})
}
