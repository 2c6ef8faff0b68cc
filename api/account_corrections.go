package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/applicationjson"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

func (s *surface) registerCorrections(v1 huma.API) {
	const tag = "Accounts"
	refusals := []int{http.StatusForbidden, http.StatusConflict}
	handle(s, v1, operation{
		id: "correct-account", method: http.MethodPatch, path: "/accounts/{id}", tag: tag,
		errors:  slices.Concat([]int{http.StatusPreconditionFailed, http.StatusPreconditionRequired}, bodyErrors, refusals),
		summary: "Correct the customer information of an account",
		description: "Send the members of the customer information that change, as a JSON merge: what is left out stays, an empty one takes its default " +
			"again. A new e-mail address comes with email_confirmation. Name, installation address, module, package and forwarding are locked; a new postal " +
			"address leaves the system where it is. 409 until the onboarding is completed.\n\n" +
			"A new e-mail address makes the set-up links in the old mailbox useless. A customer who has not chosen a password yet is sent a new letter there; " +
			"one who has is not, since the password stays.",
	}, s.correctAccount)
	handle(s, v1, operation{
		id: "change-login-name", method: http.MethodPut, path: "/accounts/{id}/login-name", tag: tag, errors: refusals,
		summary:     "Change the customer's login name",
		description: "At any time while the account is open. The password stays.",
	}, s.changeLoginName)
	handle(s, v1, operation{
		id: "correct-customer-name", method: http.MethodPost, path: "/accounts/{id}/name-correction", tag: tag, errors: refusals,
		summary:     "Correct the customer's name",
		description: "For administrators alone: the name cannot be edited after the account has been created. The reason is kept in the audit trail.",
	}, s.correctName)
}

// AccountPatch is what changes of an account. The other sections of an application are
// named so that they can be refused with a sentence of their own.
type AccountPatch struct {
	applicationjson.Customer
	Account    any `json:"account,omitempty" doc:"Locked"`
	Login      any `json:"login,omitempty" doc:"Locked: see PUT /v1/accounts/{id}/login-name"`
	System     any `json:"system,omitempty" doc:"Locked"`
	Pathway    any `json:"pathway,omitempty" doc:"Locked"`
	Package    any `json:"package,omitempty" doc:"Locked"`
	Forwarding any `json:"forwarding,omitempty" doc:"Locked"`
	Templates  any `json:"templates,omitempty" doc:"Locked"`
}

// locked are the problems of what can no longer change.
func (p AccountPatch) locked() onboarding.Problems {
	given := map[onboarding.Section]any{
		onboarding.SectionAccount: p.Account, onboarding.SectionLogin: p.Login, onboarding.SectionSystem: p.System, onboarding.SectionPathway: p.Pathway,
		onboarding.SectionPackage: p.Package, onboarding.SectionForwarding: p.Forwarding, onboarding.SectionTemplates: p.Templates,
	}
	var problems onboarding.Problems
	for _, section := range onboarding.Sections {
		if given[section] != nil {
			problems = append(problems, onboarding.Problem{Field: "/" + string(section), Code: "locked", Message: onboarding.LockedSection(section)})
		}
	}
	return problems
}

type correctAccountIn struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match" doc:"The account's revision that you saw, in quotes"`
	RawBody []byte
	Body    AccountPatch
}

// AccountCorrection is what a correction led to.
type AccountCorrection struct {
	Account  AccountDetails `json:"account"`
	LetterID *string        `json:"letter_id" doc:"The welcome letter that goes to the new e-mail address; null when none does"`
	LetterAt *time.Time     `json:"letter_at" doc:"When a letter can be sent to the new e-mail address, when there were too many to send it now"`
}

type accountCorrectionOut struct {
	ETag string `header:"ETag" doc:"The account's revision now"`
	Body AccountCorrection
}

func (s *surface) correctAccount(ctx context.Context, in *correctAccountIn) (*accountCorrectionOut, error) {
	version, err := versionOf(in.IfMatch)
	if err != nil {
		return nil, err
	}
	if _, err := s.desk.Account(ctx, actorOf(ctx), in.ID); err != nil {
		return nil, err // before anything is said about what was sent
	}
	if problems := in.Body.locked(); len(problems) > 0 {
		return nil, problemInvalid(problems)
	}
	corrected, err := s.desk.CorrectAccount(ctx, actorOf(ctx), in.ID, version, applicationjson.CustomerPatch(in.RawBody))
	switch {
	case errors.Is(err, dealing.ErrStale) && in.IfMatch == "":
		return nil, newProblem(http.StatusPreconditionRequired, "if_match_required",
			"Look at the account, and send its revision in the header If-Match.").with("ETag", etag(corrected.Revision))
	case errors.Is(err, dealing.ErrStale):
		return nil, newProblem(http.StatusPreconditionFailed, "stale",
			"Somebody else corrected this account meanwhile, and nothing of yours was kept. Look at it again.").with("ETag", etag(corrected.Revision))
	case err != nil:
		return nil, withinCustomer(err)
	}
	return s.corrected(ctx, in.ID, corrected)
}

// withinCustomer takes the section's name away from the problems' pointers: the body of a
// patch is the section.
func withinCustomer(err error) error {
	var invalid *dealing.Invalid
	if !errors.As(err, &invalid) {
		return err
	}
	const section = "/customer"
	problems := make(onboarding.Problems, len(invalid.Problems))
	for i, problem := range invalid.Problems {
		if len(problem.Field) > len(section) && problem.Field[:len(section)] == section {
			problem.Field = problem.Field[len(section):]
		}
		problems[i] = problem
	}
	return &dealing.Invalid{Problems: problems}
}

func (s *surface) corrected(ctx context.Context, accountID string, corrected dealing.Corrected) (*accountCorrectionOut, error) {
	file, err := s.desk.Customer(ctx, actorOf(ctx), accountID)
	if err != nil {
		return nil, err
	}
	return &accountCorrectionOut{etag(file.Onboarding.Revision), AccountCorrection{
		Account: viewAccountDetails(file), LetterID: orNull(corrected.LetterID), LetterAt: timeOrNull(corrected.LetterAt),
	}}, nil
}

type changeLoginNameIn struct {
	ID   string `path:"id"`
	Body NewLoginName
}

// NewLoginName is the login name that a customer gets.
type NewLoginName struct {
	Name string `json:"name" doc:"At most 99 letters and digits" example:"JohnDoe"`
}

func (s *surface) changeLoginName(ctx context.Context, in *changeLoginNameIn) (*accountDetailsOut, error) {
	if err := s.desk.RenameLogin(ctx, actorOf(ctx), in.ID, in.Body.Name); err != nil {
		return nil, err
	}
	return s.account(ctx, &accountIn{ID: in.ID})
}

type correctNameIn struct {
	ID   string `path:"id"`
	Body NameCorrection
}

// NameCorrection is a customer's name as it should be.
type NameCorrection struct {
	FirstName string `json:"first_name,omitempty" example:"John"`
	LastName  string `json:"last_name,omitempty" example:"Doe"`
	Reason    string `json:"reason,omitempty" doc:"Kept in the audit trail" example:"Misspelt on the order."`
}

func (s *surface) correctName(ctx context.Context, in *correctNameIn) (*accountCorrectionOut, error) {
	corrected, err := s.desk.CorrectName(ctx, actorOf(ctx), in.ID, in.Body.FirstName, in.Body.LastName, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return s.corrected(ctx, in.ID, corrected)
}
