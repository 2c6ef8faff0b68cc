package activities_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/mail/mailtest"
	"github.com/latchkey/latchkey/onboarding"
)

// words returns what a reader of the PDF can copy out of it, one space between words.
func words(t *testing.T, pdf []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "letter.pdf")
	require.NoError(t, os.WriteFile(path, pdf, 0o600))
	text, err := exec.Command("pdftotext", "-enc", "UTF-8", path, "-").Output()
	require.NoError(t, err, "pdftotext of poppler-utils reads the letter back")
	return strings.Join(strings.Fields(string(text)), " ")
}

var setUpLink = regexp.MustCompile(regexp.QuoteMeta(customerURL) + `/set-up/([A-Za-z0-9_-]+)`)

// oneLetter is the one mail that an onboarding's customer got.
func (w *world) oneLetter(id string) mailtest.Received {
	w.t.Helper()
	require.Len(w.t, w.mails(id), 1)
	for _, received := range w.mail.Messages() {
		if strings.Contains(received.MessageID, id) {
			return received
		}
	}
	return mailtest.Received{}
}

// sent is how many copies of an onboarding's letters the mail server took.
func (w *world) sent(id string) int {
	copies := 0
	for _, n := range w.mails(id) {
		copies += n
	}
	return copies
}

func (w *world) loseAnswers(times int) {
	w.t.Helper()
	require.NoError(w.t, w.mail.Script(mailtest.Rule{At: "data", Times: times, Fault: mailtest.AcceptThenDrop}))
}

func TestSendLetter_MailsTheLetterInTheCustomersLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, test := range map[string]struct {
		answers                                            onboarding.Answers
		to, subject, greeting, login, pdfGreeting, closing string
	}{
		"English": {w.johnDoe(), "john.doe@example.com", "Getting Started with Sample Dealer", "Dear John Doe", "JohnDoe", "Dear John Doe", "Sincerely"},
		"Spanish": {w.joseNunez(), "jose.nunez@example.com", "Primeros pasos con Sample Dealer", "José Núñez", "JoseNunez", "José Núñez", "Atentamente"},
		"French": {
			w.person("Amélie", "Tremblay", "amelie@example.com", "fr"), "amelie@example.com", "Premiers pas avec Sample Dealer",
			"Bonjour Amélie Tremblay", "AmelieTremblay", "Bonjour Amélie Tremblay", "",
		},
		"Chinese name": {w.liXiaolong(), "xiaolong@example.com", "Getting Started with Sample Dealer", "李小龙", "xiaolong", "李小龙", "Sincerely"},
	} {
		t.Run(name, func(t *testing.T) {
			w := w.in(t)
			id := w.has(test.answers, onboarding.StepApplyTemplate)

			result := resultOf[activities.SendLetterResult](w, onboarding.StepSendLetter, first(id))

			letter := w.oneLetter(id)
			require.Equal(t, []string{test.to}, letter.To)
			require.Equal(t, "welcome."+id+".1@sample-dealer.example.com", letter.MessageID)
			require.Contains(t, letter.Header("From"), "Sample Dealer")
			require.Contains(t, letter.Header("From"), "welcome@sample-dealer.example.com")
			require.Equal(t, test.subject, letter.Subject)
			require.Contains(t, letter.Text, test.greeting)
			require.Contains(t, letter.Text, test.login)

			require.Len(t, letter.Attachments, 1)
			require.Equal(t, "welcome-letter.pdf", letter.Attachments[0].Name)
			pdf := words(t, letter.Attachments[0].Bytes)
			for _, said := range []string{test.pdfGreeting, test.login, test.closing, "Sample Dealer", "customers.example.com"} {
				require.Contains(t, pdf, said)
			}

			require.Equal(t, result.LetterID, valueOf[string](w, `SELECT id::text FROM letters WHERE onboarding_id = $1 AND state = 'accepted'`, id))
			require.Equal(t, 1, w.count(`SELECT count(*) FROM emails WHERE letter_id = $1 AND state = 'accepted' AND receipt <> ''`, result.LetterID))
		})
	}
}

func TestSendLetter_KeepsOnlyTheHashOfItsLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepSendLetter)

	link := setUpLink.FindStringSubmatch(w.oneLetter(id).Text)
	require.Len(t, link, 2)
	require.Contains(t, w.oneLetter(id).HTML, link[0])

	hash := onboarding.SetupTokenHash(link[1])
	require.Equal(t, hash[:], valueOf[[]byte](w, `SELECT token_hash FROM letters WHERE onboarding_id = $1`, id))
	require.Zero(t, w.count(`SELECT count(*) FROM letters WHERE letters::text LIKE '%' || $1::text || '%'`, link[1]))
	require.Zero(t, w.count(`SELECT count(*) FROM step_effects WHERE step_effects::text LIKE '%' || $1::text || '%'`, link[1]))
	require.NotContains(t, w.logs.String(), link[1])
}

func TestSendLetter_TriesOnceMoreWithTheSameBytesWhenTheAnswerIsLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.until(onboarding.StepSendLetter)
	w.loseAnswers(1)

	_, err := w.run(onboarding.StepSendLetter, in)
	w.requireFault(err, "mail_answer_lost")
	w.clock.advance(time.Hour)
	w.done(in, onboarding.StepSendLetter)

	require.Len(t, w.mails(in.OnboardingID), 1, "both copies are the same, byte for byte")
	require.Equal(t, 2, w.sent(in.OnboardingID))
	require.Equal(t, []string{"unknown", "accepted"}, valueOf[[]string](w,
		`SELECT array_agg(e.state ORDER BY e.id) FROM emails e JOIN letters l ON l.id = e.letter_id WHERE l.onboarding_id = $1`, in.OnboardingID))
}

func TestSendLetter_AsksAPersonWhenTheAnswerIsLostTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.until(onboarding.StepSendLetter)
	w.loseAnswers(2)

	_, err := w.run(onboarding.StepSendLetter, in)
	w.requireFault(err, "mail_answer_lost")
	_, err = w.run(onboarding.StepSendLetter, in)
	w.requireFault(err, "unknown_outcome")
	_, err = w.run(onboarding.StepSendLetter, in)
	w.requireFault(err, "unknown_outcome")
	require.Equal(t, 2, w.sent(in.OnboardingID), "not once more before a person decides")

	in.ParkNo = 1
	w.loseAnswers(1)
	_, err = w.run(onboarding.StepSendLetter, in)
	w.requireFault(err, "mail_answer_lost")
	w.done(in, onboarding.StepSendLetter)
	require.Equal(t, 4, w.sent(in.OnboardingID))
	require.Len(t, w.mails(in.OnboardingID), 1)
}

// dies is a worker that was killed between the first byte of the letter and the answer.
func (w *world) dies(in activities.StepInput) {
	w.t.Helper()
	key := onboarding.EffectKey{OnboardingID: in.OnboardingID, Step: onboarding.StepSendLetter, Revision: in.Revision}
	_, done, err := w.store.BeginStep(w.t.Context(), key)
	require.NoError(w.t, err)
	require.False(w.t, done)
	prepared, err := w.store.PrepareLetter(w.t.Context(), key, in.ParkNo)
	require.NoError(w.t, err)
	hash := onboarding.SetupTokenHash(onboarding.SetupToken([]byte(secret), prepared.ID))
	require.NoError(w.t, w.store.LetterSending(w.t.Context(), prepared.ID, hash, time.Now().Add(time.Hour)))
}

func TestSendLetter_CountsADeathAsALostAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	once, twice := w.until(onboarding.StepSendLetter), w.until(onboarding.StepSendLetter)

	w.dies(once)
	w.done(once, onboarding.StepSendLetter)
	require.Equal(t, 1, w.sent(once.OnboardingID))

	w.dies(twice)
	w.dies(twice)
	_, err := w.run(onboarding.StepSendLetter, twice)
	w.requireFault(err, "unknown_outcome")
	require.Zero(t, w.sent(twice.OnboardingID))
	twice.ParkNo = 1
	w.done(twice, onboarding.StepSendLetter)
	require.Equal(t, 1, w.sent(twice.OnboardingID))
}

func TestSendLetter_CountsADeathAndALostAnswerTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.until(onboarding.StepSendLetter)
	w.dies(in)
	w.loseAnswers(1)
	_, err := w.run(onboarding.StepSendLetter, in)
	w.requireFault(err, "unknown_outcome")
	require.Equal(t, 1, w.sent(in.OnboardingID))
}

// The server's acceptance is what was lost here, so the customer may get a second copy.
func TestSendLetter_SendsTheSameBytesWhenTheAcceptanceWasNotRecorded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.until(onboarding.StepSendLetter)
	w.broken.breakAt("LetterAccepted", before)
	_, err := w.run(onboarding.StepSendLetter, in)
	w.requireFault(err, "store_unavailable")
	w.done(in, onboarding.StepSendLetter)
	require.Len(t, w.mails(in.OnboardingID), 1)
	require.Equal(t, 2, w.sent(in.OnboardingID))
}

// A try that was given up may have been at work all the same, and be done by now.
func TestSendLetter_IsNotSentAgainOnceItWasAccepted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.until(onboarding.StepSendLetter)
	slow := w.stepsWith(&hastyStore{Store: w.store, meanwhile: []func(){func() { w.done(in, onboarding.StepSendLetter) }}}, w.carrier.URL())

	_, err := w.callOn(slow, "SendLetter", in)
	w.requireFault(err, "internal")
	_, err = w.callOn(slow, "SendLetter", in)
	require.NoError(t, err)

	require.Equal(t, 1, w.sent(in.OnboardingID))
	require.Equal(t, "accepted", valueOf[string](w, `SELECT state FROM letters WHERE onboarding_id = $1`, in.OnboardingID))
}

// The hours of a greylist or of a parked run are not the customer's.
func TestSendLetter_LetsItsLinkLiveFromTheDeliveryOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.until(onboarding.StepSendLetter)
	require.NoError(t, w.mail.Script(mailtest.Rule{At: "connect", Code: 421}))
	_, err := w.run(onboarding.StepSendLetter, in)
	w.requireFault(err, "mail_server_unavailable")

	w.clock.advance(72 * time.Hour)
	w.done(activities.StepInput{OnboardingID: in.OnboardingID, Revision: 1, ParkNo: 1}, onboarding.StepSendLetter)

	require.WithinDuration(t, w.clock.now().Add(24*time.Hour),
		valueOf[time.Time](w, `SELECT token_expires FROM letters WHERE onboarding_id = $1`, in.OnboardingID), time.Minute)
}

func TestSendLetter_ToACorrectedAddressIsAnotherLetter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.until(onboarding.StepSendLetter)
	require.NoError(t, w.mail.Script(mailtest.Rule{At: "rcpt", Code: 550, Enhanced: "5.1.1"}))
	_, err := w.run(onboarding.StepSendLetter, in)
	w.requireFault(err, "recipient_rejected")
	amended := w.amend(in.OnboardingID, func(answers *onboarding.Answers) {
		answers.Customer.Email, answers.Customer.EmailConfirmation = "john@example.test", "john@example.test"
		answers.Customer.Language = "es"
	})

	w.done(amended, onboarding.StepSendLetter)

	letter := w.oneLetter(in.OnboardingID)
	require.Equal(t, []string{"john@example.test"}, letter.To)
	require.Equal(t, "welcome."+in.OnboardingID+".2@sample-dealer.example.com", letter.MessageID)
	require.Equal(t, "Primeros pasos con Sample Dealer", letter.Subject)
	require.Equal(t, []string{"void", "accepted"}, valueOf[[]string](w,
		`SELECT array_agg(state ORDER BY version) FROM letters WHERE onboarding_id = $1`, in.OnboardingID))
}

func TestSendLetter_SaysWhatTheCustomerCannotDoYet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const blocked = "you will not be able to log in"
	for name, test := range map[string]struct {
		change  func(*onboarding.Answers)
		blocked bool
	}{
		"security system": {func(*onboarding.Answers) {}, true}, "standalone video": {withoutPanel, false}, "virtual": {virtual, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := w.in(t)
			id := w.has(w.johnDoe(test.change), onboarding.StepSendLetter)
			require.Equal(t, test.blocked, strings.Contains(words(t, w.oneLetter(id).Attachments[0].Bytes), blocked))
		})
	}
}

// An account whose login was given up has nothing to invite to.
func TestSendLetter_LackingAFactSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.until(onboarding.StepSendLetter)
	_, err := w.pool.Exec(t.Context(), `DELETE FROM logins WHERE onboarding_id = $1`, in.OnboardingID)
	require.NoError(t, err)
	_, err = w.run(onboarding.StepSendLetter, in)
	w.requireFault(err, "letter_facts_incomplete")
	require.Equal(t, "letter_facts_incomplete: login_name", w.detail(in.OnboardingID, onboarding.StepSendLetter))
	require.Zero(t, w.sent(in.OnboardingID))
}

func TestUndoSendLetter_MakesTheLinkUseless(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepSendLetter)
	w.done(first(id), onboarding.UndoSendLetter)
	require.Equal(t, "void", valueOf[string](w, `SELECT state FROM letters WHERE onboarding_id = $1`, id))

	never := w.until(onboarding.StepSendLetter)
	w.done(never, onboarding.UndoSendLetter)
	require.Zero(t, w.effects(never.OnboardingID).Letters)
}

func TestSendLetter_TellsADemonstration(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const said = "This is a demonstration account"
	for name, test := range map[string]struct {
		change        func(*onboarding.Answers)
		demonstration bool
	}{
		"virtual": {virtual, true}, "real": {func(*onboarding.Answers) {}, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := w.in(t)
			letter := w.oneLetter(w.has(w.johnDoe(test.change), onboarding.StepSendLetter))
			require.Equal(t, test.demonstration, strings.Contains(letter.Text, said))
			require.Equal(t, test.demonstration, strings.Contains(words(t, letter.Attachments[0].Bytes), said))
		})
	}
}
