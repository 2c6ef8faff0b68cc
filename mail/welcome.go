package mail

// WelcomeFacts is everything a welcome e-mail says.
type WelcomeFacts struct {
	Envelope
	Brand        Brand
	Language     string // BCP 47, of Texts
	LoginName    string
	SetUpURL     string // where the customer chooses a password; http or https, else the HTML part disarms it
	SupportEmail string // the dealer's
	Texts        WelcomeTexts
	// Letter is the welcome letter as a file; one without bytes is not attached.
	Letter Attachment
}

// WelcomeTexts are the sentences, translated and with names filled in. In the examples the dealer is Sample
// Dealer and the customer John Doe. The optional ones may be empty.
type WelcomeTexts struct {
	Subject        string   // "Getting Started with Sample Dealer"
	Heading        string   // "Getting Started with Sample Dealer"
	Greeting       string   // "Dear John Doe,"
	Welcome        string   // "Welcome to Sample Dealer!"
	SetUp          Sentence // "To set up your account, please ", "click here", "."
	SetUpNote      string   // optional: how long the link works and that it works once
	LoginName      string   // "Login name:"
	AbilitiesIntro string   // "With your smart security solution, you'll be able to:"
	Abilities      []string
	Questions      Sentence // "If you have any questions please contact us at ", the address, ""
	LetterNote     string   // optional: that the letter is attached
	Closing        string   // "Sincerely,"
	PoweredBy      string   // "powered by"
}

// WelcomeMessage writes the welcome e-mail. It fails only if a template does, which no facts bring about.
func WelcomeMessage(facts WelcomeFacts) (Message, error) {
	message, err := write("welcome", facts.Envelope, facts.Brand, facts.Texts.Subject, facts)
	if err == nil && len(facts.Letter.Bytes) > 0 {
		message.Attachments = []Attachment{facts.Letter}
	}
	return message, err
}
