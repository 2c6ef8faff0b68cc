package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

func (s *surface) registerTerminations(v1 huma.API) {
	const tag = "Terminations"
	errors := []int{http.StatusForbidden, http.StatusConflict}
	handle(s, v1, operation{
		id: "terminate-account", method: http.MethodPost, path: "/accounts/{id}/terminate", tag: tag, status: http.StatusCreated, errors: errors,
		summary: "End an account",
		description: "The account is closed at once: the customer cannot log in any more, its billing ends. Its module can be used again when the carrier has " +
			"released it, which a durable run sees to. An onboarding that is not over is cancelled instead, a virtual customer removed. " +
			"The same request again answers the same termination.",
	}, s.terminate)
	handle(s, v1, operation{
		id: "recycle-module", method: http.MethodPost, path: "/accounts/{id}/recycle", tag: tag, status: http.StatusCreated, errors: errors,
		summary: "End an account and keep its system for the next customer",
		description: "Like terminate, and begins a draft with the same installation address, control panel and module. Nothing of the old customer's is in it. " +
			"It can be submitted once the module is released.",
	}, s.recycle)
	handle(s, v1, operation{
		id: "list-terminations", method: http.MethodGet, path: "/terminations", tag: tag,
		summary: "List terminations, newest first",
	}, s.listTerminations)
	handle(s, v1, operation{
		id: "get-termination", method: http.MethodGet, path: "/terminations/{id}", tag: tag,
		summary: "Look at a termination",
	}, s.getTermination)
	handle(s, v1, operation{
		id: "decide-termination", method: http.MethodPost, path: "/terminations/{id}/decisions", tag: tag, errors: []int{http.StatusConflict},
		summary: "Decide about a parked termination",
		description: "Name the step and park_no that you looked at and one of its allowed_actions: retry; skip, which takes the module out of service without " +
			"the carrier and needs a reason. 409 says in words why it does not fit.",
	}, s.decideTermination)
}

// TerminationRequest says why an account ends.
type TerminationRequest struct {
	Reason string `json:"reason,omitempty" doc:"moving, price, failure_to_make_payment, technical_problems, not_using_service, switching_providers, cancelled_before_install or business_closed" example:"moving"`
	Note   string `json:"note,omitempty" doc:"What there is to add; kept in the audit trail" example:"Moves at the end of the month."`
}

type terminateIn struct {
	KeyHeader
	ID   string `path:"id" doc:"The account's ID"`
	Body TerminationRequest
}

func (in *terminateIn) order() dealing.TerminationOrder {
	return dealing.TerminationOrder{Reason: in.Body.Reason, Note: in.Body.Note}
}

func (s *surface) terminate(ctx context.Context, in *terminateIn) (*kept[Termination], error) {
	answer, id, err := s.once(ctx, making{
		header: in.KeyHeader, request: "POST " + accountPath(in.ID) + "/terminate", body: in.Body,
		do: func(ctx context.Context) (string, error) {
			change, err := s.desk.Terminate(ctx, actorOf(ctx), in.ID, in.order())
			return change.ID, err
		},
		view: func(id string) (any, error) {
			change, err := s.desk.Change(ctx, actorOf(ctx), onboarding.ChangeTermination, id)
			return viewTermination(change), err
		},
	})
	if err != nil {
		return nil, err
	}
	return keptAnswer[Termination](terminationPath(id), answer), nil
}

// Recycling is the end of one customer and the beginning of the next.
type Recycling struct {
	Termination Termination `json:"termination"`
	DraftID     string      `json:"draft_id" doc:"The next customer's draft"`
	Draft       string      `json:"draft" doc:"Where to look at it"`
}

func (s *surface) recycle(ctx context.Context, in *terminateIn) (*kept[Recycling], error) {
	answer, id, err := s.once(ctx, making{
		header: in.KeyHeader, request: "POST " + accountPath(in.ID) + "/recycle", body: in.Body,
		do: func(ctx context.Context) (string, error) {
			change, err := s.desk.Recycle(ctx, actorOf(ctx), in.ID, in.order())
			return change.ID, err
		},
		view: func(id string) (any, error) {
			change, err := s.desk.Change(ctx, actorOf(ctx), onboarding.ChangeTermination, id)
			return Recycling{Termination: viewTermination(change), DraftID: change.DraftID, Draft: draftPath(change.DraftID)}, err
		},
	})
	if err != nil {
		return nil, err
	}
	return keptAnswer[Recycling](terminationPath(id), answer), nil
}

// Termination is the end of an account as it stands. Its ID is the account's.
type Termination struct {
	ID           string         `json:"id"`
	Status       string         `json:"status" enum:"submitted,active,parked,completed"`
	AccountID    string         `json:"account_id"`
	OnboardingID string         `json:"onboarding_id"`
	DealerID     string         `json:"dealer_id"`
	Reason       string         `json:"reason" example:"moving"`
	Module       string         `json:"module" doc:"What is released; empty for an account without a panel" example:"4100000017"`
	CreatedAt    time.Time      `json:"created_at"`
	EndedAt      *time.Time     `json:"ended_at"`
	ReleasedAt   *time.Time     `json:"released_at" doc:"When the carrier released the module; null before it"`
	DraftID      *string        `json:"draft_id" doc:"The next customer's draft, when the module was recycled"`
	Steps        []ChangeStep   `json:"steps"`
	Parked       nullable[Park] `json:"parked" doc:"What a person must decide; null when nothing waits for one"`
	Links        ChangeLinks    `json:"links"`
}

func terminationPath(id string) string { return "/v1/terminations/" + id }

func viewTermination(change dealing.Change) Termination {
	self := terminationPath(change.ID)
	return Termination{
		ID: change.ID, Status: string(change.Status), AccountID: change.AccountID, OnboardingID: change.OnboardingID, DealerID: change.DealerID,
		Reason: string(change.Reason), Module: change.OldModule.Number, CreatedAt: change.CreatedAt.UTC(), EndedAt: timeOrNull(change.EndedAt),
		ReleasedAt: timeOrNull(change.ReleasedAt), DraftID: orNull(change.DraftID), Steps: viewChangeSteps(change), Parked: viewPark(change.Parked),
		Links: ChangeLinks{Self: self, Decisions: self + "/decisions", Account: accountPath(change.AccountID)},
	}
}

// TerminationList is a page of terminations.
type TerminationList page[Termination]

type terminationListOut struct{ Body TerminationList }

func (s *surface) listTerminations(ctx context.Context, in *listChangesIn) (*terminationListOut, error) {
	rows, next, err := s.listChanges(ctx, in, onboarding.ChangeTermination)
	if err != nil {
		return nil, err
	}
	return &terminationListOut{TerminationList{Items: views(rows, viewTermination), NextCursor: orNull(next)}}, nil
}

type terminationOut struct{ Body Termination }

func (s *surface) getTermination(ctx context.Context, in *changeIn) (*terminationOut, error) {
	change, err := s.desk.Change(ctx, actorOf(ctx), onboarding.ChangeTermination, in.ID)
	if err != nil {
		return nil, err
	}
	return &terminationOut{viewTermination(change)}, nil
}

type decideTerminationIn struct {
	ID   string `path:"id"`
	Body ChangeDecision
}

func (s *surface) decideTermination(ctx context.Context, in *decideTerminationIn) (*changeDecidedOut, error) {
	next, err := s.desk.DecideChange(ctx, actorOf(ctx), onboarding.ChangeTermination, in.ID, dealing.ChangeResolution{Resolution: in.Body.resolution()})
	return decidedChange(next, terminationPath(in.ID)), err
}
