package dealing

import (
	"context"

	"github.com/latchkey/latchkey/onboarding"
)

// exportPage is how many rows an export holds at a time.
const exportPage = 500

// ExportAccounts hands over every account that the actor may see, page by page and newest
// first, of one dealer unless dealerID is empty. What each returns ends it. ErrForbidden for
// a technician: everybody's data at once is a matter of the office.
func (d *Desk) ExportAccounts(ctx context.Context, actor Actor, dealerID string, each func([]onboarding.Account) error) error {
	return export(actor, each, func(cursor string) ([]onboarding.Account, string, error) {
		return d.Accounts(ctx, actor, dealerID, AccountFilter{Cursor: cursor, Limit: exportPage})
	})
}

// ExportCommitments is ExportAccounts of commitments.
func (d *Desk) ExportCommitments(ctx context.Context, actor Actor, dealerID string, each func([]Commitment) error) error {
	return export(actor, each, func(cursor string) ([]Commitment, string, error) {
		return d.Commitments(ctx, actor, dealerID, CommitmentFilter{Cursor: cursor, Limit: exportPage})
	})
}

// ExportOnboardings is ExportAccounts of onboardings.
func (d *Desk) ExportOnboardings(ctx context.Context, actor Actor, dealerID string, each func([]onboarding.Onboarding) error) error {
	return export(actor, each, func(cursor string) ([]onboarding.Onboarding, string, error) {
		return d.Onboardings(ctx, actor, dealerID, Filter{Cursor: cursor, Limit: exportPage})
	})
}

func export[T any](actor Actor, each func([]T) error, list func(cursor string) ([]T, string, error)) error {
	if actor.Role == onboarding.RoleTechnician {
		return ErrForbidden
	}
	for cursor := ""; ; {
		page, next, err := list(cursor)
		if err != nil {
			return err
		}
		if err := each(page); err != nil || next == "" {
			return err
		}
		cursor = next
	}
}
