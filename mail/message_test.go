package mail_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/latchkey/latchkey/mail"
)

var written = time.Date(2026, time.March, 4, 9, 30, 0, 0, time.FixedZone("", -5*60*60))

func letter() mail.Message {
	return mail.Message{
		MessageID: "welcome.5b0f.1@dealer.example.com",
		Date:      written,
		From:      mail.Mailbox{Name: "Sample Dealer", Address: "no-reply@dealer.example.com"},
		ReplyTo:   mail.Mailbox{Address: "support@dealer.example.com"},
		To:        mail.Mailbox{Name: "José Núñez", Address: "jose.nunez@example.com"},
		Subject:   "Getting Started with Sample Dealer",
		Text:      "Dear José Núñez,\n\nWelcome!\n.\nA line that begins with a dot.",
		HTML:      "<p>Dear José Núñez</p>",
		Attachments: []mail.Attachment{
			{Name: "Welcome Letter.pdf", ContentType: "application/pdf", Bytes: bytes.Repeat([]byte("%PDF\x00\xff"), 500)},
		},
	}
}

func parse(t require.TestingT, raw []byte) *netmail.Message {
	parsed, err := netmail.ReadMessage(bytes.NewReader(raw))
	require.NoError(t, err)
	return parsed
}

func TestBuild_GivesTheSameBytesEveryTime(t *testing.T) {
	t.Parallel()
	first, err := mail.Build(letter())
	require.NoError(t, err)
	for range 20 {
		again, err := mail.Build(letter())
		require.NoError(t, err)
		require.Equal(t, string(first), string(again))
	}
}

func TestBuild_WritesTheCallersIDAndDateAndNamesNoSoftware(t *testing.T) {
	t.Parallel()
	raw, err := mail.Build(letter())
	require.NoError(t, err)
	header := parse(t, raw).Header
	require.Equal(t, "<welcome.5b0f.1@dealer.example.com>", header.Get("Message-ID"))
	require.Equal(t, "Wed, 04 Mar 2026 09:30:00 -0500", header.Get("Date"))
	require.Equal(t, "auto-generated", header.Get("Auto-Submitted"))
	require.Empty(t, header.Get("User-Agent"))
	require.Empty(t, header.Get("X-Mailer"))
}

func TestBuild_KeepsNamesOfAnyScript(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"José Núñez", "李小龙", "Łódź, Ltd.", `Jim "Jimmy" O'Neil (home)`, "Zażółć Gęślą Jaźń bardzo długie nazwisko dwuczłonowe", ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			message := letter()
			message.To.Name = name
			raw, err := mail.Build(message)
			require.NoError(t, err)
			to, err := parse(t, raw).Header.AddressList("To")
			require.NoError(t, err)
			require.Equal(t, []*netmail.Address{{Name: name, Address: "jose.nunez@example.com"}}, to)
		})
	}
}

// A value from outside can make a header longer, never make another one.
func TestBuild_LetsNoValueAddAHeader(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		hostile := rapid.OneOf(
			rapid.String(),
			rapid.StringMatching(`[a-z ]{0,80}(\r\n|\n|\r|\x00|\x{2028}| )(Bcc: x@example\.test|\r\n\r\nbody)`),
		)
		message := letter()
		message.Subject = hostile.Draw(t, "subject")
		message.To.Name = hostile.Draw(t, "to")
		message.From.Name = hostile.Draw(t, "from")
		message.Attachments[0].Name = hostile.Draw(t, "file")
		raw, err := mail.Build(message)
		require.NoError(t, err)

		var names []string
		for name := range parse(t, raw).Header {
			names = append(names, name)
		}
		slices.Sort(names)
		require.Equal(t, []string{
			"Auto-Submitted", "Content-Transfer-Encoding", "Content-Type", "Date", "From", "Message-Id",
			"Mime-Version", "Reply-To", "Subject", "To",
		}, names)
		for line := range strings.SplitSeq(string(raw), "\r\n") {
			require.NotContains(t, line, "\n")
			require.LessOrEqual(t, len(line), 998)
			require.Equal(t, -1, strings.IndexFunc(line, func(r rune) bool { return r >= 0x80 }))
		}
	})
}

func TestBuild_RefusesWhatCannotBeSent(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		spoil func(*mail.Message)
		code  string
	}{
		"no recipient":          {func(m *mail.Message) { m.To.Address = "" }, mail.CodeRecipientRejected},
		"recipient no address":  {func(m *mail.Message) { m.To.Address = "jose.nunez" }, mail.CodeRecipientRejected},
		"name in the address":   {func(m *mail.Message) { m.To.Address = "X <jose.nunez@example.com>" }, mail.CodeRecipientRejected},
		"two recipients":        {func(m *mail.Message) { m.To.Address = "a@example.com, b@example.com" }, mail.CodeRecipientRejected},
		"command in an address": {func(m *mail.Message) { m.To.Address = "a@example.com>\r\nDATA" }, mail.CodeRecipientRejected},
		"no sender":             {func(m *mail.Message) { m.From.Address = "" }, mail.CodeMessageRejected},
		"bad reply-to":          {func(m *mail.Message) { m.ReplyTo.Address = "support" }, mail.CodeMessageRejected},
		"no date":               {func(m *mail.Message) { m.Date = time.Time{} }, mail.CodeMessageRejected},
		"no text":               {func(m *mail.Message) { m.Text = "" }, mail.CodeMessageRejected},
		"no message ID":         {func(m *mail.Message) { m.MessageID = "" }, mail.CodeMessageRejected},
		"header in message ID":  {func(m *mail.Message) { m.MessageID = "a@example.com>\r\nBcc: b@example.com" }, mail.CodeMessageRejected},
		"header in file type":   {func(m *mail.Message) { m.Attachments[0].ContentType = "a/b\r\nBcc: b@example.com" }, mail.CodeMessageRejected},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			message := letter()
			c.spoil(&message)
			_, err := mail.Build(message)
			requireFault(t, err, c.code)
			requireNothingPersonal(t, err, message)
		})
	}
}

func requireFault(t *testing.T, err error, code string) *mail.Fault {
	t.Helper()
	var fault *mail.Fault
	require.ErrorAs(t, err, &fault)
	require.Equal(t, code, fault.Code, fault.Detail())
	return fault
}

// requireNothingPersonal looks at an error in every way a log or Temporal would print it.
func requireNothingPersonal(t *testing.T, err error, message mail.Message) {
	t.Helper()
	asJSON, jsonErr := json.Marshal(err)
	require.NoError(t, jsonErr)
	for _, shown := range []string{err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("step: %v", err), string(asJSON)} {
		for _, secret := range []string{message.To.Address, message.To.Name, message.Subject, message.MessageID, serverWords} {
			if secret != "" {
				require.NotContains(t, shown, secret)
			}
		}
	}
}
