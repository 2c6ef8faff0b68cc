package catalog

import "slices"

// AddOnGroup is a heading of "Configure Package".
type AddOnGroup struct {
	ID   string
	Name string
}

// AddOn is a feature that can be added to a package.
type AddOn struct {
	ID    string
	Name  string
	Group string
	// Help is the text behind the question mark; Note stands below the name.
	Help string
	Note string
	// Unit names what a quantity counts, e.g. "Events"; empty for a tick box.
	Unit string
	// MaxQuantity is how many one account can have.
	MaxQuantity int
	// Price is for one piece.
	Price Price
	Rules []Rule
}

func (a AddOn) clone() AddOn {
	a.Rules = slices.Clone(a.Rules)
	for i, rule := range a.Rules {
		rule.Packages, rule.AddOns, rule.Panels = slices.Clone(rule.Packages), slices.Clone(rule.AddOns), slices.Clone(rule.Panels)
		rule.AccountTypes, rule.Countries = slices.Clone(rule.AccountTypes), slices.Clone(rule.Countries)
		a.Rules[i] = rule
	}
	return a
}
