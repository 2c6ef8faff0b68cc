package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// An account gets another module while it is open, has one, its onboarding is over and no
// other swap is under way.
const sqlInsertSwap = `
INSERT INTO account_changes (id, kind, account_id, onboarding_id, dealer_id, old_module_id, new_module_id, panel_type, pathway, created_by)
SELECT @change, 'module_swap', a.id, a.onboarding_id, a.dealer_id, a.module_id, @module, @panel_type, @pathway, @user
FROM accounts a JOIN onboardings o ON o.id = a.onboarding_id
WHERE a.id = @account AND a.module_id = @old AND a.state = 'open' AND a.kind <> 'virtual' AND o.status = 'completed'
ON CONFLICT (account_id) WHERE kind = 'module_swap' AND ended_at IS NULL DO NOTHING`

// CreateSwap commits a swap with its key and holds its module, all or nothing.
// *onboarding.Conflict when somebody was faster with the module, onboarding.ErrStale when the
// account is not as it was, *onboarding.MadeBefore when the key stands for a swap already.
func (s *Store) CreateSwap(ctx context.Context, swap onboarding.NewSwap) error {
	return s.transact(ctx, "create swap", func(tx pgx.Tx) error {
		if err := claimKey(ctx, tx, swap.Audit.Key, keyed{object: swap.ID, account: swap.AccountID}); err != nil {
			return err
		}
		account, err := lockAccount(ctx, tx, swap.AccountID)
		if err != nil {
			return err
		}
		args := with(equipmentArgs(swap.ID, account.Account, swap.New), "user", optionalID(swap.Audit.UserID))
		args["account"], args["old"] = idOf(swap.AccountID), idOf(swap.OldModuleID)
		inserted, err := changed(ctx, tx, sqlInsertSwap, args)
		if err == nil && !inserted {
			return onboarding.ErrStale
		}
		if err != nil {
			return err
		}
		if err := holdForSwap(ctx, tx, args); err != nil {
			return err
		}
		return write(ctx, tx, insertAudit(newID(), swap.Audit), appendEvent(changeEvent(
			account.OnboardingID, swap.ID, onboarding.EventSwapRequested, swap.Audit.UserID)))
	})
}

func equipmentArgs(changeID string, account onboarding.Account, equipment onboarding.Equipment) pgx.NamedArgs {
	return pgx.NamedArgs{
		"change": idOf(changeID), "dealer": idOf(account.DealerID), "onboarding": idOf(account.OnboardingID),
		"module": idOf(equipment.ModuleID), "panel_type": equipment.PanelType, "pathway": equipment.Pathway,
	}
}

func changeEvent(onboardingID, changeID string, kind onboarding.EventKind, by string) newEvent {
	return newEvent{onboarding.Event{OnboardingID: onboardingID, Kind: kind, By: by}, string(kind) + ":" + changeID}
}

const sqlHoldForSwap = `
UPDATE modules SET change_id = @change
WHERE id = @module AND onboarding_id IS NULL AND (change_id IS NULL OR change_id = @change)
  AND retired_at IS NULL AND (dealer_id IS NULL OR dealer_id = @dealer)`

func holdForSwap(ctx context.Context, tx pgx.Tx, args pgx.NamedArgs) error {
	held, err := changed(ctx, tx, sqlHoldForSwap, args)
	if err != nil || held {
		return err
	}
	err = moduleConflict(ctx, tx, args)
	var conflict *onboarding.Conflict
	if errors.As(err, &conflict) {
		return &onboarding.Conflict{Field: "/module_serial", Reason: conflict.Reason}
	}
	return err
}

const sqlLetGoOfModule = `UPDATE modules SET change_id = NULL WHERE change_id = @change`

const sqlAmendSwap = `
UPDATE account_changes
SET new_module_id = @module, panel_type = @panel_type, pathway = @pathway, revision = revision + 1, updated_at = now()
WHERE id = @change AND revision = @was AND ended_at IS NULL AND registered_at IS NULL AND old_module_id <> @module`

// AmendSwap puts another new module in place of the one of revision was, as long as none is
// registered. *onboarding.Conflict when somebody was faster with it, onboarding.ErrStale when
// the swap has moved on.
func (s *Store) AmendSwap(ctx context.Context, changeID string, was int, equipment onboarding.Equipment) (revision int, err error) {
	err = s.alter(ctx, "amend swap", changeID, func(tx pgx.Tx, row onboarding.Change) error {
		args := with(equipmentArgs(row.ID, onboarding.Account{DealerID: row.DealerID, OnboardingID: row.OnboardingID}, equipment), "was", was)
		if _, err := tx.Exec(ctx, sqlLetGoOfModule, args); err != nil {
			return err
		}
		if err := holdForSwap(ctx, tx, args); err != nil {
			return err
		}
		amended, err := changed(ctx, tx, sqlAmendSwap, args)
		if err == nil && !amended {
			return onboarding.ErrStale
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	return was + 1, nil
}

const sqlReplacementRegistered = `
UPDATE account_changes SET registered_at = coalesce(registered_at, now()), code = '', updated_at = now()
WHERE id = @change AND revision = @revision`

// ReplacementRegistered records that the carrier knows the new module of a revision.
// onboarding.ErrStale when another module was chosen meanwhile.
func (s *Store) ReplacementRegistered(ctx context.Context, changeID string, revision int) error {
	registered, err := changed(ctx, s.pool, sqlReplacementRegistered, with(changeArgs(changeID), "revision", revision))
	if err == nil && !registered {
		return onboarding.ErrStale
	}
	return translate("record replacement", err)
}

const sqlReplacementGivenUp = `
UPDATE account_changes SET registered_at = NULL, code = '', updated_at = now() WHERE id = @change`

// ReplacementGivenUp frees the new module after the carrier has (undo_register_replacement).
// onboarding.ErrStale when the account uses it already.
func (s *Store) ReplacementGivenUp(ctx context.Context, changeID string) error {
	return s.alter(ctx, "give up replacement", changeID, func(tx pgx.Tx, row onboarding.Change) error {
		if !row.SwitchedAt.IsZero() {
			return onboarding.ErrStale
		}
		args := changeArgs(changeID)
		return write(ctx, tx, statement{sqlLetGoOfModule, args}, statement{sqlReplacementGivenUp, args})
	})
}

// The old module goes to the change, the new one to the account. The new one is let go of
// first: a change and an onboarding have one module each.
const (
	sqlHandOver = `UPDATE modules SET change_id = NULL WHERE id = @module AND change_id = @change`

	sqlOldModuleToChange = `
UPDATE modules SET onboarding_id = NULL, change_id = @change WHERE id = @old AND onboarding_id = @onboarding`
	sqlNewModuleToAccount = `
UPDATE modules SET onboarding_id = @onboarding WHERE id = @module AND onboarding_id IS NULL AND change_id IS NULL`
)

const sqlAccountSwitched = `
UPDATE accounts SET module_id = @module, ready_at = now() + @wait::interval WHERE id = @account AND state = 'open'`

const sqlRevised = `UPDATE onboardings SET revision = @revision, updated_at = now() WHERE id = @onboarding`

const sqlEndBillingOfAccount = `UPDATE billing_periods SET ended_at = now() WHERE ended_at IS NULL AND account_id = @account`

const sqlSwitched = `
UPDATE account_changes SET switched_at = now(), ready_at = now() + @wait::interval, code = '', updated_at = now() WHERE id = @change`

// SwitchModule gives the account its new module: the pivot of a swap. The application gets
// a revision with it, billing of the old module ends in the moment in which that of the new
// one begins. The new module is ready networkWait later. Switched already is success;
// onboarding.ErrStale when the account was closed or the swap is being taken back.
func (s *Store) SwitchModule(ctx context.Context, changeID string, networkWait time.Duration) (switched onboarding.Change, err error) {
	err = s.alter(ctx, "switch module", changeID, func(tx pgx.Tx, row onboarding.Change) error {
		if row.SwitchedAt.IsZero() {
			if err := switchModule(ctx, tx, row, networkWait); err != nil {
				return err
			}
		}
		read, err := one[changeRow](ctx, tx, sqlChange, changeArgs(changeID))
		switched = read.change()
		return err
	})
	return switched, err
}

func switchModule(ctx context.Context, tx pgx.Tx, row onboarding.Change, networkWait time.Duration) error {
	account, err := lockAccount(ctx, tx, row.AccountID)
	if err != nil {
		return err
	}
	if account.State != onboarding.AccountOpen || account.ModuleID != row.OldModule.ID || row.RegisteredAt.IsZero() || row.Step.IsUndo() {
		return onboarding.ErrStale
	}
	revision, err := reviseModule(ctx, tx, row)
	if err != nil {
		return err
	}
	args := pgx.NamedArgs{
		"change": idOf(row.ID), "account": idOf(row.AccountID), "onboarding": idOf(row.OnboardingID), "old": idOf(row.OldModule.ID),
		"module": idOf(row.NewModule.ID), "revision": revision, "wait": networkWait,
	}
	held, err := changed(ctx, tx, sqlHandOver, args)
	if err == nil && !held {
		return onboarding.ErrStale // it was given up already
	}
	if err != nil {
		return err
	}
	return write(ctx, tx,
		statement{sqlOldModuleToChange, args}, statement{sqlNewModuleToAccount, args},
		statement{sqlAccountSwitched, args}, statement{sqlRevised, args},
		statement{sqlEndBillingOfAccount, args}, statement{sqlBeginBilling, args}, statement{sqlSwitched, args},
		appendEvent(changeEvent(row.OnboardingID, row.ID, onboarding.EventModuleSwitched, "")),
	)
}

const sqlLastAccepted = `
SELECT p.revision, p.typed, (SELECT max(revision) FROM applications WHERE onboarding_id = @onboarding) AS newest
FROM applications p WHERE p.onboarding_id = @onboarding AND p.resolved IS NOT NULL
ORDER BY p.revision DESC LIMIT 1`

// reviseModule writes the next revision of the application, with the new module.
func reviseModule(ctx context.Context, tx pgx.Tx, row onboarding.Change) (revision int, err error) {
	last, err := one[struct {
		Revision int
		Typed    []byte
		Newest   int
	}](ctx, tx, sqlLastAccepted, pgx.NamedArgs{"onboarding": idOf(row.OnboardingID)})
	if err != nil {
		return 0, err
	}
	typed, err := answersFromJSON(last.Typed)
	if err != nil {
		return 0, err
	}
	application, err := readApplication(ctx, tx, row.OnboardingID, last.Revision)
	if err != nil {
		return 0, err
	}
	application.ModuleID = row.NewModule.ID
	for _, answers := range []*onboarding.Answers{&typed, &application.Answers} {
		answers.System = onboarding.SystemAnswers{PanelType: row.PanelType, Module: row.NewModule.Number}
		answers.Pathway.Value = row.Pathway
	}
	revision = last.Newest + 1
	if _, err := tx.Exec(ctx, sqlInsertResolved, pgx.NamedArgs{
		"onboarding": idOf(row.OnboardingID), "revision": revision, "typed": answersToJSON(typed),
		"resolved": answersToJSON(application.Answers), "module": optionalID(application.ModuleID),
		"quote": quoteToJSON(application.Quote), "user": nil,
	}); err != nil {
		return 0, err
	}
	return revision, indexCustomer(ctx, tx, row.OnboardingID, application)
}

const sqlReplacementCommunicated = `
UPDATE account_changes SET communicated_at = least(communicated_at, @at), updated_at = now() WHERE id = @change`

// ReplacementCommunicated notes a panel's first communication through its new module.
func (s *Store) ReplacementCommunicated(ctx context.Context, changeID string, at time.Time) error {
	_, err := s.pool.Exec(ctx, sqlReplacementCommunicated, with(changeArgs(changeID), "at", at))
	return translate("record communication of replacement", err)
}

const sqlAwaitedReplacement = changes + `
WHERE c.kind = 'module_swap' AND c.communicated_at IS NULL AND c.status <> 'cancelled'
  AND (new.serial = @identifier OR new.imei = @identifier OR new.meid = @identifier)
ORDER BY c.created_at DESC LIMIT 1`

// AwaitedReplacement is the swap whose new module a panel has not communicated through yet;
// found is false when there is none.
func (s *Store) AwaitedReplacement(ctx context.Context, identifier string) (swap onboarding.Change, found bool, err error) {
	row, err := one[changeRow](ctx, s.pool, sqlAwaitedReplacement, pgx.NamedArgs{"identifier": identifier})
	if errors.Is(err, pgx.ErrNoRows) {
		return onboarding.Change{}, false, nil
	}
	return row.change(), err == nil, translate("find awaited replacement", err)
}
