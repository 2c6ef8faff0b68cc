package activities

import (
	"net/http"
	"strings"

	"github.com/latchkey/latchkey/letter"
	"github.com/latchkey/latchkey/mail"
	"github.com/latchkey/latchkey/onboarding"
)

// welcomeMessage is the seed's welcome e-mail: the letter's own sentences, the set-up
// link, and the letter itself as a PDF.
func welcomeMessage(facts letter.Facts, account onboarding.Account, dealer onboarding.Dealer, version onboarding.Letter, pdf []byte) (mail.Message, error) {
	content, err := letter.Compose(facts)
	if err != nil {
		return mail.Message{}, err
	}
	return mail.WelcomeMessage(mail.WelcomeFacts{
		Envelope: mail.Envelope{
			MessageID: version.MessageID,
			Date:      facts.IssuedOn,
			From:      mail.Mailbox{Name: dealer.Name, Address: dealer.MailFrom},
			ReplyTo:   mail.Mailbox{Name: dealer.Name, Address: dealer.SupportEmail},
			To:        mail.Mailbox{Name: letter.FullName(facts.Customer), Address: account.Email},
		},
		Brand:        brandOf(dealer),
		Language:     content.Language,
		LoginName:    content.LoginName,
		SetUpURL:     content.Setup.URL,
		SupportEmail: content.SupportEmail,
		Texts: mail.WelcomeTexts{
			Subject: content.Subject, Heading: content.Heading, Greeting: content.Greeting, Welcome: content.Intro,
			SetUp: mail.Sentence{Link: content.Setup.Label}, SetUpNote: content.Setup.Validity,
			LoginName: content.LoginNameLabel, AbilitiesIntro: content.BenefitsHeading, Abilities: content.Benefits,
			Questions: around(content.Contact, content.SupportEmail), LetterNote: strings.Join(content.Notes, " "),
			Closing: content.Closing, PoweredBy: content.PoweredBy,
		},
		Letter: mail.Attachment{Name: "welcome-letter.pdf", ContentType: "application/pdf", Bytes: pdf},
	})
}

func brandOf(dealer onboarding.Dealer) mail.Brand {
	brand := mail.Brand{Name: dealer.Name, Colour: dealer.Colour}
	if len(dealer.Logo) > 0 {
		brand.Logo, brand.LogoType = dealer.Logo, http.DetectContentType(dealer.Logo)
	}
	return brand
}

// around makes the address inside a sentence its link.
func around(sentence, address string) mail.Sentence {
	before, after, found := strings.Cut(sentence, address)
	if address == "" || !found {
		return mail.Sentence{Before: sentence}
	}
	return mail.Sentence{Before: before, Link: address, After: after}
}
