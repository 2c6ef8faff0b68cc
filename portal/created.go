package portal

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/onboarding"
)

// createdPage is the seed's "Account Creation Successful!", or how far it got.
type createdPage struct {
	frame
	ID       string
	Name     string
	Dealer   string
	Progress progress
	Account  *accountActions
	Group    *groupOffer
	Virtual  bool
	// Parked and Over say why there will be no account for now.
	Parked   bool
	Over     bool
	Rejected onboarding.Problems
	// Hour says that the system must not be installed before the network hour is over.
	Hour bool
}

func (createdPage) template() string { return "created" }

func (s *site) created(c *gin.Context) error {
	file, err := s.desk.OnboardingFile(c.Request.Context(), userOf(c).Actor, c.Param("id"))
	if err != nil {
		return err
	}
	account := actionsOf(file, userOf(c).Actor)
	title := "Your account is being created"
	switch {
	case account != nil && !account.Closed:
		title = "Account Creation Successful!"
	case file.Onboarding.Status.Final():
		title = "No account was created"
	case file.Onboarding.Status == onboarding.StatusParked:
		title = "The account needs a decision"
	}
	base, err := s.frame(c, title, navCreate)
	if err != nil {
		return err
	}
	plan, _ := onboarding.PlanFor(file.Onboarding.Kind, file.Onboarding.AccountType)
	return s.show(c, http.StatusOK, createdPage{
		frame: base, ID: file.Onboarding.ID, Name: nameIn(file), Dealer: file.DealerName,
		Progress: s.progressOf(file, zoneOf(file)), Account: account, Group: groupOfferOf(file, userOf(c).Actor),
		Virtual: file.Onboarding.Kind == onboarding.KindVirtual,
		Parked:  file.Onboarding.Status == onboarding.StatusParked, Over: file.Onboarding.Status.Final(),
		Rejected: file.Onboarding.Problems, Hour: plan.Has(onboarding.StepAwaitNetwork),
	})
}
