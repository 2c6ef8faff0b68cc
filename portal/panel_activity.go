package portal

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// panelActivity is what the simulated panel of a virtual customer reports.
type panelActivity struct {
	// ID is the onboarding's, which the addresses name.
	ID    string
	Lines []activityLine
	// Removable is false while the onboarding is not over.
	Removable bool
}

func (panelActivity) template() string { return "panel_activity" }

// activityLine is one report.
type activityLine struct {
	At    moment
	Text  string
	Badge badge
}

const activityOnAPage = 20

// activityBadges mark what a person would look at first.
var activityBadges = map[onboarding.ActivityKind]badge{
	onboarding.ActivityAlarm:           {"Alarm", "danger"},
	onboarding.ActivityAlarmCancelled:  {"Cancel", "warning"},
	onboarding.ActivityTrouble:         {"Trouble", "warning"},
	onboarding.ActivityTroubleRestored: {"Restoral", "success"},
	onboarding.ActivityArmedStay:       {"Arming", "info"},
	onboarding.ActivityArmedAway:       {"Arming", "info"},
	onboarding.ActivityDisarmed:        {"Arming", "info"},
	onboarding.ActivityCommunicated:    {"Online", "success"},
}

// panelOf is the simulated panel of a customer; nil for one who has none.
func (s *site) panelOf(ctx context.Context, actor dealing.Actor, file dealing.CustomerFile) (*panelActivity, error) {
	account := file.Account
	if account == nil || account.Kind != onboarding.KindVirtual || account.State == onboarding.AccountClosed {
		return nil, nil
	}
	reports, _, err := s.desk.PanelActivity(ctx, actor, account.ID, dealing.ActivityFilter{Limit: activityOnAPage})
	if err != nil {
		return nil, err
	}
	return &panelActivity{
		ID: file.Onboarding.ID, Lines: activityLines(reports, zoneOf(file)), Removable: file.Onboarding.Status.Final(),
	}, nil
}

func activityLines(reports []dealing.PanelActivity, zone *time.Location) []activityLine {
	lines := make([]activityLine, len(reports))
	for i, report := range reports {
		lines[i] = activityLine{momentIn(zone, report.At), report.Text, activityBadges[report.Kind]}
	}
	return lines
}

// followPanel is the list alone, which the page asks for again and again.
func (s *site) followPanel(c *gin.Context) error {
	ctx, actor := c.Request.Context(), userOf(c).Actor
	file, err := s.desk.OnboardingFile(ctx, actor, c.Param("id"))
	if err != nil {
		return err
	}
	panel, err := s.panelOf(ctx, actor, file)
	switch {
	case err != nil:
		return err
	case panel == nil:
		return dealing.ErrNotFound
	}
	return s.show(c, http.StatusOK, *panel)
}

// removeVirtual takes a virtual customer away.
func (s *site) removeVirtual(c *gin.Context) error {
	accountID, err := s.accountOf(c)
	if err != nil {
		return err
	}
	if err := s.desk.RemoveVirtual(c.Request.Context(), userOf(c).Actor, accountID); err != nil {
		return err
	}
	s.tell(c, "The virtual customer was removed. Its login name is free again.")
	return seeOther(c, "/customers")
}
