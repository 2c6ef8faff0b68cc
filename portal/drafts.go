package portal

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// createPage is the seed's "Account Creation" with its four entries.
type createPage struct {
	frame
	Entries []entry
	// Drafts can be continued.
	Drafts []draftLine
}

func (createPage) template() string { return "create" }

// entry is one of the seed's four ways to begin.
type entry struct {
	Kind    string // what it creates; empty for one that leads elsewhere
	Purpose string
	Href    string
	Title   string
	Text    string
}

// The seed's own words.
var entries = []entry{
	{Kind: string(onboarding.KindCustomer), Title: "Create Customer", Text: "Create a customer account for today's installation. You will be charged once the customer is created. Install the account once the customer has been created."},
	{Href: "/commitments/activate", Title: "Activate Commitment", Text: "Create a customer from a preconfigured Commitment. All information will be transferred from the Commitment to create the customer. Enter in the Serial Number and we'll take care of the customer creation."},
	{Kind: string(onboarding.KindCustomer), Purpose: string(onboarding.PurposeCommitment), Title: "Create Commitment", Text: "Store customer information ahead of time for a quick installation. You will not be charged until the Commitment becomes a customer. Each commitment is given a Commitment ID for a fast installation."},
	{Kind: string(onboarding.KindVirtual), Title: "Create Virtual Customer", Text: "Simulate a real system when demoing functionality to a customer. Ensure you're up to speed with the Alarm.com feature sets."},
}

// draftLine is a draft that can be continued.
type draftLine struct {
	ID        string
	Name      string
	Kind      string
	Pages     int
	UpdatedAt moment
	By        string
}

// draftsShown is how many drafts the page offers: older ones are seldom meant.
const draftsShown = 20

func (s *site) createCustomer(c *gin.Context) error {
	user := userOf(c)
	if user.SeesAll() {
		return dealing.ErrForbidden
	}
	base, err := s.frame(c, "Create New Customer", navCreate)
	if err != nil {
		return err
	}
	drafts, _, err := s.desk.Drafts(c.Request.Context(), user.Actor, "", dealing.DraftFilter{Limit: draftsShown})
	if err != nil {
		return err
	}
	page := createPage{frame: base, Entries: entries}
	for _, draft := range drafts {
		page.Drafts = append(page.Drafts, lineOfDraft(draft))
	}
	return s.show(c, http.StatusOK, page)
}

func lineOfDraft(draft onboarding.Draft) draftLine {
	line := draftLine{
		ID: draft.ID, Name: joined(draft.Answers.Customer.FirstName, draft.Answers.Customer.LastName),
		Kind: "Customer", Pages: len(draft.Saved), UpdatedAt: momentIn(nil, draft.UpdatedAt), By: draft.CreatedBy,
	}
	if draft.Kind == onboarding.KindVirtual {
		line.Kind = "Virtual customer"
	}
	if draft.Purpose == onboarding.PurposeCommitment {
		line.Kind = "Commitment"
	}
	if strings.TrimSpace(line.Name) == "" {
		line.Name = "No name yet"
	}
	return line
}

func (s *site) startDraft(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	draft, err := s.beginDraft(c.Request.Context(), userOf(c).Actor, onboarding.Kind(typed.Get("kind")), onboarding.Purpose(typed.Get("purpose")))
	if err != nil {
		return err
	}
	return seeOther(c, sectionPath(draft.ID, onboarding.SectionAccount))
}

func (s *site) beginDraft(ctx context.Context, actor dealing.Actor, kind onboarding.Kind, purpose onboarding.Purpose) (onboarding.Draft, error) {
	if purpose == onboarding.PurposeCommitment {
		return s.desk.StartCommitment(ctx, actor, "")
	}
	return s.desk.StartDraft(ctx, actor, "", kind)
}

func (s *site) discardDraft(c *gin.Context) error {
	if err := s.desk.DiscardDraft(c.Request.Context(), userOf(c).Actor, c.Param("id")); err != nil {
		return err
	}
	s.tell(c, "The unfinished customer is discarded.")
	return seeOther(c, "/customers/new")
}

// taskPage lists the sections of an unfinished customer with how far each is.
type taskPage struct {
	frame
	Name    string
	DraftID string
	Steps   []wizardStep
	Next    string
	Expires moment
}

func (taskPage) template() string { return "tasks" }

// taskList is where "Continue On This Customer" leads.
func (s *site) taskList(c *gin.Context) error {
	review, done, err := s.openDraft(c, "")
	if err != nil || done {
		return err
	}
	base, err := s.frame(c, "Continue On This Customer", navCreate)
	if err != nil {
		return err
	}
	steps := stepsOf(review, "").Steps
	for i := range steps {
		steps[i].Current = false
	}
	return s.show(c, http.StatusOK, taskPage{
		frame: base, Name: lineOfDraft(review.Draft).Name, DraftID: review.Draft.ID, Steps: steps,
		Next: nextOpen(review), Expires: momentIn(nil, review.Draft.ExpiresAt()),
	})
}

// moveDraft takes a draft to another of the user's dealers: it begins anew there with what
// was typed, and the session goes with it. What the other dealer does not have, such as a
// receiver, shows as a problem on its page.
func (s *site) moveDraft(c *gin.Context, draft onboarding.Draft, dealerID string) error {
	ctx := c.Request.Context()
	if dealerID == draft.DealerID {
		return seeOther(c, sectionPath(draft.ID, onboarding.SectionCustomer))
	}
	session, err := s.desk.SwitchDealer(ctx, s.session(ctx), dealerID)
	if err != nil {
		return err
	}
	there, err := s.desk.UserOf(ctx, session)
	if err != nil {
		return err
	}
	moved, err := s.copyDraft(ctx, there.Actor, draft)
	if err != nil {
		return err
	}
	// The copy is whole; one that stays behind is a nuisance, not a loss.
	if err := s.desk.DiscardDraft(ctx, userOf(c).Actor, draft.ID); err != nil && !errors.Is(err, dealing.ErrNotFound) {
		s.logFailure(ctx, "discarding a moved draft failed", err)
	}
	s.keepSession(ctx, session)
	s.tell(c, "This customer will now be created under "+there.DealerName+". Check what belongs to your dealer, such as reps and receivers.")
	return seeOther(c, sectionPath(moved.ID, onboarding.SectionCustomer))
}

func (s *site) copyDraft(ctx context.Context, actor dealing.Actor, draft onboarding.Draft) (onboarding.Draft, error) {
	moved, err := s.beginDraft(ctx, actor, draft.Kind, draft.Purpose)
	if err != nil {
		return moved, err
	}
	for _, section := range onboarding.Sections {
		if _, saved := draft.Saved[section]; !saved {
			continue
		}
		if _, _, err := s.desk.SaveSection(ctx, actor, moved.ID, section, draft.Answers, 0); err != nil {
			return moved, err
		}
	}
	return moved, nil
}
