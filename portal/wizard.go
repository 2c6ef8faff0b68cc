package portal

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// wizardPage is one section to be filled in, with where one is and what it leads to.
type wizardPage struct {
	frame
	// Body is the section's own part of the page.
	Body template.HTML
	// Action is where the form is sent, Back the page before this one.
	Action  string
	Back    string
	Heading string
	Stepper stepper
	Aside   aside
	// Version is what the section was when it was read, so that nobody overwrites what
	// somebody else typed meanwhile.
	Version int
	// Return says that the confirmation is where the page was opened from.
	Return bool
	// Conflict is nil unless somebody else saved the section meanwhile.
	Conflict *conflict
	// Correction is nil unless an onboarding that is under way is corrected.
	Correction *correctionQuestions
	// Change is nil unless a commitment is changed.
	Change *commitmentChange
}

func (wizardPage) template() string { return "wizard" }

// stepper shows where one is and what is left.
type stepper struct {
	Steps []wizardStep
	// All is where the steps are listed, for a screen that has no room for them.
	All string
}

// At is the number of the page that is open.
func (s stepper) At() int {
	for i, step := range s.Steps {
		if step.Current {
			return i + 1
		}
	}
	return 1
}

// wizardStep is one line of the stepper.
type wizardStep struct {
	Label   string
	Href    string // empty for a page that cannot be gone to yet
	State   string // done, todo, problem
	Current bool
}

// StateLabel is the state in a word.
func (w wizardStep) StateLabel() string {
	return map[string]string{"done": "Completed", "problem": "There is a problem", "todo": "To do"}[w.State]
}

// aside is what stands beside the form: what the customer will get and pay.
type aside struct {
	Rows  []row
	Quote *quoteSummary
}

func sectionPath(draftID string, section onboarding.Section) string {
	return "/drafts/" + draftID + "/section/" + string(section)
}

// sheetOf is a section of a draft with these answers in it.
func (s *site) sheetOf(c *gin.Context, review dealing.DraftReview, answers onboarding.Answers) sheet {
	draft := review.Draft
	return sheet{
		desk: s.desk, user: userOf(c), dealerID: draft.DealerID, kind: draft.Kind,
		answers: answers, review: review, live: "/drafts/" + draft.ID,
		withCoverage: c.Query("coverage") == "show", picture: askedPicture(c),
	}
}

// openDraft reads a draft for one of its pages. When it cannot be filled in there, the
// visitor is sent to where it can, and done is true.
func (s *site) openDraft(c *gin.Context, section onboarding.Section) (review dealing.DraftReview, done bool, err error) {
	review, err = s.desk.DraftReview(c.Request.Context(), userOf(c).Actor, c.Param("id"))
	if err != nil {
		return review, false, err
	}
	if became := review.Draft.OnboardingID; became != "" {
		return review, true, seeOther(c, "/customers/"+became+"/created")
	}
	if section != "" && place(review, section) < 0 {
		if _, known := pageFor(section); !known {
			return review, false, errNoPage
		}
		return review, true, seeOther(c, nextOpen(review))
	}
	return review, false, nil
}

// place is where a section stands among those that apply; -1 when it does not.
func place(review dealing.DraftReview, section onboarding.Section) int {
	for i, one := range review.Sections {
		if one.Section == section {
			return i
		}
	}
	return -1
}

// nextOpen is the first page that is not in order yet, or the confirmation.
func nextOpen(review dealing.DraftReview) string {
	for _, one := range review.Sections {
		if !one.Complete() {
			return sectionPath(review.Draft.ID, one.Section)
		}
	}
	return "/drafts/" + review.Draft.ID + "/confirmation"
}

func (s *site) showSection(c *gin.Context) error {
	section := onboarding.Section(c.Param("section"))
	review, done, err := s.openDraft(c, section)
	if err != nil || done {
		return err
	}
	var problems onboarding.Problems
	if fromConfirmation(c.Query("return")) {
		problems = review.Sections[place(review, section)].Problems
	}
	page, err := s.wizardPage(c, section, s.sheetOf(c, review, review.Draft.Answers), problems)
	if err != nil {
		return err
	}
	page.Return = fromConfirmation(c.Query("return"))
	return s.show(c, http.StatusOK, page)
}

func fromConfirmation(typed string) bool { return typed == "confirmation" }

// wizardPage builds a page of the wizard with the answers of the sheet in it.
func (s *site) wizardPage(c *gin.Context, section onboarding.Section, sheet sheet, problems onboarding.Problems) (wizardPage, error) {
	known, _ := pageFor(section)
	base, err := s.frame(c, known.title, navCreate)
	if err != nil {
		return wizardPage{}, err
	}
	f := newForm(problems)
	body, err := known.build(c.Request.Context(), sheet, f)
	if err != nil {
		return wizardPage{}, err
	}
	if section == onboarding.SectionSystem {
		allowScanning(c)
	}
	page := wizardPage{frame: base, Heading: known.title}
	if page.Body, err = s.templates.part(body); err != nil {
		return wizardPage{}, err
	}
	page.Problems = f.summary()
	page.Aside = asideOf(sheet)
	draft := sheet.review.Draft
	if draft.ID == "" {
		return page, nil
	}
	page.Action = sectionPath(draft.ID, section)
	page.Version = draft.Saved[section].Version
	page.Stepper = stepsOf(sheet.review, section)
	if at := place(sheet.review, section); at > 0 {
		page.Back = sectionPath(draft.ID, sheet.review.Sections[at-1].Section)
	}
	return page, nil
}

// stepsOf makes the stepper; the confirmation is what no section is.
func stepsOf(review dealing.DraftReview, current onboarding.Section) stepper {
	var steps []wizardStep
	complete := true
	for _, one := range review.Sections {
		known, _ := pageFor(one.Section)
		step := wizardStep{Label: known.short, Href: sectionPath(review.Draft.ID, one.Section), State: "todo", Current: one.Section == current}
		switch {
		case one.Complete():
			step.State = "done"
		case one.Saved:
			step.State = "problem"
		}
		complete = complete && one.Complete()
		steps = append(steps, step)
	}
	last := wizardStep{Label: "Confirmation", State: "todo", Current: current == ""}
	if complete {
		last.Href = "/drafts/" + review.Draft.ID + "/confirmation"
	}
	return stepper{append(steps, last), "/drafts/" + review.Draft.ID}
}

// asideOf tells in a few lines whom this is for and what they will get.
func asideOf(sheet sheet) aside {
	made := aside{}
	answers := sheet.answers
	add := func(label, value string) {
		if value != "" {
			made.Rows = append(made.Rows, row{label, value})
		}
	}
	add("Customer", joined(answers.Customer.FirstName, answers.Customer.LastName))
	address := answers.InstallationAddress()
	add("Installed at", joined(address.Street1, address.City, address.State, address.PostalCode))
	add("Login name", answers.Login.Name)
	if found := foundModule(sheet.review.Facts.Module); found.Found {
		add("Module", found.Network)
		add("Panel", found.Panel)
	}
	if sheet.review.Quote != nil {
		made.Quote = summaryOf(*sheet.review.Quote)
	}
	return made
}

func joined(words ...string) string {
	text := ""
	for _, word := range words {
		if word == "" {
			continue
		}
		if text != "" {
			text += " "
		}
		text += word
	}
	return text
}

// What a form of the wizard asks for beside being saved.
const (
	actionNext  = "next"
	actionBack  = "back"
	actionLater = "later"
	// Refresh shows what the answers so far lead to. A script asks for it without saving: a
	// form that is sent right after it must not meet a version that it does not know.
	actionRefresh = "refresh"
	// Leave saves a page that is left; a script sends it.
	actionLeave = "leave"
	// Switch creates the customer under another dealer.
	actionSwitch = "switch"
)

func (s *site) saveSection(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	return s.saveTyped(c, typed)
}

// saveTyped saves what was typed into the page of the wizard that the address names.
func (s *site) saveTyped(c *gin.Context, typed url.Values) error {
	section := onboarding.Section(c.Param("section"))
	review, done, err := s.openDraft(c, section)
	if err != nil || done {
		return err
	}
	ctx, actor := c.Request.Context(), userOf(c).Actor
	answers := review.Draft.Answers
	known, _ := pageFor(section)
	if err := known.read(ctx, s.sheetOf(c, review, answers), typed, &answers); err != nil {
		return err
	}
	if typed.Get("action") == actionRefresh && fromScript(c) {
		return s.preview(c, section, review, answers, typed)
	}
	version, _ := strconv.Atoi(typed.Get("version")) // what is no version was never saved
	draft, problems, err := s.desk.SaveSection(ctx, actor, review.Draft.ID, section, answers, version)
	if errors.Is(err, dealing.ErrStale) {
		return s.showConflict(c, section, answers)
	}
	if err != nil {
		return err
	}
	return s.afterSaving(c, typed, section, draft, problems)
}

// afterSaving goes where the visitor wanted to go.
func (s *site) afterSaving(c *gin.Context, typed url.Values, section onboarding.Section, draft onboarding.Draft, problems onboarding.Problems) error {
	switch typed.Get("action") {
	case actionLeave:
		c.Header("X-Version", strconv.Itoa(draft.Saved[section].Version))
		c.Status(http.StatusNoContent)
		return nil
	case actionLater:
		s.tell(c, "What you typed is saved. Continue whenever you like.")
		return seeOther(c, "/customers/new")
	case actionSwitch:
		return s.moveDraft(c, draft, typed.Get("dealer"))
	}
	review, err := s.desk.DraftReview(c.Request.Context(), userOf(c).Actor, draft.ID)
	if err != nil {
		return err
	}
	at := place(review, section)
	switch action := typed.Get("action"); {
	case action == actionBack && at > 0:
		return seeOther(c, sectionPath(draft.ID, review.Sections[at-1].Section))
	case action == actionBack:
		return seeOther(c, "/customers/new")
	case action == actionRefresh:
		return seeOther(c, refreshed(draft.ID, section, typed))
	case len(problems) > 0:
		return s.showAgain(c, http.StatusUnprocessableEntity, section, s.sheetOf(c, review, draft.Answers), problems, typed)
	case fromConfirmation(typed.Get("return")), at+1 == len(review.Sections):
		return seeOther(c, "/drafts/"+draft.ID+"/confirmation")
	default:
		return seeOther(c, sectionPath(draft.ID, review.Sections[at+1].Section))
	}
}

// refreshed is a page as it is shown again to who asked without a script.
func refreshed(draftID string, section onboarding.Section, typed url.Values) string {
	query := url.Values{"return": {typed.Get("return")}}
	if picture := typed.Get(serialHelpField); picture != "" {
		query.Set(serialHelpField, picture)
	}
	return sectionPath(draftID, section) + "?" + query.Encode()
}

// preview shows what the answers so far lead to, as the rules see them with what is known
// of the saved ones.
func (s *site) preview(c *gin.Context, section onboarding.Section, review dealing.DraftReview, answers onboarding.Answers, typed url.Values) error {
	var shown onboarding.Problems
	if section == onboarding.SectionPackage {
		quote, problems := onboarding.QuotePackage(answers.Asked(), review.Facts)
		review.Quote = &quote
		if len(problems) > 0 {
			review.Quote = nil
		}
		if answers.Package.PackageID != "" {
			shown = problems
		}
	}
	return s.showAgain(c, http.StatusOK, section, s.sheetOf(c, review, answers), shown, typed)
}

// showAgain shows a page with what was just typed in it.
func (s *site) showAgain(c *gin.Context, status int, section onboarding.Section, sheet sheet, problems onboarding.Problems, typed url.Values) error {
	page, err := s.wizardPage(c, section, sheet, problems)
	if err != nil {
		return err
	}
	page.Return = fromConfirmation(typed.Get("return"))
	return s.show(c, status, page)
}
