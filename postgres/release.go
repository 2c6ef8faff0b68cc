package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlModuleReleased = `
UPDATE account_changes SET released_at = coalesce(released_at, now()), code = '', updated_at = now() WHERE id = @change`

const sqlForgetRegistration = `
UPDATE registrations SET deregistered_at = now()
WHERE onboarding_id = @onboarding AND module_id = @module AND deregistered_at IS NULL`

// ModuleReleased frees the module that the carrier has released.
func (s *Store) ModuleReleased(ctx context.Context, changeID string) error {
	return s.alter(ctx, "record release", changeID, func(tx pgx.Tx, row onboarding.Change) error {
		args := with(with(changeArgs(changeID), "onboarding", idOf(row.OnboardingID)), "module", idOf(row.OldModule.ID))
		return write(ctx, tx, statement{sqlModuleReleased, args}, statement{sqlLetGoOfModule, args}, statement{sqlForgetRegistration, args})
	})
}

const sqlSilentSwaps = `
SELECT id::text FROM account_changes
WHERE onboarding_id = @onboarding AND kind = 'module_swap' AND id <> @change
  AND switched_at IS NOT NULL AND communicated_at IS NULL
ORDER BY created_at`

// SilentPanels are what a released module leaves behind: waits for the communication of a
// panel through modules that the account does not have any more, by the ID of their swap
// and, when the account has ended, of its onboarding.
func (s *Store) SilentPanels(ctx context.Context, change onboarding.Change) ([]string, error) {
	rows, err := s.pool.Query(ctx, sqlSilentSwaps, with(changeArgs(change.ID), "onboarding", idOf(change.OnboardingID)))
	if err != nil {
		return nil, translate("find silent panels", err)
	}
	panels, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, translate("find silent panels", err)
	}
	if change.Kind == onboarding.ChangeTermination {
		panels = append(panels, change.OnboardingID)
	}
	return panels, nil
}
