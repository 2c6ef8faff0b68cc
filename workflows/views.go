package workflows

import (
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// View is a list of workflows that operators come back to, as a visibility query.
type View struct {
	Name  string
	Query string
}

// overdueAfter is how long a parked onboarding may wait before it shows in a view of
// its own: half a working day.
const overdueAfter = 4 * time.Hour

// Views are the lists of everything that a person may have to look at, the most urgent
// first. now is what ages are counted from: a query cannot say "four hours ago".
func Views(now time.Time) []View {
	parked := equals(AttributeStatus.GetName(), string(onboarding.StatusParked))
	views := []View{
		{"Bugs and accidents", equals("WorkflowType", "OnboardAccount") + " AND ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated')"},
		{"Parked", parked},
		{"Parked for over 4 hours", parked + " AND " + AttributeParkedSince.GetName() + " < '" + now.Add(-overdueAfter).UTC().Format(time.RFC3339) + "'"},
		{"Parked while taking back", parked + " AND " + AttributeStep.GetName() + " STARTS_WITH 'undo_'"},
		{"Taking back", equals(AttributeStatus.GetName(), string(onboarding.StatusCompensating)) + " AND ExecutionStatus = 'Running'"},
		{"Waiting for the network or the letter", equals(AttributeStatus.GetName(), string(onboarding.StatusWaiting)) + " AND ExecutionStatus = 'Running'"},
		{"Silent panels", equals("WorkflowType", "ActivatePanel") + " AND ExecutionStatus = 'Running'"},
	}
	for _, reason := range onboarding.Reasons() {
		// A lost workflow is not there to be listed; it is among the bugs and accidents.
		if reason != onboarding.ReasonWorkflowLost {
			views = append(views, View{"Parked: " + string(reason), parked + " AND " + equals(AttributeParkReason.GetName(), string(reason))})
		}
	}
	return views
}
