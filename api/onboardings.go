package api

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/applicationjson"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/trail"
)

func (s *surface) registerOnboardings(v1 huma.API) {
	const tag = "Onboardings"
	handle(s, v1, operation{
		id: "submit-onboarding", method: http.MethodPost, path: "/onboardings", tag: tag, status: http.StatusCreated, errors: []int{http.StatusForbidden},
		summary: "Create a customer",
		description: "Checks a whole application and begins its onboarding. 422 lists every problem at once and leaves nothing behind. " +
			"202 says that it is committed and will run, but that its first answer takes longer than five seconds: follow Location.\n\n" +
			"With Idempotency-Key every repetition of the same body gets the same answer; a repetition after 202 waits for the answer again. " +
			"An application refused with 422 before anything was committed does not use up its key. Without the header each request is a new order.",
		responses: map[string]*huma.Response{"202": s.acceptedResponse(v1)},
	}, s.submitOnboarding)
	handle(s, v1, operation{
		id: "list-onboardings", method: http.MethodGet, path: "/onboardings", tag: tag,
		summary: "List onboardings, newest first",
	}, s.listOnboardings)
	handle(s, v1, operation{
		id: "get-onboarding", method: http.MethodGet, path: "/onboardings/{id}", tag: tag,
		summary: "Look at one onboarding",
	}, s.getOnboarding)
}

func (s *surface) acceptedResponse(v1 huma.API) *huma.Response {
	return &huma.Response{
		Description: "Accepted: committed, first answer not known yet",
		Content: map[string]*huma.MediaType{
			"application/json": {Schema: v1.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Onboarding](), true, "")},
		},
	}
}

type submitIn struct {
	DealerChoice
	KeyHeader
	Body applicationjson.Application
}

// reply is an answer as it was given the first time, byte for byte.
type reply struct {
	Status   int
	Location string `header:"Location"`
	Body     givenAnswer
}

// givenAnswer is an Onboarding, or a Problem, that is already written down.
type givenAnswer = written[Onboarding]

func (s *surface) submitOnboarding(ctx context.Context, in *submitIn) (*reply, error) {
	actor := actorOf(ctx)
	order := dealing.Order{DealerID: in.DealerID, Source: onboarding.SourceAPI, Answers: in.Body.Answers()}
	present := func(outcome dealing.Outcome) dealing.Answer { return s.presentOutcome(ctx, outcome) }
	if in.IdempotencyKey == "" {
		outcome, err := s.desk.Submit(ctx, actor, order)
		if err != nil {
			return nil, err
		}
		return replied(present(outcome), outcome.Onboarding.ID), nil
	}
	key, err := keyOf(actor, in.IdempotencyKey, "POST /v1/onboardings", in.DealerID, in.Body)
	if err != nil {
		return nil, err
	}
	order.Key = key
	answer, onboardingID, err := s.desk.SubmitOnce(ctx, actor, order, present)
	if err != nil {
		return nil, err
	}
	trail.Of(ctx).OnboardingID = onboardingID
	return replied(answer, onboardingID), nil
}

// presentOutcome writes the answer down as it will be given, now and to repetitions.
func (s *surface) presentOutcome(ctx context.Context, outcome dealing.Outcome) dealing.Answer {
	trail.Of(ctx).OnboardingID = outcome.Onboarding.ID
	var body any = viewOnboarding(outcome.Onboarding)
	status := http.StatusCreated
	switch {
	case outcome.Pending:
		status = http.StatusAccepted
	case len(outcome.Problems) > 0:
		body, status = s.problemOf(ctx, problemInvalid(outcome.Problems)), http.StatusUnprocessableEntity
	}
	return writtenDown(status, body)
}

func replied(answer dealing.Answer, onboardingID string) *reply {
	given := &reply{Status: answer.Status, Body: givenAnswer{answer.Status, answer.Body}}
	if onboardingID != "" {
		given.Location = onboardingPath(onboardingID)
	}
	return given
}

type listOnboardingsIn struct {
	DealerChoice
	Status     string    `query:"status" enum:"submitted,active,waiting,parked,compensating,completed,rejected,cancelled"`
	Step       string    `query:"step" enum:"validate,check_coverage,register_module,create_account,apply_template,await_network,send_letter,undo_validate,undo_register_module,undo_create_account,undo_apply_template,undo_send_letter"`
	ParkReason string    `query:"park_reason" maxLength:"50" doc:"Only those parked for this reason"`
	Source     string    `query:"source" enum:"api,portal,commitment,import"`
	Since      time.Time `query:"since" doc:"Only those created at this time or later"`
	Cursor     string    `query:"cursor" maxLength:"500" doc:"The next_cursor of an earlier page"`
	Limit      int       `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// OnboardingList is a page of onboardings.
type OnboardingList page[Onboarding]

type onboardingListOut struct{ Body OnboardingList }

func (s *surface) listOnboardings(ctx context.Context, in *listOnboardingsIn) (*onboardingListOut, error) {
	rows, next, err := s.desk.Onboardings(ctx, actorOf(ctx), in.DealerID, dealing.Filter{
		Status: onboarding.Status(in.Status), Step: onboarding.Step(in.Step), ParkReason: onboarding.Reason(in.ParkReason),
		Source: onboarding.Source(in.Source), Since: in.Since, Cursor: in.Cursor, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	return &onboardingListOut{OnboardingList{Items: views(rows, viewOnboarding), NextCursor: orNull(next)}}, nil
}

type onboardingIn struct {
	ID string `path:"id" doc:"The onboarding's ID"`
}

type onboardingOut struct{ Body Onboarding }

func (s *surface) getOnboarding(ctx context.Context, in *onboardingIn) (*onboardingOut, error) {
	row, err := s.desk.Onboarding(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &onboardingOut{viewOnboarding(row)}, nil
}
