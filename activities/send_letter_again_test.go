package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/mail/mailtest"
	"github.com/latchkey/latchkey/onboarding"
)

// again requests a letter of an onboarding whose own was sent.
func (w *world) again(id string) activities.LetterInput {
	w.t.Helper()
	letter, err := w.store.RequestLetter(w.t.Context(), onboarding.LetterRequest{
		AccountID: w.account(id).ID, Origin: onboarding.LetterByOffice, UserID: w.demo.Dealer.User.ID,
		Audit: onboarding.AuditEntry{UserID: w.demo.Dealer.User.ID, DealerID: w.demo.Dealer.ID, Action: "account.email_letter_again"},
	})
	require.NoError(w.t, err)
	return activities.LetterInput{OnboardingID: id, LetterID: letter.ID}
}

func (w *world) deliver(in activities.LetterInput) (activities.SendLetterAgainResult, error) {
	w.t.Helper()
	raw, err := w.call(activities.SendLetterAgainName, in)
	if err != nil {
		return activities.SendLetterAgainResult{}, err
	}
	return decoded[activities.SendLetterAgainResult](w.t, raw), nil
}

func (w *world) letterState(in activities.LetterInput) string {
	w.t.Helper()
	return valueOf[string](w, `SELECT state FROM letters WHERE id = $1`, in.LetterID)
}

func TestSendLetterAgain_HasANewLinkAndVoidsTheOldOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepSendLetter)
	first := setUpLink.FindStringSubmatch(w.oneLetter(id).Text)[1]
	in := w.again(id)
	_, err := w.deliver(in)
	require.NoError(t, err)
	_, err = w.deliver(in)
	require.NoError(t, err, "asked again it has been done")

	require.Equal(t, 2, w.sent(id))
	var second string
	for _, received := range w.mail.Messages() {
		if received.MessageID == "welcome."+id+".2@sample-dealer.example.com" {
			second = setUpLink.FindStringSubmatch(received.Text)[1]
		}
	}
	require.NotEmpty(t, second)
	require.NotEqual(t, first, second)
	old, err := w.store.SetupLink(t.Context(), onboarding.SetupTokenHash(first))
	require.NoError(t, err)
	require.Equal(t, onboarding.SetupExpired, old.State)
	renewed, err := w.store.SetupLink(t.Context(), onboarding.SetupTokenHash(second))
	require.NoError(t, err)
	require.Equal(t, onboarding.SetupOpen, renewed.State)
	require.Equal(t, "accepted", w.letterState(in))
}

func TestSendLetterAgain_OfAReplacedLetterOrAClosedAccountSendsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepSendLetter)
	in := w.again(id)
	_, err := w.pool.Exec(t.Context(), `UPDATE letters SET issued_at = issued_at - interval '2 minutes'`)
	require.NoError(t, err)
	next := w.again(id)
	result, err := w.deliver(in)
	require.NoError(t, err)
	require.True(t, result.Replaced)

	_, err = w.pool.Exec(t.Context(), `UPDATE accounts SET state = 'closed', closed_at = now() WHERE onboarding_id = $1`, id)
	require.NoError(t, err)
	result, err = w.deliver(next)
	require.NoError(t, err)
	require.True(t, result.Replaced)
	require.Equal(t, 1, w.sent(id), "the onboarding's own alone")
}

func TestSendLetterAgain_FollowsTheRuleOfLostAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepSendLetter)
	in := w.again(id)
	w.loseAnswers(2)
	_, err := w.deliver(in)
	w.requireFault(err, "mail_answer_lost")
	_, err = w.deliver(in)
	w.requireFault(err, "unknown_outcome")
	_, err = w.deliver(in)
	w.requireFault(err, "unknown_outcome")
	require.Equal(t, 3, w.sent(id), "one more try, and no more")

	_, err = w.call(activities.GiveUpLetterName, activities.GiveUpLetterInput{OnboardingID: id, LetterID: in.LetterID, Reason: onboarding.ReasonUnknownOutcome})
	require.NoError(t, err)
	require.Equal(t, "unknown", w.letterState(in))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM tasks WHERE kind = 'letter_bounced' AND object_id = $1 AND code = 'unknown_outcome' AND closed_at IS NULL`, id))
}

func TestGiveUpLetter_TellsTheDealerOnceAndNothingPersonal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepSendLetter)
	in := w.again(id)
	require.NoError(t, w.mail.Script(mailtest.Rule{At: "rcpt", Code: 550, Enhanced: "5.1.1", Text: "no mailbox for John Doe"}))
	_, err := w.deliver(in)
	w.requireFault(err, "recipient_rejected")
	for range 2 {
		_, err = w.call(activities.GiveUpLetterName, activities.GiveUpLetterInput{OnboardingID: id, LetterID: in.LetterID, Reason: onboarding.ReasonRecipientRejected})
		require.NoError(t, err)
	}
	require.Equal(t, "refused", w.letterState(in))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM tasks WHERE kind = 'letter_bounced' AND object_id = $1`, id))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM announcements WHERE kind = 'letter.bounced' AND onboarding_id = $1 AND code = 'recipient_rejected'`, id))
	require.Equal(t, onboarding.StepDone, w.row(id).Steps[len(w.row(id).Steps)-1].Status, "the onboarding is as it was")
	require.Equal(t, 1, w.count(`SELECT count(*) FROM emails WHERE letter_id = $1 AND code = 'recipient_rejected'`, in.LetterID))
	_, err = w.deliver(in)
	require.NoError(t, err)
	require.Equal(t, 1, w.sent(id), "what was given up stays so: the dealer sends another")
}

func TestStartSubmitted_BeginsLettersThatNeverBegan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepSendLetter)
	in := w.again(id)
	require.Equal(t, activities.ReconcileResult{}, w.reconcile(activities.StartSubmittedName), "whoever asked begins it")
	w.clock.advance(time.Minute)
	require.Equal(t, activities.ReconcileResult{Letters: 1}, w.reconcile(activities.StartSubmittedName))
	require.Equal(t, []onboarding.StartLetter{{LetterID: in.LetterID, OnboardingID: id, DealerID: w.demo.Dealer.ID}}, w.runner.letters)
	require.Equal(t, activities.ReconcileResult{}, w.reconcile(activities.StartSubmittedName), "not every minute")
	w.clock.advance(20 * time.Minute)
	require.Equal(t, activities.ReconcileResult{Letters: 1}, w.reconcile(activities.StartSubmittedName), "it may have been lost since")
	_, err := w.deliver(in)
	require.NoError(t, err)
	w.clock.advance(20 * time.Minute)
	require.Equal(t, activities.ReconcileResult{}, w.reconcile(activities.StartSubmittedName))
}

func TestParkedLetter_IsATaskUntilALetterIsAccepted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.until(onboarding.StepSendLetter)
	park := func(no int, reason onboarding.Reason) {
		_, err := w.call(activities.RecordTransitionName, activities.Transition{
			OnboardingID: in.OnboardingID, No: no, Kind: "parked", Status: onboarding.StatusParked, Step: onboarding.StepSendLetter,
			Revision: 1, ParkNo: no, Reason: reason, At: w.clock.now(),
		})
		require.NoError(t, err)
	}
	open := `SELECT count(*) FROM tasks WHERE kind = 'letter_bounced' AND object_id = $1 AND closed_at IS NULL`
	park(1, onboarding.ReasonMailServerUnavailable)
	require.Zero(t, w.count(open, in.OnboardingID), "an outage is nothing to correct")
	w.clock.advance(time.Minute)
	park(2, onboarding.ReasonRecipientRejected)
	require.Equal(t, 1, w.count(open, in.OnboardingID))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM announcements WHERE kind = 'letter.bounced' AND onboarding_id = $1`, in.OnboardingID))
	w.done(in, onboarding.StepSendLetter)
	require.Zero(t, w.count(open, in.OnboardingID))
}

// Two tries at once, such as one that was given up and the one after it.
func TestTellDealer_MailsANoticeOnceAlsoWhenTwoTryAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepCreateAccount)
	due, err := w.store.NoticeDue(t.Context(), id, "panel_silent")
	require.NoError(t, err)
	require.True(t, due)
	w.requireFault(w.tell(id, "panel_silent", ""), "internal")
	require.Empty(t, w.notices(id))

	_, err = w.pool.Exec(t.Context(), `UPDATE notices SET claimed_at = claimed_at - interval '3 minutes'`)
	require.NoError(t, err)
	require.NoError(t, w.tell(id, "panel_silent", ""), "a try that died holds it up for two minutes")
	require.Len(t, w.notices(id), 1)
}

func TestPushTemplate_TellsARefusalAgainWhoseAnswerWasLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(func(a *onboarding.Answers) { a.Templates.PanelTemplateID = w.template }), onboarding.StepApplyTemplate)
	require.NoError(t, w.store.TemplatePushed(t.Context(), id, "panel_unsupported"))
	raw, err := w.call(activities.PushTemplateName, activities.PanelInput{OnboardingID: id})
	require.NoError(t, err)
	require.Equal(t, activities.PushTemplateResult{Code: "panel_unsupported"}, decoded[activities.PushTemplateResult](t, raw))
}
