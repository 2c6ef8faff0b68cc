package portal

import (
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// deliveriesOnAPage is how many deliveries a page of a webhook lists.
const deliveriesOnAPage = 50

// deliveryStates are where a delivery stands, in words.
var deliveryStates = map[onboarding.WebhookState]string{
	onboarding.WebhookPending: "Waiting", onboarding.WebhookDelivered: "Delivered",
	onboarding.WebhookFailed: "Failed, will be tried again", onboarding.WebhookGivenUp: "Given up",
}

// deliveryFaults are why a message was not delivered, in words.
var deliveryFaults = map[string]string{
	"webhook_refused": "Refused", "webhook_gone": "Wants no more", "webhook_redirected": "Answered with a redirect, which is not followed",
	"webhook_timed_out": "No answer within 15 seconds", "webhook_unreachable": "Cannot be reached", "webhook_tls_failed": "Its certificate does not hold",
	"webhook_connection_lost": "The connection broke", "webhook_address_forbidden": "Its name leads to an address that is not public",
	"endpoint_disabled": "The webhook was disabled",
}

func (s *site) showWebhook(c *gin.Context, status int, _ url.Values, problems onboarding.Problems) error {
	page, err := s.settingsPage(c, "Webhook", "/webhooks")
	if err != nil {
		return err
	}
	endpoint, err := s.endpointHere(c)
	if err != nil {
		return err
	}
	deliveries, next, err := s.desk.WebhookDeliveries(c.Request.Context(), userOf(c).Actor, page.Dealer.ID, dealing.WebhookDeliveryFilter{
		EndpointID: endpoint.ID, Cursor: c.Query("cursor"), Limit: deliveriesOnAPage,
	})
	if err != nil {
		return err
	}
	page.Intro = endpoint.URL + " · " + heardOf(endpoint) + " · " + endpointState(endpoint)
	page.Back = &stateLink{Label: "All webhooks", Href: here(c, "/webhooks")}
	if next != "" {
		page.Links = []stateLink{{Label: "Older messages", Href: here(c, "/webhooks/"+endpoint.ID) + "?" + url.Values{"cursor": {next}}.Encode()}}
	}
	page.Tables = []settingsTable{s.deliveryTable(c, endpoint, deliveries, page.MayChange)}
	page.Actions = endpointActions(endpoint, here(c, "/webhooks/"+endpoint.ID))
	page.Problems = newForm(problems).summary()
	return s.show(c, status, page)
}

func (s *site) deliveryTable(c *gin.Context, endpoint dealing.WebhookEndpoint, deliveries []dealing.WebhookDelivery, mayChange bool) settingsTable {
	table := settingsTable{
		Title: "Messages", Columns: []string{"Kind", "Happened", "State", "Tries", "Last answer", "Next try"},
		Empty: "Nothing was sent here yet. Send a test to see whether it works.",
	}
	if mayChange {
		table.Columns = append(table.Columns, "Action")
	}
	for _, delivery := range deliveries {
		line := settingsLine{Name: string(delivery.Announcement.Kind), Cells: []settingsCell{
			{"Happened", momentIn(nil, delivery.Announcement.At).String()},
			{"State", deliveryStates[delivery.State]},
			{"Tries", strconv.Itoa(delivery.Attempts)},
			{"Last answer", lastAnswer(delivery)},
			{"Next try", nextTry(endpoint, delivery)},
		}}
		if delivery.Announcement.OnboardingID != "" {
			line.Href = "/customers/" + delivery.Announcement.OnboardingID
		}
		if mayChange && endpoint.Enabled() && delivery.State != onboarding.WebhookPending {
			line.Action = &settingsAction{Action: here(c, "/webhooks/"+endpoint.ID+"/deliveries/"+delivery.ID+"/replay"), Button: "Send again"}
		}
		table.Lines = append(table.Lines, line)
	}
	return table
}

func lastAnswer(delivery dealing.WebhookDelivery) string {
	words := deliveryFaults[delivery.LastCode]
	switch {
	case delivery.LastStatus == 0:
		return words
	case words == "":
		return strconv.Itoa(delivery.LastStatus)
	default:
		return words + " (" + strconv.Itoa(delivery.LastStatus) + ")"
	}
}

func nextTry(endpoint dealing.WebhookEndpoint, delivery dealing.WebhookDelivery) string {
	if !endpoint.Enabled() {
		return ""
	}
	return momentIn(nil, delivery.NextAttemptAt).String()
}

// endpointActions are what can be done to an endpoint as it stands.
func endpointActions(endpoint dealing.WebhookEndpoint, at string) []settingsAction {
	rotate := settingsAction{
		Title: "Replace the secret", Text: "A new one is made and shown once. For 24 hours the old one signs as well.", Action: at + "/rotate", Button: "Replace the secret",
	}
	remove := settingsAction{
		Title: "Delete", Text: "Nothing more is sent here, and what is waiting is given up. This cannot be undone.", Action: at + "/delete", Button: "Delete the webhook", Tone: "danger",
	}
	if !endpoint.Enabled() {
		return []settingsAction{
			{Title: "Enable", Text: "It is told of what happens from now on. What it missed stands above, to be sent again.", Action: at + "/enable", Button: "Enable the webhook"},
			rotate, remove,
		}
	}
	return []settingsAction{
		{Title: "Try it out", Text: "A message of the kind webhook.test is sent at once.", Action: at + "/test", Button: "Send a test"},
		rotate,
		{Title: "Disable", Text: "Nothing more is sent here until it is enabled again. What is waiting is given up.", Action: at + "/disable", Button: "Disable the webhook"},
		remove,
	}
}
