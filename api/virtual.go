package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/dealing"
)

func (s *surface) registerVirtual(v1 huma.API) {
	const tag = "Accounts"
	conflict := []int{http.StatusConflict}
	handle(s, v1, operation{
		id: "list-panel-activity", method: http.MethodGet, path: "/accounts/{id}/panel-activity", tag: tag, errors: conflict,
		summary: "List what the simulated panel of a virtual customer reports, newest first",
		description: "A virtual customer's panel is a simulation: it communicates some seconds after the account was created, and lives like a " +
			"household or a business in its time zone. Nothing of it reaches a carrier or a monitoring station. 409 for a customer with a real system.",
	}, s.panelActivity)
	handle(s, v1, operation{
		id: "remove-virtual-account", method: http.MethodDelete, path: "/accounts/{id}", tag: tag, status: http.StatusNoContent, errors: conflict,
		summary: "Remove a virtual customer",
		description: "Its account is closed and its login name is free again. 409 for a real customer, whose account is terminated instead, " +
			"and while the onboarding is not over.",
	}, s.removeVirtual)
}

type panelActivityIn struct {
	ID     string    `path:"id"`
	Since  time.Time `query:"since" doc:"Only what was reported at this time or later"`
	Cursor string    `query:"cursor" maxLength:"500" doc:"The next_cursor of an earlier page"`
	Limit  int       `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// PanelActivity is one report of a panel.
type PanelActivity struct {
	ID     string    `json:"id" example:"20270131-07" doc:"Names the report among those of its panel"`
	At     time.Time `json:"at"`
	Kind   string    `json:"kind" example:"opened" doc:"communicated, armed_stay, armed_away, disarmed, opened, closed, motion, locked, unlocked, temperature_set, trouble, trouble_restored, alarm or alarm_cancelled"`
	Device string    `json:"device" example:"Front door"`
	Text   string    `json:"text" example:"Front door opened" doc:"For people to read"`
}

func viewActivity(activity dealing.PanelActivity) PanelActivity {
	return PanelActivity{ID: activity.ID, At: activity.At.UTC(), Kind: string(activity.Kind), Device: activity.Device, Text: activity.Text}
}

// PanelActivityList is a page of what a panel reports.
type PanelActivityList page[PanelActivity]

type panelActivityOut struct{ Body PanelActivityList }

func (s *surface) panelActivity(ctx context.Context, in *panelActivityIn) (*panelActivityOut, error) {
	rows, next, err := s.desk.PanelActivity(ctx, actorOf(ctx), in.ID, dealing.ActivityFilter{Since: in.Since, Cursor: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return &panelActivityOut{PanelActivityList{Items: views(rows, viewActivity), NextCursor: orNull(next)}}, nil
}

func (s *surface) removeVirtual(ctx context.Context, in *accountIn) (*struct{}, error) {
	return nil, s.desk.RemoveVirtual(ctx, actorOf(ctx), in.ID)
}
