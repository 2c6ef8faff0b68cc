package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/onboarding/places"
)

func (s *surface) registerChoices(v1 huma.API) {
	handle(s, v1, operation{
		id: "list-options", method: http.MethodGet, path: "/options", tag: "Choices",
		summary: "Every choice that the form of an account type needs",
	}, s.options)
}

type optionsIn struct {
	DealerChoice
	AccountType string `query:"account_type" doc:"security_system when left out"`
}

// Options is every choice that a form needs. The first choice of a list is its default
// where there is one.
type Options struct {
	Sections          []string       `json:"sections" doc:"The sections that the application has, in order"`
	Kinds             []Choice       `json:"kinds"`
	AccountTypes      []Choice       `json:"account_types"`
	PropertyTypes     []Choice       `json:"property_types"`
	InstallTypes      []Choice       `json:"install_types"`
	PhoneTypes        []Choice       `json:"phone_types"`
	Languages         []Choice       `json:"languages"`
	Countries         []Country      `json:"countries"`
	TimeZones         []Choice       `json:"time_zones"`
	PanelTypes        []Choice       `json:"panel_types"`
	Panels            []Panel        `json:"panels"`
	Pathways          []Choice       `json:"pathways"`
	ForwardingOptions []Choice       `json:"forwarding_options"`
	EventGroups       []EventGroup   `json:"event_groups"`
	EventPresets      []EventPreset  `json:"event_presets"`
	Notifications     []Notification `json:"notifications" doc:"What a customer can be told of"`
	SubDealers        []Choice       `json:"sub_dealers"`
	CustomerSources   []Choice       `json:"customer_sources"`
	StationWarning    *StationNotice `json:"station_warning,omitempty" doc:"Only while no monitoring station is registered"`
}

// Choice is one entry of a list: the word an application carries and what people read.
type Choice struct {
	Value string `json:"value"`
	Label string `json:"label"`
	Help  string `json:"help,omitempty"`
}

// Country is a country with its states or provinces.
type Country struct {
	Value  string   `json:"value" example:"US"`
	Label  string   `json:"label" example:"USA"`
	States []Choice `json:"states"`
}

// Panel is a control panel and where the serial numbers of its modules are found.
type Panel struct {
	ID             string       `json:"id"`
	Name           string       `json:"name"`
	TwoWayVoice    bool         `json:"two_way_voice"`
	PanelTemplates bool         `json:"panel_templates" doc:"AirFX panel templates can be pushed to it"`
	SerialHelp     []SerialHelp `json:"serial_help" doc:"Answers: Where is the serial number?"`
}

// SerialHelp says where one kind of module has its number.
type SerialHelp struct {
	Module  string `json:"module"`
	Drawing string `json:"drawing" doc:"What the portal's drawing of it shows, in words"`
	Text    string `json:"text"`
}

// EventGroup is a kind of signal that can be forwarded.
type EventGroup struct {
	Value   string `json:"value"`
	Label   string `json:"label"`
	Meaning string `json:"meaning"`
	Default bool   `json:"default"`
}

// EventPreset is a ready-made choice of event groups.
type EventPreset struct {
	Value  string   `json:"value"`
	Label  string   `json:"label"`
	Events []string `json:"events"`
}

// StationNotice is the seed's warning.
type StationNotice struct {
	Title   string `json:"title"`
	Message string `json:"message"`
}

type optionsOut struct{ Body Options }

func (s *surface) options(ctx context.Context, in *optionsIn) (*optionsOut, error) {
	options, err := s.desk.Options(ctx, actorOf(ctx), in.DealerID, onboarding.AccountType(in.AccountType))
	if err != nil {
		return nil, err
	}
	return &optionsOut{viewOptions(options)}, nil
}

func viewOptions(o dealing.Options) Options {
	view := Options{
		Sections: words(o.Sections), Kinds: choices(o.Kinds), AccountTypes: views(o.AccountTypes, viewAccountType),
		PropertyTypes: choices(o.PropertyTypes), InstallTypes: choices(o.InstallTypes), PhoneTypes: choices(o.PhoneTypes),
		Languages: choices(o.Languages), Countries: views(o.Countries, viewCountry),
		TimeZones:  views(o.TimeZones, func(z places.Zone) Choice { return Choice{Value: z.Name, Label: z.Label} }),
		PanelTypes: choices(o.PanelTypes), Panels: views(o.Panels, viewPanel), Pathways: choices(o.Pathways),
		ForwardingOptions: choices(o.ForwardingOptions),
		EventGroups:       views(o.EventGroups, viewEventGroup), EventPresets: views(o.EventPresets, viewEventPreset),
		Notifications: views(o.Notifications, viewNotification),
		SubDealers:    views(o.SubDealers, viewNamed), CustomerSources: views(o.CustomerSources, viewNamed),
	}
	if len(o.ForwardingOptions) > 0 && !o.StationRegistered {
		view.StationWarning = &StationNotice{onboarding.NoStationTitle, onboarding.NoStationMessage}
	}
	return view
}

func choices(all []onboarding.Choice) []Choice {
	return views(all, func(c onboarding.Choice) Choice { return Choice{Value: c.Value, Label: c.Label} })
}

func viewAccountType(c onboarding.AccountTypeChoice) Choice {
	return Choice{Value: string(c.Type), Label: c.Label, Help: c.Help}
}

func viewCountry(c places.Country) Country {
	return Country{Value: c.Code, Label: c.Name, States: views(c.States, func(state places.State) Choice {
		return Choice{Value: state.Code, Label: state.Name}
	})}
}

func viewPanel(p catalog.Panel) Panel {
	return Panel{ID: p.ID, Name: p.Name, TwoWayVoice: p.TwoWayVoice, PanelTemplates: p.Templates, SerialHelp: views(p.SerialHelp, func(h catalog.SerialHelp) SerialHelp {
		return SerialHelp(h)
	})}
}

func viewEventGroup(g catalog.EventGroup) EventGroup {
	return EventGroup{Value: g.ID, Label: g.Label, Meaning: g.Meaning, Default: g.Default}
}

func viewEventPreset(p catalog.EventPreset) EventPreset {
	return EventPreset{Value: p.ID, Label: p.Label, Events: views(p.Groups, func(id string) string { return id })}
}

func viewNamed(n dealing.NamedID) Choice { return Choice{Value: n.ID, Label: n.Name} }
