package catalog

import (
	"fmt"
	"slices"
)

// Selection is what a dealer chose for a customer.
type Selection struct {
	PackageID string
	AddOns    []Selected
}

// Violation is a choice that cannot be sold, for the person who made it.
type Violation struct {
	// Index is the add-on's place in the selection; -1 when it is about the package.
	Index   int
	AddOnID string
	// Member is the part of the choice to change.
	Member  Member
	Code    string
	Message string
}

// Member is a part of a selection that can be wrong.
type Member string

// The parts: the package, an add-on, how many of it.
const (
	MemberPackage  Member = "package_id"
	MemberAddOn    Member = "id"
	MemberQuantity Member = "quantity"
)

// Quote prices a selection and holds it against every rule at once. The quote is
// complete when there are no violations. A quantity of 0 means 1. Add-ons that the
// package includes are accepted and left out: they come with it. The lines are in the
// order of the form, whatever the order of the selection.
//
// Codes: required, invalid_choice, unknown, not_offered, duplicate, out_of_range, and
// every RuleKind.
func (c *Catalog) Quote(selection Selection, prices Prices, context Context) (Quote, []Violation) {
	base, known := c.Package(selection.PackageID)
	switch {
	case selection.PackageID == "":
		return Quote{}, []Violation{packageViolation("required", "Please choose a Service Package.")}
	case !known:
		return Quote{}, []Violation{packageViolation("invalid_choice", "This service package does not exist. Choose one of the list.")}
	case context.AccountType != "" && !slices.Contains(base.AccountTypes, context.AccountType):
		return Quote{}, []Violation{packageViolation("invalid_choice", "This service package is not sold for this account type. Choose one of the list.")}
	}
	chosen, violations := c.choose(base, selection.AddOns)
	violations = append(violations, broken(base, chosen, context)...)
	slices.SortStableFunc(violations, func(a, b Violation) int { return a.Index - b.Index })
	if len(violations) > 0 {
		return Quote{}, violations
	}
	return c.priced(base, chosen, prices), nil
}

func packageViolation(code, message string) Violation {
	return Violation{Index: -1, Member: MemberPackage, Code: code, Message: message}
}

// choice is an add-on of the catalogue that was chosen, on the package's terms.
type choice struct {
	index    int
	addOn    AddOn
	terms    Availability
	quantity int
}

func (c *Catalog) choose(base Package, selected []Selected) ([]choice, []Violation) {
	var chosen []choice
	var violations []Violation
	refuse := func(index int, member Member, code, message string) {
		violations = append(violations, Violation{index, selected[index].ID, member, code, message})
	}
	seen := map[string]bool{}
	for i, s := range selected {
		addOn, known := c.AddOn(s.ID)
		terms := base.Offer(s.ID)
		quantity := s.Quantity
		if quantity == 0 {
			quantity = 1
		}
		switch {
		case !known:
			refuse(i, MemberAddOn, "unknown", "This add-on does not exist. Choose one that the package offers.")
		case terms == NotOffered:
			code, message := whyNotOffered(base, addOn)
			refuse(i, MemberAddOn, code, message)
		case seen[s.ID]:
			refuse(i, MemberAddOn, "duplicate", addOn.Name+" is chosen twice. Choose it once and give a quantity.")
		case quantity < 1 || quantity > addOn.MaxQuantity:
			refuse(i, MemberQuantity, "out_of_range", quantityMessage(addOn))
		default:
			chosen = append(chosen, choice{i, addOn, terms, quantity})
		}
		seen[s.ID] = true
	}
	return chosen, violations
}

// whyNotOffered prefers the add-on's own rule about packages, which says what to choose.
func whyNotOffered(base Package, addOn AddOn) (code, message string) {
	for _, rule := range addOn.Rules {
		if rule.Kind == RequiresPackage && !rule.holds(together{packageID: base.ID}) {
			return string(rule.Kind), rule.Message
		}
	}
	return "not_offered", addOn.Name + " is not offered with " + base.Name + ". Leave it out or choose another package."
}

// broken holds each chosen add-on against its rules. What the package includes counts
// as present, and as named before everything else.
func broken(base Package, chosen []choice, context Context) []Violation {
	all := slices.Clone(base.Included)
	for _, c := range chosen {
		all = append(all, c.addOn.ID)
	}
	var violations []Violation
	for i, c := range chosen {
		before := all[:len(base.Included)+i]
		for _, rule := range c.addOn.Rules {
			if !rule.holds(together{base.ID, all, before, context}) {
				violations = append(violations, Violation{c.index, c.addOn.ID, MemberAddOn, string(rule.Kind), rule.Message})
			}
		}
	}
	return violations
}

func (c *Catalog) priced(base Package, chosen []choice, prices Prices) Quote {
	price := prices.of(base.ID, base.Price)
	quote := Quote{
		PackageID:        base.ID,
		PackageName:      base.Name,
		IncludedFeatures: base.IncludedFeatures,
		ActivationFee:    price.Activation,
		MonthlyTotal:     price.Monthly,
		Currency:         c.currency,
	}
	slices.SortFunc(chosen, func(a, b choice) int { return c.place(a.addOn.ID) - c.place(b.addOn.ID) })
	for _, one := range chosen {
		if one.terms == Included {
			continue
		}
		var each Price
		if one.terms == Priced {
			each = prices.of(one.addOn.ID, one.addOn.Price)
		}
		line := QuoteLine{ID: one.addOn.ID, Name: one.addOn.Name, Quantity: one.quantity, Monthly: each.Monthly * Cents(one.quantity)}
		quote.AddOns = append(quote.AddOns, line)
		quote.MonthlyTotal += line.Monthly
		quote.ActivationFee += each.Activation * Cents(one.quantity)
	}
	return quote
}

func (c *Catalog) place(addOnID string) int {
	return slices.IndexFunc(c.addOns, func(a AddOn) bool { return a.ID == addOnID })
}

func (p Prices) of(id string, catalogue Price) Price {
	if own, ok := p[id]; ok {
		return own
	}
	return catalogue
}

func quantityMessage(addOn AddOn) string {
	if addOn.MaxQuantity == 1 {
		return addOn.Name + " can be chosen once."
	}
	return fmt.Sprintf("The quantity of %s is a number from 1 to %d.", addOn.Name, addOn.MaxQuantity)
}
