package portal

import (
	"context"
	"net/url"
	"slices"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding"
)

// templatesContent is the seed's "Installation Templates Plan".
type templatesContent struct {
	Notifications field
	// Panel is the AirFX template; nil for an account without a control panel.
	Panel *field
}

func (templatesContent) part() string { return "section_templates" }

func (templatesContent) rows(f *form) []row { return rowsOf(f) }

func readTemplates(_ context.Context, _ sheet, typed url.Values, answers *onboarding.Answers) error {
	apply := typed.Get("/templates/default_notifications") != ""
	answers.Templates = onboarding.TemplatesAnswers{DefaultNotifications: &apply, PanelTemplateID: typed.Get("/templates/panel_template_id")}
	return nil
}

func buildTemplates(ctx context.Context, s sheet, f *form) (content, error) {
	in := s.answers.Templates
	list, err := s.desk.DefaultNotifications(ctx, s.user.Actor, s.dealerID)
	if err != nil {
		return nil, err
	}
	possible := onboarding.NotificationsFor(s.answers.Account.Type)
	applicable := slices.DeleteFunc(list.Kinds, func(kind string) bool { return !slices.Contains(possible, kind) })
	apply := in.DefaultNotifications == nil || *in.DefaultNotifications
	made := templatesContent{Notifications: f.tick("/templates/default_notifications", "Apply Default Notifications", apply,
		hint("A default set of notifications that can be edited later by the customer without impacting the saved defaults. Now: "+notificationLabels(applicable)+"."))}
	plan, _ := onboarding.PlanFor(s.kind, s.answers.Account.Type)
	if !plan.Has(onboarding.StepApplyTemplate) {
		return made, nil
	}
	stored, err := s.desk.PanelTemplates(ctx, s.user.Actor, s.dealerID)
	if err != nil {
		return nil, err
	}
	var options []option
	for _, template := range stored {
		panel, _ := catalog.Current().Panel(template.PanelType)
		options = append(options, option{Value: template.ID, Label: template.Name + " (" + panel.Name + ")"})
	}
	panel := f.choice("/templates/panel_template_id", "Apply AirFX Panel Template", in.PanelTemplateID, withNone("(none)", options))
	made.Panel = &panel
	return made, nil
}
