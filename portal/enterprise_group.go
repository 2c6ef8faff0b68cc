package portal

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// groupRoute is where the group of an account is chosen.
const groupRoute = "/customers/:id/enterprise-group"

// groupOffer is the group of an account that may be in one.
type groupOffer struct {
	// Href is where it is chosen and changed; empty for who may not.
	Href string
	// Name is the group that the account is in; empty for none.
	Name   string
	Number int
}

// groupOfferOf is nil for an account that cannot be in a group.
func groupOfferOf(file dealing.CustomerFile, actor dealing.Actor) *groupOffer {
	account := file.Account
	if account == nil || account.State == onboarding.AccountClosed || !onboarding.MayJoinGroup(file.Quote) {
		return nil
	}
	offer := &groupOffer{Name: account.Group.Name, Number: account.Group.Number}
	if !actor.SeesAll() {
		offer.Href = "/customers/" + file.Onboarding.ID + "/enterprise-group"
	}
	return offer
}

// groupPage is the seed's "Add To Group".
type groupPage struct {
	frame
	ID       string
	Customer string
	// Target is where its forms go.
	Target string
	// Group is the one that the account is in; nil for none.
	Group    *dealing.EnterpriseGroup
	Existing field
	Choices  groupChoices
	New      field
}

func (groupPage) template() string { return "enterprise_group" }

// groupChoices are what a browser offers while the name or ID of a group is typed.
type groupChoices struct{ Groups []dealing.EnterpriseGroup }

func (groupChoices) template() string { return "group_choices" }

const groupsOffered = 20

func (s *site) showGroup(c *gin.Context) error { return s.groupPage(c, http.StatusOK, nil, nil) }

// groupPage shows the forms with what was typed and what is wrong with it.
func (s *site) groupPage(c *gin.Context, status int, typed url.Values, problems onboarding.Problems) error {
	ctx, actor := c.Request.Context(), userOf(c).Actor
	file, err := s.desk.OnboardingFile(ctx, actor, c.Param("id"))
	if err != nil {
		return err
	}
	offer := groupOfferOf(file, actor)
	if offer == nil || offer.Href == "" {
		return dealing.ErrNotFound
	}
	base, err := s.frame(c, "Add To Group", navCustomers)
	if err != nil {
		return err
	}
	f := newForm(problems)
	page := groupPage{
		frame: base, ID: file.Onboarding.ID, Customer: nameIn(file), Target: offer.Href,
		Existing: f.text("/group", "Choose Existing Group", typed.Get("/group"), list("groups"),
			hint("(Enter group name or ID, and choose group from auto-completed list.)")),
		New: f.text("/name", "Create New Group", typed.Get("/name"),
			hint("(Enter name of the new group. The primary login for this account will be the administrator for this group.)")),
	}
	page.Problems = f.summary()
	page.Choices.Groups, _, err = s.desk.EnterpriseGroups(ctx, actor, dealing.GroupFilter{DealerID: file.Onboarding.DealerID, Limit: groupsOffered})
	if err != nil {
		return err
	}
	if offer.Name != "" {
		group, err := s.desk.EnterpriseGroup(ctx, actor, file.Account.ID)
		if err != nil {
			return err
		}
		page.Group = &group
	}
	return s.show(c, status, page)
}

// findGroups is what a browser offers for what was typed so far.
func (s *site) findGroups(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	ctx, actor := c.Request.Context(), userOf(c).Actor
	row, err := s.desk.Onboarding(ctx, actor, c.Param("id"))
	if err != nil {
		return err
	}
	groups, _, err := s.desk.EnterpriseGroups(ctx, actor, dealing.GroupFilter{DealerID: row.DealerID, Query: typed.Get("/group"), Limit: groupsOffered})
	var invalid *dealing.Invalid
	if err != nil && !errors.As(err, &invalid) { // what cannot be read is in no name
		return err
	}
	return s.show(c, http.StatusOK, groupChoices{groups})
}

// joinGroup puts the account in an existing group.
func (s *site) joinGroup(c *gin.Context) error {
	return s.changeGroup(c, "The account is in the group.", func(accountID string, typed url.Values) error {
		return s.desk.JoinEnterpriseGroupCalled(c.Request.Context(), userOf(c).Actor, accountID, typed.Get("/group"))
	})
}

// createGroup makes a group with the account in it.
func (s *site) createGroup(c *gin.Context) error {
	return s.changeGroup(c, "The group was created, and the account is in it.", func(accountID string, typed url.Values) error {
		_, _, err := s.desk.CreateEnterpriseGroup(c.Request.Context(), userOf(c).Actor, accountID, typed.Get("/name"))
		return err
	})
}

// leaveGroup takes the account out of its group.
func (s *site) leaveGroup(c *gin.Context) error {
	return s.changeGroup(c, "The account is in no group any more.", func(accountID string, _ url.Values) error {
		return s.desk.LeaveEnterpriseGroup(c.Request.Context(), userOf(c).Actor, accountID)
	})
}

func (s *site) changeGroup(c *gin.Context, notice string, change func(accountID string, typed url.Values) error) error {
	accountID, err := s.accountOf(c)
	if err != nil {
		return err
	}
	return s.answer(c, answered{
		do:     func(typed url.Values) error { return change(accountID, typed) },
		again:  s.groupPage,
		notice: notice, target: "/customers/" + c.Param("id"),
	})
}
