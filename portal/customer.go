package portal

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// customerPage is everything known of one customer.
type customerPage struct {
	frame
	ID      string
	Name    string
	Dealer  string
	Badge   badge
	Virtual bool
	Panel   *panelActivity
	Group   *groupOffer
	// Facts are the short facts on top.
	Facts    []row
	Progress progress
	Account  *accountActions
	// Corrections lead to the pages on which something of the account can be changed.
	Corrections []row
	Decision    *decisionForm
	// Wait is for operators, while the network hour runs.
	Wait *waitForm
	// Cancel can be asked while the onboarding is not over.
	Cancel bool
	// Later is nil until the onboarding is over.
	Later    *laterLife
	Sections []reviewedSection
	Quote    *quoteSummary
	Letters  []letterLine
	Ledger   []ledgerLine
	Coverage []onboarding.NetworkCoverage
	Events   []eventLine
	// Workflow and Audit are for operators.
	Workflow string
	Audit    []auditLine
}

func (customerPage) template() string { return "customer" }

// accountActions is what can be done with the welcome letter.
type accountActions struct {
	// Sells is false for operators, who could log in as the customer with what they print.
	Sells  bool
	Closed bool
	// Blocked is why the customer cannot log in yet; empty when they can.
	Blocked    string
	DealerName string
}

// letterLine is a welcome letter that was made.
type letterLine struct {
	Channel    string
	Version    int
	State      badge
	IssuedAt   moment
	By         string
	Link       string
	Deliveries []string
}

// ledgerLine is money.
type ledgerLine struct {
	Label  string
	Amount string
	At     moment
}

// eventLine is one line of the history.
type eventLine struct {
	At     moment
	What   string
	By     string
	Reason string
}

// auditLine is one line of the audit trail.
type auditLine struct {
	At     moment
	Action string
	By     string
	Reason string
}

func (s *site) customerFile(c *gin.Context) error {
	file, err := s.desk.OnboardingFile(c.Request.Context(), userOf(c).Actor, c.Param("id"))
	if err != nil {
		return err
	}
	return s.showCustomer(c, http.StatusOK, file, newDecisionForm(file, s.now(), nil, ""), waitFormFor(file, userOf(c).Actor))
}

func (s *site) showCustomer(c *gin.Context, status int, file dealing.CustomerFile, decision *decisionForm, wait *waitForm) error {
	ctx, actor := c.Request.Context(), userOf(c).Actor
	name := nameIn(file)
	base, err := s.frame(c, name, navCustomers)
	if err != nil {
		return err
	}
	zone := zoneOf(file)
	page := customerPage{
		frame: base, ID: file.Onboarding.ID, Name: name, Dealer: file.DealerName, Badge: stateBadges[file.State],
		Virtual: file.Onboarding.Kind == onboarding.KindVirtual, Facts: factsOf(file, zone),
		Progress: s.progressOf(file, zone), Account: actionsOf(file, actor), Corrections: correctionsOf(file, actor), Decision: decision, Wait: wait,
		Cancel: !file.Onboarding.Status.Final() && file.Onboarding.Status != onboarding.StatusCompensating,
		Ledger: ledgerOf(file, zone), Letters: lettersOf(file, zone), Coverage: file.Coverage, Events: eventsOf(file, zone),
	}
	page.Group = groupOfferOf(file, actor)
	if page.Later, err = s.laterOf(c, file, zone); err != nil {
		return err
	}
	if page.Panel, err = s.panelOf(ctx, actor, file); err != nil {
		return err
	}
	if decision != nil {
		page.Problems = decision.problems
	}
	if wait != nil {
		page.Problems = append(page.Problems, wait.problems...)
	}
	if file.Accepted {
		page.Quote = summaryOf(file.Quote)
	}
	if page.Sections, err = s.answersOf(c, file); err != nil {
		return err
	}
	if actor.SeesAll() {
		page.Workflow = s.temporal.to(file.Onboarding.ID)
		if page.Audit, err = s.auditOf(ctx, actor, file, zone); err != nil {
			return err
		}
	}
	return s.show(c, status, page)
}

func nameIn(file dealing.CustomerFile) string {
	if name := joined(file.Answers.Customer.FirstName, file.Answers.Customer.LastName); name != "" {
		return name
	}
	return "Customer without a name"
}

// zoneOf is where the system stands: its people live by that clock.
func zoneOf(file dealing.CustomerFile) *time.Location {
	zone, err := time.LoadLocation(file.Answers.Customer.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}

func factsOf(file dealing.CustomerFile, zone *time.Location) []row {
	var rows []row
	add := func(label, value string) {
		if value != "" {
			rows = append(rows, row{label, value})
		}
	}
	answers := file.Answers
	add("Account type", accountTypeLabel(file.Onboarding.AccountType))
	add("Login name", answers.Login.Name)
	add("Email", answers.Customer.Email)
	add("Phone", answers.Customer.Phone.Number)
	address := answers.InstallationAddress()
	add("Installed at", joined(address.Street1, address.Street2, address.City, address.State, address.PostalCode))
	if module := file.Module; module != nil {
		add("Module", joined(module.Network, moduleNumber(*module)))
		panel, _ := catalog.Current().Panel(answers.System.PanelType)
		add("Control panel", panel.Name)
	}
	if receiver := file.Receiver; receiver != nil {
		add("Monitoring station", joined(receiver.StationName+",", receiver.Name))
		add("Account number", answers.Forwarding.AccountNumber)
	}
	if template := file.Template; template != nil {
		add("AirFX panel template", joined(template.Name, inBrackets(template.State)))
	}
	add("Alternate ID", answers.Customer.Operations.AlternateID)
	add("Coverage override", file.CoverageOverride)
	if account := file.Account; account != nil {
		add("Notifications", notificationLabels(file.Notifications))
		add("Account created", momentIn(zone, account.CreatedAt).String())
		add("First communication", communicated(*account, zone))
		add("Password", passwordState(file))
	}
	return rows
}

func inBrackets(word string) string {
	if word == "" {
		return ""
	}
	return "(" + words(word) + ")"
}

func accountTypeLabel(of onboarding.AccountType) string {
	for _, choice := range onboarding.AccountTypes {
		if choice.Type == of {
			return choice.Label
		}
	}
	return ""
}

func moduleNumber(module onboarding.Module) string {
	for _, number := range []string{module.Serial, module.IMEI, module.MEID} {
		if number != "" {
			return number
		}
	}
	return ""
}

func communicated(account onboarding.Account, zone *time.Location) string {
	switch {
	case !account.CommunicatedAt.IsZero():
		return momentIn(zone, account.CommunicatedAt).String()
	case account.LoginBlocked():
		return "Not yet: the customer cannot log in before it"
	default:
		return ""
	}
}

func passwordState(file dealing.CustomerFile) string {
	switch {
	case file.MustChange:
		return "Temporary, to be changed at the first login"
	case file.PasswordSet:
		return "Chosen by the customer"
	default:
		return "Not chosen yet"
	}
}

func actionsOf(file dealing.CustomerFile, actor dealing.Actor) *accountActions {
	account := file.Account
	if account == nil {
		return nil
	}
	made := &accountActions{
		Sells: !actor.SeesAll(), DealerName: file.DealerName, Closed: account.State == onboarding.AccountClosed,
	}
	if account.LoginBlocked() {
		made.Blocked = dealing.LoginBlockedMessage
	}
	return made
}

func ledgerOf(file dealing.CustomerFile, zone *time.Location) []ledgerLine {
	labels := map[string]string{"activation": "Activation Fee", "activation_reversal": "Activation Fee reversed"}
	var lines []ledgerLine
	for _, line := range file.Ledger {
		lines = append(lines, ledgerLine{labels[line.Kind], dollars(line.Amount), momentIn(zone, line.At)})
	}
	return lines
}

var letterBadges = map[onboarding.LetterState]badge{
	onboarding.LetterPending:  {"To be sent", "neutral"},
	onboarding.LetterSending:  {"Being sent", "info"},
	onboarding.LetterAccepted: {"Accepted by the mail server", "success"},
	onboarding.LetterUnknown:  {"Outcome unknown", "warning"},
	onboarding.LetterRefused:  {"Refused", "danger"},
	onboarding.LetterVoid:     {"Replaced", "neutral"},
	"printed":                 {"Printed", "success"},
}

func lettersOf(file dealing.CustomerFile, zone *time.Location) []letterLine {
	var lines []letterLine
	for _, letter := range file.Letters {
		line := letterLine{
			Channel: "Welcome e-mail", Version: letter.Version, State: letterBadges[letter.State],
			IssuedAt: momentIn(zone, letter.IssuedAt), By: letterBy(letter),
		}
		if letter.Channel == "print" {
			line.Channel = "Printed letter"
		}
		switch {
		case !letter.LinkUsed.IsZero():
			line.Link = "Set-up link used " + momentIn(zone, letter.LinkUsed).String()
		case letter.State == onboarding.LetterVoid && !letter.LinkExpires.IsZero():
			line.Link = "Set-up link does not work any more"
		case !letter.LinkExpires.IsZero():
			line.Link = "Set-up link works until " + momentIn(zone, letter.LinkExpires).String()
		}
		for _, delivery := range letter.Deliveries {
			line.Deliveries = append(line.Deliveries, strings.TrimSpace(momentIn(zone, delivery.BeganAt).String()+": "+letterBadges[delivery.State].Label+" "+words(delivery.Code)))
		}
		lines = append(lines, line)
	}
	return lines
}

// letterBy is who had a letter made.
func letterBy(letter onboarding.LetterRecord) string {
	switch letter.Origin {
	case onboarding.LetterByCustomer:
		return "the customer, on the website"
	case onboarding.LetterByCorrection:
		return joined(letter.ByName, "(the email address was changed)")
	default:
		return letter.ByName
	}
}

func eventsOf(file dealing.CustomerFile, zone *time.Location) []eventLine {
	var lines []eventLine
	for _, event := range slices.Backward(file.Events) {
		what := words(string(event.Kind))
		if event.Step != "" {
			what += ": " + stepLabel(event.Step)
		}
		if event.Code != "" {
			what += " (" + words(event.Code) + ")"
		}
		lines = append(lines, eventLine{momentIn(zone, event.At), what, event.ByName, event.Reason})
	}
	return lines
}

// answersOf are the sections as they were answered.
func (s *site) answersOf(c *gin.Context, file dealing.CustomerFile) ([]reviewedSection, error) {
	plan, _ := onboarding.PlanFor(file.Onboarding.Kind, file.Onboarding.AccountType)
	sheet := s.sheetOfFile(c, file, file.Answers)
	var sections []reviewedSection
	for _, section := range plan.Sections {
		known, _ := pageFor(section)
		rows, err := rowsIn(c.Request.Context(), section, sheet)
		if err != nil {
			return nil, err
		}
		sections = append(sections, reviewedSection{ID: string(section), Title: known.title, Rows: rows})
	}
	return sections, nil
}

// sheetOfFile is a section of an onboarding that is under way.
func (s *site) sheetOfFile(c *gin.Context, file dealing.CustomerFile, answers onboarding.Answers) sheet {
	facts := onboarding.Facts{Module: file.Module, Receiver: file.Receiver}
	made := sheet{
		desk: s.desk, user: userOf(c), dealerID: file.Onboarding.DealerID, kind: file.Onboarding.Kind, answers: answers,
		review: dealing.DraftReview{Facts: facts}, picture: askedPicture(c),
	}
	made.user.DealerName = file.DealerName
	if file.Accepted {
		made.review.Quote = &file.Quote
	}
	return made
}
