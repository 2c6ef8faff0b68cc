package dealing

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding"
)

// PanelTemplateAnswers describe an AirFX panel template.
type PanelTemplateAnswers struct {
	Name      string
	PanelType string
}

// OwnPanelTemplates lists the dealer's AirFX templates with their versions.
func (d *Desk) OwnPanelTemplates(ctx context.Context, actor Actor, dealerID string) ([]OwnPanelTemplate, error) {
	dealerID, err := forDealer(actor, dealerID)
	if err != nil {
		return nil, err
	}
	return d.store.OwnPanelTemplates(ctx, dealerID)
}

// PanelsWithTemplates are the panels that a template can be for.
func PanelsWithTemplates() []onboarding.Choice {
	var choices []onboarding.Choice
	for _, panel := range catalog.Current().Panels() {
		choices = append(choices, onboarding.Choice{Value: panel.ID, Label: panel.Name})
	}
	return choices
}

// AddPanelTemplate adds an AirFX template. *Invalid with fields /name and /panel_type.
func (d *Desk) AddPanelTemplate(ctx context.Context, actor Actor, dealerID string, typed PanelTemplateAnswers) (OwnPanelTemplate, error) {
	dealerID, err := changeSettings(actor, dealerID)
	if err != nil {
		return OwnPanelTemplate{}, err
	}
	var read answerReader
	template := onboarding.PanelTemplate{
		ID: newID(), Name: read.name(typed.Name), PanelType: read.choice("/panel_type", typed.PanelType, PanelsWithTemplates()),
	}
	if err := read.err(); err != nil {
		return OwnPanelTemplate{}, err
	}
	err = d.store.AddPanelTemplate(ctx, dealerID, template, auditEntry(ctx, actor, dealerID, "settings.add_panel_template", template.ID, ""))
	return OwnPanelTemplate{PanelTemplate: template, Version: 1}, settled(err, "/name", "")
}

// ChangePanelTemplate gives a template another name. Its panel type stays, since panels may
// wait for it: it may be left out or sent as it is. version is what the writer saw. ErrStale
// when it is another by now: what is returned is the template as it is.
func (d *Desk) ChangePanelTemplate(ctx context.Context, actor Actor, dealerID, templateID string, typed PanelTemplateAnswers, version int) (OwnPanelTemplate, error) {
	dealerID, err := changeSettings(actor, dealerID)
	if err != nil {
		return OwnPanelTemplate{}, err
	}
	now, err := d.ownPanelTemplate(ctx, dealerID, templateID)
	if err != nil {
		return OwnPanelTemplate{}, err
	}
	if now.Version != version {
		return now, ErrStale
	}
	var read answerReader
	changed := now
	changed.Name = read.name(typed.Name)
	if typed.PanelType != "" && typed.PanelType != now.PanelType {
		read.note("/panel_type", onboarding.Fault{Code: "not_changeable", Message: "The panel type of a template cannot be changed. Add another template instead."})
	}
	if err := read.err(); err != nil {
		return now, err
	}
	err = d.store.RenamePanelTemplate(ctx, dealerID, changed, auditEntry(ctx, actor, dealerID, "settings.rename_panel_template", templateID, ""))
	switch {
	case errors.Is(err, ErrNotFound):
		return now, ErrStale // it was there a moment ago
	case err != nil:
		return now, settled(err, "/name", "")
	}
	changed.Version++
	return changed, nil
}

// RetirePanelTemplate takes a template away from new accounts; panels that wait for it
// still get it.
func (d *Desk) RetirePanelTemplate(ctx context.Context, actor Actor, dealerID, templateID string) error {
	dealerID, err := changeSettings(actor, dealerID)
	if err != nil {
		return err
	}
	return d.store.WithdrawPanelTemplate(ctx, dealerID, templateID, auditEntry(ctx, actor, dealerID, "settings.retire_panel_template", templateID, ""))
}

func (d *Desk) ownPanelTemplate(ctx context.Context, dealerID, templateID string) (OwnPanelTemplate, error) {
	templates, err := d.store.OwnPanelTemplates(ctx, dealerID)
	if err != nil {
		return OwnPanelTemplate{}, err
	}
	for _, template := range templates {
		if template.ID == templateID {
			return template, nil
		}
	}
	return OwnPanelTemplate{}, ErrNotFound
}

// CustomerSources lists where the dealer's customers come from.
func (d *Desk) CustomerSources(ctx context.Context, actor Actor, dealerID string) ([]NamedID, error) {
	dealerID, err := seeSettings(actor, dealerID)
	if err != nil {
		return nil, err
	}
	return d.store.CustomerSources(ctx, dealerID)
}

// AddCustomerSource adds a customer source. *Invalid with the field /name.
func (d *Desk) AddCustomerSource(ctx context.Context, actor Actor, dealerID, name string) error {
	return d.nameSource(ctx, actor, dealerID, NamedID{ID: newID(), Name: name}, "settings.add_customer_source", d.store.AddCustomerSource)
}

// RenameCustomerSource gives a customer source another name.
func (d *Desk) RenameCustomerSource(ctx context.Context, actor Actor, dealerID, sourceID, name string) error {
	return d.nameSource(ctx, actor, dealerID, NamedID{ID: sourceID, Name: name}, "settings.rename_customer_source", d.store.RenameCustomerSource)
}

func (d *Desk) nameSource(ctx context.Context, actor Actor, dealerID string, source NamedID, action string,
	keep func(context.Context, string, NamedID, AuditEntry) error,
) error {
	dealerID, err := changeSettings(actor, dealerID)
	if err != nil {
		return err
	}
	var read answerReader
	source.Name = read.name(source.Name)
	if err := read.err(); err != nil {
		return err
	}
	return settled(keep(ctx, dealerID, source, auditEntry(ctx, actor, dealerID, action, source.ID, "")), "/name", "")
}

// RetireCustomerSource takes a customer source away from new customers.
func (d *Desk) RetireCustomerSource(ctx context.Context, actor Actor, dealerID, sourceID string) error {
	dealerID, err := changeSettings(actor, dealerID)
	if err != nil {
		return err
	}
	return d.store.RetireCustomerSource(ctx, dealerID, sourceID, auditEntry(ctx, actor, dealerID, "settings.retire_customer_source", sourceID, ""))
}
