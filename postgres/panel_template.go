package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// A template that was pushed stays as it is: the panel has it.
const sqlQueueTemplate = `
INSERT INTO template_assignments (onboarding_id, template_id)
SELECT @onboarding, id FROM panel_templates WHERE id = @template AND dealer_id = @dealer AND retired_at IS NULL
ON CONFLICT (onboarding_id) DO UPDATE
SET template_id = excluded.template_id, state = 'queued', code = '', queued_at = now(), ended_at = NULL
WHERE template_assignments.state <> 'pushed'`

const sqlTemplatePushedAlready = `
SELECT EXISTS (SELECT FROM template_assignments WHERE onboarding_id = @onboarding AND state = 'pushed')`

// QueueTemplate queues the application's template; *onboarding.Conflict with
// ReasonTemplateNotFound when it is gone.
func (s *Store) QueueTemplate(ctx context.Context, key onboarding.EffectKey, templateID string, result []byte) error {
	return s.effect(ctx, "queue template", key, result, func(tx pgx.Tx, row lockedOnboarding) error {
		args := with(with(keyArgs(key), "template", idOf(templateID)), "dealer", idOf(row.DealerID))
		queued, err := changed(ctx, tx, sqlQueueTemplate, args)
		if err != nil || queued {
			return err
		}
		pushed, err := scalar[bool](ctx, tx, sqlTemplatePushedAlready, args)
		if err == nil && !pushed {
			return &onboarding.Conflict{Field: "/templates/panel_template_id", Reason: onboarding.ReasonTemplateNotFound}
		}
		return err
	})
}

const sqlUnqueueTemplate = `DELETE FROM template_assignments WHERE onboarding_id = @onboarding AND state <> 'pushed'`

// UnqueueTemplate takes a template back unless it was pushed already.
func (s *Store) UnqueueTemplate(ctx context.Context, undo onboarding.EffectKey) error {
	return s.effect(ctx, "unqueue template", undo, nothing, func(tx pgx.Tx, _ lockedOnboarding) error {
		_, err := tx.Exec(ctx, sqlUnqueueTemplate, keyArgs(undo))
		return err
	})
}

const sqlQueuedTemplate = `
SELECT t.id, t.name, t.panel_type, (
    SELECT key_revision FROM registrations
    WHERE onboarding_id = q.onboarding_id AND deregistered_at IS NULL
    ORDER BY revision DESC LIMIT 1
    ) AS revision, (
    SELECT id::text FROM account_changes
    WHERE onboarding_id = q.onboarding_id AND kind = 'module_swap' AND switched_at IS NOT NULL
    ORDER BY switched_at DESC LIMIT 1
    ) AS swap_id, (
    SELECT revision FROM account_changes
    WHERE onboarding_id = q.onboarding_id AND kind = 'module_swap' AND switched_at IS NOT NULL
    ORDER BY switched_at DESC LIMIT 1
    ) AS swap_revision
FROM template_assignments q JOIN panel_templates t ON t.id = q.template_id
WHERE q.onboarding_id = @onboarding AND q.state = 'queued'`

// QueuedTemplate is the template waiting for the panel and the key its module was
// registered under; found is false when there is none, or no registered module.
func (s *Store) QueuedTemplate(ctx context.Context, onboardingID string) (template onboarding.PanelTemplate, registration onboarding.EffectKey, found bool, err error) {
	row, err := one[struct {
		ID        string
		Name      string
		PanelType string
		Revision  *int
		// The swap that brought the account its present module; nil while it has its first.
		SwapID       *string
		SwapRevision *int
	}](ctx, s.pool, sqlQueuedTemplate, pgx.NamedArgs{"onboarding": idOf(onboardingID)})
	if errors.Is(err, pgx.ErrNoRows) || err == nil && row.Revision == nil && row.SwapID == nil {
		return onboarding.PanelTemplate{}, onboarding.EffectKey{}, false, nil
	}
	if err != nil {
		return onboarding.PanelTemplate{}, onboarding.EffectKey{}, false, translate("read queued template", err)
	}
	if row.SwapID != nil {
		registration = onboarding.EffectKey{OnboardingID: *row.SwapID, Step: onboarding.StepRegisterReplacement, Revision: *row.SwapRevision}
	} else {
		registration = onboarding.EffectKey{OnboardingID: onboardingID, Step: onboarding.StepRegisterModule, Revision: *row.Revision}
	}
	return onboarding.PanelTemplate{ID: row.ID, Name: row.Name, PanelType: row.PanelType}, registration, true, nil
}

const sqlPushedTemplate = `
SELECT code FROM template_assignments WHERE onboarding_id = @onboarding AND state <> 'queued'`

// PushedTemplate is what became of a template that waits no more: code is why it could not
// be pushed, if so. found is false when there is none.
func (s *Store) PushedTemplate(ctx context.Context, onboardingID string) (code string, found bool, err error) {
	code, err = scalar[string](ctx, s.pool, sqlPushedTemplate, pgx.NamedArgs{"onboarding": idOf(onboardingID)})
	if errors.Is(err, pgx.ErrNoRows) {
		return "", false, nil
	}
	return code, err == nil, translate("read pushed template", err)
}

const sqlTemplatePushed = `
UPDATE template_assignments
SET state = CASE @code::text WHEN '' THEN 'pushed' ELSE 'failed' END, code = @code, ended_at = now()
WHERE onboarding_id = @onboarding AND state = 'queued'`

// TemplatePushed notes that the panel has it; code is why it could not, if so.
func (s *Store) TemplatePushed(ctx context.Context, onboardingID, code string) error {
	_, err := s.pool.Exec(ctx, sqlTemplatePushed, pgx.NamedArgs{"onboarding": idOf(onboardingID), "code": code})
	return translate("note pushed template", err)
}
