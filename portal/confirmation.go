package portal

import (
	"context"
	"net/http"

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
}

func (confirmationPage) template() string { return "confirmation" }

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
	return s.showConfirmation(c, http.StatusOK, review)
}

func (s *site) showConfirmation(c *gin.Context, status int, review dealing.DraftReview) error {
	base, err := s.frame(c, "Confirmation", navCreate)
	if err != nil {
		return err
	}
	answers := review.Draft.Answers
	if len(review.Problems) == 0 {
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
	for _, section := range page.Sections {
		for _, problem := range section.Problems {
			page.Problems = append(page.Problems, summaryLine{section.Edit, section.Title + ": " + problem})
		}
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
	return s.showConfirmation(c, http.StatusUnprocessableEntity, review)
}
