package activities

import (
	"context"
	"fmt"
	"strings"

	"github.com/latchkey/latchkey/mail"
	"github.com/latchkey/latchkey/onboarding"
)

// TellDealerName is the activity TellDealer.
const TellDealerName = "TellDealer"

// notices are the mails to a dealer's office. They name no customer: a mailbox of an
// office is read by many, and the onboarding's ID tells those who may look it up.
var notices = map[string]struct{ subject, text string }{
	"panel_communicated": {
		"A panel has communicated for the first time",
		"The control panel of one of your new accounts has communicated for the first time. The customer can log in now.",
	},
	"panel_silent": {
		"A panel has not communicated yet",
		"The control panel of one of your new accounts has not communicated although its network hour is long over. The customer cannot log in before it does. Check that the system is installed and that its module is the one registered.",
	},
}

// swapNotices say the same of a panel that got another module.
var swapNotices = map[string]struct{ subject, text string }{
	"panel_communicated": {
		"A panel communicates through its new module",
		"The control panel of an account whose module you swapped has communicated through the new module. The swap is complete.",
	},
	"panel_silent": {
		"A panel has not communicated through its new module yet",
		"The control panel of an account whose module you swapped has not communicated although the network hour of the new module is long over. Check that the new module is installed and that it is the one registered.",
	},
}

// wordsOf a notice, and its name in the record: each swap of an account has its own.
func wordsOf(in NoticeInput) (name string, words struct{ subject, text string }) {
	if in.SwapID != "" {
		return in.Notice + ":" + in.SwapID, swapNotices[in.Notice]
	}
	return in.Notice, notices[in.Notice]
}

// TellDealer mails a notice to the dealer's office, once.
func (a *Activities) TellDealer(ctx context.Context, in NoticeInput) error {
	key := onboarding.EffectKey{OnboardingID: in.OnboardingID, Step: onboarding.StepSendLetter}
	return a.fault(ctx, key, a.tellDealer(ctx, in))
}

func (a *Activities) tellDealer(ctx context.Context, in NoticeInput) error {
	name, _ := wordsOf(in)
	due, err := a.store.NoticeDue(ctx, in.OnboardingID, name)
	if err != nil || !due {
		return err
	}
	if err := a.mailNotice(ctx, in); err != nil {
		// The next try may begin at once; without this, when the claim is over.
		if giveBack := a.store.NoticeFailed(context.WithoutCancel(ctx), in.OnboardingID, name); giveBack != nil {
			a.log.Warn("notice not given back", "onboarding_id", in.OnboardingID, "notice", name)
		}
		return err
	}
	return a.store.NoticeSent(context.WithoutCancel(ctx), in.OnboardingID, name)
}

// mailNotice mails it to the dealer's office, when that has an address.
func (a *Activities) mailNotice(ctx context.Context, in NoticeInput) error {
	dealer, err := a.store.DealerOf(ctx, in.OnboardingID)
	if err != nil || dealer.NoticeEmail == "" {
		return err
	}
	message, err := a.notice(in, dealer)
	if err != nil {
		return err
	}
	_, err = a.mailer.Send(ctx, message)
	return err
}

func (a *Activities) notice(in NoticeInput, dealer onboarding.Dealer) (mail.Message, error) {
	name, words := wordsOf(in)
	paragraphs := []string{words.text, "Onboarding " + in.OnboardingID + "."}
	if in.Code != "" {
		paragraphs = append(paragraphs, "The AirFX panel template could not be applied: "+onboarding.Reason(in.Code).Message())
	}
	return mail.NoticeMessage(mail.NoticeFacts{
		Envelope: mail.Envelope{
			MessageID: fmt.Sprintf("%s.%s@%s", strings.ReplaceAll(name, ":", "."), in.OnboardingID, a.noticeID),
			Date:      a.now(),
			From:      mail.Mailbox{Name: "Latchkey", Address: dealer.MailFrom},
			To:        mail.Mailbox{Name: dealer.Name, Address: dealer.NoticeEmail},
		},
		Brand: brandOf(dealer), Language: "en", Subject: words.subject, Paragraphs: paragraphs,
	})
}
