package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

func (s *surface) registerLookUps(v1 huma.API) {
	const tag = "Look-ups"
	handle(s, v1, operation{
		id: "suggest-login-name", method: http.MethodGet, path: "/login-names/suggestion", tag: tag,
		summary: "Suggest a login name that is free",
	}, s.suggestLogin)
	handle(s, v1, operation{
		id: "check-login-name", method: http.MethodGet, path: "/login-names/{name}", tag: tag,
		summary: "Tell whether a login name can be taken",
	}, s.checkLogin)
	handle(s, v1, operation{
		id: "check-coverage", method: http.MethodGet, path: "/coverage", tag: tag,
		summary: "List the networks at an address",
	}, s.coverage)
	handle(s, v1, operation{
		id: "detect-time-zone", method: http.MethodGet, path: "/time-zones", tag: tag,
		summary: "Detect the time zone of a postal code",
	}, s.timeZone)
	handle(s, v1, operation{
		id: "look-up-module", method: http.MethodGet, path: "/modules/{identifier}", tag: tag,
		summary:     "Look a module up by serial number, IMEI or MEID",
		description: "404 when no module with this number is known.",
	}, s.module)
}

type suggestLoginIn struct {
	FirstName string `query:"first_name"`
	LastName  string `query:"last_name"`
	Email     string `query:"email"`
}

// LoginSuggestion is a login name that is free now.
type LoginSuggestion struct {
	LoginName *string `json:"login_name" doc:"Null when every suggestion is taken"`
}

type suggestLoginOut struct{ Body LoginSuggestion }

func (s *surface) suggestLogin(ctx context.Context, in *suggestLoginIn) (*suggestLoginOut, error) {
	name, err := s.desk.SuggestLogin(ctx, in.FirstName, in.LastName, in.Email)
	if err != nil {
		return nil, err
	}
	return &suggestLoginOut{LoginSuggestion{orNull(name)}}, nil
}

type checkLoginIn struct {
	Name string `path:"name"`
}

// Availability says whether something can be taken, or why not.
type Availability struct {
	Available bool   `json:"available"`
	Code      string `json:"code,omitempty" doc:"Why not" example:"login_taken"`
	Message   string `json:"message,omitempty" doc:"Why not, in words"`
}

func availability(obstacle onboarding.Fault) Availability {
	return Availability{Available: !obstacle.Found(), Code: obstacle.Code, Message: obstacle.Message}
}

type checkLoginOut struct{ Body Availability }

func (s *surface) checkLogin(ctx context.Context, in *checkLoginIn) (*checkLoginOut, error) {
	obstacle, err := s.desk.LoginObstacle(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	return &checkLoginOut{availability(obstacle)}, nil
}

type coverageIn struct {
	Country    string `query:"country" example:"US"`
	PostalCode string `query:"postal_code" example:"22102"`
	Street1    string `query:"street1"`
	City       string `query:"city"`
	State      string `query:"state"`
}

// CoverageSummary is the networks at an address.
type CoverageSummary struct {
	Networks   []Network `json:"networks"`
	Notes      []string  `json:"notes"`
	Disclaimer string    `json:"disclaimer"`
}

// Network is one row of a coverage summary.
type Network struct {
	Name        string `json:"name" example:"Verizon 4G"`
	Coverage    string `json:"coverage" enum:"full,partial,none,unknown"`
	Recommended bool   `json:"recommended"`
	Sunset      bool   `json:"sunset" doc:"It takes no new modules"`
	MapURL      string `json:"map_url"`
}

type coverageOut struct{ Body CoverageSummary }

func (s *surface) coverage(ctx context.Context, in *coverageIn) (*coverageOut, error) {
	summary, err := s.desk.Coverage(ctx, onboarding.AddressAnswers{
		Country: in.Country, PostalCode: in.PostalCode, Street1: in.Street1, City: in.City, State: in.State,
	})
	if err != nil {
		return nil, err
	}
	return &coverageOut{CoverageSummary{
		Networks: views(summary.Networks, func(n onboarding.NetworkCoverage) Network {
			return Network{n.Name, string(n.Coverage), n.Recommended, n.Sunset, n.MapURL}
		}),
		Notes: words(summary.Notes), Disclaimer: dealing.CoverageDisclaimer,
	}}, nil
}

type timeZoneIn struct {
	Country    string `query:"country" example:"US"`
	PostalCode string `query:"postal_code" example:"22102"`
}

// TimeZone is the zone of a postal code.
type TimeZone struct {
	TimeZone *string `json:"time_zone" doc:"An IANA name; null when it is not known" example:"America/New_York"`
	Sure     bool    `json:"sure" doc:"False when a person must confirm the suggestion"`
}

type timeZoneOut struct{ Body TimeZone }

func (s *surface) timeZone(_ context.Context, in *timeZoneIn) (*timeZoneOut, error) {
	zone, sure, err := s.desk.TimeZone(in.Country, in.PostalCode)
	if err != nil {
		return nil, err
	}
	return &timeZoneOut{TimeZone{orNull(zone), sure}}, nil
}

type moduleIn struct {
	DealerChoice
	Identifier string `path:"identifier"`
}

// Module is what a dealer may know about a module.
type Module struct {
	IdentifierKind string   `json:"identifier_kind" enum:"serial,imei,meid"`
	PanelType      string   `json:"panel_type" doc:"What Auto Detect Equipment finds"`
	PanelTypes     []string `json:"panel_types" doc:"The panels that it fits"`
	Network        string   `json:"network"`
	TwoWayVoice    bool     `json:"two_way_voice"`
	Pathways       []string `json:"pathways"`
	DefaultPathway string   `json:"default_pathway"`
	State          string   `json:"state" example:"available"`
	Availability
}

type moduleOut struct{ Body Module }

func (s *surface) module(ctx context.Context, in *moduleIn) (*moduleOut, error) {
	report, err := s.desk.Module(ctx, actorOf(ctx), in.DealerID, in.Identifier)
	if err != nil {
		return nil, err
	}
	module := report.Module
	view := Module{
		IdentifierKind: string(report.Kind), PanelTypes: words(module.PanelTypes), Network: module.Network, TwoWayVoice: module.TwoWayVoice,
		Pathways: words(module.Pathways), DefaultPathway: module.DefaultPathway, State: string(module.State), Availability: availability(report.Obstacle),
	}
	if len(module.PanelTypes) > 0 {
		view.PanelType = module.PanelTypes[0]
	}
	return &moduleOut{view}, nil
}
