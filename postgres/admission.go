package postgres

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// Accept stores the checked application, reserves its login name and holds its module,
// all or nothing. *onboarding.Conflict when somebody was faster, onboarding.ErrStale
// when the onboarding is over.
func (s *Store) Accept(ctx context.Context, key onboarding.EffectKey, application onboarding.Application, result []byte) error {
	return s.effect(ctx, "accept", key, result, func(tx pgx.Tx, row lockedOnboarding) error {
		if row.Final {
			return onboarding.ErrStale
		}
		if err := hold(ctx, tx, key.OnboardingID, row.DealerID, application); err != nil {
			return err
		}
		if err := resolve(ctx, tx, key, application); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, sqlAdmit, pgx.NamedArgs{
			"onboarding": idOf(key.OnboardingID), "revision": key.Revision,
			"kind": application.Answers.Kind, "account_type": application.Answers.Account.Type,
			"alternate_id": application.Answers.Customer.Operations.AlternateID,
		}); err != nil {
			return err
		}
		return indexCustomer(ctx, tx, key.OnboardingID, application)
	})
}

// A revision that an amendment stored is resolved already.
const sqlResolve = `
UPDATE applications SET resolved = @resolved, module_id = @module, quote = @quote, resolved_at = now()
WHERE onboarding_id = @onboarding AND revision = @revision AND resolved IS NULL`

const sqlRevisionExists = `
SELECT EXISTS (SELECT FROM applications WHERE onboarding_id = @onboarding AND revision = @revision)`

func resolve(ctx context.Context, tx pgx.Tx, key onboarding.EffectKey, application onboarding.Application) error {
	args := pgx.NamedArgs{
		"onboarding": idOf(key.OnboardingID), "revision": key.Revision, "resolved": answersToJSON(application.Answers),
		"module": optionalID(application.ModuleID), "quote": quoteToJSON(application.Quote),
	}
	resolved, err := changed(ctx, tx, sqlResolve, args)
	if err != nil || resolved {
		return err
	}
	exists, err := scalar[bool](ctx, tx, sqlRevisionExists, args)
	if err == nil && !exists {
		return onboarding.ErrNotFound
	}
	return err
}

const sqlAdmit = `
UPDATE onboardings
SET kind = @kind, account_type = @account_type, alternate_id = @alternate_id, revision = greatest(revision, @revision),
    accepted_at = coalesce(accepted_at, now()), updated_at = now(),
    status = CASE status WHEN 'submitted' THEN 'active' ELSE status END
WHERE id = @onboarding`

// Reserving again for the same onboarding renames its login. Once the account owns it, a
// name that an earlier revision had is no change: the customer may have chosen another.
const sqlReserveLogin = `
INSERT INTO logins (onboarding_id, name) VALUES (@onboarding, @name)
ON CONFLICT (onboarding_id) DO UPDATE SET name = @name
WHERE logins.account_id IS NULL OR NOT EXISTS
    (SELECT FROM applications WHERE onboarding_id = @onboarding AND resolved->'login'->>'name' = @name)`

// hold makes what the application needs its own: the login name and the module. What an
// earlier revision held and this one does not is given back. It comes before anything
// that refers to the module: a foreign key's share lock, taken first by two racing
// transactions, would let neither have the row.
func hold(ctx context.Context, tx pgx.Tx, onboardingID, dealerID string, application onboarding.Application) error {
	_, err := tx.Exec(ctx, sqlReserveLogin, pgx.NamedArgs{
		"onboarding": idOf(onboardingID), "name": application.Answers.Login.Name,
	})
	if err != nil {
		return err
	}
	return holdModule(ctx, tx, onboardingID, dealerID, application.ModuleID)
}

const sqlReleaseOtherModule = `
UPDATE modules SET onboarding_id = NULL WHERE onboarding_id = @onboarding AND id <> @module`

// The row lock decides a race: the loser sees the winner's ID and changes nothing.
const sqlHoldModule = `
UPDATE modules SET onboarding_id = @onboarding
WHERE id = @module AND (onboarding_id IS NULL OR onboarding_id = @onboarding) AND change_id IS NULL
  AND retired_at IS NULL AND (dealer_id IS NULL OR dealer_id = @dealer)`

func holdModule(ctx context.Context, tx pgx.Tx, onboardingID, dealerID, moduleID string) error {
	args := pgx.NamedArgs{"onboarding": idOf(onboardingID), "dealer": idOf(dealerID), "module": idOf(moduleID)}
	if _, err := tx.Exec(ctx, sqlReleaseOtherModule, args); err != nil || moduleID == "" {
		return err
	}
	held, err := changed(ctx, tx, sqlHoldModule, args)
	if err != nil || held {
		return err
	}
	return moduleConflict(ctx, tx, args)
}

// moduleReasons is why a module that cannot be held cannot be held.
var moduleReasons = map[onboarding.ModuleState]onboarding.Reason{
	onboarding.ModuleInUse:       onboarding.ReasonModuleInUse,
	onboarding.ModuleHeld:        onboarding.ReasonModuleHeld,
	onboarding.ModuleReleasing:   onboarding.ReasonModuleHeld,
	onboarding.ModuleOtherDealer: onboarding.ReasonModuleNotOwned,
	onboarding.ModuleRetired:     onboarding.ReasonModuleInactive,
}

func moduleConflict(ctx context.Context, tx pgx.Tx, args pgx.NamedArgs) error {
	state, err := scalar[onboarding.ModuleState](ctx, tx, sqlModuleState, args)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	reason, known := moduleReasons[state]
	if !known {
		reason = onboarding.ReasonModuleUnknown
	}
	return &onboarding.Conflict{Field: "/system/module", Reason: reason}
}

// Reject closes the onboarding with its problems and holds nothing.
func (s *Store) Reject(ctx context.Context, key onboarding.EffectKey, problems onboarding.Problems, result []byte) error {
	return s.transact(ctx, "reject", func(tx pgx.Tx) error {
		step, err := lockStep(ctx, tx, key)
		if err != nil || step.effect().State == effectDone {
			return err
		}
		if step.onboarding.Final {
			return onboarding.ErrStale
		}
		if err := release(ctx, tx, key.OnboardingID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, sqlReject, pgx.NamedArgs{"onboarding": idOf(key.OnboardingID), "problems": problemsToJSON(problems)}); err != nil {
			return err
		}
		if err := finish(ctx, tx, key, result, string(onboarding.EventRejected)); err != nil {
			return err
		}
		rejected := stepEvent(key, onboarding.EventRejected, "", "")
		rejected.once = string(onboarding.EventRejected)
		return write(ctx, tx, appendEvent(rejected), reopenCommitment(key.OnboardingID),
			announceOnboarding(onboarding.AnnounceOnboardingRejected, step.onboarding.DealerID, key.OnboardingID))
	})
}

const sqlReject = `
UPDATE onboardings
SET status = 'rejected', problems = @problems, ended_at = now(), updated_at = now(),
    park_step = NULL, park_reason = NULL, parked_since = NULL
WHERE id = @onboarding`

// Release frees the login name and the module (undo_validate). What belongs to an open
// account stays with it.
func (s *Store) Release(ctx context.Context, undo onboarding.EffectKey) error {
	return s.effect(ctx, "release", undo, nothing, func(tx pgx.Tx, _ lockedOnboarding) error {
		return release(ctx, tx, undo.OnboardingID)
	})
}

const sqlReleaseLogin = `
DELETE FROM logins WHERE onboarding_id = @onboarding
  AND NOT EXISTS (SELECT FROM accounts WHERE onboarding_id = @onboarding AND state = 'open')`

const sqlReleaseModule = `
UPDATE modules SET onboarding_id = NULL WHERE onboarding_id = @onboarding
  AND NOT EXISTS (SELECT FROM accounts WHERE onboarding_id = @onboarding AND state = 'open')`

func release(ctx context.Context, tx pgx.Tx, onboardingID string) error {
	args := pgx.NamedArgs{"onboarding": idOf(onboardingID)}
	return write(ctx, tx, statement{sqlReleaseLogin, args}, statement{sqlReleaseModule, args})
}

// Amend stores revision was+1, checked, and moves the reserved login and the held
// module to it; an account that exists follows. All or nothing: *onboarding.Conflict
// when somebody was faster, onboarding.ErrStale when a newer revision exists or the
// onboarding is over.
func (s *Store) Amend(ctx context.Context, onboardingID string, was int, userID string, typed onboarding.Answers, application onboarding.Application) (revision int, err error) {
	err = s.transact(ctx, "amend", func(tx pgx.Tx) error {
		row, err := lockOnboarding(ctx, tx, onboardingID)
		if err != nil {
			return err
		}
		if row.Final {
			return onboarding.ErrStale
		}
		if err := hold(ctx, tx, onboardingID, row.DealerID, application); err != nil {
			return err
		}
		revision, err = writeRevision(ctx, tx, nextRevision{
			OnboardingID: onboardingID, Was: was, UserID: userID, Event: onboarding.EventAmended, Typed: typed, Application: application,
		})
		return err
	})
	if err != nil {
		return 0, err
	}
	return revision, nil
}

// forwarding is where the account's signals go; NULL when nowhere.
func forwarding(answers onboarding.Answers) (receiver *uuid.UUID, accountNumber *string) {
	if answers.Forwarding.ReceiverID == "" {
		return nil, nil
	}
	return optionalID(answers.Forwarding.ReceiverID), &answers.Forwarding.AccountNumber
}
