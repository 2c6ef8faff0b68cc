package portal

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// waitForm moves the end of the network hour.
type waitForm struct {
	Target  string
	ReadyAt field
	Reason  field

	problems []summaryLine
}

// clockTime is what a browser's field for a time sends: the time on a wall, without a zone.
const clockTime = "2006-01-02T15:04"

func newWaitForm(file dealing.CustomerFile, problems onboarding.Problems, readyAt, reason string) *waitForm {
	f := newForm(problems)
	made := &waitForm{
		Target: "/customers/" + file.Onboarding.ID + "/wait",
		ReadyAt: f.text("/ready_at", "New end of the wait", readyAt, required, kind("datetime-local"),
			hint("By the clock where the system stands: "+zoneOf(file).String()+". A time that is past ends the wait at once.")),
		Reason: f.text("/reason", "Reason", reason, required, hint("It is kept in the audit trail.")),
	}
	made.problems = f.summary()
	return made
}

// waitFormFor has the end of the wait in it as it is; nil when there is none to be moved
// by the actor.
func waitFormFor(file dealing.CustomerFile, actor dealing.Actor) *waitForm {
	if !actor.SeesAll() || file.Onboarding.Status != onboarding.StatusWaiting {
		return nil
	}
	return newWaitForm(file, nil, file.Onboarding.ReadyAt.In(zoneOf(file)).Format(clockTime), "")
}

// adjustWait moves the end of the network hour to what an operator typed.
func (s *site) adjustWait(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	ctx, actor, id := c.Request.Context(), userOf(c).Actor, c.Param("id")
	file, err := s.desk.OnboardingFile(ctx, actor, id)
	if err != nil {
		return err
	}
	readyAt, fault := readClock(typed.Get("/ready_at"), zoneOf(file))
	if fault.Found() {
		return s.showWaitAgain(c, file, typed, problemsAt("/ready_at", fault))
	}
	_, err = s.desk.AdjustWait(ctx, actor, id, readyAt, typed.Get("/reason"))
	var invalid *dealing.Invalid
	if errors.As(err, &invalid) {
		return s.showWaitAgain(c, file, typed, invalid.Problems)
	}
	if err != nil {
		return err
	}
	s.tell(c, "The end of the wait was moved.")
	return seeOther(c, "/customers/"+id)
}

func (s *site) showWaitAgain(c *gin.Context, file dealing.CustomerFile, typed url.Values, problems onboarding.Problems) error {
	form := newWaitForm(file, problems, typed.Get("/ready_at"), typed.Get("/reason"))
	return s.showCustomer(c, http.StatusUnprocessableEntity, file, nil, form)
}

// readClock reads a time as the browser's field sends it.
func readClock(typed string, zone *time.Location) (time.Time, onboarding.Fault) {
	at, err := time.ParseInLocation(clockTime, typed, zone)
	if err != nil {
		return time.Time{}, onboarding.Fault{Code: "malformed", Message: "Give the date and the time, such as 2026-03-31T14:30."}
	}
	return at, onboarding.Fault{}
}
