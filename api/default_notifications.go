package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

func (s *surface) registerDefaultNotifications(v1 huma.API) {
	const tag = "Dealer"
	handle(s, v1, operation{
		id: "get-default-notifications", method: http.MethodGet, path: "/default-notifications", tag: tag,
		summary:     "Look at what new customers are told of",
		description: "An account that is created with templates.default_notifications is given a copy of this list.",
	}, s.defaultNotifications)
	handle(s, v1, operation{
		id: "change-default-notifications", method: http.MethodPut, path: "/default-notifications", tag: tag,
		errors:  []int{http.StatusForbidden, http.StatusPreconditionFailed, http.StatusPreconditionRequired},
		summary: "Change what new customers are told of",
		description: "Accounts there are keep theirs. 412 when somebody else changed the list after the version in If-Match, " +
			"428 when it was saved before and If-Match is missing.",
	}, s.changeDefaultNotifications)
}

// DefaultNotifications is what the customers of new accounts are told of.
type DefaultNotifications struct {
	Notifications []string `json:"notifications" doc:"Notifications of GET /v1/options; an empty list tells of nothing" example:"[\"alarms\",\"power_failure\"]"`
}

type defaultNotificationsOut struct {
	ETag string `header:"ETag" doc:"The list's version, for the next If-Match"`
	Body DefaultNotifications
}

func viewDefaultNotifications(list onboarding.DefaultNotifications) *defaultNotificationsOut {
	return &defaultNotificationsOut{etag(list.Saved.Version), DefaultNotifications{append([]string{}, list.Kinds...)}}
}

func (s *surface) defaultNotifications(ctx context.Context, in *DealerChoice) (*defaultNotificationsOut, error) {
	list, err := s.desk.DefaultNotifications(ctx, actorOf(ctx), in.DealerID)
	if err != nil {
		return nil, err
	}
	return viewDefaultNotifications(list), nil
}

type changeDefaultNotificationsIn struct {
	DealerChoice
	IfMatch string `header:"If-Match" doc:"The version of the list that you saw, in quotes; left out for one that was never saved"`
	Body    DefaultNotifications
}

func (s *surface) changeDefaultNotifications(ctx context.Context, in *changeDefaultNotificationsIn) (*defaultNotificationsOut, error) {
	version, err := versionOf(in.IfMatch)
	if err != nil {
		return nil, err
	}
	list, err := s.desk.ChangeDefaultNotifications(ctx, actorOf(ctx), in.DealerID, in.Body.Notifications, version)
	switch {
	case errors.Is(err, dealing.ErrStale) && in.IfMatch == "":
		return nil, newProblem(http.StatusPreconditionRequired, "if_match_required",
			"Look at the default notifications, and send their version in the header If-Match.").with("ETag", etag(list.Saved.Version))
	case errors.Is(err, dealing.ErrStale):
		return nil, newProblem(http.StatusPreconditionFailed, "stale",
			"Somebody else changed the default notifications meanwhile, and nothing of yours was kept. Look at them again.").with("ETag", etag(list.Saved.Version))
	case err != nil:
		return nil, err
	}
	return viewDefaultNotifications(list), nil
}

// Notification is a kind of message to the customer about their system.
type Notification struct {
	Value   string `json:"value"`
	Label   string `json:"label"`
	Meaning string `json:"meaning"`
	Default bool   `json:"default" doc:"On the list of a dealer who has saved none"`
}

func viewNotification(n catalog.Notification) Notification {
	return Notification{Value: n.ID, Label: n.Label, Meaning: n.Meaning, Default: n.Default}
}
