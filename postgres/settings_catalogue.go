package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlOwnPanelTemplates = `
SELECT id, name, panel_type, version FROM panel_templates WHERE dealer_id = @dealer AND retired_at IS NULL ORDER BY name, id`

// OwnPanelTemplates are the dealer's AirFX templates that can be chosen, with their versions.
func (s *Store) OwnPanelTemplates(ctx context.Context, dealerID string) ([]onboarding.OwnPanelTemplate, error) {
	rows, err := all[struct {
		ID        string
		Name      string
		PanelType string
		Version   int
	}](ctx, s.pool, sqlOwnPanelTemplates, pgx.NamedArgs{"dealer": idOf(dealerID)})
	templates := make([]onboarding.OwnPanelTemplate, len(rows))
	for i, row := range rows {
		templates[i] = onboarding.OwnPanelTemplate{
			PanelTemplate: onboarding.PanelTemplate{ID: row.ID, Name: row.Name, PanelType: row.PanelType}, Version: row.Version,
		}
	}
	return templates, translate("read panel templates", err)
}

const sqlAddPanelTemplate = `
INSERT INTO panel_templates (id, dealer_id, name, panel_type) SELECT @id, id, @name, @panel_type FROM dealers WHERE id = @dealer`

// AddPanelTemplate adds an AirFX template; onboarding.ErrNameTaken when another in use
// has its name.
func (s *Store) AddPanelTemplate(ctx context.Context, dealerID string, template onboarding.PanelTemplate, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "add panel template", entry, sqlAddPanelTemplate, pgx.NamedArgs{
		"id": idOf(template.ID), "dealer": idOf(dealerID), "name": template.Name, "panel_type": template.PanelType,
	})
}

const (
	sqlRenamePanelTemplate = `
UPDATE panel_templates SET name = @name, version = version + 1
WHERE id = @id AND dealer_id = @dealer AND version = @version AND retired_at IS NULL`
	sqlWithdrawPanelTemplate = `
UPDATE panel_templates SET retired_at = now() WHERE id = @id AND dealer_id = @dealer AND retired_at IS NULL`
)

// RenamePanelTemplate gives a template another name; onboarding.ErrNotFound also when it
// has another version by now.
func (s *Store) RenamePanelTemplate(ctx context.Context, dealerID string, template onboarding.OwnPanelTemplate, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "rename panel template", entry, sqlRenamePanelTemplate, pgx.NamedArgs{
		"id": idOf(template.ID), "dealer": idOf(dealerID), "name": template.Name, "version": template.Version,
	})
}

// WithdrawPanelTemplate takes a template away from new accounts; panels that wait for it
// still get it.
func (s *Store) WithdrawPanelTemplate(ctx context.Context, dealerID, templateID string, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "withdraw panel template", entry, sqlWithdrawPanelTemplate, pgx.NamedArgs{
		"id": idOf(templateID), "dealer": idOf(dealerID),
	})
}

const (
	sqlAddCustomerSource = `
INSERT INTO customer_sources (id, dealer_id, name) SELECT @id, id, @name FROM dealers WHERE id = @dealer`
	sqlRenameCustomerSource = `
UPDATE customer_sources SET name = @name WHERE id = @id AND dealer_id = @dealer AND retired_at IS NULL`
	sqlRetireCustomerSource = `
UPDATE customer_sources SET retired_at = now() WHERE id = @id AND dealer_id = @dealer AND retired_at IS NULL`
)

// AddCustomerSource adds a customer source; onboarding.ErrNameTaken when another has its name.
func (s *Store) AddCustomerSource(ctx context.Context, dealerID string, source onboarding.NamedID, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "add customer source", entry, sqlAddCustomerSource, sourceArgs(dealerID, source))
}

// RenameCustomerSource gives a customer source another name.
func (s *Store) RenameCustomerSource(ctx context.Context, dealerID string, source onboarding.NamedID, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "rename customer source", entry, sqlRenameCustomerSource, sourceArgs(dealerID, source))
}

// RetireCustomerSource takes a customer source away from new customers.
func (s *Store) RetireCustomerSource(ctx context.Context, dealerID, sourceID string, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "retire customer source", entry, sqlRetireCustomerSource, sourceArgs(dealerID, onboarding.NamedID{ID: sourceID}))
}

func sourceArgs(dealerID string, source onboarding.NamedID) pgx.NamedArgs {
	return pgx.NamedArgs{"id": idOf(source.ID), "dealer": idOf(dealerID), "name": source.Name}
}
