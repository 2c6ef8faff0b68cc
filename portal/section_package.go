package portal

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// packageContent is the seed's "Service Package".
type packageContent struct {
	Template field
	Package  field
	Groups   []addOnGroup
	Quote    *quoteSummary
	// Here is where a script asks for the section anew.
	Here string
}

// addOnGroup is a heading of "Configure Package" with its questions.
type addOnGroup struct {
	Name string
	// OneOf are the add-ons of which at most one can be had; empty when there are none.
	OneOf *field
	Notes []string
	Lines []addOnLine
}

// addOnLine is one add-on that can be had beside the others.
type addOnLine struct {
	field
	Note  string
	Help  string
	Price string
	Unit  string
	// Counted asks how many instead of whether.
	Counted  bool
	Included bool
	Max      int
}

// quoteSummary is the seed's "Selected Package Summary".
type quoteSummary struct {
	PackageName string
	Features    []string
	AddOns      []row
	Activation  string
	Monthly     string
}

func summaryOf(quote catalog.Quote) *quoteSummary {
	made := &quoteSummary{
		PackageName: quote.PackageName, Features: quote.IncludedFeatures,
		Activation: dollars(quote.ActivationFee), Monthly: dollars(quote.MonthlyTotal),
	}
	for _, line := range quote.AddOns {
		name := line.Name
		if line.Quantity > 1 {
			name = fmt.Sprintf("%s × %d", name, line.Quantity)
		}
		made.AddOns = append(made.AddOns, row{name, dollars(line.Monthly)})
	}
	return made
}

func (packageContent) part() string { return "section_package" }

func (p packageContent) rows(*form) []row {
	rows := []row{{"Base Package", p.Package.shown()}}
	if p.Quote == nil {
		return rows
	}
	rows[0].Value = p.Quote.PackageName
	for _, addOn := range p.Quote.AddOns {
		rows = append(rows, row{addOn.Label, addOn.Value + " /month"})
	}
	return append(rows, row{"Activation Fee", p.Quote.Activation}, row{"New Total Price", p.Quote.Monthly + " /month"})
}

const (
	oneOf    = "/package/one_of/"
	quantity = "/package/quantity/"
	addOnAt  = "/package/add_ons/"
)

// readPackage fills in what a package template bundles when one is applied, and otherwise
// takes the package with those of the ticked add-ons that it offers: a form shows no other.
func readPackage(ctx context.Context, s sheet, typed url.Values, answers *onboarding.Answers) error {
	if id := typed.Get("/package/template_id"); id != "" {
		return applyTemplate(ctx, s, id, answers)
	}
	chosen := onboarding.PackageAnswers{PackageID: typed.Get("/package/package_id"), AddOns: []onboarding.AddOnAnswer{}}
	base, _ := catalog.Current().Package(chosen.PackageID)
	for _, addOn := range catalog.Current().AddOns() {
		count := 0
		switch {
		case base.Offer(addOn.ID) == catalog.NotOffered, base.Offer(addOn.ID) == catalog.Included:
		case typed.Get(oneOf+addOn.Group) == addOn.ID, typed.Get(addOnAt+addOn.ID) != "":
			count = 1
		case typed.Get(quantity+addOn.ID) != "":
			count = readQuantity(typed.Get(quantity + addOn.ID))
		}
		if count != 0 {
			chosen.AddOns = append(chosen.AddOns, onboarding.AddOnAnswer{ID: addOn.ID, Quantity: count})
		}
	}
	answers.Package = chosen
	return nil
}

// readQuantity takes what is no number for one that nobody can have, so that the rule
// about the quantity says what to type. Nought means that the add-on is not wanted.
func readQuantity(typed string) int {
	count, err := strconv.Atoi(strings.TrimSpace(typed))
	if err != nil {
		return -1
	}
	return count
}

func applyTemplate(ctx context.Context, s sheet, id string, answers *onboarding.Answers) error {
	bundles, err := s.desk.PackageTemplates(ctx, s.user.Actor, s.dealerID)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(bundles, func(t catalog.PackageTemplate) bool { return t.ID == id })
	if at < 0 {
		answers.Package.TemplateID = id // the rule says that it does not exist
		return nil
	}
	chosen := onboarding.PackageAnswers{PackageID: bundles[at].PackageID, AddOns: []onboarding.AddOnAnswer{}}
	for _, addOn := range bundles[at].AddOns {
		chosen.AddOns = append(chosen.AddOns, onboarding.AddOnAnswer{ID: addOn.ID, Quantity: addOn.Quantity})
	}
	answers.Package = chosen
	return nil
}

func buildPackage(ctx context.Context, s sheet, f *form) (content, error) {
	offers, err := s.desk.Packages(ctx, s.user.Actor, s.dealerID, s.answers.Account.Type)
	if err != nil {
		return nil, err
	}
	bundles, err := s.desk.PackageTemplates(ctx, s.user.Actor, s.dealerID)
	if err != nil {
		return nil, err
	}
	made := packageContent{Here: s.here(onboarding.SectionPackage)}
	if s.review.Quote != nil {
		made.Quote = summaryOf(*s.review.Quote)
	}
	nameAddOns(f, s.answers.Package.AddOns)
	var bundled []option
	for _, bundle := range bundles {
		bundled = append(bundled, option{Value: bundle.ID, Label: bundle.Name})
	}
	made.Template = f.choice("/package/template_id", "Package Template", "", withNone("- Select -", bundled), hint("Fills in the package and its add-ons below, to change as you like."))
	var packages []option
	var base *dealing.PackageOffer
	for i, offer := range offers {
		packages = append(packages, option{Value: offer.Package.ID, Label: offer.Package.Name + " (" + dollars(offer.Price.Monthly) + ")"})
		if offer.Package.ID == s.answers.Package.PackageID {
			base = &offers[i]
		}
	}
	made.Package = f.choice("/package/package_id", "Base Package:", s.answers.Package.PackageID, withNone("Please choose a Service Package", packages), required)
	if base != nil {
		made.Groups = addOnGroups(f, *base, s.answers.Package.AddOns)
	}
	return made, nil
}

// nameAddOns makes problems speak of an add-on by its ID, as the form does, instead of its
// place in the answers. Those of a list of alternatives are at the list.
func nameAddOns(f *form, chosen []onboarding.AddOnAnswer) {
	problems := slices.Clone(f.problems)
	for i, problem := range problems {
		for at, addOn := range chosen {
			place := addOnAt + strconv.Itoa(at)
			if problem.Field != place && !strings.HasPrefix(problem.Field, place+"/") {
				continue
			}
			problems[i].Field = addOnAt + addOn.ID
			if known, _ := catalog.Current().AddOn(addOn.ID); slices.Contains(alternatives(known.Group), addOn.ID) {
				problems[i].Field = oneOf + known.Group
			}
		}
	}
	f.problems = problems
}

// alternatives are the add-ons of a group of which each excludes all others.
func alternatives(group string) []string {
	var ids []string
	var excluded [][]string
	for _, addOn := range catalog.Current().AddOns() {
		if addOn.Group != group || slices.ContainsFunc(excluded, func(others []string) bool { return !slices.Contains(others, addOn.ID) }) {
			continue
		}
		for _, rule := range addOn.Rules {
			if rule.Kind == catalog.Excludes {
				ids, excluded = append(ids, addOn.ID), append(excluded, rule.AddOns)
			}
		}
	}
	if len(ids) < 2 {
		return nil
	}
	return ids
}

func addOnGroups(f *form, base dealing.PackageOffer, chosen []onboarding.AddOnAnswer) []addOnGroup {
	var groups []addOnGroup
	for _, heading := range catalog.Current().AddOnGroups() {
		group := addOnGroup{Name: heading.Name}
		either := alternatives(heading.ID)
		var choices []option
		selected := ""
		for _, offer := range base.AddOns {
			switch {
			case offer.AddOn.Group != heading.ID:
			case slices.Contains(either, offer.AddOn.ID) && offer.Availability != catalog.Included:
				choices = append(choices, option{Value: offer.AddOn.ID, Label: offer.AddOn.Name + " (" + priceOf(offer) + ")"})
				if quantityOf(chosen, offer.AddOn.ID) != 0 {
					selected = offer.AddOn.ID
				}
			default:
				group.Lines = append(group.Lines, lineOf(f, offer, chosen))
			}
		}
		if len(choices) > 0 {
			list := f.choice(oneOf+heading.ID, label(heading.Name), selected, withNone("No Package Selected", choices))
			group.OneOf = &list
		}
		if len(choices)+len(group.Lines) > 0 {
			groups = append(groups, group)
		}
	}
	return groups
}

// label is a heading in capitals as the name of a field.
func label(heading string) string {
	return heading[:1] + strings.ToLower(heading[1:])
}

func quantityOf(chosen []onboarding.AddOnAnswer, id string) int {
	for _, addOn := range chosen {
		if addOn.ID == id {
			return max(addOn.Quantity, 1)
		}
	}
	return 0
}

func priceOf(offer dealing.AddOnOffer) string {
	if offer.Availability == catalog.Free {
		return "no charge"
	}
	return dollars(offer.Price.Monthly) + " /month"
}

func lineOf(f *form, offer dealing.AddOnOffer, chosen []onboarding.AddOnAnswer) addOnLine {
	addOn := offer.AddOn
	line := addOnLine{Note: addOn.Note, Help: addOn.Help, Unit: addOn.Unit, Max: addOn.MaxQuantity}
	switch {
	case offer.Availability == catalog.Included:
		line.Included, line.field = true, field{Label: addOn.Name}
		return line
	case addOn.MaxQuantity > 1:
		line.Counted = true
		count := ""
		if n := quantityOf(chosen, addOn.ID); n != 0 {
			count = strconv.Itoa(n)
		}
		line.field = f.text(quantity+addOn.ID, addOn.Name, count, keyboard("numeric"), width("5"))
		line.Error = f.errorAt(addOnAt + addOn.ID)
		f.anchor(addOnAt+addOn.ID, line.ID)
	default:
		line.field = f.tick(addOnAt+addOn.ID, addOn.Name, quantityOf(chosen, addOn.ID) != 0)
	}
	line.Price = priceOf(offer)
	return line
}
