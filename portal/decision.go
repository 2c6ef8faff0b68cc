package portal

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// decisionForm asks what is to become of a parked onboarding.
type decisionForm struct {
	Target  string // where the decision is sent
	Step    onboarding.Step
	ParkNo  int
	Where   string
	Message string
	Since   moment
	Age     string
	Action  field
	Reason  field
	// Corrections are the pages that can be corrected; empty when none can.
	Corrections []row

	problems []summaryLine
}

// actionTexts say what each decision does.
var actionTexts = map[onboarding.Action]option{
	onboarding.ActionRetry:    {Label: "Try again", Help: "Do the step once more, as when an outage is over. What was done is not done twice."},
	onboarding.ActionOverride: {Label: "Override", Help: "Go on although coverage is low or absent. Test an active module on site first."},
	onboarding.ActionSkip:     {Label: "Skip", Help: "Go on without this step. The account is whole without it."},
	onboarding.ActionCancel:   {Label: "Cancel", Help: "Stop and take back what was done: the account is closed and the charge reversed."},
}

// newDecisionForm is nil for an onboarding that waits for nobody.
func newDecisionForm(file dealing.CustomerFile, now time.Time, problems onboarding.Problems, reason string) *decisionForm {
	park := file.Onboarding.Parked
	if park == nil {
		return nil
	}
	f := newForm(problems)
	made := &decisionForm{
		Target: "/customers/" + file.Onboarding.ID + "/decision",
		Step:   park.Step, ParkNo: park.No, Where: stepLabel(park.Step), Message: park.Reason.Message(),
		Since: momentIn(zoneOf(file), park.Since), Age: ago(now.Sub(park.Since)),
	}
	var choices []option
	plan, _ := onboarding.PlanFor(file.Onboarding.Kind, file.Onboarding.AccountType)
	for _, action := range onboarding.AllowedActions(park.Step, park.Reason) {
		if action == onboarding.ActionAmend {
			for _, section := range plan.Sections[1:] { // the account type never changes
				known, _ := pageFor(section)
				made.Corrections = append(made.Corrections, row{known.title, "/customers/" + file.Onboarding.ID + "/correct/" + string(section)})
			}
			continue
		}
		text := actionTexts[action]
		choices = append(choices, option{Value: string(action), Label: text.Label, Help: text.Help})
	}
	made.Action = f.choice("/action", "Decision", "", choices, required)
	made.Reason = f.text("/reason", "Reason", reason, hint("It is kept in the audit trail. Needed for everything but trying again."))
	made.problems = f.summary()
	return made
}

func (s *site) decide(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	ctx, actor, id := c.Request.Context(), userOf(c).Actor, c.Param("id")
	parkNo, _ := strconv.Atoi(typed.Get("park_no")) // what is no number fits no park
	_, err = s.desk.Decide(ctx, actor, id, dealing.Resolution{
		Action: onboarding.Action(typed.Get("/action")), Step: onboarding.Step(typed.Get("step")), ParkNo: parkNo, Reason: typed.Get("/reason"),
	})
	var invalid *dealing.Invalid
	if errors.As(err, &invalid) {
		file, err := s.desk.OnboardingFile(ctx, actor, id)
		if err != nil {
			return err
		}
		return s.showCustomer(c, http.StatusUnprocessableEntity, file, newDecisionForm(file, s.now(), invalid.Problems, typed.Get("/reason")), nil)
	}
	if err != nil {
		return err
	}
	s.tell(c, "Your decision was taken. The onboarding goes on.")
	return seeOther(c, "/customers/"+id)
}

// cancel asks an onboarding to stop and take back what it did.
func (s *site) cancel(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	if _, err := s.desk.Cancel(c.Request.Context(), userOf(c).Actor, c.Param("id"), typed.Get("/reason")); err != nil {
		return err
	}
	s.tell(c, "The onboarding is being cancelled and what it did taken back.")
	return seeOther(c, "/customers/"+c.Param("id"))
}

// correctionQuestions are asked when an onboarding that is under way is corrected.
type correctionQuestions struct {
	Step    onboarding.Step
	ParkNo  int
	Message string
	Reason  field
	Name    string
	Href    string
}

// sectionCorrection replaces one section and leaves the others.
type sectionCorrection struct {
	section onboarding.Section
	answers onboarding.Answers
}

// Over puts the corrected section in place of the one that was.
func (s sectionCorrection) Over(was onboarding.Answers) onboarding.Answers {
	switch s.section {
	case onboarding.SectionAccount:
		was.Account = s.answers.Account
	case onboarding.SectionCustomer:
		was.Customer = s.answers.Customer
	case onboarding.SectionLogin:
		was.Login = s.answers.Login
	case onboarding.SectionSystem:
		was.System, was.CoverageOverrideReason = s.answers.System, s.answers.CoverageOverrideReason
	case onboarding.SectionPathway:
		was.Pathway = s.answers.Pathway
	case onboarding.SectionPackage:
		was.Package = s.answers.Package
	case onboarding.SectionForwarding:
		was.Forwarding = s.answers.Forwarding
	case onboarding.SectionTemplates:
		was.Templates = s.answers.Templates
	}
	return was
}

// openCorrection reads a parked onboarding whose section can be corrected.
func (s *site) openCorrection(c *gin.Context) (dealing.CustomerFile, onboarding.Section, error) {
	section := onboarding.Section(c.Param("section"))
	file, err := s.desk.OnboardingFile(c.Request.Context(), userOf(c).Actor, c.Param("id"))
	if err != nil {
		return file, section, err
	}
	plan, _ := onboarding.PlanFor(file.Onboarding.Kind, file.Onboarding.AccountType)
	if !plan.Asks(section) {
		return file, section, errNoPage
	}
	if file.Onboarding.Parked == nil {
		return file, section, &onboarding.Refusal{Sentence: "This onboarding waits for no decision, so nothing of it can be corrected now."}
	}
	return file, section, nil
}

func (s *site) showCorrection(c *gin.Context) error {
	file, section, err := s.openCorrection(c)
	if err != nil {
		return err
	}
	return s.showCorrected(c, http.StatusOK, file, section, nil, "")
}

func (s *site) showCorrected(c *gin.Context, status int, file dealing.CustomerFile, section onboarding.Section, problems onboarding.Problems, reason string) error {
	page, err := s.wizardPage(c, section, s.sheetOfFile(c, file, file.Answers), problems)
	if err != nil {
		return err
	}
	page.Section = navCustomers
	page.Title = "Correct: " + page.Title
	page.Action = "/customers/" + file.Onboarding.ID + "/correct/" + string(section)
	park := file.Onboarding.Parked
	f := newForm(problems)
	page.Correction = &correctionQuestions{
		Step: park.Step, ParkNo: park.No, Message: park.Reason.Message(), Name: nameIn(file), Href: "/customers/" + file.Onboarding.ID,
		Reason: f.text("/reason", "Reason for the correction", reason, hint("It is kept in the audit trail.")),
	}
	return s.show(c, status, page)
}

func (s *site) correct(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	file, section, err := s.openCorrection(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	known, _ := pageFor(section)
	answers := file.Answers
	if err := known.read(ctx, s.sheetOfFile(c, file, answers), typed, &answers); err != nil {
		return err
	}
	if typed.Get("action") == actionRefresh {
		file.Answers = answers
		return s.showCorrected(c, http.StatusOK, file, section, nil, typed.Get("/reason"))
	}
	problems, err := s.amend(ctx, userOf(c).Actor, c.Param("id"), typed.Get("step"), typed.Get("park_no"), typed.Get("/reason"), sectionCorrection{section, answers})
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		file.Answers = answers
		return s.showCorrected(c, http.StatusUnprocessableEntity, file, section, problems, typed.Get("/reason"))
	}
	s.tell(c, "The correction was taken. The onboarding goes on with it.")
	return seeOther(c, "/customers/"+file.Onboarding.ID)
}

// amend sends a correction; problems say what is wrong with it.
func (s *site) amend(ctx context.Context, actor dealing.Actor, id, step, park, reason string, correction sectionCorrection) (onboarding.Problems, error) {
	parkNo, _ := strconv.Atoi(park) // what is no number fits no park
	_, err := s.desk.Decide(ctx, actor, id, dealing.Resolution{
		Action: onboarding.ActionAmend, Step: onboarding.Step(step), ParkNo: parkNo, Reason: reason, Correction: correction,
	})
	var (
		invalid   *dealing.Invalid
		incorrect *dealing.InvalidCorrection
	)
	switch {
	case errors.As(err, &invalid):
		return invalid.Problems, nil
	case errors.As(err, &incorrect):
		return incorrect.Problems, nil
	}
	return nil, err
}
