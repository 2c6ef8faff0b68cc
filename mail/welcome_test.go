package mail_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/mail"
	"github.com/latchkey/latchkey/mail/mailtest"
)

var update = flag.Bool("update", false, "write the golden mails anew")

func requireGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	// Kept with plain line ends, so that an editor or a checkout cannot change what is compared.
	readable := strings.ReplaceAll(string(got), "\r\n", "\n")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(readable), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), readable)
}

func envelope() mail.Envelope {
	return mail.Envelope{
		MessageID: "welcome.5b0f.1@dealer.example.com",
		Date:      written,
		From:      mail.Mailbox{Name: "Sample Dealer", Address: "no-reply@dealer.example.com"},
		ReplyTo:   mail.Mailbox{Name: "Sample Dealer", Address: "support@dealer.example.com"},
		To:        mail.Mailbox{Name: "John Doe", Address: "john.doe@example.com"},
	}
}

func johnDoe() mail.WelcomeFacts {
	return mail.WelcomeFacts{
		Envelope:     envelope(),
		Brand:        mail.Brand{Name: "Sample Dealer", Colour: "#0a7d4f", PoweredBy: "LATCHKEY"},
		Language:     "en",
		LoginName:    "JohnDoeExample",
		SetUpURL:     "https://portal.example.com/set-up?token=abc&lang=en",
		SupportEmail: "support@dealer.example.com",
		Texts: mail.WelcomeTexts{
			Subject:        "Getting Started with Sample Dealer",
			Heading:        "Getting Started with Sample Dealer",
			Greeting:       "Dear John Doe,",
			Welcome:        "Welcome to Sample Dealer!",
			SetUp:          mail.Sentence{Before: "To set up your account, please ", Link: "click here", After: "."},
			SetUpNote:      "The link works once, within 24 hours.",
			LoginName:      "Login name:",
			AbilitiesIntro: "With your smart security solution, you'll be able to:",
			Abilities: []string{
				"Create unique access codes for every user",
				"Stay aware of what's happening with customized alerts and notifications",
				"Access your system remotely from the web or our free mobile app",
			},
			Questions:  mail.Sentence{Before: "If you have any questions please contact us at ", Link: "support@dealer.example.com"},
			LetterNote: "Your welcome letter is attached.",
			Closing:    "Sincerely,",
			PoweredBy:  "powered by",
		},
		Letter: mail.Attachment{Name: "Welcome Letter.pdf", ContentType: "application/pdf", Bytes: []byte("%PDF-1.4 a letter")},
	}
}

func TestWelcomeMessage_ReadsLikeTheSeed(t *testing.T) {
	t.Parallel()
	message, err := mail.WelcomeMessage(johnDoe())
	require.NoError(t, err)
	require.Equal(t, "Getting Started with Sample Dealer", message.Subject)
	require.Equal(t, `Getting Started with Sample Dealer

Dear John Doe,

Welcome to Sample Dealer! To set up your account, please click here.
https://portal.example.com/set-up?token=abc&lang=en

The link works once, within 24 hours.

Login name: JohnDoeExample

With your smart security solution, you'll be able to:

- Create unique access codes for every user
- Stay aware of what's happening with customized alerts and notifications
- Access your system remotely from the web or our free mobile app

Your welcome letter is attached.

If you have any questions please contact us at support@dealer.example.com

Sincerely,
Sample Dealer

powered by LATCHKEY
`, message.Text)
	raw, err := mail.Build(message)
	require.NoError(t, err)
	requireGolden(t, "welcome.eml", raw)
}

func TestWelcomeMessage_LeavesOutWhatIsNotGiven(t *testing.T) {
	t.Parallel()
	facts := johnDoe()
	facts.Texts.SetUpNote, facts.Texts.LetterNote, facts.Brand.PoweredBy = "", "", ""
	facts.Letter = mail.Attachment{}
	message, err := mail.WelcomeMessage(facts)
	require.NoError(t, err)
	require.Empty(t, message.Attachments)
	for _, part := range []string{message.Text, message.HTML} {
		require.NotContains(t, part, "powered by")
	}
	require.NotContains(t, message.Text, "\n\n\n")
}

func TestWelcomeMessage_EscapesEveryFact(t *testing.T) {
	t.Parallel()
	const hostile = `<script>alert(1)</script>"onload="x`
	facts := johnDoe()
	facts.Texts.Greeting, facts.LoginName, facts.Brand.Name = hostile, hostile, hostile
	facts.SetUpURL = "javascript:alert(1)"
	facts.Brand.Colour = "red;background:url(https://example.test/x)"
	message, err := mail.WelcomeMessage(facts)
	require.NoError(t, err)
	require.NotContains(t, message.HTML, "<script")
	require.NotContains(t, message.HTML, `"onload="`)
	require.NotContains(t, message.HTML, "javascript:")
	require.NotContains(t, message.HTML, "example.test")
}

func TestWelcomeMessage_ShowsTheLogoFromWithin(t *testing.T) {
	t.Parallel()
	server := start(t, mailtest.Options{})
	facts := johnDoe()
	facts.Brand.Logo, facts.Brand.LogoType = []byte("\x89PNG logo"), "image/png"
	message, err := mail.WelcomeMessage(facts)
	require.NoError(t, err)
	_, err = sender(t, plainTo(server)).Send(t.Context(), message)
	require.NoError(t, err)
	got := server.Messages()[0]
	require.Contains(t, got.HTML, `src="cid:dealer-logo"`)
	require.Len(t, got.Attachments, 2)
	require.Equal(t, mailtest.Attachment{ContentType: "image/png", ContentID: "dealer-logo", Bytes: facts.Brand.Logo}, got.Attachments[0])
	require.Equal(t, "Welcome Letter.pdf", got.Attachments[1].Name)
}

func TestWelcomeMessage_StaysReadableOnAnyColour(t *testing.T) {
	t.Parallel()
	for colour, want := range map[string]string{
		"#ffff00": "background-color:#ffff00;color:#111111",
		"#000080": "background-color:#000080;color:#ffffff",
		"":        "background-color:#1f4e79;color:#ffffff",
		"teal":    "background-color:#1f4e79;color:#ffffff",
	} {
		facts := johnDoe()
		facts.Brand.Colour = colour
		message, err := mail.WelcomeMessage(facts)
		require.NoError(t, err)
		require.Contains(t, message.HTML, want)
	}
}

func TestNoticeMessage_SaysOneThingAndWhereToGo(t *testing.T) {
	t.Parallel()
	facts := mail.NoticeFacts{
		Envelope:   envelope(),
		Brand:      mail.Brand{Name: "Sample Dealer"},
		Language:   "en",
		Subject:    "A commitment needs its serial number",
		Paragraphs: []string{"Commitment C-1001 was due today.", "It starts once the serial number is entered."},
		LinkText:   "Enter the serial number",
		LinkURL:    "https://portal.example.com/commitments/C-1001",
		Footer:     "Sent to the office of Sample Dealer.",
	}
	message, err := mail.NoticeMessage(facts)
	require.NoError(t, err)
	require.Equal(t, `A commitment needs its serial number

Commitment C-1001 was due today.

It starts once the serial number is entered.

Enter the serial number
https://portal.example.com/commitments/C-1001

--
Sent to the office of Sample Dealer.
`, message.Text)
	raw, err := mail.Build(message)
	require.NoError(t, err)
	requireGolden(t, "notice.eml", raw)

	facts.LinkURL, facts.Footer = "", ""
	message, err = mail.NoticeMessage(facts)
	require.NoError(t, err)
	require.NotContains(t, message.HTML, "<a ")
}
