package letter

import (
	"net/url"
	"strings"
)

// Content is what the letter says, sentence by sentence and in one language, as plain text. The PDF and the e-mail are
// both made of it. Empty members are not said.
type Content struct {
	// Language is the language used: "en", "es" or "fr".
	Language string
	Subject  string
	Heading  string
	Date     string
	Greeting string
	Intro    string

	LoginNameLabel string
	LoginName      string

	// Password is for the printed letter, Setup for the e-mailed one; the other is nil.
	Password *PasswordContent
	Setup    *SetupContent

	StepsHeading    string
	Steps           []string
	BenefitsHeading string
	Benefits        []string
	Notes           []string
	Contact         string
	Closing         string
	Signature       string
	PoweredBy       string

	// WebsiteText appears in Steps, SupportEmail in Contact: make them links to WebsiteURL and to a mailto.
	WebsiteText  string
	WebsiteURL   string
	SupportEmail string
	SupportPhone string
}

// PasswordContent is the temporary password of a printed letter.
type PasswordContent struct {
	Label string
	Value string
}

// SetupContent is the link of an e-mailed letter.
type SetupContent struct {
	Label string
	URL   string
	// Validity says that the link works once and for how long.
	Validity string
}

// Compose writes the letter's sentences. It fails with [CodeFactsIncomplete] when a needed fact is missing.
func Compose(facts Facts) (Content, error) {
	facts = facts.tidied()
	if err := facts.check(); err != nil {
		return Content{}, err
	}

	tag := nearestLanguage(facts.Language)
	calendar := calendars[tag]
	words := words{
		Dealer:  facts.Dealer.Name,
		Name:    FullName(facts.Customer),
		Website: websiteText(facts.WebsiteURL),
		Email:   facts.Dealer.SupportEmail,
		// A phone number is read as one word.
		Phone: strings.ReplaceAll(facts.Dealer.SupportPhone, " ", "\u00a0"),
	}
	if !facts.ReadyAt.IsZero() {
		words.ReadyAt = calendar.atTime(facts.ReadyAt)
	}
	write, err := newWriter(tag, words)
	if err != nil {
		return Content{}, &Error{Code: CodeRenderFailed}
	}

	content := Content{
		Language:        tag.String(),
		Subject:         write.say("subject"),
		Heading:         write.say("heading"),
		Date:            calendar.onDay(facts.IssuedOn),
		Greeting:        write.say("greeting"),
		LoginNameLabel:  write.say("login_name"),
		LoginName:       facts.LoginName,
		StepsHeading:    write.say("steps_heading"),
		BenefitsHeading: write.say("benefits_heading"),
		Benefits:        []string{write.say("benefit_codes"), write.say("benefit_alerts"), write.say("benefit_remote")},
		Contact:         contact(write),
		Closing:         write.say("closing"),
		Signature:       facts.Dealer.Name,
		PoweredBy:       write.say("powered_by"),
		WebsiteText:     words.Website,
		WebsiteURL:      facts.WebsiteURL,
		SupportEmail:    facts.Dealer.SupportEmail,
		SupportPhone:    facts.Dealer.SupportPhone,
	}
	if facts.Demonstration {
		content.Notes = append(content.Notes, write.say("note_demonstration"))
	}
	if facts.SecurityAccount {
		content.Notes = append(content.Notes, write.say("note_login_block"))
	}
	if words.ReadyAt != "" {
		content.Notes = append(content.Notes, write.say("note_ready_at"))
	}

	switch variant := facts.Variant.(type) {
	case PrintVariant:
		content.Intro = write.say("intro_print")
		content.Password = &PasswordContent{Label: write.say("temporary_password"), Value: variant.TemporaryPassword}
		content.Steps = []string{
			write.say("step_print_open"), write.say("step_print_enter"), write.say("step_print_choose"), write.say("step_print_after"),
		}
		content.Notes = append(content.Notes, write.say("note_keep_private"))
	case MailVariant:
		content.Intro = write.say("intro_mail")
		content.Setup = &SetupContent{Label: write.say("set_up_account"), URL: variant.SetupURL, Validity: validity(write, variant)}
		content.Steps = []string{write.say("step_mail_choose"), write.say("step_mail_open"), write.say("step_mail_log_in")}
	}
	return content, write.err
}

func contact(write *writer) string {
	switch {
	case write.words.Email != "" && write.words.Phone != "":
		return write.say("contact_email_or_phone")
	case write.words.Email != "":
		return write.say("contact_email")
	case write.words.Phone != "":
		return write.say("contact_phone")
	}
	return ""
}

func validity(write *writer, variant MailVariant) string {
	if variant.ValidHours <= 0 {
		return write.say("link_once")
	}
	return write.sayCount("link_hours", variant.ValidHours)
}

// websiteText is the address as people type it.
func websiteText(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return address
	}
	return tidy(strings.TrimSuffix(parsed.Host+parsed.Path, "/"))
}
