package portal

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// navSettings is the entry of the navigation that the settings belong to.
const navSettings = "settings"

// HasSettings reports whether the visitor may see settings: technicians may not.
func (f frame) HasSettings() bool { return f.SignedIn() && f.User.Role != onboarding.RoleTechnician }

// settingsPage is every page of the settings: what there is, forms to add or change it,
// buttons for what needs no answers.
type settingsPage struct {
	frame
	Heading string
	Intro   string
	Dealer  onboarding.Dealer
	Tabs    []stateLink
	Back    *stateLink
	// Picture is the address of the dealer's logo; empty for none.
	Picture string
	Links   []stateLink
	Tables  []settingsTable
	Forms   []settingsForm
	Actions []settingsAction
	// MayChange is false for who only looks: forms and buttons are left out.
	MayChange bool
}

func (settingsPage) template() string { return "settings" }

// settingsTable lists things.
type settingsTable struct {
	Title   string
	Columns []string
	Lines   []settingsLine
	Empty   string
}

// settingsLine is one thing of a list. Its cells stand below the columns after the first.
type settingsLine struct {
	Name   string
	Href   string // where it is changed; empty when it cannot be
	Cells  []settingsCell
	Action *settingsAction
}

// settingsCell is what a list tells about a thing.
type settingsCell struct {
	Label string
	Text  string
}

// settingsForm asks for what is needed to add or change a thing.
type settingsForm struct {
	ID     string
	Title  string
	Intro  string
	Action string
	Fields []field
	// Hidden are values that travel with the form.
	Hidden []row
	Button string
	// Conflict is nil unless somebody else saved the same meanwhile.
	Conflict *conflict
	// Upload says that a file is sent.
	Upload bool
}

// settingsAction is a button for what needs no answers.
type settingsAction struct {
	Title  string
	Text   string
	Action string
	Button string
	Tone   string
}

// secretPage shows a password or a key, once.
type secretPage struct {
	frame
	Text   string
	Label  string
	Secret string
	Back   stateLink
}

func (secretPage) template() string { return "settings_secret" }

// settingsTabs are the parts of a dealer's settings.
var settingsTabs = []struct{ path, label string }{
	{"", "Profile"},
	{"/stations", "Monitoring stations"},
	{"/panel-templates", "Panel templates"},
	{"/notifications", "Default notifications"},
	{"/package-templates", "Package templates"},
	{"/customer-sources", "Customer sources"},
	{"/users", "Users"},
	{"/api-keys", "API keys"},
	{"/webhooks", "Webhooks"},
}

// settings leads to the visitor's own dealer, or lists the dealers to choose from.
func (s *site) settings(c *gin.Context) error {
	actor := userOf(c).Actor
	dealers, err := s.desk.SettingsDealers(c.Request.Context(), actor)
	if err != nil {
		return err
	}
	if len(dealers) == 1 {
		return seeOther(c, settingsPath(dealers[0].ID))
	}
	base, err := s.frame(c, "Settings", navSettings)
	if err != nil {
		return err
	}
	table := settingsTable{Title: "Dealers", Columns: []string{"Dealer"}, Empty: "There is no dealer yet."}
	for _, dealer := range dealers {
		table.Lines = append(table.Lines, settingsLine{Name: dealer.Name, Href: settingsPath(dealer.ID)})
	}
	return s.show(c, http.StatusOK, settingsPage{
		frame: base, Heading: "Settings", Intro: "Choose whose settings to see.", Tables: []settingsTable{table},
	})
}

func settingsPath(dealerID string) string { return "/settings/" + url.PathEscape(dealerID) }

// here is the address of a part of the settings that the request is about.
func here(c *gin.Context, part string) string { return settingsPath(c.Param("dealer")) + part }

// settingsPage begins a page of the settings of the dealer in the address.
func (s *site) settingsPage(c *gin.Context, heading, tab string) (settingsPage, error) {
	settings, err := s.desk.Settings(c.Request.Context(), userOf(c).Actor, c.Param("dealer"))
	if err != nil {
		return settingsPage{}, err
	}
	base, err := s.frame(c, heading, navSettings)
	if err != nil {
		return settingsPage{}, err
	}
	page := settingsPage{frame: base, Heading: heading, Dealer: settings.Dealer, MayChange: settings.MayChange}
	for _, t := range settingsTabs {
		page.Tabs = append(page.Tabs, stateLink{Label: t.label, Href: here(c, t.path), Chosen: t.path == tab})
	}
	return page, nil
}

// answered is how a form is answered: what it asks for is done, and another page follows.
// What is wrong with the answers is shown where they were typed.
type answered struct {
	do func(typed url.Values) error
	// again shows the form with what was typed.
	again func(c *gin.Context, status int, typed url.Values, problems onboarding.Problems) error
	// stale lets a person choose when somebody else saved the same meanwhile; nil for what
	// has no version.
	stale func(c *gin.Context, typed url.Values) error
	// at is put before the fields of problems, which stand in a form among others.
	at     string
	notice string
	target string
}

func (s *site) answer(c *gin.Context, a answered) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	if err := a.do(typed); err != nil {
		if errors.Is(err, dealing.ErrStale) && a.stale != nil {
			return a.stale(c, typed)
		}
		problems, status, ok := problemsOf(err, a.at)
		if !ok {
			return err
		}
		return a.again(c, status, typed, problems)
	}
	s.tell(c, a.notice)
	return seeOther(c, a.target)
}

// problemsOf are what a person can do something about; at is put before their fields.
func problemsOf(err error, at string) (problems onboarding.Problems, status int, ok bool) {
	var (
		invalid *dealing.Invalid
		refusal *onboarding.Refusal
	)
	switch {
	case errors.As(err, &invalid):
		for _, problem := range invalid.Problems {
			problem.Field = at + problem.Field
			problems = append(problems, problem)
		}
		return problems, http.StatusUnprocessableEntity, true
	case errors.As(err, &refusal):
		return onboarding.Problems{{Message: refusal.Sentence}}, http.StatusConflict, true
	default:
		return nil, 0, false
	}
}

// nothingTyped is a page as it is opened: what is kept stands in its forms.
func nothingTyped(show func(*gin.Context, int, url.Values, onboarding.Problems) error) func(*gin.Context) error {
	return func(c *gin.Context) error { return show(c, http.StatusOK, nil, nil) }
}

// typedOr is what was typed into the form at a pointer, or what is kept. Several forms
// share a page: only the one that was sent has something typed.
func typedOr(typed url.Values, form string, kept map[string]string) func(name string) string {
	if typed.Get("form") != form {
		return func(name string) string { return kept[name] }
	}
	return func(name string) string { return typed.Get(form + "/" + name) }
}

// versionSeen is the version that a form travels with: the one that its reader saw, so that
// who corrects a form that was not in order still learns what somebody else saved meanwhile.
func versionSeen(now int, typed url.Values, problems onboarding.Problems) []row {
	if len(problems) > 0 {
		return []row{{"version", typed.Get("version")}}
	}
	return []row{{"version", strconv.Itoa(now)}}
}

func yes(ticked bool) string {
	if ticked {
		return "yes"
	}
	return ""
}
