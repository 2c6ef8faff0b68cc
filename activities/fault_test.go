package activities_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/carrier/carriertest"
	"github.com/latchkey/latchkey/mail/mailtest"
	"github.com/latchkey/latchkey/onboarding"
)

// requireFault is the one form in which an error may reach Temporal: a code, with no
// word and no cause beside it, that is no alarm of ours.
func (w *world) requireFault(err error, code string) *temporal.ApplicationError {
	w.t.Helper()
	var fault *temporal.ApplicationError
	require.ErrorAs(w.t, err, &fault)
	require.Equal(w.t, code, fault.Type())
	require.Equal(w.t, code, fault.Message())
	require.NoError(w.t, errors.Unwrap(fault))
	require.False(w.t, fault.HasDetails())
	require.False(w.t, fault.NonRetryable(), "what no retry can mend is the table of the workflow's to know")
	require.Equal(w.t, temporal.ApplicationErrorCategoryBenign, fault.Category())
	failure := temporal.GetDefaultFailureConverter().ErrorToFailure(fault)
	requireNothingPersonal(w.t, w.people, failure.String())
	return fault
}

// detail is the full text of a step's last failure.
func (w *world) detail(id string, step onboarding.Step) string {
	w.t.Helper()
	return valueOf[string](w, `SELECT detail FROM step_effects WHERE onboarding_id = $1 AND step = $2 ORDER BY revision DESC LIMIT 1`, id, step)
}

// timeline is a step's line.
func (w *world) timeline(id string, step onboarding.Step) onboarding.StepProgress {
	w.t.Helper()
	for _, progress := range w.row(id).Steps {
		if progress.Step == step {
			return progress
		}
	}
	require.FailNow(w.t, "not in the timeline", step)
	return onboarding.StepProgress{}
}

// Every code that the carrier can refuse a step with for good, and every way of not
// answering, is named by its own word.
func TestFault_OfTheCarrierIsItsCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	type row struct {
		step  onboarding.Step
		call  carrier.Call
		fault string
		code  string
	}
	var rows []row
	for step, call := range map[onboarding.Step]carrier.Call{
		onboarding.StepCheckCoverage: carrier.CheckCoverage, onboarding.StepRegisterModule: carrier.RegisterModule,
		onboarding.UndoRegisterModule: carrier.DeregisterModule,
	} {
		for _, code := range carrier.PermanentCodes(call) {
			rows = append(rows, row{step, call, code, code})
		}
		rows = append(rows,
			row{step, call, "unavailable", carrier.Unavailable},
			row{step, call, "rate_limited", carrier.RateLimited},
			row{step, call, "answer_then_drop", carrier.TimedOut})
	}
	rows = append(rows, row{onboarding.StepRegisterModule, carrier.FindRegistration, "unavailable", carrier.Unavailable})
	for _, row := range rows {
		t.Run(fmt.Sprintf("%s %s", row.step, row.fault), func(t *testing.T) {
			w := w.in(t)
			require.True(t, onboarding.Reason(row.code).Known(), "no heading in the runbook")
			in := first(w.submit(w.johnDoe()))
			w.done(in, onboarding.StepValidate)
			if row.step == onboarding.UndoRegisterModule {
				w.done(in, onboarding.StepRegisterModule)
			}

			require.NoError(t, w.carrier.Script(carriertest.Row{Call: row.call, Times: 1, Fault: row.fault}))
			_, err := w.run(row.step, in)

			fault := w.requireFault(err, row.code)
			require.Equal(t, row.fault == "rate_limited", fault.NextRetryDelay() == time.Second)
			require.Contains(t, w.detail(in.OnboardingID, row.step), row.code)
			require.Equal(t, row.code, w.timeline(in.OnboardingID, row.step).Code)
			w.done(in, row.step) // and the next try goes through
		})
	}
}

func TestFault_WaitsAsLongAsTheCarrierAsksFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, test := range []struct {
		name, retryAfter, body string
		status                 int
		code                   string
		wait                   time.Duration
	}{
		{"busy", "17", `{}`, http.StatusTooManyRequests, carrier.RateLimited, 17 * time.Second},
		{"down", "90", `{}`, http.StatusServiceUnavailable, carrier.Unavailable, 90 * time.Second},
		{"down without a word", "", `{}`, http.StatusBadGateway, carrier.Unavailable, 0},
		{"a slip of theirs", "86400", `{}`, http.StatusServiceUnavailable, carrier.Unavailable, carrier.MaxRetryAfter},
		{"senseless", "", `John Doe`, http.StatusOK, carrier.Garbled, 0},
		{"quoting", "", `{"code":"no_such_code","detail":"John Doe, 8281 Greensboro Drive"}`, http.StatusConflict, carrier.Refused, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := w.in(t)
			server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, _ *http.Request) {
				answer.Header().Set("Retry-After", test.retryAfter)
				answer.WriteHeader(test.status)
				_, _ = answer.Write([]byte(test.body))
			}))
			t.Cleanup(server.Close)
			in := w.until(onboarding.StepCheckCoverage)

			_, err := w.callOn(w.stepsWith(w.store, server.URL), "CheckCoverage", in)

			require.Equal(t, test.wait, w.requireFault(err, test.code).NextRetryDelay())
			require.Contains(t, w.detail(in.OnboardingID, onboarding.StepCheckCoverage), test.code)
		})
	}
}

func TestFault_OfTheCarrierThatIsNotThereIsItsCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	in := w.until(onboarding.StepCheckCoverage)

	_, err := w.callOn(w.stepsWith(w.store, gone.URL), "CheckCoverage", in)

	w.requireFault(err, carrier.Unavailable)
	require.Contains(t, w.detail(in.OnboardingID, onboarding.StepCheckCoverage), "connection refused")
}

func TestFault_OfTheMailServerIsItsCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, test := range []struct {
		name   string
		rule   mailtest.Rule
		code   string
		state  onboarding.LetterState
		detail string
	}{
		{"no such mailbox", mailtest.Rule{At: "rcpt", Code: 550, Enhanced: "5.1.1", Text: "no mailbox john.doe@example.com"}, "recipient_rejected", onboarding.LetterRefused, "no mailbox john.doe@example.com"},
		{"taken for spam", mailtest.Rule{At: "data", Code: 554, Enhanced: "5.7.1", Text: "we do not like John Doe"}, "message_rejected", onboarding.LetterRefused, "we do not like John Doe"},
		{"greylisted", mailtest.Rule{At: "rcpt", Code: 451, Enhanced: "4.7.1", Text: "come back later"}, "mail_server_unavailable", onboarding.LetterPending, "come back later"},
		{"shutting down", mailtest.Rule{At: "connect", Code: 421}, "mail_server_unavailable", onboarding.LetterPending, "421"},
		{"gone before the letter", mailtest.Rule{At: "mail", Fault: mailtest.Drop}, "mail_server_unavailable", onboarding.LetterPending, "EOF"},
		{"sign-in refused", mailtest.Rule{At: "auth", Code: 535, Enhanced: "5.7.8"}, "mail_auth_failed", onboarding.LetterRefused, "535"},
		{"answer lost", mailtest.Rule{At: "data", Fault: mailtest.Drop}, "mail_answer_lost", onboarding.LetterUnknown, "EOF"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := w.in(t)
			require.True(t, test.code == "mail_answer_lost" || onboarding.Reason(test.code).Known(), "no heading in the runbook")
			in := w.until(onboarding.StepSendLetter)
			require.NoError(t, w.mail.Script(test.rule))

			_, err := w.run(onboarding.StepSendLetter, in)

			require.Zero(t, w.requireFault(err, test.code).NextRetryDelay())
			require.Contains(t, w.detail(in.OnboardingID, onboarding.StepSendLetter), test.detail)
			require.Equal(t, test.state, onboarding.LetterState(valueOf[string](w, `SELECT state FROM letters WHERE onboarding_id = $1`, in.OnboardingID)))
			require.Empty(t, w.mails(in.OnboardingID))
			w.done(in, onboarding.StepSendLetter)
			require.Len(t, w.mails(in.OnboardingID), 1)
		})
	}
}
