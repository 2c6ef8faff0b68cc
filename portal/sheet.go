package portal

import (
	"context"
	"net/url"
	"slices"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// sheet is one section to be filled in: of a draft, or of a parked onboarding that is
// corrected.
type sheet struct {
	desk     *dealing.Desk
	user     dealing.User
	dealerID string
	kind     onboarding.Kind
	// answers are what is shown: as saved, or as just typed.
	answers onboarding.Answers
	// review has what the answers refer to and lead to.
	review dealing.DraftReview
	// live is where a script looks things up while a person types; empty in a correction.
	live string
	// withCoverage asks for the coverage summary on the page itself.
	withCoverage bool
	// picture is chosen in "Where is the serial number?"; empty for none.
	picture string
}

// here is where a script asks for one of the sheet's sections anew; empty for the page's
// own address.
func (s sheet) here(section onboarding.Section) string {
	if s.live == "" {
		return ""
	}
	return s.live + "/section/" + string(section)
}

// options are the choices that the dealer's forms have.
func (s sheet) options(ctx context.Context) (dealing.Options, error) {
	return s.desk.Options(ctx, s.user.Actor, s.dealerID, s.answers.Account.Type)
}

// row is one line of a summary of answers.
type row struct {
	Label string
	Value string
}

// rowsOf lists what was answered, as people read it, without the fields that are left out.
func rowsOf(f *form, leaveOut ...func(field) bool) []row {
	var rows []row
	for _, made := range f.fields {
		if !slices.ContainsFunc(leaveOut, func(leaves func(field) bool) bool { return leaves(made) }) {
			rows = append(rows, row{made.Label, made.shown()})
		}
	}
	return rows
}

// sectionPage is one page of the wizard: its words, how it is read and how it is shown.
type sectionPage struct {
	section onboarding.Section
	title   string
	// short is its name in the stepper.
	short string
	// read takes what was typed over into answers.
	read func(ctx context.Context, s sheet, typed url.Values, answers *onboarding.Answers) error
	// build makes the fields and what else the page shows.
	build func(ctx context.Context, s sheet, f *form) (content, error)
}

// content is what one section shows inside the wizard.
type content interface {
	// part is the name of the template that shows it.
	part() string
	// rows are what it says on the confirmation.
	rows(f *form) []row
}

// sectionPages are the pages of the wizard in the seed's order.
var sectionPages = []sectionPage{
	{onboarding.SectionAccount, "Choose the account type", "Account type", readAccount, buildAccount},
	{onboarding.SectionCustomer, "Customer Information", "Customer information", readCustomer, buildCustomer},
	{onboarding.SectionLogin, "Create Login", "Login name", readLogin, buildLogin},
	{onboarding.SectionSystem, "System Information", "System information", readSystem, buildSystem},
	{onboarding.SectionPathway, "Communication Pathway Selection", "Communication pathway", readPathway, buildPathway},
	{onboarding.SectionPackage, "Service Package", "Service package", readPackage, buildPackage},
	{onboarding.SectionForwarding, "Monitoring Station Forwarding", "Forwarding", readForwarding, buildForwarding},
	{onboarding.SectionTemplates, "Installation Templates Plan", "Templates", readTemplates, buildTemplates},
}

// pageFor finds a section's page; false for what is none.
func pageFor(section onboarding.Section) (sectionPage, bool) {
	at := slices.IndexFunc(sectionPages, func(p sectionPage) bool { return p.section == section })
	if at < 0 {
		return sectionPage{}, false
	}
	return sectionPages[at], true
}
