package portal

import (
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// preparePage is the seed's "Prepare for installation" for one account.
type preparePage struct {
	frame
	ID      string
	Name    string
	Address string
	// Hour is nil for an account without a network hour.
	Hour *networkHour
	// Countdown runs by the second while the module joins the network; nil otherwise.
	Countdown *countdown
	// Serial asks what stands on the module; nil for an account without one.
	Serial *field
	// Compared says that a serial was compared, Same that it is the account's.
	Compared bool
	Same     bool
	Swap     string
	Checks   []checkLine
}

func (preparePage) template() string { return "prepare" }

// networkHour is the hour after account creation.
type networkHour struct {
	Over  bool
	Ready moment
	Left  string
}

// checkLine is one thing to do at the site.
type checkLine struct {
	field
	By string
	At moment
}

func (s *site) prepare(c *gin.Context) error {
	return s.showPrepare(c, http.StatusOK, "", nil)
}

// showPrepare shows the page; compare, unless it is nil, judges the serial that was typed.
func (s *site) showPrepare(c *gin.Context, status int, typed string, compare func(onboarding.Module) (bool, onboarding.Fault)) error {
	ctx, actor := c.Request.Context(), userOf(c).Actor
	file, err := s.desk.OnboardingFile(ctx, actor, c.Param("id"))
	switch {
	case err != nil:
		return err
	case file.Account == nil || file.Account.State == onboarding.AccountClosed:
		return &onboarding.Refusal{Sentence: "There is no open account to install here."}
	}
	base, err := s.frame(c, "Prepare for installation", navToday)
	if err != nil {
		return err
	}
	address := file.Answers.InstallationAddress()
	page := preparePage{
		frame: base, ID: file.Onboarding.ID, Name: nameIn(file), Swap: "/customers/" + file.Onboarding.ID + "/swap",
		Address: joined(address.Street1, address.Street2, address.City, address.State, address.PostalCode),
		Hour:    hourOf(*file.Account, s.now(), zoneOf(file)), Countdown: s.progressOf(file, zoneOf(file)).Countdown,
	}
	var problems onboarding.Problems
	if compare != nil && file.Module != nil {
		same, fault := compare(*file.Module)
		problems = problemsAt("/serial", fault)
		page.Compared, page.Same = !fault.Found(), same
		if fault.Found() {
			status = http.StatusUnprocessableEntity
		}
	}
	f := newForm(problems)
	if file.Module != nil {
		serial := f.text("/serial", "Module Serial #", typed, required, keyboard("text"), width("20"), hint("As printed on the module that is installed."))
		page.Serial = &serial
		allowScanning(c)
	}
	ticked, err := s.desk.TickedChecks(ctx, actor, file.Account.ID)
	if err != nil {
		return err
	}
	page.Checks = checksOf(f, file, ticked)
	page.Problems = f.summary()
	return s.show(c, status, page)
}

func hourOf(account onboarding.Account, now time.Time, zone *time.Location) *networkHour {
	if account.ReadyAt.IsZero() {
		return nil
	}
	hour := &networkHour{Over: !account.ReadyAt.After(now), Ready: momentIn(zone, account.ReadyAt)}
	if !hour.Over {
		hour.Left = left(account.ReadyAt.Sub(now))
	}
	return hour
}

// withoutModule are the checks that an account without a module has no use for.
var withoutModule = []string{"serial_compared", "guide_reviewed", "hour_over", "panel_communicates", "signals_tested"}

func checksOf(f *form, file dealing.CustomerFile, ticked []onboarding.TickedCheck) []checkLine {
	var lines []checkLine
	for _, choice := range onboarding.InstallationChecks {
		if file.Module == nil && slices.Contains(withoutModule, choice.Value) || file.Receiver == nil && choice.Value == "signals_tested" {
			continue
		}
		line := checkLine{}
		at := slices.IndexFunc(ticked, func(t onboarding.TickedCheck) bool { return string(t.Check) == choice.Value })
		line.field = f.tick("/checks/"+choice.Value, choice.Label, at >= 0)
		if at >= 0 {
			line.By, line.At = ticked[at].By, momentIn(zoneOf(file), ticked[at].At)
		}
		lines = append(lines, line)
	}
	return lines
}

// compareSerial answers on the page itself: a serial number stands in no address.
func (s *site) compareSerial(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	serial := typed.Get("/serial")
	return s.showPrepare(c, http.StatusOK, serial, func(module onboarding.Module) (bool, onboarding.Fault) {
		return dealing.SameModule(serial, module)
	})
}

func (s *site) tickChecks(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	ctx, actor := c.Request.Context(), userOf(c).Actor
	file, err := s.desk.OnboardingFile(ctx, actor, c.Param("id"))
	if err != nil {
		return err
	}
	if file.Account == nil {
		return dealing.ErrNotFound
	}
	var ticked []onboarding.InstallationCheck
	for _, choice := range onboarding.InstallationChecks {
		if typed.Get("/checks/"+choice.Value) != "" {
			ticked = append(ticked, onboarding.InstallationCheck(choice.Value))
		}
	}
	if err := s.desk.TickChecks(ctx, actor, file.Account.ID, ticked); err != nil {
		return err
	}
	s.tell(c, "The checklist is saved.")
	return seeOther(c, "/customers/"+file.Onboarding.ID+"/prepare")
}
