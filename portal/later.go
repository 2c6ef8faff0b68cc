package portal

import (
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// laterLife is what can happen to an account once its onboarding is over, and what has.
type laterLife struct {
	// Swap, Recycle and Terminate are where they are asked for; empty when they cannot be now.
	Swap      string
	Recycle   string
	Terminate string
	Changes   []changeLine
	// Countdown is that of the swap that is under way.
	Countdown *countdown
}

// changeLine is a change that was asked for.
type changeLine struct {
	Href   string
	Title  string
	What   string
	Badge  badge
	Detail string
	At     moment
}

var changeTitles = map[onboarding.ChangeKind]string{
	onboarding.ChangeModuleSwap:  "Module swap",
	onboarding.ChangeTermination: "Termination",
}

// laterOf is nil while there is nothing to change later.
func (s *site) laterOf(c *gin.Context, file dealing.CustomerFile, zone *time.Location) (*laterLife, error) {
	account, actor := file.Account, userOf(c).Actor
	if account == nil || !file.Onboarding.Status.Final() || account.Kind == onboarding.KindVirtual {
		return nil, nil
	}
	changes, err := s.desk.ChangesOf(c.Request.Context(), actor, account.ID)
	if err != nil {
		return nil, err
	}
	made := &laterLife{}
	swapping := false
	for _, change := range changes {
		made.Changes = append(made.Changes, lineOfChange(file.Onboarding.ID, change, zone))
		if change.Kind == onboarding.ChangeModuleSwap && !change.Status.Final() {
			swapping = true
			made.Countdown = s.countdownOfChange(change, zone)
		}
	}
	if at := "/customers/" + file.Onboarding.ID; account.State == onboarding.AccountOpen && !actor.SeesAll() && !swapping {
		made.Terminate = at + "/terminate"
		if account.ModuleID != "" {
			made.Swap, made.Recycle = at+"/swap", at+"/recycle"
		}
	}
	return made, nil
}

func lineOfChange(onboardingID string, change dealing.Change, zone *time.Location) changeLine {
	line := changeLine{
		Href: changePath(onboardingID, change), Title: changeTitles[change.Kind], Badge: statusBadges[change.Status],
		At: momentIn(zone, change.CreatedAt),
	}
	switch change.Kind {
	case onboarding.ChangeModuleSwap:
		line.What = change.OldModule.Number + " to " + change.NewModule.Number
		line.Detail = communicatedAgain(change, zone)
	case onboarding.ChangeTermination:
		line.What = terminateLabel(change.Reason)
	}
	return line
}

func changePath(onboardingID string, change dealing.Change) string {
	page := "/swaps/"
	if change.Kind == onboarding.ChangeTermination {
		page = "/terminations/"
	}
	return "/customers/" + onboardingID + page + url.PathEscape(change.ID)
}

// communicatedAgain says whether the panel has been heard through its new module.
func communicatedAgain(swap dealing.Change, zone *time.Location) string {
	switch {
	case swap.SwitchedAt.IsZero() || swap.Status == onboarding.StatusCancelled:
		return ""
	case swap.CommunicatedAt.IsZero():
		return "The panel is expected to communicate through the new module."
	default:
		return "The panel communicated through the new module " + momentIn(zone, swap.CommunicatedAt).String() + "."
	}
}

func terminateLabel(reason onboarding.TerminateReason) string {
	for _, choice := range onboarding.TerminateReasons {
		if choice.Value == string(reason) {
			return choice.Label
		}
	}
	return ""
}

// countdownOfChange is nil unless the network hour of the new module is running.
func (s *site) countdownOfChange(change dealing.Change, zone *time.Location) *countdown {
	if change.Status != onboarding.StatusWaiting || change.ReadyAt.IsZero() {
		return nil
	}
	return s.countdownBetween(change.SwitchedAt, change.ReadyAt, zone)
}
