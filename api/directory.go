package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

func (s *surface) registerDirectory(v1 huma.API) {
	const tag = "Dealer"
	handle(s, v1, operation{
		id: "list-monitoring-stations", method: http.MethodGet, path: "/monitoring-stations", tag: tag,
		summary: "List your monitoring stations",
	}, s.stations)
	handle(s, v1, operation{
		id: "list-receivers", method: http.MethodGet, path: "/receivers", tag: tag,
		summary: "List the receivers that signals can be forwarded to",
	}, s.receivers)
	handle(s, v1, operation{
		id: "list-panel-templates", method: http.MethodGet, path: "/panel-templates", tag: tag,
		summary: "List your AirFX panel templates",
	}, s.panelTemplates)
	handle(s, v1, operation{
		id: "find-reps", method: http.MethodGet, path: "/reps", tag: tag,
		summary: "Find a rep by last name, first name or login name",
	}, s.reps)
}

// Station is a monitoring station with the dealer's receivers there.
type Station struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Phone     string     `json:"phone"`
	Receivers []Receiver `json:"receivers"`
}

func viewStation(station dealing.Station) Station {
	return Station{ID: station.ID, Name: station.Name, Phone: station.Phone, Receivers: views(station.Receivers, viewReceiver)}
}

// Receiver is where a monitoring station takes signals.
type Receiver struct {
	ID          string `json:"id"`
	StationID   string `json:"station_id"`
	StationName string `json:"station_name"`
	Name        string `json:"name"`
	Number      string `json:"number"`
	Protocol    string `json:"protocol" doc:"Decides the form of an account number" example:"contact_id"`
	TwoWayVoice bool   `json:"two_way_voice"`
}

func viewReceiver(r onboarding.Receiver) Receiver { return Receiver(r) }

// StationList is the dealer's monitoring stations.
type StationList page[Station]

type stationsOut struct{ Body StationList }

func (s *surface) stations(ctx context.Context, in *DealerChoice) (*stationsOut, error) {
	stations, err := s.desk.Stations(ctx, actorOf(ctx), in.DealerID)
	if err != nil {
		return nil, err
	}
	return &stationsOut{StationList(listed(stations, viewStation))}, nil
}

// ReceiverList is the dealer's receivers.
type ReceiverList page[Receiver]

type receiversOut struct{ Body ReceiverList }

func (s *surface) receivers(ctx context.Context, in *DealerChoice) (*receiversOut, error) {
	receivers, err := s.desk.Receivers(ctx, actorOf(ctx), in.DealerID)
	if err != nil {
		return nil, err
	}
	return &receiversOut{ReceiverList(listed(receivers, viewReceiver))}, nil
}

// PanelTemplate is a dealer's AirFX template.
type PanelTemplate struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	PanelType string `json:"panel_type"`
	Version   int    `json:"version" doc:"Grows with every change; send it as If-Match: \"<version>\""`
}

func viewPanelTemplate(t dealing.OwnPanelTemplate) PanelTemplate {
	return PanelTemplate{ID: t.ID, Name: t.Name, PanelType: t.PanelType, Version: t.Version}
}

// PanelTemplateList is the dealer's AirFX templates.
type PanelTemplateList page[PanelTemplate]

type panelTemplatesOut struct{ Body PanelTemplateList }

func (s *surface) panelTemplates(ctx context.Context, in *DealerChoice) (*panelTemplatesOut, error) {
	templates, err := s.desk.OwnPanelTemplates(ctx, actorOf(ctx), in.DealerID)
	if err != nil {
		return nil, err
	}
	return &panelTemplatesOut{PanelTemplateList(listed(templates, viewPanelTemplate))}, nil
}

type repsIn struct {
	DealerChoice
	Query string `query:"q" maxLength:"100" doc:"The beginning of a last name, first name or login name; all reps when left out"`
}

// Rep is a sales or installer representative.
type Rep struct {
	LoginName string `json:"login_name"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
}

// RepList is the reps that were found.
type RepList page[Rep]

type repsOut struct{ Body RepList }

func (s *surface) reps(ctx context.Context, in *repsIn) (*repsOut, error) {
	reps, err := s.desk.Reps(ctx, actorOf(ctx), in.DealerID, in.Query)
	if err != nil {
		return nil, err
	}
	return &repsOut{RepList(listed(reps, func(r dealing.Rep) Rep { return Rep(r) }))}, nil
}
