package portal

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/onboarding/places"
)

// navToday is the entry of the navigation for a technician's day.
const navToday = "today"

func (s *site) installationRoutes(engine *gin.Engine) {
	engine.GET("/today", s.user(s.today))
	engine.GET("/customers/:id/prepare", s.user(s.prepare))
	engine.POST("/customers/:id/prepare/compare", s.user(s.compareSerial))
	engine.POST("/customers/:id/prepare/checks", s.user(s.tickChecks))
}

// todayPage is what is to be installed today, on the clock of each property.
type todayPage struct {
	frame
	Who   []stateLink
	Lines []installationLine
}

func (todayPage) template() string { return "today" }

// installationLine is one system to be installed.
type installationLine struct {
	Href      string
	Name      string
	Number    string
	Address   string
	Installer string
	Badge     badge
	// Ready is when the network hour is over, while it runs; Left is how long that is.
	Ready moment
	Left  string
}

func (s *site) today(c *gin.Context) error {
	user := userOf(c)
	base, err := s.frame(c, "Today", navToday)
	if err != nil {
		return err
	}
	filter := onboarding.InstallationFilter{}
	mine := c.Query("who") == "me"
	if mine {
		filter.InstallerRep = user.LoginName
	}
	installations, err := s.desk.Installations(c.Request.Context(), user.Actor, "", filter)
	if err != nil {
		return err
	}
	page := todayPage{frame: base, Who: []stateLink{{"Everybody's", "/today", !mine}, {"Mine", "/today?who=me", mine}}}
	for _, installation := range installations {
		page.Lines = append(page.Lines, lineOfInstallation(installation, s.now()))
	}
	return s.show(c, http.StatusOK, page)
}

func lineOfInstallation(in onboarding.Installation, now time.Time) installationLine {
	zone, _ := places.Location(in.TimeZone)
	line := installationLine{
		Href: "/customers/" + in.OnboardingID + "/prepare", Name: joined(in.FirstName, in.LastName), Number: in.Number,
		Address: joined(in.Address.Street1, in.Address.City, in.Address.State), Installer: in.InstallerRep, Badge: badge{"Ready to install", "success"},
	}
	switch {
	case in.OnboardingID == "":
		line.Href, line.Badge = commitmentPath(in.CommitmentID)+"/activate", badge{"To be activated", "warning"}
	case !in.CommunicatedAt.IsZero():
		line.Badge = badge{"Panel communicates", "success"}
	case in.ReadyAt.After(now):
		line.Badge = badge{"Joining the network", "info"}
		line.Ready, line.Left = momentIn(zone, in.ReadyAt), left(in.ReadyAt.Sub(now))
	}
	return line
}

// left is a time to wait in words, rounded up so that nobody begins too early.
func left(wait time.Duration) string {
	return ago(wait + time.Minute - 1)
}
