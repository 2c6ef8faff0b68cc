package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/applicationjson"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

func (s *surface) registerDecisions(v1 huma.API) {
	const tag = "Onboardings"
	conflict := []int{http.StatusConflict}
	handle(s, v1, operation{
		id: "decide-onboarding", method: http.MethodPost, path: "/onboardings/{id}/decisions", tag: tag, errors: conflict,
		summary: "Decide about a parked onboarding",
		description: "Name the step and park_no that you looked at and one of its allowed_actions: retry; amend, with the sections to replace; " +
			"override; skip; cancel. The last three need a reason. 409 says in words why it does not fit.",
	}, s.decide)
	handle(s, v1, operation{
		id: "cancel-onboarding", method: http.MethodPost, path: "/onboardings/{id}/cancel", tag: tag, status: http.StatusAccepted, errors: conflict,
		summary:     "Cancel an onboarding",
		description: "It stops and takes back what it did; follow it until its status is cancelled. 409 when it is over already.",
	}, s.cancel)
}

type decideIn struct {
	ID   string `path:"id"`
	Body Decision
}

// Decision is what a person decides about a parked onboarding.
type Decision struct {
	Action   string                    `json:"action,omitempty" doc:"retry, amend, override, skip or cancel: one of the allowed_actions" example:"retry"`
	Step     string                    `json:"step,omitempty" doc:"The parked step that you looked at" example:"check_coverage"`
	ParkNo   int                       `json:"park_no,omitempty" doc:"The park_no that you looked at" example:"1"`
	Reason   string                    `json:"reason,omitempty" doc:"Kept in the audit trail" example:"Tested an active module on site."`
	Sections *applicationjson.Sections `json:"sections,omitempty" doc:"With amend: the sections to replace, each whole"`
}

// NextStep is what a decision leads to.
type NextStep struct {
	OnboardingID string `json:"onboarding_id"`
	Action       string `json:"action" doc:"What was decided"`
	Step         string `json:"step" doc:"The step that the onboarding goes on with"`
	ParkNo       int    `json:"park_no" doc:"The park that was decided about"`
	Onboarding   string `json:"onboarding" doc:"Where to look at it"`
}

type decideOut struct{ Body NextStep }

func (s *surface) decide(ctx context.Context, in *decideIn) (*decideOut, error) {
	resolution := dealing.Resolution{
		Action: onboarding.Action(in.Body.Action), Step: onboarding.Step(in.Body.Step), ParkNo: in.Body.ParkNo, Reason: in.Body.Reason,
	}
	if in.Body.Sections != nil {
		resolution.Correction = *in.Body.Sections
	}
	next, err := s.desk.Decide(ctx, actorOf(ctx), in.ID, resolution)
	if err != nil {
		return nil, inSections(err)
	}
	return &decideOut{NextStep{
		OnboardingID: in.ID, Action: string(next.Action), Step: string(next.Step), ParkNo: next.ParkNo, Onboarding: onboardingPath(in.ID),
	}}, nil
}

// inSections moves the problems of a corrected application to where its sections stand
// in the body of a decision.
func inSections(err error) error {
	var invalid *dealing.InvalidCorrection
	if !errors.As(err, &invalid) {
		return err
	}
	problems := make(onboarding.Problems, len(invalid.Problems))
	for i, problem := range invalid.Problems {
		problem.Field = "/sections" + problem.Field
		problems[i] = problem
	}
	return problemInvalid(problems)
}

type cancelIn struct {
	ID   string `path:"id"`
	Body Cancellation
}

// Cancellation says why an onboarding is cancelled.
type Cancellation struct {
	Reason string `json:"reason,omitempty" doc:"Kept in the audit trail" example:"The customer withdrew."`
}

func (s *surface) cancel(ctx context.Context, in *cancelIn) (*onboardingOut, error) {
	row, err := s.desk.Cancel(ctx, actorOf(ctx), in.ID, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return &onboardingOut{viewOnboarding(row)}, nil
}
