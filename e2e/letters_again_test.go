package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/latchkey/latchkey/mail/mailtest"
	"github.com/latchkey/latchkey/workflows"
)

// sendAgain asks for the letter of a completed onboarding once more.
func (s *stack) sendAgain(t *testing.T, accountID string) {
	t.Helper()
	asked := s.office.post(t, "/v1/accounts/"+accountID+"/welcome-letter/email", nil)
	require.Equal(t, http.StatusAccepted, asked.status, string(asked.body))
}

func (s *stack) awaitLetters(t *testing.T, email string, how int) []mailtest.Received {
	t.Helper()
	return await(t, "the letter", func() ([]mailtest.Received, bool) {
		letters := s.lettersTo(email)
		return letters, len(letters) == how
	})
}

// tasks are what waits for the office about an onboarding.
func (s *stack) tasks(t *testing.T, onboardingID string) (codes []string) {
	t.Helper()
	listed := fetch[struct {
		Items []struct {
			OnboardingID string `json:"onboarding_id"`
			Code         string
		}
	}](t, s.office, "/v1/tasks?kind=letter_bounced&limit=200")
	for _, task := range listed.Items {
		if task.OnboardingID == onboardingID {
			codes = append(codes, task.Code)
		}
	}
	return codes
}

// The script of the mail server is for whoever comes next, so these go one after another.
func TestLetterAgain_ReachesTheCustomerOrTheDealersTasks(t *testing.T) {
	t.Parallel()
	s := startStack(t)
	c := s.newCustomer(t)
	made := s.submit(t, c)
	account := s.complete(t, made.ID).AccountID
	old := setupLink.FindStringSubmatch(s.awaitLetters(t, c.email(), 1)[0].Text)[1]
	s.gaveOut(old)

	s.sendAgain(t, account)
	renewed := setupLink.FindStringSubmatch(s.awaitLetters(t, c.email(), 2)[1].Text)[1]
	s.gaveOut(renewed)
	require.NotEqual(t, old, renewed)
	require.Equal(t, http.StatusConflict, s.office.post(t, "/v1/accounts/"+account+"/welcome-letter/email", nil).status, "once a minute")

	// The mailbox is gone: a new address, which bounces first and then takes the letter.
	corrected := "new." + c.email()
	s.gaveOut(corrected)
	correct := func(email string) answer {
		got, err := s.office.try(t.Context(), http.MethodPatch, "/v1/accounts/"+account, map[string]string{"email": email, "email_confirmation": email},
			"If-Match", s.office.get(t, "/v1/accounts/"+account).header.Get("ETag"))
		require.NoError(t, err)
		return got
	}
	require.NoError(t, s.mails.Script(mailtest.Rule{At: "rcpt", Code: 550, Enhanced: "5.1.1", Text: "No mailbox for " + corrected}))
	require.Equal(t, http.StatusOK, correct(corrected).status)
	await(t, "the task", func() (bool, bool) {
		codes := s.tasks(t, made.ID)
		return true, len(codes) == 1 && codes[0] == "recipient_rejected"
	})
	again := strings.Replace(corrected, "new.", "newer.", 1)
	s.gaveOut(again)
	require.Equal(t, http.StatusOK, correct(again).status)
	s.gaveOut(setupLink.FindStringSubmatch(s.awaitLetters(t, again, 1)[0].Text)[1])
	await(t, "the end of the task", func() (bool, bool) { return true, len(s.tasks(t, made.ID)) == 0 })
	require.Equal(t, 1, s.count(t, "announcements WHERE kind = 'letter.bounced' AND onboarding_id = $1", made.ID))
	require.Equal(t, "completed", s.onboarding(t, made.ID).Status)
}

func TestLetterAgain_CommittedWhileTemporalIsAwayIsSentAllTheSame(t *testing.T) {
	t.Parallel()
	s := startStack(t)
	c := s.newCustomer(t)
	made := s.submit(t, c)
	account := s.complete(t, made.ID).AccountID
	s.killTemporal()
	s.sendAgain(t, account)
	// As if it had been committed a while ago: the reconciler leaves the office time to begin it.
	_, err := s.rows.Exec(t.Context(), `UPDATE letters SET issued_at = issued_at - interval '1 minute' WHERE origin = 'office'`)
	require.NoError(t, err)
	s.bringBackTemporal(t)
	s.awaitWorkflows(t)
	schedule := s.client.ScheduleClient().GetHandle(t.Context(), workflows.ScheduleReconcile)
	await(t, "the reconciler to have the letter sent", func() (bool, bool) {
		require.NoError(t, schedule.Trigger(t.Context(), client.ScheduleTriggerOptions{}))
		return true, len(s.lettersTo(c.email())) == 2
	})
}
