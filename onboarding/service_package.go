package onboarding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/latchkey/latchkey/catalog"
)

// servicePackage holds the page "Choose the Service Package" against its rules. The
// checked answer names the package and every add-on in place of the template: a
// template that is changed or deleted later must not stand in the way of a correction.
func (c *checking) servicePackage() {
	if len(c.in.Package.AddOns) > len(catalog.Current().AddOns()) {
		c.problem("/package/add_ons", "too_many", "More add-ons are chosen than there are. Choose each once.")
		return
	}
	chosen := c.chosenPackage()
	if chosen.templateUnknown {
		c.problem("/package/template_id", "unknown", "This package template does not exist. Choose one of the list, or a base package instead.")
		if chosen.selection.PackageID == "" {
			return
		}
	}
	if chosen.mismatch {
		c.problem("/package/package_id", "mismatch", "The package template is made for another base package. Choose that one, or no template.")
		return
	}
	quote, violations := catalog.Current().Quote(chosen.selection, c.facts.Prices, c.catalogContext())
	for _, violation := range violations {
		c.problem(chosen.field(violation), violation.Code, violation.Message)
	}
	if len(violations) > 0 {
		return
	}
	c.out.Quote = quote
	out := PackageAnswers{PackageID: quote.PackageID, AddOns: []AddOnAnswer{}}
	for _, line := range quote.AddOns {
		out.AddOns = append(out.AddOns, AddOnAnswer{ID: line.ID, Quantity: line.Quantity})
	}
	c.out.Answers.Package = out
}

// chosenPackage is what a package section selects: its template, extended by what was
// chosen beside it.
type chosenPackage struct {
	templateID      string
	templateUnknown bool
	// mismatch says that package and template were both chosen and do not agree.
	mismatch bool
	// selection has the template's add-ons first; the rest are in the order typed.
	selection    catalog.Selection
	fromTemplate int
	byTemplate   bool // the base package was not chosen itself
}

func (c *checking) chosenPackage() chosenPackage {
	in := c.in.Package
	chosen := chosenPackage{templateID: strings.TrimSpace(in.TemplateID)}
	chosen.selection.PackageID = strings.TrimSpace(in.PackageID)
	var typed []catalog.Selected
	for _, addOn := range in.AddOns {
		typed = append(typed, catalog.Selected{ID: strings.TrimSpace(addOn.ID), Quantity: addOn.Quantity})
	}
	if chosen.templateID != "" {
		chosen.extend(c.facts.PackageTemplates, typed)
	}
	chosen.selection.AddOns = append(chosen.selection.AddOns, typed...)
	return chosen
}

// extend puts the template underneath what was typed: a typed quantity wins over the
// template's.
func (p *chosenPackage) extend(templates []catalog.PackageTemplate, typed []catalog.Selected) {
	at := slices.IndexFunc(templates, func(t catalog.PackageTemplate) bool { return t.ID == p.templateID })
	if at < 0 {
		p.templateUnknown = true
		return
	}
	template := templates[at]
	switch p.selection.PackageID {
	case "":
		p.selection.PackageID, p.byTemplate = template.PackageID, true
	case template.PackageID:
	default:
		p.mismatch = true
	}
	for _, addOn := range template.AddOns {
		if !slices.ContainsFunc(typed, func(t catalog.Selected) bool { return t.ID == addOn.ID }) {
			p.selection.AddOns = append(p.selection.AddOns, addOn)
		}
	}
	p.fromTemplate = len(p.selection.AddOns)
}

// field points at the answer to change: what a template brought in is changed by
// choosing another template.
func (p chosenPackage) field(v catalog.Violation) string {
	switch {
	case v.Index < 0 && p.byTemplate, v.Index >= 0 && v.Index < p.fromTemplate:
		return "/package/template_id"
	case v.Index < 0:
		return "/package/package_id"
	default:
		return fmt.Sprintf("/package/add_ons/%d/%s", v.Index-p.fromTemplate, v.Member)
	}
}

// has reports whether the package comes with the add-on or it was chosen.
func (p chosenPackage) has(addOnID string) bool {
	base, _ := catalog.Current().Package(p.selection.PackageID)
	return base.Offer(addOnID) == catalog.Included ||
		slices.ContainsFunc(p.selection.AddOns, func(s catalog.Selected) bool { return s.ID == addOnID })
}

// catalogContext is what is known about the account for the rules of the catalogue.
func (c *checking) catalogContext() catalog.Context {
	context := catalog.Context{AccountType: string(c.out.Answers.Account.Type), PanelType: c.panelType()}
	if country, fault := ParseCountry(c.in.InstallationAddress().Country); !fault.Found() {
		context.Country = country.Code
	}
	if c.facts.Module != nil {
		context.FirmwareVersion = c.facts.Module.FirmwareVersion
	}
	return context
}
