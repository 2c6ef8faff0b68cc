package dealing

import (
	"context"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/onboarding/places"
)

// Options is every choice that the form of one account type needs.
type Options struct {
	// Sections are those that the form asks for, in the seed's order.
	Sections          []onboarding.Section
	Kinds             []onboarding.Choice
	AccountTypes      []onboarding.AccountTypeChoice
	PropertyTypes     []onboarding.Choice
	InstallTypes      []onboarding.Choice
	PhoneTypes        []onboarding.Choice
	Languages         []onboarding.Choice
	Countries         []places.Country
	TimeZones         []places.Zone
	PanelTypes        []onboarding.Choice
	Panels            []catalog.Panel
	Pathways          []onboarding.Choice
	ForwardingOptions []onboarding.Choice
	EventGroups       []catalog.EventGroup
	EventPresets      []catalog.EventPreset
	Notifications     []catalog.Notification
	SubDealers        []NamedID
	CustomerSources   []NamedID
	// StationRegistered is false while no signals can be forwarded: the form then warns
	// with onboarding.NoStationTitle and NoStationMessage.
	StationRegistered bool
}

// Options lists the choices for a customer's account of a type; an empty type is a
// security system, which has all of them.
func (d *Desk) Options(ctx context.Context, actor Actor, dealerID string, accountType onboarding.AccountType) (Options, error) {
	dealerID, err := forDealer(actor, dealerID)
	if err != nil {
		return Options{}, err
	}
	if accountType == "" {
		accountType = onboarding.SecuritySystem
	}
	plan, known := onboarding.PlanFor(onboarding.KindCustomer, accountType)
	if !known {
		return Options{}, unknownAccountType("account_type")
	}
	subDealers, err := d.store.SubDealers(ctx, dealerID)
	if err != nil {
		return Options{}, err
	}
	sources, err := d.store.CustomerSources(ctx, dealerID)
	if err != nil {
		return Options{}, err
	}
	receivers, err := d.store.Receivers(ctx, dealerID)
	if err != nil {
		return Options{}, err
	}
	options := Options{
		Sections: plan.Sections, Kinds: onboarding.Kinds, AccountTypes: onboarding.AccountTypes,
		PropertyTypes: onboarding.PropertyTypes, InstallTypes: onboarding.InstallTypes, PhoneTypes: onboarding.PhoneTypes,
		Languages: onboarding.Languages, Countries: places.Countries(), TimeZones: places.TimeZones(),
		SubDealers: subDealers, CustomerSources: sources, StationRegistered: len(receivers) > 0,
	}
	current := catalog.Current()
	options.Notifications = current.Notifications()
	if plan.Asks(onboarding.SectionSystem) {
		options.PanelTypes, options.Panels, options.Pathways = onboarding.PanelTypes(), current.Panels(), onboarding.Pathways
	}
	if plan.Asks(onboarding.SectionForwarding) {
		options.ForwardingOptions = onboarding.ForwardingOptions
		options.EventGroups, options.EventPresets = current.EventGroups(), current.EventPresets()
	}
	return options, nil
}

func unknownAccountType(field string) error {
	return invalid(field, "invalid_choice", "Choose an account type from the list: security_system, standalone_video_access or automation_awareness.")
}
