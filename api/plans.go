package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/applicationjson"
	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

func (s *surface) registerPlans(v1 huma.API) {
	const tag = "Service packages"
	handle(s, v1, operation{
		id: "list-packages", method: http.MethodGet, path: "/packages", tag: tag,
		summary: "List service packages with their add-ons, at your prices",
	}, s.packages)
	handle(s, v1, operation{
		id: "list-package-templates", method: http.MethodGet, path: "/package-templates", tag: tag,
		summary: "List your package templates",
	}, s.packageTemplates)
	handle(s, v1, operation{
		id: "quote", method: http.MethodPost, path: "/quotes", tag: tag,
		summary:     "Price a plan without creating anything",
		description: "The Selected Package Summary. 422 says which add-ons cannot be sold like that, and why.",
	}, s.quote)
}

type packagesIn struct {
	DealerChoice
	AccountType string `query:"account_type" doc:"Only those sold for this account type"`
}

// ServicePackage is a package that can be sold, at the dealer's prices.
type ServicePackage struct {
	ID                string         `json:"id"`
	Name              string         `json:"name"`
	Description       string         `json:"description"`
	AccountTypes      []string       `json:"account_types"`
	IncludedFeatures  []string       `json:"included_features"`
	MonthlyCents      int64          `json:"monthly_cents"`
	ActivationFeeCent int64          `json:"activation_fee_cents"`
	Currency          string         `json:"currency" example:"USD"`
	AddOns            []OfferedAddOn `json:"add_ons"`
}

// OfferedAddOn is an add-on on the terms of one package.
type OfferedAddOn struct {
	ID                 string     `json:"id"`
	Name               string     `json:"name"`
	Group              string     `json:"group"`
	Help               string     `json:"help"`
	Note               string     `json:"note"`
	Unit               string     `json:"unit" doc:"What a quantity counts; empty for a tick box"`
	MaxQuantity        int        `json:"max_quantity"`
	Availability       string     `json:"availability" enum:"included,free,priced"`
	MonthlyCents       int64      `json:"monthly_cents" doc:"For one piece"`
	ActivationFeeCents int64      `json:"activation_fee_cents"`
	Rules              []PlanRule `json:"rules" doc:"What it needs or excludes"`
}

// PlanRule is a condition under which an add-on can be chosen.
type PlanRule struct {
	Kind    string `json:"kind" example:"requires_package"`
	Message string `json:"message"`
}

// PackageList is the packages that can be sold.
type PackageList page[ServicePackage]

type packagesOut struct{ Body PackageList }

func (s *surface) packages(ctx context.Context, in *packagesIn) (*packagesOut, error) {
	offers, err := s.desk.Packages(ctx, actorOf(ctx), in.DealerID, onboarding.AccountType(in.AccountType))
	if err != nil {
		return nil, err
	}
	return &packagesOut{PackageList(listed(offers, viewPackage))}, nil
}

func viewPackage(offer dealing.PackageOffer) ServicePackage {
	return ServicePackage{
		ID: offer.Package.ID, Name: offer.Package.Name, Description: offer.Package.Description,
		AccountTypes: words(offer.Package.AccountTypes), IncludedFeatures: words(offer.Package.IncludedFeatures),
		MonthlyCents: int64(offer.Price.Monthly), ActivationFeeCent: int64(offer.Price.Activation),
		Currency: catalog.Current().Currency(), AddOns: views(offer.AddOns, viewAddOn),
	}
}

func viewAddOn(offer dealing.AddOnOffer) OfferedAddOn {
	addOn := offer.AddOn
	return OfferedAddOn{
		ID: addOn.ID, Name: addOn.Name, Group: addOn.Group, Help: addOn.Help, Note: addOn.Note, Unit: addOn.Unit,
		MaxQuantity: addOn.MaxQuantity, Availability: string(offer.Availability),
		MonthlyCents: int64(offer.Price.Monthly), ActivationFeeCents: int64(offer.Price.Activation),
		Rules: views(addOn.Rules, func(r catalog.Rule) PlanRule { return PlanRule{string(r.Kind), r.Message} }),
	}
}

// PackageTemplate is a package with add-ons, as a dealer sells them together.
type PackageTemplate struct {
	ID        string        `json:"id"`
	Name      string        `json:"name"`
	PackageID string        `json:"package_id"`
	AddOns    []ChosenAddOn `json:"add_ons"`
}

// ChosenAddOn is an add-on and how many of it.
type ChosenAddOn struct {
	ID       string `json:"id"`
	Quantity int    `json:"quantity"`
}

// PackageTemplateList is the dealer's package templates.
type PackageTemplateList page[PackageTemplate]

type packageTemplatesOut struct{ Body PackageTemplateList }

func (s *surface) packageTemplates(ctx context.Context, in *DealerChoice) (*packageTemplatesOut, error) {
	templates, err := s.desk.PackageTemplates(ctx, actorOf(ctx), in.DealerID)
	if err != nil {
		return nil, err
	}
	return &packageTemplatesOut{PackageTemplateList(listed(templates, func(t catalog.PackageTemplate) PackageTemplate {
		return PackageTemplate{ID: t.ID, Name: t.Name, PackageID: t.PackageID, AddOns: views(t.AddOns, func(a catalog.Selected) ChosenAddOn {
			return ChosenAddOn(a)
		})}
	}))}, nil
}

type quoteIn struct {
	DealerChoice
	Body Plan
}

// Plan is what to price.
type Plan struct {
	AccountType string                  `json:"account_type,omitempty" example:"security_system"`
	Country     string                  `json:"country,omitempty" doc:"Where the system will stand" example:"US"`
	PanelType   string                  `json:"panel_type,omitempty" example:"simon_xt"`
	Package     applicationjson.Package `json:"package"`
}

// Quote is the Selected Package Summary.
type Quote struct {
	PackageID          string      `json:"package_id"`
	PackageName        string      `json:"package_name"`
	IncludedFeatures   []string    `json:"included_features"`
	AddOns             []QuoteLine `json:"add_ons"`
	ActivationFeeCents int64       `json:"activation_fee_cents"`
	MonthlyTotalCents  int64       `json:"monthly_total_cents"`
	Currency           string      `json:"currency" example:"USD"`
}

// QuoteLine is one add-on of a quote.
type QuoteLine struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Quantity     int    `json:"quantity"`
	MonthlyCents int64  `json:"monthly_cents"`
}

type quoteOut struct{ Body Quote }

func (s *surface) quote(ctx context.Context, in *quoteIn) (*quoteOut, error) {
	application := applicationjson.Application{
		Account:  applicationjson.Account{Type: in.Body.AccountType},
		Customer: applicationjson.Customer{Address: applicationjson.Address{Country: in.Body.Country}},
		System:   applicationjson.System{PanelType: in.Body.PanelType},
		Package:  in.Body.Package,
	}
	quote, err := s.desk.Quote(ctx, actorOf(ctx), in.DealerID, application.Answers())
	if err != nil {
		return nil, err
	}
	return &quoteOut{Quote{
		PackageID: quote.PackageID, PackageName: quote.PackageName, IncludedFeatures: words(quote.IncludedFeatures),
		AddOns: views(quote.AddOns, func(line catalog.QuoteLine) QuoteLine {
			return QuoteLine{line.ID, line.Name, line.Quantity, int64(line.Monthly)}
		}),
		ActivationFeeCents: int64(quote.ActivationFee), MonthlyTotalCents: int64(quote.MonthlyTotal), Currency: quote.Currency,
	}}, nil
}
