package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

func (s *surface) registerSettings(v1 huma.API) {
	const tag = "Dealer"
	forbidden := []int{http.StatusForbidden}
	handle(s, v1, operation{
		id: "add-monitoring-station", method: http.MethodPost, path: "/monitoring-stations", tag: tag, status: http.StatusCreated, errors: forbidden,
		summary:     "Add a monitoring station",
		description: "Signals can be forwarded once it has a receiver. Another station's name is refused.",
	}, s.addStation)
	handle(s, v1, operation{
		id: "add-receiver", method: http.MethodPost, path: "/receivers", tag: tag, status: http.StatusCreated, errors: forbidden,
		summary: "Add a receiver to a monitoring station",
	}, s.addReceiver)
	handle(s, v1, operation{
		id: "add-panel-template", method: http.MethodPost, path: "/panel-templates", tag: tag, status: http.StatusCreated, errors: forbidden,
		summary: "Add an AirFX panel template",
	}, s.addPanelTemplate)
	handle(s, v1, operation{
		id: "rename-panel-template", method: http.MethodPut, path: "/panel-templates/{id}", tag: tag,
		errors:      []int{http.StatusForbidden, http.StatusPreconditionFailed, http.StatusPreconditionRequired},
		summary:     "Rename an AirFX panel template",
		description: "412 when somebody else changed it after the version in If-Match, 428 without If-Match.",
	}, s.renamePanelTemplate)
	handle(s, v1, operation{
		id: "retire-panel-template", method: http.MethodDelete, path: "/panel-templates/{id}", tag: tag, status: http.StatusNoContent, errors: forbidden,
		summary:     "Take an AirFX panel template away from new accounts",
		description: "Panels that wait for it still get it.",
	}, s.retirePanelTemplate)
}

// NewStation is a monitoring station to add.
type NewStation struct {
	Name  string `json:"name" example:"Central Station"`
	Phone string `json:"phone,omitempty" example:"+1 571 555 0100"`
}

type addStationIn struct {
	DealerChoice
	KeyHeader
	Body NewStation
}

func (s *surface) addStation(ctx context.Context, in *addStationIn) (*made[Station], error) {
	answer, _, err := s.once(ctx, making{
		header: in.KeyHeader, request: "POST /v1/monitoring-stations", dealerID: in.DealerID, body: in.Body,
		do: func(ctx context.Context) (string, error) {
			station, err := s.desk.AddStation(ctx, actorOf(ctx), in.DealerID, dealing.StationAnswers(in.Body))
			return station.ID, err
		},
		view: func(id string) (any, error) {
			stations, err := s.desk.Stations(ctx, actorOf(ctx), in.DealerID)
			return theOne(stations, err, func(one dealing.Station) bool { return one.ID == id }, viewStation)
		},
	})
	if err != nil {
		return nil, err
	}
	return &made[Station]{answer.Status, written[Station]{answer.Status, answer.Body}}, nil
}

// NewReceiver is a receiver to add.
type NewReceiver struct {
	StationID   string `json:"station_id"`
	Name        string `json:"name" example:"Line 1"`
	Number      string `json:"number,omitempty" doc:"Phone number or IP end point, for people to read"`
	Protocol    string `json:"protocol" doc:"contact_id, sia or dc09; decides the form of an account number" example:"contact_id"`
	TwoWayVoice bool   `json:"two_way_voice,omitempty"`
}

type addReceiverIn struct {
	DealerChoice
	KeyHeader
	Body NewReceiver
}

func (s *surface) addReceiver(ctx context.Context, in *addReceiverIn) (*made[Receiver], error) {
	answer, _, err := s.once(ctx, making{
		header: in.KeyHeader, request: "POST /v1/receivers", dealerID: in.DealerID, body: in.Body,
		do: func(ctx context.Context) (string, error) {
			receiver, err := s.desk.AddReceiver(ctx, actorOf(ctx), in.DealerID, in.Body.StationID, dealing.ReceiverAnswers{
				Name: in.Body.Name, Number: in.Body.Number, Protocol: in.Body.Protocol, TwoWayVoice: in.Body.TwoWayVoice,
			})
			return receiver.ID, err
		},
		view: func(id string) (any, error) {
			receivers, err := s.desk.Receivers(ctx, actorOf(ctx), in.DealerID)
			return theOne(receivers, err, func(one onboarding.Receiver) bool { return one.ID == id }, viewReceiver)
		},
	})
	if err != nil {
		return nil, err
	}
	return &made[Receiver]{answer.Status, written[Receiver]{answer.Status, answer.Body}}, nil
}

// NewPanelTemplate is a panel template to add.
type NewPanelTemplate struct {
	Name      string `json:"name" example:"House"`
	PanelType string `json:"panel_type" doc:"A panel of GET /v1/options" example:"twog_gc2"`
}

type addPanelTemplateIn struct {
	DealerChoice
	KeyHeader
	Body NewPanelTemplate
}

type panelTemplateOut struct {
	ETag string `header:"ETag" doc:"The template's version, for the next If-Match"`
	Body PanelTemplate
}

// addedPanelTemplateOut has the ETag of a template that was just added.
type addedPanelTemplateOut struct {
	Status int
	ETag   string `header:"ETag" doc:"The template's version, for the next If-Match"`
	Body   written[PanelTemplate]
}

func (s *surface) addPanelTemplate(ctx context.Context, in *addPanelTemplateIn) (*addedPanelTemplateOut, error) {
	answer, _, err := s.once(ctx, making{
		header: in.KeyHeader, request: "POST /v1/panel-templates", dealerID: in.DealerID, body: in.Body,
		do: func(ctx context.Context) (string, error) {
			template, err := s.desk.AddPanelTemplate(ctx, actorOf(ctx), in.DealerID, dealing.PanelTemplateAnswers(in.Body))
			return template.ID, err
		},
		view: func(id string) (any, error) {
			templates, err := s.desk.OwnPanelTemplates(ctx, actorOf(ctx), in.DealerID)
			return theOne(templates, err, func(one dealing.OwnPanelTemplate) bool { return one.ID == id }, viewPanelTemplate)
		},
	})
	if err != nil {
		return nil, err
	}
	const first = 1 // the version that every template begins with
	return &addedPanelTemplateOut{answer.Status, etag(first), written[PanelTemplate]{answer.Status, answer.Body}}, nil
}

// PanelTemplateName is what can be changed of a panel template: its panel type stays.
type PanelTemplateName struct {
	Name      string `json:"name" example:"House"`
	PanelType string `json:"panel_type,omitempty" doc:"May be sent back as it is; it cannot be changed"`
}

type renamePanelTemplateIn struct {
	DealerChoice
	ID      string `path:"id"`
	IfMatch string `header:"If-Match" doc:"The version of the template that you saw, in quotes"`
	Body    PanelTemplateName
}

func (s *surface) renamePanelTemplate(ctx context.Context, in *renamePanelTemplateIn) (*panelTemplateOut, error) {
	version, err := versionOf(in.IfMatch)
	if err != nil {
		return nil, err
	}
	template, err := s.desk.ChangePanelTemplate(ctx, actorOf(ctx), in.DealerID, in.ID, dealing.PanelTemplateAnswers(in.Body), version)
	switch {
	case errors.Is(err, dealing.ErrStale) && in.IfMatch == "":
		return nil, newProblem(http.StatusPreconditionRequired, "if_match_required",
			"Look at the panel template, and send its version in the header If-Match.").with("ETag", etag(template.Version))
	case errors.Is(err, dealing.ErrStale):
		return nil, newProblem(http.StatusPreconditionFailed, "stale",
			"Somebody else changed this panel template meanwhile, and nothing of yours was kept. Look at it again.").with("ETag", etag(template.Version))
	case err != nil:
		return nil, err
	}
	return &panelTemplateOut{etag(template.Version), viewPanelTemplate(template)}, nil
}

type retirePanelTemplateIn struct {
	DealerChoice
	ID string `path:"id"`
}

func (s *surface) retirePanelTemplate(ctx context.Context, in *retirePanelTemplateIn) (*struct{}, error) {
	return nil, s.desk.RetirePanelTemplate(ctx, actorOf(ctx), in.DealerID, in.ID)
}
