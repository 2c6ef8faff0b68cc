package onboarding

import (
	"strings"

	"github.com/latchkey/latchkey/catalog"
)

// templates holds the page "Select installation templates" against its rules.
func (c *checking) templates() {
	out := &c.out.Answers.Templates
	if c.in.Templates.DefaultNotifications == nil {
		apply := true
		out.DefaultNotifications = &apply
	}
	out.PanelTemplateID = ""
	if strings.TrimSpace(c.in.Templates.PanelTemplateID) == "" || !c.appliesTemplates() {
		return
	}
	if fault := c.panelTemplateFault(); fault.Found() {
		c.fault("/templates/panel_template_id", fault)
		return
	}
	out.PanelTemplateID = c.facts.PanelTemplate.ID
}

// panelTemplateFault says why the chosen template cannot be applied. A panel that is
// not known yet fits every template.
func (c *checking) panelTemplateFault() Fault {
	panelType := c.panelType()
	panel, panelKnown := catalog.Current().Panel(panelType)
	switch {
	case c.facts.PanelTemplate == nil:
		return Fault{"unknown", "This AirFX panel template does not exist. Choose one of the list, or none."}
	case panelKnown && !panel.Templates:
		return Fault{"panel_unsupported", "Templates cannot be applied to this control panel. Choose no AirFX panel template."}
	case panelType != "" && c.facts.PanelTemplate.PanelType != panelType:
		return Fault{"panel_unsupported", "This AirFX panel template is made for another control panel. Choose one for the panel of this system, or none."}
	default:
		return Fault{}
	}
}

// appliesTemplates is false for accounts without a control panel, whose template is
// refused with everything else that was not asked, and true while the account type is
// not known: a draft is checked page by page.
func (c *checking) appliesTemplates() bool {
	plan, known := PlanFor(c.out.Answers.Kind, c.out.Answers.Account.Type)
	return !known || plan.Has(StepApplyTemplate)
}
