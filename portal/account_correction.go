package portal

import (
	"errors"
	"html/template"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// correctionsOf are the pages on which the actor can change something of an account.
func correctionsOf(file dealing.CustomerFile, actor dealing.Actor) []row {
	if file.Account == nil || file.Account.State != onboarding.AccountOpen {
		return nil
	}
	at, completed := "/customers/"+file.Onboarding.ID, file.Onboarding.Status == onboarding.StatusCompleted
	var changes []row
	if !actor.SeesAll() && completed {
		changes = append(changes, row{"Change the customer information", at + "/change"})
	}
	if !actor.SeesAll() {
		changes = append(changes, row{"Change the login name", at + "/login-name"})
	}
	if actor.Role == onboarding.RoleAdministrator && completed {
		changes = append(changes, row{"Correct the customer's name", at + "/name"})
	}
	return changes
}

// accountCorrectionPage asks for what changes of an account.
type accountCorrectionPage struct {
	frame
	Heading string
	Intro   []string
	// Body is the wizard's own page, or empty: then Fields are asked for.
	Body   template.HTML
	Fields []field
	Action string
	Button string
	// Version is the revision that was looked at.
	Version int
	Name    string
	Back    string
}

func (accountCorrectionPage) template() string { return "account_correction" }

// openAccount reads the customer whose account is to be changed.
func (s *site) openAccount(c *gin.Context) (dealing.CustomerFile, error) {
	file, err := s.desk.OnboardingFile(c.Request.Context(), userOf(c).Actor, c.Param("id"))
	if err == nil && file.Account == nil {
		err = dealing.ErrNotFound
	}
	return file, err
}

// correctionFrame begins a page about one account.
func (s *site) correctionFrame(c *gin.Context, file dealing.CustomerFile, heading, page string) (accountCorrectionPage, error) {
	base, err := s.frame(c, heading, navCustomers)
	at := "/customers/" + file.Onboarding.ID
	return accountCorrectionPage{frame: base, Heading: heading, Action: at + "/" + page, Name: nameIn(file), Back: at}, err
}

func (s *site) showAccountCorrection(c *gin.Context) error {
	file, err := s.openAccount(c)
	if err != nil {
		return err
	}
	if userOf(c).SeesAll() {
		return dealing.ErrForbidden
	}
	return s.askCorrection(c, http.StatusOK, file, nil)
}

func (s *site) askCorrection(c *gin.Context, status int, file dealing.CustomerFile, problems onboarding.Problems) error {
	page, err := s.correctionFrame(c, file, "Change the customer information", "change")
	if err != nil {
		return err
	}
	filled, err := s.wizardPage(c, onboarding.SectionCustomer, s.sheetOfFile(c, file, file.Answers), problems)
	if err != nil {
		return err
	}
	page.Body, page.Problems, page.Version, page.Button = filled.Body, filled.Problems, file.Onboarding.Revision, "Save the changes"
	page.Intro = []string{
		"Note: The name entered for the customer on this page cannot be edited after the account has been created.",
		"The system stays where it is installed. A new e-mail address makes the links in the old mailbox useless; a customer who has not chosen a password yet is sent a new Welcome Letter.",
	}
	return s.show(c, status, page)
}

func (s *site) correctAccount(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	file, err := s.openAccount(c)
	if err != nil {
		return err
	}
	answers := file.Answers
	if err := readCustomer(c.Request.Context(), s.sheetOfFile(c, file, answers), typed, &answers); err != nil {
		return err
	}
	version, _ := strconv.Atoi(typed.Get("version")) // what is no number was never seen
	corrected, err := s.desk.CorrectAccount(c.Request.Context(), userOf(c).Actor, file.Account.ID, version, sectionCorrection{onboarding.SectionCustomer, answers})
	var invalid *dealing.Invalid
	switch {
	case errors.As(err, &invalid):
		file.Answers, file.Onboarding.Revision = answers, version
		return s.askCorrection(c, http.StatusUnprocessableEntity, file, invalid.Problems)
	case err != nil:
		return err
	}
	s.tell(c, afterCorrection(corrected, file))
	return seeOther(c, "/customers/"+file.Onboarding.ID)
}

// afterCorrection says what a correction led to.
func afterCorrection(corrected dealing.Corrected, file dealing.CustomerFile) string {
	switch {
	case corrected.LetterID != "":
		return "The changes are saved, and the Welcome Letter is on its way to the new email address."
	case !corrected.LetterAt.IsZero():
		return "The changes are saved. There were too many Welcome Letters lately: send it to the new email address after " + momentIn(zoneOf(file), corrected.LetterAt).String() + "."
	case corrected.Revision == file.Onboarding.Revision:
		return "Nothing was changed."
	default:
		return "The changes are saved."
	}
}

func (s *site) showRenaming(c *gin.Context) error {
	file, err := s.openAccount(c)
	if err != nil {
		return err
	}
	if userOf(c).SeesAll() {
		return dealing.ErrForbidden
	}
	return s.askLoginName(c, http.StatusOK, file, file.Account.LoginName, nil)
}

func (s *site) askLoginName(c *gin.Context, status int, file dealing.CustomerFile, name string, problems onboarding.Problems) error {
	page, err := s.correctionFrame(c, file, "Change the login name", "login-name")
	if err != nil {
		return err
	}
	f := newForm(problems)
	page.Intro = []string{"The customer signs in with the new name from now on. The password stays. Tell the customer: nothing is mailed."}
	page.Fields = []field{f.text("/name", "Login name", name, required, hint("Less than 100 letters and numbers."))}
	page.Button, page.Problems = "Change the login name", f.summary()
	return s.show(c, status, page)
}

func (s *site) renameLogin(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	file, err := s.openAccount(c)
	if err != nil {
		return err
	}
	err = s.desk.RenameLogin(c.Request.Context(), userOf(c).Actor, file.Account.ID, typed.Get("/name"))
	var invalid *dealing.Invalid
	switch {
	case errors.As(err, &invalid):
		return s.askLoginName(c, http.StatusUnprocessableEntity, file, typed.Get("/name"), invalid.Problems)
	case err != nil:
		return err
	}
	s.tell(c, "The login name is changed.")
	return seeOther(c, "/customers/"+file.Onboarding.ID)
}

// typedName is what an administrator typed of a name, and why.
type typedName struct{ first, last, reason string }

func (s *site) showNameCorrection(c *gin.Context) error {
	file, err := s.openAccount(c)
	if err != nil {
		return err
	}
	if userOf(c).Role != onboarding.RoleAdministrator {
		return dealing.ErrForbidden
	}
	return s.askName(c, http.StatusOK, file, typedName{first: file.Account.FirstName, last: file.Account.LastName}, nil)
}

func (s *site) askName(c *gin.Context, status int, file dealing.CustomerFile, typed typedName, problems onboarding.Problems) error {
	page, err := s.correctionFrame(c, file, "Correct the customer's name", "name")
	if err != nil {
		return err
	}
	f := newForm(problems)
	page.Intro = []string{"Dealers cannot edit the name after the account has been created. Correct it only when it was wrong from the start: an account does not change hands."}
	page.Fields = []field{
		f.text("/first_name", "First Name", typed.first, required), f.text("/last_name", "Last Name", typed.last, required),
		f.text("/reason", "Reason", typed.reason, required, hint("It is kept in the audit trail.")),
	}
	page.Button, page.Problems = "Correct the name", f.summary()
	return s.show(c, status, page)
}

func (s *site) correctName(c *gin.Context) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	file, err := s.openAccount(c)
	if err != nil {
		return err
	}
	typed := typedName{form.Get("/first_name"), form.Get("/last_name"), form.Get("/reason")}
	_, err = s.desk.CorrectName(c.Request.Context(), userOf(c).Actor, file.Account.ID, typed.first, typed.last, typed.reason)
	var invalid *dealing.Invalid
	switch {
	case errors.As(err, &invalid):
		return s.askName(c, http.StatusUnprocessableEntity, file, typed, invalid.Problems)
	case err != nil:
		return err
	}
	s.tell(c, "The name is corrected.")
	return seeOther(c, "/customers/"+file.Onboarding.ID)
}
