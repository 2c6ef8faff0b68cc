package activities

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/letter"
	"github.com/latchkey/latchkey/mail"
	"github.com/latchkey/latchkey/onboarding"
)

// lostAnswersAllowed is how many deliveries may end without an answer before a person
// is asked: the first one is tried once more, since the set-up link works only once and
// a second copy of the same bytes does no harm (ADR 0005).
const lostAnswersAllowed = 1

// SendLetter renders the welcome letter and hands it to the mail server. The letter's
// ID, date, link and Message-ID are fixed when it is first prepared, so a repetition
// sends the same bytes. SMTP itself is at-least-once.
func (a *Activities) SendLetter(ctx context.Context, in StepInput) (SendLetterResult, error) {
	return once(ctx, a, onboarding.StepSendLetter, in, func(ctx context.Context, key onboarding.EffectKey) (SendLetterResult, error) {
		prepared, err := a.store.PrepareLetter(ctx, key, in.ParkNo)
		if err != nil {
			return SendLetterResult{}, err
		}
		result := SendLetterResult{LetterID: prepared.ID}
		return result, a.deliver(ctx, prepared, func(ctx context.Context, receipt string) error {
			return a.store.LetterAccepted(ctx, key, prepared.ID, receipt, encode(result))
		})
	})
}

// deliver hands a prepared letter to the mail server; accepted records its receipt.
func (a *Activities) deliver(ctx context.Context, prepared onboarding.Letter, accepted func(ctx context.Context, receipt string) error) error {
	if prepared.UnknownTries > lostAnswersAllowed {
		return &onboarding.Conflict{Reason: onboarding.ReasonUnknownOutcome}
	}
	message, tokenHash, err := a.welcome(ctx, prepared)
	if err != nil {
		return err
	}
	// The link lives from the delivery on: a letter may be days old when the mail
	// server takes it at last.
	if err := a.store.LetterSending(ctx, prepared.ID, tokenHash, a.now().Add(a.policy.SetupLinkLife)); err != nil {
		return err
	}
	receipt, err := a.mailer.Send(ctx, message)
	if err != nil {
		return a.letterRefused(ctx, prepared, err)
	}
	return accepted(context.WithoutCancel(ctx), receipt.ServerText)
}

// letterRefused notes how a delivery failed and gives the error to go on with.
func (a *Activities) letterRefused(ctx context.Context, refused onboarding.Letter, err error) error {
	var fault *mail.Fault
	if !errors.As(err, &fault) {
		return err
	}
	if fault.Code == mail.CodeUnknownOutcome {
		err := a.store.LetterFailed(context.WithoutCancel(ctx), refused.ID, onboarding.LetterUnknown, onboarding.ReasonUnknownOutcome, fault.Detail())
		if err != nil {
			return err
		}
		if refused.UnknownTries+1 > lostAnswersAllowed {
			return fault
		}
		return &answerLost{detail: fault.Detail()}
	}
	state := onboarding.LetterRefused
	if fault.Retryable {
		state = onboarding.LetterPending
	}
	noteErr := a.store.LetterFailed(context.WithoutCancel(ctx), refused.ID, state, onboarding.Reason(fault.Code), fault.Detail())
	if noteErr != nil {
		return noteErr
	}
	return fault
}

// welcome writes the e-mail with the letter attached, and the hash of its link's token.
func (a *Activities) welcome(ctx context.Context, prepared onboarding.Letter) (mail.Message, [32]byte, error) {
	var none [32]byte
	account, err := a.store.AccountOf(ctx, prepared.OnboardingID)
	if err != nil {
		return mail.Message{}, none, err
	}
	dealer, err := a.store.Dealer(ctx, account.DealerID)
	if err != nil {
		return mail.Message{}, none, err
	}
	token := onboarding.SetupToken(a.secret, prepared.ID)
	variant := letter.MailVariant{SetupURL: a.website + "/set-up/" + token, ValidHours: int(a.policy.SetupLinkLife.Hours())}
	facts := letter.FactsOf(account, dealer, prepared.IssuedAt, a.website, variant)
	pdf, err := letter.Render(facts)
	if err != nil {
		return mail.Message{}, none, err
	}
	message, err := welcomeMessage(facts, account, dealer, prepared, pdf)
	return message, onboarding.SetupTokenHash(token), err
}

// UndoSendLetter makes the set-up link useless: the account it would open is closed.
func (a *Activities) UndoSendLetter(ctx context.Context, in StepInput) (UndoResult, error) {
	return once(ctx, a, onboarding.UndoSendLetter, in, func(ctx context.Context, key onboarding.EffectKey) (UndoResult, error) {
		return UndoResult{}, a.store.VoidLetters(ctx, key)
	})
}
