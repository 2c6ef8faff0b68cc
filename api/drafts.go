package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/applicationjson"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

const draftTag = "Drafts"

func (s *surface) registerDrafts(v1 huma.API) {
	handle(s, v1, operation{
		id: "start-draft", method: http.MethodPost, path: "/drafts", tag: draftTag, status: http.StatusCreated, errors: []int{http.StatusForbidden},
		summary:     "Begin a draft",
		description: "A draft is filled in section by section, also incompletely, and submitted when it is in order. It is forgotten 30 days after it was last saved.",
	}, s.startDraft)
	handle(s, v1, operation{
		id: "list-drafts", method: http.MethodGet, path: "/drafts", tag: draftTag,
		summary: "List the drafts that can be continued, last saved first",
	}, s.listDrafts)
	handle(s, v1, operation{
		id: "get-draft", method: http.MethodGet, path: "/drafts/{id}", tag: draftTag,
		summary: "Look at a draft and what is still wrong with it",
	}, s.draft)
	handle(s, v1, operation{
		id: "discard-draft", method: http.MethodDelete, path: "/drafts/{id}", tag: draftTag, status: http.StatusNoContent,
		errors:  []int{http.StatusForbidden, http.StatusConflict},
		summary: "Discard a draft",
	}, s.discardDraft)
	handle(s, v1, operation{
		id: "submit-draft", method: http.MethodPost, path: "/drafts/{id}/submit", tag: draftTag, status: http.StatusCreated,
		errors:  []int{http.StatusForbidden, http.StatusConflict},
		summary: "Create the customer of a draft",
		description: "Answers like POST /v1/onboardings. A draft becomes one onboarding: submitting it again, by whomever, answers that one. " +
			"With problems it stays as it is.",
		responses: map[string]*huma.Response{"202": s.acceptedResponse(v1)},
	}, s.submitDraft)
	s.registerSections(v1)
}

// Draft is what was typed so far.
type Draft struct {
	ID           string                      `json:"id"`
	DealerID     string                      `json:"dealer_id"`
	Kind         string                      `json:"kind" example:"customer"`
	CreatedBy    string                      `json:"created_by" doc:"Who began it, for people to read"`
	CreatedAt    time.Time                   `json:"created_at"`
	UpdatedAt    time.Time                   `json:"updated_at"`
	ExpiresAt    time.Time                   `json:"expires_at" doc:"When it is forgotten unless it is saved before"`
	OnboardingID *string                     `json:"onboarding_id" doc:"What it became; null while it can be changed"`
	Application  applicationjson.Application `json:"application" doc:"The sections as they were typed"`
	Sections     []DraftSection              `json:"sections" doc:"Those that the account type asks for, in their order"`
	Problems     []FieldError                `json:"problems" doc:"What keeps it from being submitted; the fields point into the application"`
}

// DraftSection is how far a section of a draft is.
type DraftSection struct {
	Name     string       `json:"name" example:"customer"`
	Version  int          `json:"version" doc:"Grows with every save, 0 before the first; send it as If-Match: \"<version>\""`
	Saved    bool         `json:"saved"`
	SavedBy  string       `json:"saved_by" doc:"For people to read"`
	SavedAt  *time.Time   `json:"saved_at"`
	Problems []FieldError `json:"problems" doc:"What is wrong with it; the fields point into the application"`
}

// DraftLine is a draft of a list.
type DraftLine struct {
	ID          string    `json:"id"`
	DealerID    string    `json:"dealer_id"`
	Kind        string    `json:"kind" example:"customer"`
	AccountType string    `json:"account_type" doc:"Empty until it is chosen"`
	FirstName   string    `json:"first_name"`
	LastName    string    `json:"last_name"`
	CompanyName string    `json:"company_name"`
	CreatedBy   string    `json:"created_by"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
	ExpiresAt   time.Time `json:"expires_at"`
}

func draftPath(id string) string { return "/v1/drafts/" + id }

type startDraftIn struct {
	DealerChoice
	KeyHeader
	Body NewDraft
}

// NewDraft says what will be created.
type NewDraft struct {
	Kind string `json:"kind,omitempty" doc:"customer, or virtual for a demonstration; customer when left out" example:"customer"`
}

type startDraftOut struct {
	Status   int
	Location string `header:"Location"`
	Body     written[Draft]
}

func (s *surface) startDraft(ctx context.Context, in *startDraftIn) (*startDraftOut, error) {
	kind := onboarding.Kind(in.Body.Kind)
	if kind == "" {
		kind = onboarding.KindCustomer
	}
	answer, id, err := s.once(ctx, making{
		header: in.KeyHeader, request: "POST /v1/drafts", dealerID: in.DealerID, body: in.Body,
		do: func(ctx context.Context) (string, error) {
			draft, err := s.desk.StartDraft(ctx, actorOf(ctx), in.DealerID, kind)
			return draft.ID, err
		},
		view: func(id string) (any, error) {
			review, err := s.desk.DraftReview(ctx, actorOf(ctx), id)
			if err != nil {
				return nil, err
			}
			return viewDraft(review), nil
		},
	})
	if err != nil {
		return nil, err
	}
	return &startDraftOut{answer.Status, draftPath(id), written[Draft]{answer.Status, answer.Body}}, nil
}

type listDraftsIn struct {
	DealerChoice
	Mine   bool   `query:"mine" doc:"Only those that you began"`
	Cursor string `query:"cursor" maxLength:"500" doc:"The next_cursor of an earlier page"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// DraftList is a page of drafts.
type DraftList page[DraftLine]

type draftListOut struct{ Body DraftList }

func (s *surface) listDrafts(ctx context.Context, in *listDraftsIn) (*draftListOut, error) {
	filter := dealing.DraftFilter{Cursor: in.Cursor, Limit: in.Limit}
	if in.Mine {
		filter.UserID = actorOf(ctx).UserID
	}
	rows, next, err := s.desk.Drafts(ctx, actorOf(ctx), in.DealerID, filter)
	if err != nil {
		return nil, err
	}
	return &draftListOut{DraftList{Items: views(rows, viewDraftLine), NextCursor: orNull(next)}}, nil
}

type draftIn struct {
	ID string `path:"id"`
}

type draftOut struct{ Body Draft }

func (s *surface) draft(ctx context.Context, in *draftIn) (*draftOut, error) {
	review, err := s.desk.DraftReview(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &draftOut{viewDraft(review)}, nil
}

func (s *surface) discardDraft(ctx context.Context, in *draftIn) (*struct{}, error) {
	return nil, s.desk.DiscardDraft(ctx, actorOf(ctx), in.ID)
}

func (s *surface) submitDraft(ctx context.Context, in *draftIn) (*reply, error) {
	outcome, err := s.desk.SubmitDraft(ctx, actorOf(ctx), in.ID, onboarding.SourceAPI)
	if err != nil {
		return nil, err
	}
	return replied(s.presentOutcome(ctx, outcome), outcome.Onboarding.ID), nil
}

func viewDraft(review dealing.DraftReview) Draft {
	draft := review.Draft
	view := Draft{
		ID: draft.ID, DealerID: draft.DealerID, Kind: string(draft.Kind), CreatedBy: draft.CreatedBy,
		CreatedAt: draft.CreatedAt.UTC(), UpdatedAt: draft.UpdatedAt.UTC(), ExpiresAt: draft.ExpiresAt().UTC(),
		OnboardingID: orNull(draft.OnboardingID), Application: applicationjson.FromAnswers(draft.Answers),
		Problems: fieldErrors(review.Problems),
	}
	for _, section := range review.Sections {
		view.Sections = append(view.Sections, viewSection(draft, section.Section, section.Problems))
	}
	return view
}

func viewSection(draft dealing.Draft, section onboarding.Section, problems onboarding.Problems) DraftSection {
	saved, found := draft.Saved[section]
	return DraftSection{
		Name: string(section), Version: saved.Version, Saved: found, SavedBy: saved.By, SavedAt: timeOrNull(saved.At), Problems: fieldErrors(problems),
	}
}

func viewDraftLine(draft dealing.Draft) DraftLine {
	customer := draft.Answers.Customer
	return DraftLine{
		ID: draft.ID, DealerID: draft.DealerID, Kind: string(draft.Kind), AccountType: string(draft.Answers.Account.Type),
		FirstName: customer.FirstName, LastName: customer.LastName, CompanyName: customer.CompanyName, CreatedBy: draft.CreatedBy,
		CreatedAt: draft.CreatedAt.UTC(), UpdatedAt: draft.UpdatedAt.UTC(), ExpiresAt: draft.ExpiresAt().UTC(),
	}
}
