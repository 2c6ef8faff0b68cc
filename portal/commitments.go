package portal

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/onboarding/places"
)

// navCommitments is the entry of the navigation that commitments belong to.
const navCommitments = "commitments"

// sessionCommitmentQuery is what was searched for among commitments. It may be a name,
// which no address should have.
const sessionCommitmentQuery = "commitment_query"

func (s *site) commitmentRoutes(engine *gin.Engine) {
	engine.GET("/commitments", s.user(s.commitments))
	engine.POST("/commitments/search", s.user(s.searchCommitments))
	engine.GET("/commitments/activate", s.user(s.askWhichCommitment))
	engine.POST("/commitments/activate", s.user(s.findCommitment))
	one := engine.Group("/commitments/:id")
	one.GET("", s.user(s.commitment))
	one.GET("/created", s.user(s.commitmentCreated))
	one.POST("/expected", s.user(s.changeExpected))
	one.POST("/schedule", s.user(s.scheduleCommitment))
	one.POST("/unschedule", s.user(s.unscheduleCommitment))
	one.POST("/cancel", s.user(s.cancelCommitment))
	one.GET("/activate", s.user(s.showActivation))
	one.POST("/activate", s.user(s.activateCommitment))
	one.GET("/section/:section", s.user(s.showCommitmentSection))
	one.POST("/section/:section", s.user(s.changeCommitmentSection))
}

// commitmentsPage lists and finds commitments.
type commitmentsPage struct {
	frame
	Query    field
	States   []stateLink
	Lines    []commitmentLine
	Next     string
	Narrowed bool
}

func (commitmentsPage) template() string { return "commitments" }

// commitmentLine is one commitment of a list.
type commitmentLine struct {
	Href     string
	Number   string
	Name     string
	Address  string
	Badge    badge
	Expected string // a date of the property
	Activate moment // zero without an activation date
	Expires  moment
}

var commitmentBadges = map[onboarding.CommitmentState]badge{
	onboarding.CommitmentOpen:        {"Open", "info"},
	onboarding.CommitmentNeedsSerial: {"Needs a serial number", "warning"},
	onboarding.CommitmentActivated:   {"Activated", "success"},
	onboarding.CommitmentCancelled:   {"Cancelled", "neutral"},
	onboarding.CommitmentExpired:     {"Expired", "danger"},
}

func commitmentPath(id string) string { return "/commitments/" + id }

func lineOfCommitment(commitment dealing.Commitment) commitmentLine {
	zone, _ := places.Location(commitment.TimeZone)
	customer, address := commitment.Answers.Customer, commitment.Answers.InstallationAddress()
	return commitmentLine{
		Href: commitmentPath(commitment.ID), Number: commitment.Number, Name: joined(customer.FirstName, customer.LastName),
		Address: joined(address.Street1, address.City, address.State), Badge: commitmentBadges[commitment.State],
		Expected: commitment.Expected.InstallDate, Activate: momentIn(zone, commitment.ActivateAt), Expires: momentIn(zone, commitment.ExpiresAt),
	}
}

func (s *site) commitments(c *gin.Context) error {
	ctx := c.Request.Context()
	base, err := s.frame(c, "Commitments", navCommitments)
	if err != nil {
		return err
	}
	query, state := s.partner.GetString(ctx, sessionCommitmentQuery), onboarding.CommitmentState(c.Query("state"))
	found, next, err := s.desk.Commitments(ctx, userOf(c).Actor, "", dealing.CommitmentFilter{
		Query: query, State: state, Cursor: c.Query("cursor"), Limit: customersOnAPage,
	})
	status, problems, err := searched(err)
	if err != nil {
		return err
	}
	f := newForm(problems)
	page := commitmentsPage{
		frame: base, Query: f.text("q", "Search commitments", query, kind("search"), hint("Commitment ID, name, company, phone, alternate ID or address")),
		States: []stateLink{{"All", "/commitments", state == ""}}, Narrowed: query != "" || state != "",
	}
	for _, choice := range onboarding.CommitmentStates {
		page.States = append(page.States, stateLink{choice.Label, "/commitments?state=" + url.QueryEscape(choice.Value), string(state) == choice.Value})
	}
	page.Problems = f.summary()
	if next != "" {
		page.Next = "/commitments?" + url.Values{"state": {string(state)}, "cursor": {next}}.Encode()
	}
	for _, commitment := range found {
		page.Lines = append(page.Lines, lineOfCommitment(commitment))
	}
	return s.show(c, status, page)
}

func (s *site) searchCommitments(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	const longest = 200
	query := typed.Get("q")
	s.partner.Put(c.Request.Context(), sessionCommitmentQuery, query[:min(len(query), longest)])
	return seeOther(c, "/commitments")
}

// whichCommitmentPage is the seed's entry "Activate Commitment".
type whichCommitmentPage struct {
	frame
	Number field
	Open   []commitmentLine
}

func (whichCommitmentPage) template() string { return "commitment_which" }

// openShown is how many open commitments can be picked without searching.
const openShown = 20

func (s *site) askWhichCommitment(c *gin.Context) error {
	return s.showWhichCommitment(c, http.StatusOK, "", onboarding.Fault{})
}

func (s *site) showWhichCommitment(c *gin.Context, status int, typed string, fault onboarding.Fault) error {
	user := userOf(c)
	if user.SeesAll() {
		return dealing.ErrForbidden
	}
	base, err := s.frame(c, "Activate Commitment", navCreate)
	if err != nil {
		return err
	}
	f := newForm(problemsAt("/number", fault))
	page := whichCommitmentPage{frame: base, Number: f.text("/number", "Commitment ID", typed, required, width("20"),
		hint("C followed by eight letters and digits, such as C-7Q2M-4KXD."))}
	page.Problems = f.summary()
	for _, state := range []onboarding.CommitmentState{onboarding.CommitmentNeedsSerial, onboarding.CommitmentOpen} {
		found, _, err := s.desk.Commitments(c.Request.Context(), user.Actor, "", dealing.CommitmentFilter{State: state, Limit: openShown})
		if err != nil {
			return err
		}
		for _, commitment := range found {
			page.Open = append(page.Open, lineOfCommitment(commitment))
		}
	}
	return s.show(c, status, page)
}

func (s *site) findCommitment(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	number, fault := onboarding.ParseCommitmentNumber(typed.Get("/number"))
	if fault.Found() {
		return s.showWhichCommitment(c, http.StatusUnprocessableEntity, typed.Get("/number"), fault)
	}
	commitment, err := s.desk.Commitment(c.Request.Context(), userOf(c).Actor, number)
	if errors.Is(err, dealing.ErrNotFound) {
		fault = onboarding.Fault{Code: "unknown", Message: "There is no commitment with this Commitment ID. Compare it with the one you were given."}
		return s.showWhichCommitment(c, http.StatusUnprocessableEntity, typed.Get("/number"), fault)
	}
	if err != nil {
		return err
	}
	return seeOther(c, commitmentPath(commitment.ID)+"/activate")
}
