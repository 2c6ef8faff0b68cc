package portal

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/onboarding/places"
)

// commitmentPage is everything known of one commitment.
type commitmentPage struct {
	frame
	commitmentLine
	ID         string
	DealerName string
	Facts      []row
	Sections   []reviewedSection
	Quote      *quoteSummary
	// Pending says that it can still be changed and activated; Sells that the visitor may.
	Pending bool
	// Customer is where its onboarding is; empty while there is none.
	Customer string
	Version  int
	Expect   expectedFields
	// ActivateAt asks for a date; Zone is whose clock it means.
	ActivateAt field
	Zone       string
}

func (commitmentPage) template() string { return "commitment" }

// expectedFields ask what is expected of the installation.
type expectedFields struct {
	InstallDate field
	Network     field
	PanelType   field
	Installer   field
	Reps        []option
}

func expectedOf(f *form, expected onboarding.Expected, reps []option) expectedFields {
	var networks []option
	for _, network := range catalog.Current().Networks() {
		networks = append(networks, option{Value: network.Name, Label: network.Name})
	}
	return expectedFields{
		InstallDate: f.text("/expected/install_date", "Expected install date", expected.InstallDate, kind("date"), width("20"), hint("A day of the property's time zone.")),
		Network:     f.choice("/expected/network", "Expected network", expected.Network, withNone("(not known)", networks)),
		PanelType:   f.choice("/expected/panel_type", "Expected control panel", expected.PanelType, withNone("(not known)", choicesOf(onboarding.PanelTypes()))),
		Installer:   f.text("/expected/installer_rep", "Expected installer", expected.InstallerRep, hint("Find rep by Last Name, First Name or Login Name"), list("reps")),
		Reps:        reps,
	}
}

func readExpected(typed url.Values) onboarding.Expected {
	return onboarding.Expected{
		InstallDate: typed.Get("/expected/install_date"), Network: typed.Get("/expected/network"),
		PanelType: typed.Get("/expected/panel_type"), InstallerRep: typed.Get("/expected/installer_rep"),
	}
}

// repsOf are the dealer's reps as a list offers them.
func (s *site) repsOf(c *gin.Context, dealerID string) ([]option, error) {
	reps, err := s.desk.Reps(c.Request.Context(), userOf(c).Actor, dealerID, "")
	if err != nil {
		return nil, err
	}
	var options []option
	for _, rep := range reps {
		options = append(options, option{Value: rep.LoginName, Label: rep.LastName + ", " + rep.FirstName})
	}
	return options, nil
}

func (s *site) commitment(c *gin.Context) error {
	return s.showCommitment(c, http.StatusOK, nil, nil)
}

// showCommitment shows a commitment with what was typed into one of its forms.
func (s *site) showCommitment(c *gin.Context, status int, typed url.Values, problems onboarding.Problems) error {
	review, err := s.desk.CommitmentReview(c.Request.Context(), userOf(c).Actor, c.Param("id"))
	if err != nil {
		return err
	}
	commitment := review.Commitment
	base, err := s.frame(c, "Commitment "+commitment.Number, navCommitments)
	if err != nil {
		return err
	}
	reps, err := s.repsOf(c, commitment.DealerID)
	if err != nil {
		return err
	}
	zone, _ := places.Location(commitment.TimeZone)
	expected, activateAt := commitment.Expected, dateTimeIn(zone, commitment.ActivateAt)
	switch typed.Get("form") {
	case "expected":
		expected = readExpected(typed)
	case "schedule":
		activateAt = typed.Get("/activate_at")
	}
	f := newForm(problems)
	page := commitmentPage{
		frame: base, commitmentLine: lineOfCommitment(commitment), ID: commitment.ID, DealerName: review.DealerName,
		Facts: factsOfCommitment(commitment, zone), Pending: commitment.State.Pending(), Version: commitment.Version,
		ActivateAt: f.text("/activate_at", "Activate at", activateAt, kind("datetime-local"), width("20"), hint("On the clock of the property: "+commitment.TimeZone+".")),
		Zone:       commitment.TimeZone, Expect: expectedOf(f, expected, reps),
	}
	if commitment.State == onboarding.CommitmentActivated {
		page.Customer = "/customers/" + commitment.OnboardingID
	}
	if review.Review.Quote != nil {
		page.Quote = summaryOf(*review.Review.Quote)
	}
	if page.Sections, err = s.commitmentSections(c, review); err != nil {
		return err
	}
	page.Problems = f.summary()
	if page.Pending && len(problems) == 0 {
		page.Problems = linkedTo(page.Sections)
	}
	return s.show(c, status, page)
}

// linkedTo lists what is wrong with sections, each with a link to where it is changed.
func linkedTo(sections []reviewedSection) []summaryLine {
	var lines []summaryLine
	for _, section := range sections {
		for _, problem := range section.Problems {
			lines = append(lines, summaryLine{section.Edit, section.Title + ": " + problem})
		}
	}
	return lines
}

// dateTimeIn is an instant as a field for date and time has it.
func dateTimeIn(zone *time.Location, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(zone).Format("2006-01-02T15:04")
}

func factsOfCommitment(commitment dealing.Commitment, zone *time.Location) []row {
	var rows []row
	add := func(label, value string) {
		if value != "" {
			rows = append(rows, row{label, value})
		}
	}
	add("Commitment ID", commitment.Number)
	add("Account type", accountTypeLabel(commitment.Answers.Account.Type))
	address := commitment.Answers.InstallationAddress()
	add("Installed at", joined(address.Street1, address.Street2, address.City, address.State, address.PostalCode))
	add("Expected install date", commitment.Expected.InstallDate)
	add("Expected network", commitment.Expected.Network)
	add("Expected control panel", labelOf(onboarding.PanelTypes(), commitment.Expected.PanelType))
	add("Expected installer", commitment.Expected.InstallerRep)
	add("Activated by itself", momentIn(zone, commitment.ActivateAt).String())
	add("Expires", momentIn(zone, commitment.ExpiresAt).String())
	add("Created", strings.TrimSpace(momentIn(zone, commitment.CreatedAt).String()+" "+by(commitment.CreatedBy)))
	return rows
}

func by(name string) string {
	if name == "" {
		return ""
	}
	return "by " + name
}

func (s *site) commitmentSections(c *gin.Context, review dealing.CommitmentReview) ([]reviewedSection, error) {
	sheet := s.sheetOfCommitment(c, review, review.Commitment.Answers)
	sections, err := reviewed(c.Request.Context(), sheet)
	for i := range sections {
		sections[i].Edit = ""
		if review.Commitment.State.Pending() {
			sections[i].Edit = commitmentPath(review.Commitment.ID) + "/section/" + sections[i].ID
		}
		if !review.Commitment.State.Pending() {
			sections[i].Problems = nil // nobody can mend it any more
		}
	}
	return sections, err
}

// sheetOfCommitment is a section of a commitment with these answers in it.
func (s *site) sheetOfCommitment(c *gin.Context, review dealing.CommitmentReview, answers onboarding.Answers) sheet {
	made := sheet{
		desk: s.desk, user: userOf(c), dealerID: review.Commitment.DealerID, kind: answers.Kind, answers: answers,
		review: review.Review, picture: askedPicture(c),
	}
	made.user.DealerName = review.DealerName
	for i := range made.review.Sections {
		made.review.Sections[i].Saved = true // a commitment was complete when it was made
	}
	return made
}

// createdCommitmentPage tells the Commitment ID.
type createdCommitmentPage struct {
	frame
	commitmentLine
}

func (createdCommitmentPage) template() string { return "commitment_created" }

func (s *site) commitmentCreated(c *gin.Context) error {
	commitment, err := s.desk.Commitment(c.Request.Context(), userOf(c).Actor, c.Param("id"))
	if err != nil {
		return err
	}
	base, err := s.frame(c, "Commitment Creation Successful!", navCreate)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, createdCommitmentPage{base, lineOfCommitment(commitment)})
}

// changed answers a form of the commitment's page. What is wrong shows where it was typed.
func (s *site) changed(c *gin.Context, notice string, change func(typed url.Values) (onboarding.Problems, error)) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	problems, err := change(typed)
	switch {
	case errors.Is(err, dealing.ErrStale):
		return s.showCommitment(c, http.StatusConflict, typed, onboarding.Problems{{Message: "Somebody else changed this commitment meanwhile, and nothing of yours was kept. Look at what it says now, then save again."}})
	case err != nil:
		return err
	case len(problems) > 0:
		return s.showCommitment(c, http.StatusUnprocessableEntity, typed, problems)
	}
	s.tell(c, notice)
	return seeOther(c, commitmentPath(c.Param("id")))
}

func (s *site) changeExpected(c *gin.Context) error {
	return s.changed(c, "What is expected is saved.", func(typed url.Values) (onboarding.Problems, error) {
		expected := readExpected(typed)
		_, problems, err := s.desk.ChangeCommitment(c.Request.Context(), userOf(c).Actor, c.Param("id"), versionIn(typed), dealing.CommitmentChange{Expected: &expected})
		return problems, err
	})
}

// versionIn is the version that a form travelled with; what is none fits nothing.
func versionIn(typed url.Values) int {
	version, _ := strconv.Atoi(typed.Get("version"))
	return version
}

func (s *site) scheduleCommitment(c *gin.Context) error {
	return s.changed(c, "The commitment is activated on that date by itself.", func(typed url.Values) (onboarding.Problems, error) {
		_, problems, err := s.desk.ScheduleCommitment(c.Request.Context(), userOf(c).Actor, c.Param("id"), typed.Get("/activate_at"))
		return problems, err
	})
}

func (s *site) unscheduleCommitment(c *gin.Context) error {
	return s.changed(c, "The commitment has no activation date any more.", func(url.Values) (onboarding.Problems, error) {
		_, err := s.desk.UnscheduleCommitment(c.Request.Context(), userOf(c).Actor, c.Param("id"))
		return nil, err
	})
}

func (s *site) cancelCommitment(c *gin.Context) error {
	return s.changed(c, "The commitment is cancelled.", func(url.Values) (onboarding.Problems, error) {
		_, err := s.desk.CancelCommitment(c.Request.Context(), userOf(c).Actor, c.Param("id"))
		return nil, err
	})
}
