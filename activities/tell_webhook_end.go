package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/latchkey/latchkey/mail"
	"github.com/latchkey/latchkey/onboarding"
)

// TellWebhookEndName is the activity TellWebhookEnd.
const TellWebhookEndName = "TellWebhookEnd"

const (
	// webhookNoticeLife is how long a notice is worth trying; the task stays.
	webhookNoticeLife = 24 * time.Hour
	// webhookNotices bounds a round; the next one comes within a minute.
	webhookNotices = 20
)

// webhookEnds are the mails about endpoints that are told of nothing more. They name no
// address: a URL may hold a token.
var webhookEnds = map[onboarding.WebhookDisabledReason]string{
	onboarding.WebhookDisabledFailing: "One of your systems has not taken any webhook for days, so nothing more is sent to it. What it missed is kept.",
	onboarding.WebhookDisabledGone:    "One of your systems answered that it wants no more webhooks (410 Gone), so nothing more is sent to it.",
}

func (a *Activities) untoldWebhooks(ctx context.Context) (int, error) {
	untold, err := a.store.UntoldWebhookEndpoints(ctx, a.now().Add(-webhookNoticeLife), webhookNotices)
	return len(untold), err
}

// TellWebhookEnd mails the offices of dealers whose endpoints were disabled by no person.
// One that cannot be mailed to holds up no other; it is tried again within a day.
func (a *Activities) TellWebhookEnd(ctx context.Context) error {
	untold, err := a.store.UntoldWebhookEndpoints(ctx, a.now().Add(-webhookNoticeLife), webhookNotices)
	if err != nil {
		return a.fault(ctx, onboarding.EffectKey{}, err)
	}
	var first error
	for _, endpoint := range untold {
		if err := a.tellWebhookEnd(ctx, endpoint); err != nil && first == nil {
			first = err
		}
	}
	return a.fault(ctx, onboarding.EffectKey{}, first)
}

func (a *Activities) tellWebhookEnd(ctx context.Context, endpoint onboarding.WebhookEndpoint) error {
	dealer, err := a.store.Dealer(ctx, endpoint.DealerID)
	if err != nil {
		return err
	}
	if dealer.NoticeEmail != "" {
		message, err := a.webhookEnd(endpoint, dealer)
		if err != nil {
			return err
		}
		_, err = a.mailer.Send(ctx, message)
		var refused *mail.Fault
		if errors.As(err, &refused) && (refused.Code == mail.CodeRecipientRejected || refused.Code == mail.CodeMessageRejected) {
			a.log.Warn("notice not sent", "endpoint_id", endpoint.ID, "code", refused.Code)
			err = nil // no second try would be different, and the task tells it as well
		}
		if err != nil {
			return err
		}
	}
	return a.store.WebhookEndpointTold(ctx, endpoint.ID)
}

func (a *Activities) webhookEnd(endpoint onboarding.WebhookEndpoint, dealer onboarding.Dealer) (mail.Message, error) {
	return mail.NoticeMessage(mail.NoticeFacts{
		Envelope: mail.Envelope{
			MessageID: fmt.Sprintf("webhook_end.%s.%d@%s", endpoint.ID, endpoint.DisabledAt.Unix(), a.noticeID),
			Date:      endpoint.DisabledAt,
			From:      mail.Mailbox{Name: "Latchkey", Address: dealer.MailFrom},
			To:        mail.Mailbox{Name: dealer.Name, Address: dealer.NoticeEmail},
		},
		Brand: brandOf(dealer), Language: "en", Subject: "Webhooks to one of your systems have stopped",
		Paragraphs: []string{
			webhookEnds[endpoint.DisabledReason],
			"Mend the system, then enable it again in the Partner Portal under Settings, Webhooks. There you can also send again what it missed.",
			"Webhook " + endpoint.ID + ".",
		},
	})
}
