package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/mail/mailtest"
)

// The script of the mail server is for whoever comes next, so these go one after another.
func TestLetter_ArrivesWhateverTheMailServerDoes(t *testing.T) {
	t.Parallel()
	s := startStack(t)

	t.Run("a refused address is corrected", func(t *testing.T) {
		c := s.newCustomer(t)
		refused := c.email()
		made := s.submit(t, c)
		require.NoError(t, s.mails.Script(mailtest.Rule{At: "rcpt", Code: 550, Enhanced: "5.1.1", Text: "No such user here"}))
		s.endHour(t, made.ID)
		parked := s.awaitPark(t, made.ID, "send_letter", "recipient_rejected")

		c.Customer.Email = strings.Replace(refused, "@", ".new@", 1)
		c.Customer.EmailConfirmation = c.Customer.Email
		amend := decisionOn(parked, "amend", "Mistyped on the phone.")
		amend.Sections = map[string]any{"customer": c.Customer}
		s.sendOn(t, made.ID, amend)
		s.awaitStatus(t, made.ID, "completed")

		s.requireOneOfEach(t, made.ID, c)
		require.Empty(t, s.lettersTo(refused))
	})

	t.Run("an answer lost once is mended by the same bytes once more", func(t *testing.T) {
		c := s.newCustomer(t)
		made := s.submit(t, c)
		require.NoError(t, s.mails.Script(mailtest.Rule{At: "data", Fault: mailtest.AcceptThenDrop}))
		s.complete(t, made.ID)
		s.requireOneAccount(t, made.ID, c)
		requireCopies(t, s.lettersTo(c.email()), 2)
	})

	t.Run("an answer lost twice is a person's to judge", func(t *testing.T) {
		c := s.newCustomer(t)
		made := s.submit(t, c)
		require.NoError(t, s.mails.Script(mailtest.Rule{At: "data", Times: 2, Fault: mailtest.AcceptThenDrop}))
		s.endHour(t, made.ID)
		parked := s.awaitPark(t, made.ID, "send_letter", "unknown_outcome")
		requireCopies(t, s.lettersTo(c.email()), 2)

		s.sendOn(t, made.ID, decisionOn(parked, "retry", "The customer has nothing."))
		s.awaitStatus(t, made.ID, "completed")
		requireCopies(t, s.lettersTo(c.email()), 3)
		s.requireOneAccount(t, made.ID, c)
	})

	t.Run("a server that is away for a moment is asked again", func(t *testing.T) {
		c := s.newCustomer(t)
		made := s.submit(t, c)
		require.NoError(t, s.mails.Script(
			mailtest.Rule{At: "connect", Fault: mailtest.Drop},
			mailtest.Rule{At: "mail", Code: 421, Text: "Closing for maintenance"},
			mailtest.Rule{At: "data", Code: 451, Text: "Greylisted, come back later"},
		))
		s.complete(t, made.ID)
		s.requireOneOfEach(t, made.ID, c)
	})
}

// requireCopies holds that these are so many deliveries of one letter: a mailbox knows
// them by their Message-ID, and the link in each is the same.
func requireCopies(t *testing.T, letters []mailtest.Received, copies int) {
	t.Helper()
	require.Len(t, letters, copies)
	require.NotEmpty(t, letters[0].MessageID)
	for _, letter := range letters {
		require.Equal(t, letters[0].MessageID, letter.MessageID)
		require.Equal(t, string(letters[0].Raw), string(letter.Raw))
	}
}
