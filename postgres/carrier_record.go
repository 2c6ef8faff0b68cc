package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlRecordCoverage = `
INSERT INTO coverage_checks (onboarding_id, revision, report, overridden_by)
VALUES (@onboarding, @revision, @report, @overridden_by)
ON CONFLICT (onboarding_id, revision) DO UPDATE
SET report = @report, overridden_by = @overridden_by, checked_at = now()`

// CoverageInsufficient keeps the report of an address that a person must decide about.
// The step is not done: after a retry the carrier is asked again.
func (s *Store) CoverageInsufficient(ctx context.Context, key onboarding.EffectKey, report []onboarding.NetworkCoverage) error {
	_, err := s.pool.Exec(ctx, sqlRecordCoverage, coverageArgs(key, report, ""))
	return translate("record insufficient coverage", err)
}

func coverageArgs(key onboarding.EffectKey, report []onboarding.NetworkCoverage, overriddenBy string) pgx.NamedArgs {
	return with(with(keyArgs(key), "report", coverageToJSON(report)), "overridden_by", overriddenBy)
}

// RecordCoverage stores the carrier's answer and the step's result together;
// overriddenBy is the reason the application gave, empty when it was not needed.
func (s *Store) RecordCoverage(ctx context.Context, key onboarding.EffectKey, report []onboarding.NetworkCoverage, overriddenBy string, result []byte) error {
	return s.effect(ctx, "record coverage", key, result, func(tx pgx.Tx, _ lockedOnboarding) error {
		_, err := tx.Exec(ctx, sqlRecordCoverage, coverageArgs(key, report, overriddenBy))
		return err
	})
}

const sqlRegister = `
INSERT INTO registrations (onboarding_id, revision, module_id, registration_id, key_revision)
SELECT onboarding_id, revision, module_id, @registration, @key_revision FROM applications
WHERE onboarding_id = @onboarding AND revision = @revision AND module_id IS NOT NULL
ON CONFLICT (onboarding_id, revision) DO UPDATE
SET registration_id = @registration, key_revision = @key_revision, registered_at = now(), deregistered_at = NULL`

const sqlEffectReference = `
UPDATE step_effects SET external_ref = @registration
WHERE onboarding_id = @onboarding AND step = @step AND revision = @revision`

// ModuleRegistered records the carrier's registration and the step's result.
// onboarding.ErrNotFound when the revision has no module.
func (s *Store) ModuleRegistered(ctx context.Context, key onboarding.EffectKey, registration onboarding.Registration, result []byte) error {
	return s.effect(ctx, "record registration", key, result, func(tx pgx.Tx, _ lockedOnboarding) error {
		args := with(with(keyArgs(key), "registration", registration.ID), "key_revision", registration.Key.Revision)
		registered, err := changed(ctx, tx, sqlRegister, args)
		if err == nil && !registered {
			return onboarding.ErrNotFound
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, sqlEffectReference, args)
		return err
	})
}

// A pending effect counts: its answer may have been lost after the carrier acted.
const sqlRegisteredKeys = `
SELECT revision FROM step_effects
WHERE onboarding_id = @onboarding AND step = 'register_module' AND state IN ('pending', 'done')
ORDER BY revision DESC`

// RegisteredKeys are the keys under which this onboarding may have registered a module,
// newest first, attempts whose answer was lost included.
func (s *Store) RegisteredKeys(ctx context.Context, onboardingID string) ([]onboarding.EffectKey, error) {
	rows, err := all[struct{ Revision int }](ctx, s.pool, sqlRegisteredKeys, pgx.NamedArgs{"onboarding": idOf(onboardingID)})
	keys := make([]onboarding.EffectKey, len(rows))
	for i, row := range rows {
		keys[i] = onboarding.EffectKey{OnboardingID: onboardingID, Step: onboarding.StepRegisterModule, Revision: row.Revision}
	}
	return keys, translate("read registrations", err)
}

const sqlUndoRegistrations = `
UPDATE step_effects SET state = 'undone'
WHERE onboarding_id = @onboarding AND step = 'register_module' AND state <> 'undone'`

const sqlDeregister = `
UPDATE registrations SET deregistered_at = now() WHERE onboarding_id = @onboarding AND deregistered_at IS NULL`

// ModuleDeregistered forgets every registration of the onboarding (undo_register_module).
func (s *Store) ModuleDeregistered(ctx context.Context, undo onboarding.EffectKey) error {
	return s.effect(ctx, "record deregistration", undo, nothing, func(tx pgx.Tx, _ lockedOnboarding) error {
		return write(ctx, tx, statement{sqlUndoRegistrations, keyArgs(undo)}, statement{sqlDeregister, keyArgs(undo)})
	})
}
