package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/applicationjson"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

const commitmentTag = "Commitments"

func (s *surface) registerCommitments(v1 huma.API) {
	const byNumber = " The ID in the path may be the Commitment ID, however it is typed."
	changing := []int{http.StatusForbidden, http.StatusConflict}
	handle(s, v1, operation{
		id: "create-commitment", method: http.MethodPost, path: "/commitments", tag: commitmentTag, status: http.StatusCreated, errors: []int{http.StatusForbidden},
		summary: "Store a customer ahead of the installation",
		description: "An application like that of POST /v1/onboardings, except that the module may be left out until it is activated. Nobody is " +
			"charged and nothing is reserved before that. It can be activated for 180 days unless expires_at says otherwise; with activate_at it is " +
			"activated by itself.\n\nWith Idempotency-Key every repetition of the same body gets the same answer.",
	}, s.createCommitment)
	handle(s, v1, operation{
		id: "list-commitments", method: http.MethodGet, path: "/commitments", tag: commitmentTag,
		summary: "List and find commitments, newest first",
	}, s.listCommitments)
	handle(s, v1, operation{
		id: "get-commitment", method: http.MethodGet, path: "/commitments/{id}", tag: commitmentTag,
		summary: "Look at one commitment", description: byNumber[1:],
	}, s.getCommitment)
	handle(s, v1, operation{
		id: "change-commitment", method: http.MethodPatch, path: "/commitments/{id}", tag: commitmentTag,
		errors:  append([]int{http.StatusPreconditionFailed, http.StatusPreconditionRequired}, changing...),
		summary: "Change a commitment",
		description: "What you send replaces what is there, member by member (RFC 7396); an empty one means its default. 412 when somebody else " +
			"changed it after the version in If-Match, 428 without If-Match, 409 when it cannot be activated any more." + byNumber,
	}, s.changeCommitment)
	handle(s, v1, operation{
		id: "cancel-commitment", method: http.MethodDelete, path: "/commitments/{id}", tag: commitmentTag, status: http.StatusNoContent, errors: changing,
		summary: "Give a commitment up", description: "It stays for the record." + byNumber,
	}, s.cancelCommitment)
	handle(s, v1, operation{
		id: "activate-commitment", method: http.MethodPost, path: "/commitments/{id}/activate", tag: commitmentTag, status: http.StatusCreated, errors: changing,
		summary: "Create the customer of a commitment now",
		description: "Everything is carried over and checked as it stands now. Answers like POST /v1/onboardings; the fields of problems point into the " +
			"application. A commitment becomes one customer, whoever activates it and however often; 409 when it was activated with another module." + byNumber,
		responses: map[string]*huma.Response{"202": s.acceptedResponse(v1)},
	}, s.activateCommitment)
	handle(s, v1, operation{
		id: "schedule-commitment", method: http.MethodPut, path: "/commitments/{id}/schedule", tag: commitmentTag, errors: changing,
		summary: "Have a commitment activated on a date, or change the date",
		description: "Dates and times without an offset are the property's. A time that the clock skips in spring comes an hour later; one that it shows " +
			"twice in autumn is the first." + byNumber,
	}, s.scheduleCommitment)
	handle(s, v1, operation{
		id: "unschedule-commitment", method: http.MethodDelete, path: "/commitments/{id}/schedule", tag: commitmentTag, errors: changing,
		summary: "Take the date of a commitment away", description: byNumber[1:],
	}, s.unscheduleCommitment)
}

// NewCommitment is an application to store ahead.
type NewCommitment struct {
	applicationjson.Application
	Expected   Expected `json:"expected,omitzero"`
	ActivateAt string   `json:"activate_at,omitempty" doc:"A date (8 in the morning), a date and time of the property, or an RFC 3339 time" example:"2027-01-31"`
	ExpiresAt  string   `json:"expires_at,omitempty" doc:"A date (its end), a date and time of the property, or an RFC 3339 time"`
}

type createCommitmentIn struct {
	DealerChoice
	KeyHeader
	Body NewCommitment
}

// commitmentReply is an answer as it was given the first time, byte for byte.
type commitmentReply struct {
	Location string `header:"Location"`
	ETag     string `header:"ETag" doc:"The commitment's version, for the next If-Match"`
	Body     written[Commitment]
}

func (s *surface) createCommitment(ctx context.Context, in *createCommitmentIn) (*commitmentReply, error) {
	answer, id, err := s.once(ctx, making{
		header: in.KeyHeader, request: "POST /v1/commitments", dealerID: in.DealerID, body: in.Body,
		do: func(ctx context.Context) (string, error) {
			id, problems, err := s.desk.CreateCommitment(ctx, actorOf(ctx), dealing.CommitmentOrder{
				DealerID: in.DealerID, ActivateAt: in.Body.ActivateAt,
				Typed: dealing.CommitmentAnswers{
					Answers: in.Body.Answers(), Expected: onboarding.Expected(in.Body.Expected), ExpiresAt: in.Body.ExpiresAt,
				},
			})
			return id, orProblems(err, problems)
		},
		view: func(id string) (any, error) {
			commitment, err := s.desk.Commitment(ctx, actorOf(ctx), id)
			return viewCommitment(commitment), err
		},
	})
	if err != nil {
		return nil, err
	}
	var given struct{ Version int }
	if err := json.Unmarshal(answer.Body, &given); err != nil {
		return nil, err
	}
	return &commitmentReply{
		Location: commitmentPath(id), ETag: etag(given.Version), Body: written[Commitment]{answer.Status, answer.Body},
	}, nil
}

// orProblems is the error of a use case that answers problems as data.
func orProblems(err error, problems onboarding.Problems) error {
	if err == nil && len(problems) > 0 {
		return problemInvalid(problems)
	}
	return err
}

type listCommitmentsIn struct {
	DealerChoice
	State       string `query:"state" enum:"open,needs_serial,activated,cancelled,expired"`
	Query       string `query:"q" doc:"Words of Commitment ID, name, company, phone, alternate ID, module and address, each perhaps only begun"`
	InstallDate string `query:"install_date" doc:"Only those expected to be installed on this date, YYYY-MM-DD"`
	Cursor      string `query:"cursor" maxLength:"500" doc:"The next_cursor of an earlier page"`
	Limit       int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// CommitmentList is a page of commitments.
type CommitmentList page[Commitment]

type commitmentListOut struct{ Body CommitmentList }

func (s *surface) listCommitments(ctx context.Context, in *listCommitmentsIn) (*commitmentListOut, error) {
	rows, next, err := s.desk.Commitments(ctx, actorOf(ctx), in.DealerID, dealing.CommitmentFilter{
		State: onboarding.CommitmentState(in.State), Query: in.Query, InstallDate: in.InstallDate, Cursor: in.Cursor, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	return &commitmentListOut{CommitmentList{Items: views(rows, viewCommitment), NextCursor: orNull(next)}}, nil
}

type commitmentIn struct {
	ID string `path:"id" doc:"The commitment's ID, or its Commitment ID"`
}

type commitmentOut struct {
	ETag string `header:"ETag" doc:"The commitment's version, for the next If-Match"`
	Body Commitment
}

func commitmentAsItIs(commitment dealing.Commitment) *commitmentOut {
	return &commitmentOut{etag(commitment.Version), viewCommitment(commitment)}
}

func (s *surface) getCommitment(ctx context.Context, in *commitmentIn) (*commitmentOut, error) {
	commitment, err := s.desk.Commitment(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return commitmentAsItIs(commitment), nil
}

// CommitmentPatch is what can be changed of a commitment: everything but its kind.
type CommitmentPatch struct {
	applicationjson.Sections
	CoverageOverrideReason string         `json:"coverage_override_reason,omitempty" doc:"Lets the run go on although coverage is low or absent; kept in the audit trail"`
	Expected               *ExpectedPatch `json:"expected,omitempty"`
	ExpiresAt              string         `json:"expires_at,omitempty" doc:"A date (its end), a date and time of the property, or an RFC 3339 time"`
}

// ExpectedPatch is what can be changed of what is expected.
type ExpectedPatch struct {
	InstallDate  *string `json:"install_date,omitempty" doc:"YYYY-MM-DD, a date of the property's time zone" example:"2027-01-31"`
	Network      *string `json:"network,omitempty" example:"AT&T"`
	PanelType    *string `json:"panel_type,omitempty" example:"twog_gc2"`
	InstallerRep *string `json:"installer_rep,omitempty"`
}

func (p ExpectedPatch) over(was onboarding.Expected) onboarding.Expected {
	for _, member := range []struct{ of, by *string }{
		{&was.InstallDate, p.InstallDate}, {&was.Network, p.Network}, {&was.PanelType, p.PanelType}, {&was.InstallerRep, p.InstallerRep},
	} {
		if member.by != nil {
			*member.of = *member.by
		}
	}
	return was
}

type changeCommitmentIn struct {
	ID      string `path:"id" doc:"The commitment's ID, or its Commitment ID"`
	IfMatch string `header:"If-Match" doc:"The version of the commitment that you saw, in quotes"`
	Body    CommitmentPatch
	RawBody []byte
}

func (s *surface) changeCommitment(ctx context.Context, in *changeCommitmentIn) (*commitmentOut, error) {
	version, err := versionOf(in.IfMatch)
	if err != nil {
		return nil, err
	}
	actor := actorOf(ctx)
	change := dealing.CommitmentChange{Sections: applicationjson.Patch(in.RawBody), ExpiresAt: in.Body.ExpiresAt}
	if in.Body.Expected != nil {
		// Somebody who changes it between here and there has another version.
		now, err := s.desk.Commitment(ctx, actor, in.ID)
		if err != nil {
			return nil, err
		}
		expected := in.Body.Expected.over(now.Expected)
		change.Expected = &expected
	}
	commitment, problems, err := s.desk.ChangeCommitment(ctx, actor, in.ID, version, change)
	switch {
	case errors.Is(err, dealing.ErrStale) && in.IfMatch == "":
		return nil, newProblem(http.StatusPreconditionRequired, "if_match_required",
			"Look at the commitment, and send its version in the header If-Match.").with("ETag", etag(commitment.Version))
	case errors.Is(err, dealing.ErrStale):
		return nil, newProblem(http.StatusPreconditionFailed, "stale",
			"Somebody else changed this commitment meanwhile, and nothing of yours was kept. Look at it again.").with("ETag", etag(commitment.Version))
	}
	if err := orProblems(err, problems); err != nil {
		return nil, err
	}
	return commitmentAsItIs(commitment), nil
}

func (s *surface) cancelCommitment(ctx context.Context, in *commitmentIn) (*struct{}, error) {
	_, err := s.desk.CancelCommitment(ctx, actorOf(ctx), in.ID)
	return nil, err
}

// CommitmentActivation is what is known at the installation.
type CommitmentActivation struct {
	ModuleSerial           string `json:"module_serial,omitempty" doc:"Serial number, IMEI or MEID; the commitment's when left out" example:"4100000017"`
	PanelType              string `json:"panel_type,omitempty" doc:"The commitment's when left out" example:"auto"`
	CoverageOverrideReason string `json:"coverage_override_reason,omitempty" doc:"Lets the run go on although coverage is low or absent; kept in the audit trail"`
	ByExpectedInstaller    bool   `json:"by_expected_installer,omitempty" doc:"Notes the expected installer as who installed it"`
}

type activateCommitmentIn struct {
	KeyHeader
	ID   string `path:"id" doc:"The commitment's ID, or its Commitment ID"`
	Body CommitmentActivation
}

func (s *surface) activateCommitment(ctx context.Context, in *activateCommitmentIn) (*reply, error) {
	actor := actorOf(ctx)
	activation := dealing.Activation{
		Module: in.Body.ModuleSerial, PanelType: in.Body.PanelType,
		CoverageOverrideReason: in.Body.CoverageOverrideReason, ByExpectedInstaller: in.Body.ByExpectedInstaller,
	}
	present := func(outcome dealing.Outcome) dealing.Answer { return s.presentOutcome(ctx, outcome) }
	if in.IdempotencyKey == "" {
		outcome, err := s.desk.ActivateCommitment(ctx, actor, in.ID, activation, nil)
		if err != nil {
			return nil, err
		}
		return replied(present(outcome), outcome.Onboarding.ID), nil
	}
	key, err := keyOf(actor, in.IdempotencyKey, "POST /v1/commitments/"+in.ID+"/activate", "", in.Body)
	if err != nil {
		return nil, err
	}
	answer, onboardingID, err := s.desk.ActivateCommitmentOnce(ctx, actor, in.ID, activation, *key, present)
	if err != nil {
		return nil, err
	}
	return replied(answer, onboardingID), nil
}

// CommitmentSchedule is when a commitment is activated.
type CommitmentSchedule struct {
	ActivateAt string `json:"activate_at,omitempty" doc:"A date (8 in the morning), a date and time of the property, or an RFC 3339 time" example:"2027-01-31T09:30"`
}

type scheduleCommitmentIn struct {
	ID   string `path:"id" doc:"The commitment's ID, or its Commitment ID"`
	Body CommitmentSchedule
}

func (s *surface) scheduleCommitment(ctx context.Context, in *scheduleCommitmentIn) (*commitmentOut, error) {
	commitment, problems, err := s.desk.ScheduleCommitment(ctx, actorOf(ctx), in.ID, in.Body.ActivateAt)
	if err := orProblems(err, problems); err != nil {
		return nil, err
	}
	return commitmentAsItIs(commitment), nil
}

func (s *surface) unscheduleCommitment(ctx context.Context, in *commitmentIn) (*commitmentOut, error) {
	commitment, err := s.desk.UnscheduleCommitment(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return commitmentAsItIs(commitment), nil
}
