package portal

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// customersPage lists and finds customers.
type customersPage struct {
	frame
	Query  field
	States []stateLink
	Lines  []customerLine
	Next   string // the address of the next page; empty on the last one
	// Narrowed says that a search or a state leaves some out.
	Narrowed bool
}

func (customersPage) template() string { return "customers" }

// stateLink narrows the list to one state.
type stateLink struct {
	Label  string
	Href   string
	Chosen bool
}

// customerLine is one customer of the list.
type customerLine struct {
	Href       string
	Name       string
	Company    string
	LoginName  string
	Address    string
	Module     string
	DealerName string
	Badge      badge
	Virtual    bool
	CreatedAt  moment
}

const customersOnAPage = 25

var stateBadges = map[onboarding.CustomerState]badge{
	onboarding.CustomerInProgress: {"In progress", "info"},
	onboarding.CustomerParked:     {"Needs a decision", "warning"},
	onboarding.CustomerOpen:       {"Open", "success"},
	onboarding.CustomerClosed:     {"Closed", "neutral"},
}

func (s *site) customers(c *gin.Context) error {
	ctx := c.Request.Context()
	base, err := s.frame(c, "Customers", navCustomers)
	if err != nil {
		return err
	}
	query, state := s.partner.GetString(ctx, sessionQuery), onboarding.CustomerState(c.Query("state"))
	lines, next, err := s.desk.Customers(ctx, userOf(c).Actor, "", dealing.CustomerFilter{
		Query: query, State: state, Cursor: c.Query("cursor"), Limit: customersOnAPage,
	})
	status, problems, err := searched(err)
	if err != nil {
		return err
	}
	f := newForm(problems)
	page := customersPage{
		frame: base, Query: f.text("q", "Search customers", query, kind("search"), hint("Name, login, serial number, phone, alternate ID or address")),
		States: stateLinks(state), Narrowed: query != "" || state != "",
	}
	page.Problems = f.summary()
	if next != "" {
		page.Next = "/customers?" + url.Values{"state": {string(state)}, "cursor": {next}}.Encode()
	}
	for _, line := range lines {
		page.Lines = append(page.Lines, lineOfCustomer(line))
	}
	return s.show(c, status, page)
}

// searched tells what is wrong with a search, which its page shows, from a fault of ours.
func searched(err error) (status int, problems onboarding.Problems, fault error) {
	var invalid *dealing.Invalid
	switch {
	case errors.As(err, &invalid):
		return http.StatusUnprocessableEntity, invalid.Problems, nil
	case err != nil:
		return 0, nil, err
	}
	return http.StatusOK, nil, nil
}

func stateLinks(chosen onboarding.CustomerState) []stateLink {
	links := []stateLink{{"All", "/customers", chosen == ""}}
	for _, state := range onboarding.CustomerStates {
		links = append(links, stateLink{state.Label, "/customers?state=" + url.QueryEscape(state.Value), string(chosen) == state.Value})
	}
	return links
}

func lineOfCustomer(line dealing.CustomerLine) customerLine {
	return customerLine{
		Href: "/customers/" + line.OnboardingID, Name: joined(line.FirstName, line.LastName), Company: line.CompanyName,
		LoginName: line.LoginName, Address: joined(line.Address.Street1, line.Address.City, line.Address.State),
		Module: line.Module, DealerName: line.DealerName, Badge: stateBadges[line.State],
		Virtual: line.Kind == onboarding.KindVirtual, CreatedAt: momentIn(nil, line.CreatedAt),
	}
}

// searchCustomers keeps what is searched for in the session: it may be a name, which must
// not stand in an address.
func (s *site) searchCustomers(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	const longest = 200
	query := typed.Get("q")
	s.partner.Put(c.Request.Context(), sessionQuery, query[:min(len(query), longest)])
	return seeOther(c, "/customers")
}
