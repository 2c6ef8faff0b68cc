package portal

import (
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// stuckChanges are the parked changes for a reason, or for any.
func (s *site) stuckChanges(c *gin.Context, reason onboarding.Reason) ([]stuckLine, error) {
	stuck, err := s.desk.StuckChanges(c.Request.Context(), userOf(c).Actor, dealing.StuckFilter{Reason: reason, Limit: stuckOnAPage})
	if err != nil {
		return nil, err
	}
	var lines []stuckLine
	for _, change := range stuck {
		line := stuckLine{
			Href: changePath(change.OnboardingID, change.Change), Customer: change.CustomerName, Dealer: change.DealerName,
			Workflow: s.temporal.toChange(change.Change),
		}
		s.parkedLine(&line, *change.Parked)
		line.Where = changeTitles[change.Kind] + ": " + line.Where
		lines = append(lines, line)
	}
	return lines, nil
}

func (w workflowLinks) toChange(change dealing.Change) string {
	prefix := "swap-"
	if change.Kind == onboarding.ChangeTermination {
		prefix = "terminate-"
	}
	return w.toWorkflow(prefix + url.PathEscape(change.ID))
}
