package activities_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/mail/mailtest"
	"github.com/latchkey/latchkey/onboarding"
)

const office = "office@sample-dealer.example.com"

// notices are what the dealer's office was mailed about an onboarding.
func (w *world) notices(id string) []mailtest.Received {
	var notices []mailtest.Received
	for _, received := range w.mail.Messages() {
		if received.To[0] == office && strings.Contains(received.MessageID, id) {
			notices = append(notices, received)
		}
	}
	return notices
}

func (w *world) tell(id, notice, code string) error {
	w.t.Helper()
	_, err := w.call(activities.TellDealerName, activities.NoticeInput{OnboardingID: id, Notice: notice, Code: code})
	return err
}

func TestTellDealer_MailsEachNoticeOnceAndNamesNoCustomer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepCreateAccount)
	for range 2 {
		require.NoError(t, w.tell(id, "panel_silent", ""))
		require.NoError(t, w.tell(id, "panel_communicated", "panel_unsupported"))
	}

	notices := w.notices(id)
	require.Len(t, notices, 2)
	require.Equal(t, "A panel has not communicated yet", notices[0].Subject)
	require.NotContains(t, notices[0].Text, "AirFX")
	require.Equal(t, "A panel has communicated for the first time", notices[1].Subject)
	require.Contains(t, notices[1].Text, "The AirFX panel template could not be applied: The control panel does not fit the module.")
	for _, notice := range notices {
		require.Equal(t, []string{office}, notice.To)
		require.Contains(t, notice.Text, id)
		requireNothingPersonal(t, w.people, notice.Text+notice.HTML+notice.Subject)
	}
}

func TestTellDealer_GoesOnWhenTheMailServerIsBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepCreateAccount)
	for _, test := range []struct {
		rule mailtest.Rule
		code string
	}{
		{mailtest.Rule{At: "connect", Code: 421}, "mail_server_unavailable"},
		{mailtest.Rule{At: "rcpt", Code: 550, Enhanced: "5.1.1", Text: "no mailbox for John Doe"}, "recipient_rejected"},
		{mailtest.Rule{At: "auth", Code: 535}, "mail_auth_failed"},
		{mailtest.Rule{At: "data", Fault: mailtest.Drop}, "unknown_outcome"},
	} {
		require.NoError(t, w.mail.Script(test.rule))
		w.requireFault(w.tell(id, "panel_silent", ""), test.code)
		require.Empty(t, w.notices(id))
	}
	require.NoError(t, w.tell(id, "panel_silent", ""))
	require.Len(t, w.notices(id), 1)
}

func TestTellDealer_LeavesAnOfficeWithoutAnAddressInPeace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepCreateAccount)
	_, err := w.pool.Exec(t.Context(), `UPDATE dealers SET notice_email = '' WHERE id = $1`, w.demo.Dealer.ID)
	require.NoError(t, err)
	require.NoError(t, w.tell(id, "panel_silent", ""))
	require.Empty(t, w.mail.Messages())
}
