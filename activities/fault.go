package activities

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/letter"
	"github.com/latchkey/latchkey/mail"
	"github.com/latchkey/latchkey/onboarding"
)

// CodeAnswerLost is an unknown outcome that is worth one more try; only after that one
// is it onboarding.ReasonUnknownOutcome, which ends the trying.
const CodeAnswerLost = "mail_answer_lost"

// fault notes what went wrong with a step of an onboarding. nil stays nil.
func (a *Activities) fault(ctx context.Context, key onboarding.EffectKey, err error) error {
	return a.faultOf(ctx, "onboarding_id", key.OnboardingID, key.Step, err, func(ctx context.Context, code onboarding.Reason, detail string) error {
		return a.store.FailStep(ctx, key, code, detail)
	})
}

// changeFault is fault for a step of a change to an account.
func (a *Activities) changeFault(ctx context.Context, changeID string, step onboarding.Step, err error) error {
	return a.faultOf(ctx, "change_id", changeID, step, err, func(ctx context.Context, code onboarding.Reason, detail string) error {
		return a.store.FailChangeStep(ctx, changeID, code, detail)
	})
}

// faultOf is the only place where an error becomes a Temporal error. What crosses is a
// code: the texts of libraries quote addresses and numbers, and everything here ends
// up in a history. The full text goes to our own record, by note.
func (a *Activities) faultOf(ctx context.Context, name, id string, step onboarding.Step, err error, note func(context.Context, onboarding.Reason, string) error) error {
	if err == nil {
		return nil
	}
	code, pause, detail := classify(err)
	// The attempt's own context may be what ended; the note is worth a moment more.
	noting, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if noteErr := note(noting, onboarding.Reason(code), detail); noteErr != nil {
		a.log.WarnContext(ctx, "failed attempt not noted", name, id, "step", step, "code", code)
	}
	return crossing(code, pause)
}

// crossing is an error as Temporal sees it.
func crossing(code string, pause time.Duration) error {
	return temporal.NewApplicationErrorWithOptions(code, code, temporal.ApplicationErrorOptions{
		NextRetryDelay: pause,
		// A refusal or an outage elsewhere is everyday business, not an error of ours.
		Category: temporal.ApplicationErrorCategoryBenign,
	})
}

// classify names an error, says how long the other side asked to be left alone, and
// gives the full text for our own record.
func classify(err error) (code string, pause time.Duration, detail string) {
	var (
		refusedByCarrier *carrier.Fault
		refusedByMail    *mail.Fault
		conflict         *onboarding.Conflict
		unwritten        *letter.Error
		lost             *answerLost
		ofRecord         interface{ FaultReason() onboarding.Reason }
	)
	switch {
	case errors.As(err, &lost):
		return CodeAnswerLost, 0, lost.Error()
	case errors.As(err, &refusedByCarrier):
		return refusedByCarrier.Code, refusedByCarrier.RetryAfter, fullText(refusedByCarrier)
	case errors.As(err, &refusedByMail):
		return refusedByMail.Code, 0, refusedByMail.Detail()
	case errors.As(err, &conflict):
		return string(conflict.Reason), 0, conflict.Error()
	case errors.As(err, &unwritten):
		return string(unwritten.Code), 0, unwritten.Error()
	case errors.As(err, &ofRecord):
		return string(ofRecord.FaultReason()), 0, err.Error()
	default:
		return string(onboarding.ReasonInternal), 0, err.Error()
	}
}

func fullText(fault *carrier.Fault) string {
	if cause := fault.Unwrap(); cause != nil {
		return fault.Code + ": " + cause.Error()
	}
	return fault.Code
}

// answerLost is a delivery whose outcome is unknown, for the first time.
type answerLost struct{ detail string }

func (l *answerLost) Error() string { return l.detail }
