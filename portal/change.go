package portal

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// changePage is one change to an account: how far it is, and what can be decided.
type changePage struct {
	frame
	Kind  string
	Name  string
	Back  string
	Badge badge
	Facts []row
	// Progress is without what an onboarding's has for scripts.
	Progress progress
	Decision *changeDecision
	// Cancel is where to; empty when it cannot be cancelled.
	Cancel string
	// Workflow is for operators.
	Workflow string
}

func (changePage) template() string { return "change" }

// changeDecision asks what is to become of a parked change.
type changeDecision struct {
	decisionForm
	// Replacement is nil when no other module can be chosen.
	Replacement *replacementFields
}

// changeActions say what each decision does to a change.
var changeActions = map[onboarding.Action]option{
	onboarding.ActionRetry:  actionTexts[onboarding.ActionRetry],
	onboarding.ActionAmend:  {Label: "Register another module", Help: "Go on with the module typed below instead."},
	onboarding.ActionSkip:   {Label: "Skip", Help: "Go on without the carrier. The module is taken out of service: it may still be registered there, so nobody gets it."},
	onboarding.ActionCancel: {Label: "Cancel", Help: "Give the new module back. The account keeps the one it has."},
}

func newChangeDecision(file dealing.CustomerFile, s *site, change dealing.Change, f *form, typed url.Values) *changeDecision {
	park := change.Parked
	if park == nil {
		return nil
	}
	made := &changeDecision{decisionForm: decisionForm{
		Target: changePath(file.Onboarding.ID, change) + "/decision",
		Step:   park.Step, ParkNo: park.No, Where: stepLabel(park.Step), Message: park.Reason.Message(),
		Since: momentIn(zoneOf(file), park.Since), Age: ago(s.now().Sub(park.Since)),
	}}
	var choices []option
	for _, action := range onboarding.AllowedActions(park.Step, park.Reason) {
		text := changeActions[action]
		choices = append(choices, option{Value: string(action), Label: text.Label, Help: text.Help})
		if action == onboarding.ActionAmend {
			fields := f.replacement(typed)
			fields.Module.Required = false
			made.Replacement = &fields
		}
	}
	made.Action = f.choice("/action", "Decision", typed.Get("/action"), choices, required)
	made.Reason = f.text("/reason", "Reason", typed.Get("/reason"), hint("It is kept in the audit trail. Needed to skip or cancel."))
	return made
}

// openChange reads a change and the customer whose account it is about.
func (s *site) openChange(c *gin.Context, kind onboarding.ChangeKind) (dealing.CustomerFile, dealing.Change, error) {
	file, err := s.accountFile(c)
	if err != nil {
		return file, dealing.Change{}, err
	}
	change, err := s.desk.Change(c.Request.Context(), userOf(c).Actor, kind, c.Param("change"))
	if err == nil && change.OnboardingID != file.Onboarding.ID {
		err = dealing.ErrNotFound
	}
	return file, change, err
}

func (s *site) showChange(kind onboarding.ChangeKind) func(*gin.Context) error {
	return func(c *gin.Context) error {
		file, change, err := s.openChange(c, kind)
		if err != nil {
			return err
		}
		return s.showChangePage(c, http.StatusOK, file, change, nil, url.Values{})
	}
}

func (s *site) showChangePage(c *gin.Context, status int, file dealing.CustomerFile, change dealing.Change, problems onboarding.Problems, typed url.Values) error {
	title := changeTitles[change.Kind]
	base, err := s.frame(c, title+": "+nameIn(file), navCustomers)
	if err != nil {
		return err
	}
	zone, f := zoneOf(file), newForm(problems)
	page := changePage{
		frame: base, Kind: title, Name: nameIn(file), Back: "/customers/" + file.Onboarding.ID, Badge: statusBadges[change.Status],
		Progress: progress{Countdown: s.countdownOfChange(change, zone)}, Decision: newChangeDecision(file, s, change, f, typed),
	}
	for _, step := range change.Steps() {
		page.Progress.Steps = append(page.Progress.Steps, stepLineOf(step.Step, step, zone))
	}
	page.Facts = []row{{"Asked for", momentIn(zone, change.CreatedAt).String()}, {"By", change.CreatedBy}}
	switch change.Kind {
	case onboarding.ChangeModuleSwap:
		page.Facts = append(page.Facts, row{"Old module", change.OldModule.Number}, row{"New module", change.NewModule.Number}, row{"Panel", communicatedAgain(change, zone)})
		if change.SwitchedAt.IsZero() && !change.Status.Final() && change.Status != onboarding.StatusCompensating {
			page.Cancel = changePath(file.Onboarding.ID, change) + "/cancel"
		}
	case onboarding.ChangeTermination:
		page.Facts = append(page.Facts, row{"Reason", terminateLabel(change.Reason)}, row{"Module", change.OldModule.Number})
	}
	if userOf(c).SeesAll() {
		page.Workflow = s.temporal.toChange(change)
	}
	page.Problems = f.summary()
	if page.Decision != nil && page.Decision.Replacement != nil {
		allowScanning(c)
	}
	return s.show(c, status, page)
}

func (s *site) decideChange(kind onboarding.ChangeKind) func(*gin.Context) error {
	return func(c *gin.Context) error {
		typed, err := readForm(c)
		if err != nil {
			return err
		}
		file, change, err := s.openChange(c, kind)
		if err != nil {
			return err
		}
		parkNo, _ := strconv.Atoi(typed.Get("park_no")) // what is no number fits no park
		resolution := dealing.ChangeResolution{Resolution: dealing.Resolution{
			Action: onboarding.Action(typed.Get("/action")), Step: onboarding.Step(typed.Get("step")), ParkNo: parkNo, Reason: typed.Get("/reason"),
		}}
		if resolution.Action == onboarding.ActionAmend { // what the fields hold otherwise is not meant
			answers := readReplacement(typed)
			resolution.Swap = &answers
		}
		_, err = s.desk.DecideChange(c.Request.Context(), userOf(c).Actor, kind, change.ID, resolution)
		var invalid *dealing.Invalid
		if errors.As(err, &invalid) {
			return s.showChangePage(c, http.StatusUnprocessableEntity, file, change, invalid.Problems, typed)
		}
		if err != nil {
			return err
		}
		s.tell(c, "Your decision was taken.")
		return seeOther(c, changePath(file.Onboarding.ID, change))
	}
}

func (s *site) cancelSwap(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	file, change, err := s.openChange(c, onboarding.ChangeModuleSwap)
	if err != nil {
		return err
	}
	if _, err := s.desk.CancelSwap(c.Request.Context(), userOf(c).Actor, change.ID, typed.Get("/reason")); err != nil {
		return err
	}
	s.tell(c, "The module swap is being cancelled.")
	return seeOther(c, changePath(file.Onboarding.ID, change))
}

// changeRoutes are the pages of an account's later life.
func (s *site) changeRoutes(engine *gin.Engine) {
	engine.GET("/customers/:id/swap", s.user(s.showSwap))
	engine.POST("/customers/:id/swap", s.user(s.swap))
	engine.GET("/customers/:id/terminate", s.user(s.showEnding(terminating)))
	engine.POST("/customers/:id/terminate", s.user(s.endAccount(terminating)))
	engine.GET("/customers/:id/recycle", s.user(s.showEnding(recycling)))
	engine.POST("/customers/:id/recycle", s.user(s.endAccount(recycling)))
	engine.GET("/customers/:id/swaps/:change", s.user(s.showChange(onboarding.ChangeModuleSwap)))
	engine.POST("/customers/:id/swaps/:change/decision", s.user(s.decideChange(onboarding.ChangeModuleSwap)))
	engine.POST("/customers/:id/swaps/:change/cancel", s.user(s.cancelSwap))
	engine.GET("/customers/:id/terminations/:change", s.user(s.showChange(onboarding.ChangeTermination)))
	engine.POST("/customers/:id/terminations/:change/decision", s.user(s.decideChange(onboarding.ChangeTermination)))
}
