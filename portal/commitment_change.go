package portal

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// commitmentChange says that a section of a commitment is changed, not one of a draft.
type commitmentChange struct {
	Number string
	Href   string
}

// openCommitmentSection reads a commitment whose section can be changed.
func (s *site) openCommitmentSection(c *gin.Context) (dealing.CommitmentReview, onboarding.Section, error) {
	section := onboarding.Section(c.Param("section"))
	review, err := s.desk.CommitmentReview(c.Request.Context(), userOf(c).Actor, c.Param("id"))
	switch {
	case err != nil:
		return review, section, err
	case place(review.Review, section) < 0:
		return review, section, errNoPage
	case !review.Commitment.State.Pending():
		return review, section, &onboarding.Refusal{Sentence: "This commitment cannot be changed any more."}
	}
	return review, section, nil
}

func (s *site) showCommitmentSection(c *gin.Context) error {
	review, section, err := s.openCommitmentSection(c)
	if err != nil {
		return err
	}
	problems := review.Review.Sections[place(review.Review, section)].Problems
	page, err := s.commitmentSectionPage(c, section, review, review.Commitment.Answers, problems)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, page)
}

func (s *site) commitmentSectionPage(c *gin.Context, section onboarding.Section, review dealing.CommitmentReview, answers onboarding.Answers, problems onboarding.Problems) (wizardPage, error) {
	page, err := s.wizardPage(c, section, s.sheetOfCommitment(c, review, answers), problems)
	if err != nil {
		return page, err
	}
	page.Section, page.Title = navCommitments, "Change: "+page.Title
	page.Action = commitmentPath(review.Commitment.ID) + "/section/" + string(section)
	page.Version = review.Commitment.Version
	page.Change = &commitmentChange{review.Commitment.Number, commitmentPath(review.Commitment.ID)}
	return page, nil
}

func (s *site) changeCommitmentSection(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	review, section, err := s.openCommitmentSection(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	known, _ := pageFor(section)
	answers := review.Commitment.Answers
	if err := known.read(ctx, s.sheetOfCommitment(c, review, answers), typed, &answers); err != nil {
		return err
	}
	if typed.Get("action") == actionRefresh {
		return s.commitmentSectionAgain(c, http.StatusOK, section, review, answers, nil, typed)
	}
	now, problems, err := s.desk.ChangeCommitment(ctx, userOf(c).Actor, c.Param("id"), versionIn(typed), dealing.CommitmentChange{
		Sections: sectionCorrection{section, answers},
	})
	switch {
	case errors.Is(err, dealing.ErrStale):
		return s.showCommitmentConflict(c, section, review, now, answers)
	case err != nil:
		return err
	case len(problems) > 0:
		return s.commitmentSectionAgain(c, http.StatusUnprocessableEntity, section, review, answers, problems, typed)
	}
	s.tell(c, "The commitment is changed.")
	return seeOther(c, commitmentPath(c.Param("id")))
}

// commitmentSectionAgain shows what was just typed; the version stays the one that its
// reader saw.
func (s *site) commitmentSectionAgain(c *gin.Context, status int, section onboarding.Section, review dealing.CommitmentReview, answers onboarding.Answers, problems onboarding.Problems, typed url.Values) error {
	page, err := s.commitmentSectionPage(c, section, review, answers, problems)
	if err != nil {
		return err
	}
	page.Version = versionIn(typed)
	return s.show(c, status, page)
}

// showCommitmentConflict lets a person choose, as showConflict does.
func (s *site) showCommitmentConflict(c *gin.Context, section onboarding.Section, review dealing.CommitmentReview, now dealing.Commitment, typed onboarding.Answers) error {
	ctx := c.Request.Context()
	review.Commitment = now
	page, err := s.commitmentSectionPage(c, section, review, typed, nil)
	if err != nil {
		return err
	}
	theirs, err := rowsIn(ctx, section, s.sheetOfCommitment(c, review, now.Answers))
	if err != nil {
		return err
	}
	yours, err := rowsIn(ctx, section, s.sheetOfCommitment(c, review, typed))
	if err != nil {
		return err
	}
	page.Conflict = conflictOver(onboarding.SavedSection{At: now.UpdatedAt}, page.Action, theirs, yours)
	return s.show(c, http.StatusConflict, page)
}
