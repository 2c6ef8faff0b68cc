package portal

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/onboarding"
)

// conflict shows what two people typed into one page.
type conflict struct {
	By   string
	At   moment
	Rows []conflictRow
	Href string // shows what they saved
}

// conflictRow is one answer that differs.
type conflictRow struct {
	Label  string
	Theirs string
	Yours  string
}

// conflictOver pairs what somebody else saved with what was typed.
func conflictOver(saved onboarding.SavedSection, href string, theirs, yours []row) *conflict {
	return &conflict{By: saved.By, At: momentIn(nil, saved.At), Href: href, Rows: differences(theirs, yours)}
}

// showConflict lets a person choose between what they typed and what somebody else saved
// meanwhile. Nothing was saved.
func (s *site) showConflict(c *gin.Context, section onboarding.Section, typed onboarding.Answers) error {
	ctx := c.Request.Context()
	review, err := s.desk.DraftReview(ctx, userOf(c).Actor, c.Param("id"))
	if err != nil {
		return err
	}
	page, err := s.wizardPage(c, section, s.sheetOf(c, review, typed), nil)
	if err != nil {
		return err
	}
	theirs, err := rowsIn(ctx, section, s.sheetOf(c, review, review.Draft.Answers))
	if err != nil {
		return err
	}
	yours, err := rowsIn(ctx, section, s.sheetOf(c, review, typed))
	if err != nil {
		return err
	}
	page.Conflict = conflictOver(review.Draft.Saved[section], page.Action, theirs, yours)
	return s.show(c, http.StatusConflict, page)
}

// rowsIn are the answers of a section as people read them.
func rowsIn(ctx context.Context, section onboarding.Section, sheet sheet) ([]row, error) {
	known, _ := pageFor(section)
	f := newForm(nil)
	body, err := known.build(ctx, sheet, f)
	if err != nil {
		return nil, err
	}
	return body.rows(f), nil
}

// differences pairs rows by their labels, in the order of the page.
func differences(theirs, yours []row) []conflictRow {
	was := map[string]string{}
	for _, one := range theirs {
		was[one.Label] = one.Value
	}
	var differ []conflictRow
	for _, one := range yours {
		if was[one.Label] != one.Value {
			differ = append(differ, conflictRow{one.Label, was[one.Label], one.Value})
		}
		delete(was, one.Label)
	}
	for _, one := range theirs {
		if _, left := was[one.Label]; left && one.Value != "" {
			differ = append(differ, conflictRow{one.Label, one.Value, ""})
		}
	}
	return differ
}
