package portal

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// activationPage is where a commitment becomes a customer: "Enter in the Serial Number and
// we'll take care of the customer creation" (the seed).
type activationPage struct {
	frame
	commitmentLine
	ID         string
	Module     *field // nil for an account without a module
	PanelType  field
	Override   field
	Installer  *field // nil when nobody is expected to install it
	SerialHelp serialHelp
	// Elsewhere are problems of other parts of the commitment, with links to change them.
	Elsewhere []summaryLine
	// Obstacle is why it cannot be activated any more.
	Obstacle string
	Customer string
}

func (activationPage) template() string { return "commitment_activate" }

func (s *site) showActivation(c *gin.Context) error {
	return s.askActivation(c, http.StatusOK, nil, nil)
}

func (s *site) askActivation(c *gin.Context, status int, typed url.Values, problems onboarding.Problems) error {
	if userOf(c).SeesAll() {
		return dealing.ErrForbidden
	}
	review, err := s.desk.CommitmentReview(c.Request.Context(), userOf(c).Actor, c.Param("id"))
	if err != nil {
		return err
	}
	commitment := review.Commitment
	base, err := s.frame(c, "Activate Commitment", navCommitments)
	if err != nil {
		return err
	}
	page := activationPage{frame: base, commitmentLine: lineOfCommitment(commitment), ID: commitment.ID}
	if !commitment.State.Pending() {
		page.Obstacle = "This commitment cannot be activated any more: it is " + string(commitment.State) + "."
		if commitment.State == onboarding.CommitmentActivated {
			page.Obstacle, page.Customer = "This commitment was activated already.", "/customers/"+commitment.OnboardingID
		}
		return s.show(c, status, page)
	}
	kept := commitment.ActivatedWith(onboarding.Activation{})
	if typed != nil {
		kept = commitment.ActivatedWith(activationIn(typed))
	}
	f := newForm(problems)
	page.fill(f, commitment, kept, askedPicture(c))
	page.Elsewhere = elsewhere(f, commitment.ID, problems)
	if len(problems) == 0 {
		page.Elsewhere = elsewhere(f, commitment.ID, review.Review.Problems)
	}
	for _, line := range f.summary() {
		if line.Href != "" {
			page.Problems = append(page.Problems, line)
		}
	}
	page.Problems = append(page.Problems, page.Elsewhere...)
	allowScanning(c)
	return s.show(c, status, page)
}

func (p *activationPage) fill(f *form, commitment dealing.Commitment, kept onboarding.Answers, picture string) {
	if plan, _ := onboarding.PlanFor(kept.Kind, kept.Account.Type); plan.Asks(onboarding.SectionSystem) {
		module := f.text("/system/module", "Module Serial #", kept.System.Module, required, keyboard("text"), width("20"),
			hint("The serial number or IMEI of the module. Only the last 10 digits of a serial number are required."))
		panelType := kept.System.PanelType
		if panelType == "" {
			panelType = commitment.Expected.PanelType
		}
		if panelType == "" {
			panelType = onboarding.PanelAuto
		}
		p.Module = &module
		p.PanelType = f.choice("/system/panel_type", "Control Panel Type", panelType, choicesOf(onboarding.PanelTypes()), required)
		p.Override = f.text("/coverage_override_reason", "Reason to create the account with low coverage", kept.CoverageOverrideReason,
			hint("Only needed where coverage is low or absent. It is kept in the audit trail."))
		p.SerialHelp = serialHelpFor(picture, panelType)
	}
	if rep := commitment.Expected.InstallerRep; rep != "" {
		installer := f.tick("/by_expected_installer", "Installed by the expected installer, "+rep, true)
		p.Installer = &installer
	}
}

// elsewhere are the problems that no field of the form is about.
func elsewhere(f *form, commitmentID string, problems onboarding.Problems) []summaryLine {
	var lines []summaryLine
	for _, problem := range problems {
		if _, here := f.anchorOf(problem.Field); here {
			continue
		}
		line := summaryLine{Message: problem.Message}
		if section := sectionOf(problem.Field); section != "" {
			known, _ := pageFor(section)
			line = summaryLine{commitmentPath(commitmentID) + "/section/" + string(section), known.title + ": " + problem.Message}
		}
		lines = append(lines, line)
	}
	return lines
}

// sectionOf is the page of the wizard that a problem's pointer leads into; empty for none.
func sectionOf(pointer string) onboarding.Section {
	for _, page := range sectionPages {
		prefix := "/" + string(page.section)
		if pointer == prefix || len(pointer) > len(prefix) && pointer[:len(prefix)+1] == prefix+"/" {
			return page.section
		}
	}
	return ""
}

func activationIn(typed url.Values) onboarding.Activation {
	return onboarding.Activation{
		Module: typed.Get("/system/module"), PanelType: typed.Get("/system/panel_type"),
		CoverageOverrideReason: typed.Get("/coverage_override_reason"), ByExpectedInstaller: typed.Get("/by_expected_installer") != "",
	}
}

func (s *site) activateCommitment(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	if typed.Get("action") == actionRefresh {
		return s.askActivation(c, http.StatusOK, typed, nil)
	}
	outcome, err := s.desk.ActivateCommitment(c.Request.Context(), userOf(c).Actor, c.Param("id"), activationIn(typed), nil)
	if err != nil {
		return err
	}
	if outcome.Onboarding.ID == "" {
		return s.askActivation(c, http.StatusUnprocessableEntity, typed, outcome.Problems)
	}
	return seeOther(c, "/customers/"+outcome.Onboarding.ID+"/created")
}
