package portal

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// operationsPage is where operators find what is stuck, and send it on.
type operationsPage struct {
	frame
	Counts []stuckCount
	Total  int
	// Reason narrows the list; empty shows every reason.
	Reason  onboarding.Reason
	Label   string
	Message string
	Stuck   []stuckLine
	// Changes are module swaps and terminations that wait.
	Changes []stuckLine
	Next    string
	// Resume is nil until one reason is chosen.
	Resume *field
}

func (operationsPage) template() string { return "operations" }

// stuckCount is how many wait for one reason.
type stuckCount struct {
	Label  string
	Href   string
	Count  int
	Oldest string
	Chosen bool
}

// stuckLine is one onboarding that waits for a person.
type stuckLine struct {
	Href     string
	Customer string
	Dealer   string
	Where    string
	Reason   string
	Age      string
	Since    moment
	Actions  string
	Workflow string
}

const stuckOnAPage = 50

func (s *site) stuck(c *gin.Context) error {
	return s.showStuck(c, http.StatusOK, onboarding.Reason(c.Query("reason")), nil, "")
}

func (s *site) showStuck(c *gin.Context, status int, reason onboarding.Reason, problems onboarding.Problems, note string) error {
	ctx, actor := c.Request.Context(), userOf(c).Actor
	base, err := s.frame(c, "Operations", navOps)
	if err != nil {
		return err
	}
	counts, err := s.desk.StuckCounts(ctx, actor)
	if err != nil {
		return err
	}
	page := operationsPage{frame: base}
	for _, count := range counts {
		page.Total += count.Count
		page.Counts = append(page.Counts, stuckCount{
			Label: words(string(count.Reason)), Href: "/ops?reason=" + url.QueryEscape(string(count.Reason)), Count: count.Count,
			Oldest: ago(s.now().Sub(count.Oldest)), Chosen: count.Reason == reason,
		})
	}
	if reason.Known() {
		f := newForm(problems)
		note := f.text("/note", "Reason", note, required, hint("Why they can go on now; kept in the audit trail."))
		page.Reason, page.Label, page.Message = reason, words(string(reason)), reason.Message()
		page.Resume, page.Problems = &note, f.summary()
	}
	if page.Changes, err = s.stuckChanges(c, page.Reason); err != nil {
		return err
	}
	lines, next, err := s.desk.Stuck(ctx, actor, "", dealing.StuckFilter{Reason: page.Reason, Cursor: c.Query("cursor"), Limit: stuckOnAPage})
	if err != nil {
		return err
	}
	if next != "" {
		page.Next = "/ops?" + url.Values{"reason": {string(page.Reason)}, "cursor": {next}}.Encode()
	}
	for _, line := range lines {
		page.Stuck = append(page.Stuck, s.lineOfStuck(line))
	}
	return s.show(c, status, page)
}

func (s *site) lineOfStuck(line dealing.Stuck) stuckLine {
	made := stuckLine{
		Href: "/customers/" + line.ID, Customer: line.CustomerName, Dealer: line.DealerName, Workflow: s.temporal.to(line.ID),
	}
	if park := line.Parked; park != nil {
		s.parkedLine(&made, *park)
	}
	return made
}

// parkedLine is where something waits, why, since when, and what may be decided.
func (s *site) parkedLine(line *stuckLine, park onboarding.Park) {
	line.Where, line.Reason, line.Since = stepLabel(park.Step), words(string(park.Reason)), momentIn(nil, park.Since)
	line.Age = ago(s.now().Sub(park.Since))
	for _, action := range onboarding.AllowedActions(park.Step, park.Reason) {
		if line.Actions != "" {
			line.Actions += ", "
		}
		line.Actions += string(action)
	}
}

// resumeAll sends everything that waits for one reason on again.
func (s *site) resumeAll(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	reason := onboarding.Reason(typed.Get("reason"))
	_, err = s.desk.Resume(c.Request.Context(), userOf(c).Actor, onboarding.Batch{Reason: reason, Note: typed.Get("/note")})
	var invalid *dealing.Invalid
	switch {
	case errors.As(err, &invalid) && reason.Known():
		return s.showStuck(c, http.StatusUnprocessableEntity, reason, invalid.Problems, typed.Get("/note"))
	case err != nil:
		return err
	}
	s.tell(c, "The onboardings are being sent on, one after the other.")
	return seeOther(c, "/ops")
}

// auditOf is who did what to an onboarding and its account.
func (s *site) auditOf(ctx context.Context, actor dealing.Actor, file dealing.CustomerFile, zone *time.Location) ([]auditLine, error) {
	objects := []string{file.Onboarding.ID}
	if file.Account != nil {
		objects = append(objects, file.Account.ID)
	}
	var lines []auditLine
	for _, object := range objects {
		trail, err := s.desk.AuditTrail(ctx, actor, object)
		if err != nil {
			return nil, err
		}
		for _, line := range trail {
			lines = append(lines, auditLine{momentIn(zone, line.At), line.Action, line.ByName, line.Reason})
		}
	}
	slices.SortStableFunc(lines, func(a, b auditLine) int { return b.At.At.Compare(a.At.At) })
	return lines, nil
}

// workflowLinks lead to workflows in Temporal's own UI.
type workflowLinks struct{ base, namespace string }

func (w workflowLinks) to(onboardingID string) string {
	return w.toWorkflow("onboarding-" + url.PathEscape(onboardingID))
}

func (w workflowLinks) toWorkflow(id string) string {
	if w.base == "" {
		return ""
	}
	return w.base + "/namespaces/" + url.PathEscape(w.namespace) + "/workflows/" + id
}
