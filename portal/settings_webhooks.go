package portal

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// webhookKinds are what an endpoint can hear of, in words.
var webhookKinds = []option{
	{Value: string(onboarding.AnnounceOnboardingCreated), Label: "A customer was submitted"},
	{Value: string(onboarding.AnnounceOnboardingParked), Label: "An account needs attention"},
	{Value: string(onboarding.AnnounceOnboardingCompleted), Label: "An account is complete"},
	{Value: string(onboarding.AnnounceOnboardingRejected), Label: "An application was rejected"},
	{Value: string(onboarding.AnnounceOnboardingCancelled), Label: "An account was cancelled"},
	{Value: string(onboarding.AnnounceAccountReadyToInstall), Label: "A system can be installed"},
	{Value: string(onboarding.AnnounceAccountActivated), Label: "A customer can log in"},
	{Value: string(onboarding.AnnounceAccountCorrected), Label: "An account was corrected"},
	{Value: string(onboarding.AnnounceAccountTerminated), Label: "An account was terminated"},
	{Value: string(onboarding.AnnounceModuleSwapped), Label: "A module was swapped"},
	{Value: string(onboarding.AnnounceCommitmentDue), Label: "A commitment is due"},
	{Value: string(onboarding.AnnounceCommitmentNeedsSerial), Label: "A commitment needs a serial number"},
	{Value: string(onboarding.AnnounceCommitmentActivated), Label: "A commitment was activated"},
	{Value: string(onboarding.AnnounceCommitmentExpired), Label: "A commitment expired"},
	{Value: string(onboarding.AnnounceLetterBounced), Label: "A welcome e-mail came back"},
}

func (s *site) showWebhooks(c *gin.Context, status int, typed url.Values, problems onboarding.Problems) error {
	page, err := s.settingsPage(c, "Webhooks", "/webhooks")
	if err != nil {
		return err
	}
	endpoints, err := s.desk.WebhookEndpoints(c.Request.Context(), userOf(c).Actor, page.Dealer.ID)
	if err != nil {
		return err
	}
	page.Intro = "Have your CRM told when something happens to your customers, or to those of dealers below you."
	table := settingsTable{Title: "Your webhooks", Columns: []string{"Address", "Hears of", "State"}, Empty: "None of your systems is told of anything yet."}
	for _, endpoint := range endpoints {
		table.Lines = append(table.Lines, settingsLine{Name: endpoint.URL, Href: here(c, "/webhooks/"+endpoint.ID), Cells: []settingsCell{
			{"Hears of", heardOf(endpoint)}, {"State", endpointState(endpoint)},
		}})
	}
	page.Tables = []settingsTable{table}
	get := typedOr(typed, "/webhook", nil)
	f := newForm(problems)
	page.Forms = []settingsForm{{
		ID: "/webhook", Title: "Add a webhook", Action: here(c, "/webhooks"), Button: "Add the webhook",
		Intro:  "A secret is made with it and shown once. Your system verifies with it that a message came from here.",
		Hidden: []row{{"id", dealing.NewEndpointID()}},
		Fields: []field{
			f.text("/webhook/url", "Address", get("url"), required, hint("On the public Internet, such as https://crm.example.com/latchkey."), keyboard("url")),
			f.ticks("/webhook/kinds", "Tell it when (none ticked stands for everything)", tickedKinds(typed["/webhook/kinds"])),
		},
	}}
	page.Problems = f.summary()
	return s.show(c, status, page)
}

func tickedKinds(typed []string) []option {
	options := slices.Clone(webhookKinds)
	for i := range options {
		options[i].Chosen = slices.Contains(typed, options[i].Value)
	}
	return options
}

func heardOf(endpoint dealing.WebhookEndpoint) string {
	if len(endpoint.Kinds) == 0 {
		return "Everything"
	}
	words := ""
	for _, kind := range endpoint.Kinds {
		if words != "" {
			words += ", "
		}
		words += string(kind)
	}
	return words
}

func endpointState(endpoint dealing.WebhookEndpoint) string {
	switch {
	case endpoint.DisabledReason == onboarding.WebhookDisabledByHand:
		return "Disabled"
	case endpoint.DisabledReason == onboarding.WebhookDisabledGone:
		return "Disabled: it wants no more (410)"
	case !endpoint.Enabled():
		return "Disabled: it took nothing for days"
	case !endpoint.FailingSince.IsZero():
		return "Failing since " + momentIn(nil, endpoint.FailingSince).String()
	default:
		return "Enabled"
	}
}

// addWebhook answers with the secret itself instead of a redirect: what is shown once
// must not be kept anywhere until the next page.
func (s *site) addWebhook(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	id, err := s.desk.AddWebhookEndpoint(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), dealing.NewEndpoint{
		ID: typed.Get("id"), URL: typed.Get("/webhook/url"), Kinds: typed["/webhook/kinds"],
	})
	if err != nil {
		problems, status, ok := problemsOf(err, "/webhook")
		if !ok {
			return err
		}
		return s.showWebhooks(c, status, typed, problems)
	}
	endpoint, secret, err := s.desk.AddedWebhookEndpoint(c.Request.Context(), userOf(c).Actor, id)
	if err != nil {
		return err
	}
	return s.showWebhookSecret(c, endpoint, secret, "Give this secret to your system. It is shown here once.")
}

func (s *site) rotateWebhook(c *gin.Context) error {
	if _, err := s.endpointHere(c); err != nil {
		return err
	}
	endpoint, secret, err := s.desk.RotateWebhookSecret(c.Request.Context(), userOf(c).Actor, c.Param("id"))
	if err != nil {
		return err
	}
	return s.showWebhookSecret(c, endpoint, secret, "Give this secret to your system within 24 hours; until then messages are signed with the old one as well. It is shown here once.")
}

func (s *site) showWebhookSecret(c *gin.Context, endpoint dealing.WebhookEndpoint, secret, text string) error {
	base, err := s.frame(c, "Secret of the webhook", navSettings)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, secretPage{
		frame: base, Text: text, Label: "Signing secret", Secret: secret, Back: stateLink{Label: "Go to the webhook", Href: here(c, "/webhooks/"+endpoint.ID)},
	})
}

// endpointHere is the endpoint in the address, when it is of the dealer in the address.
func (s *site) endpointHere(c *gin.Context) (dealing.WebhookEndpoint, error) {
	endpoint, err := s.desk.WebhookEndpoint(c.Request.Context(), userOf(c).Actor, c.Param("id"))
	if err == nil && endpoint.DealerID != c.Param("dealer") {
		err = dealing.ErrNotFound
	}
	return endpoint, err
}

func (s *site) testWebhook(c *gin.Context) error {
	return s.onEndpoint(c, "A test is on its way. Load this page again to see what became of it.", here(c, "/webhooks/"+c.Param("id")), func(actor dealing.Actor, id string) error {
		_, err := s.desk.TestWebhookEndpoint(c.Request.Context(), actor, id)
		return err
	})
}

func (s *site) enableWebhook(c *gin.Context) error {
	return s.onEndpoint(c, "The webhook is enabled.", here(c, "/webhooks/"+c.Param("id")), func(actor dealing.Actor, id string) error {
		_, err := s.desk.EnableWebhookEndpoint(c.Request.Context(), actor, id)
		return err
	})
}

func (s *site) disableWebhook(c *gin.Context) error {
	return s.onEndpoint(c, "The webhook is disabled.", here(c, "/webhooks/"+c.Param("id")), func(actor dealing.Actor, id string) error {
		_, err := s.desk.DisableWebhookEndpoint(c.Request.Context(), actor, id)
		return err
	})
}

func (s *site) deleteWebhook(c *gin.Context) error {
	return s.onEndpoint(c, "The webhook is deleted.", here(c, "/webhooks"), func(actor dealing.Actor, id string) error {
		return s.desk.DeleteWebhookEndpoint(c.Request.Context(), actor, id)
	})
}

func (s *site) replayWebhook(c *gin.Context) error {
	return s.onEndpoint(c, "The message is on its way again.", here(c, "/webhooks/"+c.Param("id")), func(actor dealing.Actor, _ string) error {
		_, err := s.desk.ReplayWebhook(c.Request.Context(), actor, c.Param("delivery"))
		return err
	})
}

func (s *site) onEndpoint(c *gin.Context, notice, target string, do func(actor dealing.Actor, id string) error) error {
	return s.answer(c, answered{
		do: func(url.Values) error {
			endpoint, err := s.endpointHere(c)
			if err != nil {
				return err
			}
			return do(userOf(c).Actor, endpoint.ID)
		},
		again: s.showWebhook, notice: notice, target: target,
	})
}
