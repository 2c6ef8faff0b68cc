package dealing

import (
	"context"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding"
)

// PackageOffer is a package at the dealer's prices with the add-ons it can have.
type PackageOffer struct {
	Package catalog.Package
	Price   catalog.Price
	AddOns  []AddOnOffer
}

// AddOnOffer is an add-on on the terms of one package.
type AddOnOffer struct {
	AddOn        catalog.AddOn
	Availability catalog.Availability
	// Price is what it adds for the customer: nothing when included or free.
	Price catalog.Price
}

// Packages lists what the dealer can sell for an account type; empty lists everything.
func (d *Desk) Packages(ctx context.Context, actor Actor, dealerID string, accountType onboarding.AccountType) ([]PackageOffer, error) {
	dealerID, err := forDealer(actor, dealerID)
	if err != nil {
		return nil, err
	}
	if _, known := onboarding.PlanFor(onboarding.KindCustomer, accountType); accountType != "" && !known {
		return nil, unknownAccountType("account_type")
	}
	prices, err := d.store.Prices(ctx, dealerID)
	if err != nil {
		return nil, err
	}
	current := catalog.Current()
	var offers []PackageOffer
	for _, sold := range current.Packages(string(accountType)) {
		offer := PackageOffer{Package: sold, Price: priceOf(prices, sold.ID, sold.Price)}
		for _, addOn := range current.AddOns() {
			switch terms := sold.Offer(addOn.ID); terms {
			case catalog.NotOffered:
			case catalog.Priced:
				offer.AddOns = append(offer.AddOns, AddOnOffer{addOn, terms, priceOf(prices, addOn.ID, addOn.Price)})
			default:
				offer.AddOns = append(offer.AddOns, AddOnOffer{AddOn: addOn, Availability: terms})
			}
		}
		offers = append(offers, offer)
	}
	return offers, nil
}

func priceOf(prices catalog.Prices, id string, catalogue catalog.Price) catalog.Price {
	if own, ok := prices[id]; ok {
		return own
	}
	return catalogue
}

// PackageTemplates lists the dealer's bundles of a package with add-ons.
func (d *Desk) PackageTemplates(ctx context.Context, actor Actor, dealerID string) ([]catalog.PackageTemplate, error) {
	dealerID, err := forDealer(actor, dealerID)
	if err != nil {
		return nil, err
	}
	return d.store.PackageTemplates(ctx, dealerID)
}

// Quote prices a service package for the rest of the answers, as far as they are given:
// account type, installation country, panel and module decide what can be sold. *Invalid
// with the problems of the section package.
func (d *Desk) Quote(ctx context.Context, actor Actor, dealerID string, answers onboarding.Answers) (catalog.Quote, error) {
	dealerID, err := forDealer(actor, dealerID)
	if err != nil {
		return catalog.Quote{}, err
	}
	if _, known := onboarding.PlanFor(onboarding.KindCustomer, answers.Account.Type); answers.Account.Type != "" && !known {
		return catalog.Quote{}, unknownAccountType("/account_type")
	}
	var facts onboarding.Facts
	if facts.Prices, err = d.store.Prices(ctx, dealerID); err != nil {
		return catalog.Quote{}, err
	}
	if facts.PackageTemplates, err = d.store.PackageTemplates(ctx, dealerID); err != nil {
		return catalog.Quote{}, err
	}
	quote, problems := onboarding.QuotePackage(answers, facts)
	if len(problems) > 0 {
		return catalog.Quote{}, &Invalid{problems}
	}
	return quote, nil
}
