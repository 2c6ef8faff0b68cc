package portal

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/trail"
)

// confirmationPage is the seed's "Confirm new customer information".
type confirmationPage struct {
	frame
	DraftID  string
	Sections []reviewedSection
	Stepper  stepper
	Quote    *quoteSummary
	// Charged says that the activation fee will be charged.
	Charged bool
	Ready   bool
	// Commitment asks what a draft that becomes a commitment does not keep; nil for others.
	Commitment *commitmentQuestions
}

func (confirmationPage) template() string { return "confirmation" }

// commitmentQuestions are asked when a commitment is made.
type commitmentQuestions struct {
	Expect     expectedFields
	ActivateAt field
}

// reviewedSection is one section as it will be submitted.
type reviewedSection struct {
	ID       string
	Title    string
	Rows     []row
	Edit     string
	Problems []string
}

func (s *site) confirmation(c *gin.Context) error {
	review, done, err := s.openDraft(c, "")
	if err != nil || done {
		return err
	}
	return s.showConfirmation(c, http.StatusOK, review, nil, nil)
}

// showConfirmation shows a draft as it will be submitted, with what was typed beside it and
// what is wrong with that.
func (s *site) showConfirmation(c *gin.Context, status int, review dealing.DraftReview, typed url.Values, beside onboarding.Problems) error {
	base, err := s.frame(c, "Confirmation", navCreate)
	if err != nil {
		return err
	}
	answers := review.Draft.Answers
	commitment := review.Draft.Purpose == onboarding.PurposeCommitment
	if len(review.Problems) == 0 && !commitment {
		answers = review.Application.Answers
	}
	page := confirmationPage{
		frame: base, DraftID: review.Draft.ID, Stepper: stepsOf(review, ""),
		Charged: review.Draft.Kind != onboarding.KindVirtual, Ready: len(review.Problems) == 0,
	}
	if review.Quote != nil {
		page.Quote = summaryOf(*review.Quote)
	}
	page.Sections, err = reviewed(c.Request.Context(), s.sheetOf(c, review, answers))
	if err != nil {
		return err
	}
	page.Problems = linkedTo(page.Sections)
	if commitment {
		reps, err := s.repsOf(c, review.Draft.DealerID)
		if err != nil {
			return err
		}
		f := newForm(beside)
		page.Commitment = &commitmentQuestions{
			Expect: expectedOf(f, readExpected(typed), reps),
			ActivateAt: f.text("/activate_at", "Activate by itself at", typed.Get("/activate_at"), kind("datetime-local"), width("20"),
				hint("On the clock of the property. Leave it empty to activate the commitment by hand.")),
		}
		page.Problems = append(page.Problems, f.summary()...)
	}
	return s.show(c, status, page)
}

func reviewed(ctx context.Context, sheet sheet) ([]reviewedSection, error) {
	var sections []reviewedSection
	for _, one := range sheet.review.Sections {
		known, _ := pageFor(one.Section)
		rows, err := rowsIn(ctx, one.Section, sheet)
		if err != nil {
			return nil, err
		}
		made := reviewedSection{
			ID: string(one.Section), Title: known.title, Rows: rows,
			Edit: sectionPath(sheet.review.Draft.ID, one.Section) + "?return=confirmation",
		}
		for _, problem := range one.Problems {
			made.Problems = append(made.Problems, problem.Message)
		}
		if !one.Saved && len(made.Problems) == 0 {
			made.Problems = []string{"This page was not filled in yet."}
		}
		sections = append(sections, made)
	}
	return sections, nil
}

// submitDraft is the button "Create Account".
func (s *site) submitDraft(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	if typed.Get("purpose") == string(onboarding.PurposeCommitment) {
		return s.submitCommitment(c, typed)
	}
	outcome, err := s.desk.SubmitDraft(c.Request.Context(), userOf(c).Actor, c.Param("id"), onboarding.SourcePortal)
	if err != nil {
		return err
	}
	if outcome.Onboarding.ID != "" {
		trail.Of(c.Request.Context()).OnboardingID = outcome.Onboarding.ID
		return seeOther(c, "/customers/"+outcome.Onboarding.ID+"/created")
	}
	review, done, err := s.openDraft(c, "")
	if err != nil || done {
		return err
	}
	return s.showConfirmation(c, http.StatusUnprocessableEntity, review, nil, nil)
}

// submitCommitment is the button "Create Commitment".
func (s *site) submitCommitment(c *gin.Context, typed url.Values) error {
	made, problems, err := s.desk.CommitDraft(c.Request.Context(), userOf(c).Actor, c.Param("id"), readExpected(typed), typed.Get("/activate_at"))
	if err != nil {
		return err
	}
	if len(problems) == 0 {
		return seeOther(c, commitmentPath(made.ID)+"/created")
	}
	review, done, err := s.openDraft(c, "")
	if err != nil || done {
		return err
	}
	beside := slices.DeleteFunc(problems, func(p onboarding.Problem) bool { return sectionOf(p.Field) != "" })
	return s.showConfirmation(c, http.StatusUnprocessableEntity, review, typed, beside)
}
