package activities

import (
	"context"
	"errors"
	"fmt"

	"github.com/latchkey/latchkey/mail"
	"github.com/latchkey/latchkey/onboarding"
)

// The activities of a letter that is sent again.
const (
	SendLetterAgainName = "SendLetterAgain"
	GiveUpLetterName    = "GiveUpLetter"
)

// SendLetterAgain delivers a welcome letter that somebody asked for after the
// onboarding's own, like SendLetter: the same bytes on every retry, one more try when an
// answer is lost. It belongs to no step, so its troubles leave no trace on the onboarding.
func (a *Activities) SendLetterAgain(ctx context.Context, in LetterInput) (SendLetterAgainResult, error) {
	prepared, over, err := a.store.PrepareLetterAgain(ctx, in.LetterID)
	switch {
	case err != nil:
		return SendLetterAgainResult{}, a.letterFault(in, err)
	case over:
		return SendLetterAgainResult{Replaced: prepared.State == onboarding.LetterVoid}, nil
	}
	err = a.deliver(ctx, prepared, func(ctx context.Context, receipt string) error {
		return a.store.LetterAgainAccepted(ctx, prepared.ID, receipt)
	})
	return SendLetterAgainResult{}, a.letterFault(in, err)
}

// GiveUpLetter ends the delivery of a letter that cannot be sent: the dealer is asked to
// find another way.
func (a *Activities) GiveUpLetter(ctx context.Context, in GiveUpLetterInput) error {
	err := a.store.GiveUpLetter(ctx, in.LetterID, in.Reason)
	return a.letterFault(LetterInput{OnboardingID: in.OnboardingID, LetterID: in.LetterID}, err)
}

// letterFault is fault for what belongs to no step. What a mail server said is in the
// record of the delivery; the rest is ours to look at.
func (a *Activities) letterFault(in LetterInput, err error) error {
	if err == nil {
		return nil
	}
	code, pause, _ := classify(err)
	var refused *mail.Fault
	if !errors.As(err, &refused) {
		// An error's text may quote what was typed: its kind must do.
		a.log.Warn("letter not delivered", "letter_id", in.LetterID, "onboarding_id", in.OnboardingID, "code", code, "kind", fmt.Sprintf("%T", err))
	}
	return crossing(code, pause)
}
