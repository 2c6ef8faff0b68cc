package portal_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

const crmAddress = "https://crm.example.com/hooks/7"

// addWebhook adds one as a person does; it returns where its page is and what was shown once.
func (v *visitor) addWebhook(kinds ...string) (page, shown string) {
	v.t.Helper()
	form := v.get(v.house.settings("/webhooks"))
	id := regexp.MustCompile(`name="id" value="([^"]+)"`).FindStringSubmatch(form.body)[1]
	typed := []string{"form", "/webhook", "id", id, "/webhook/url", crmAddress}
	for _, kind := range kinds {
		typed = append(typed, "/webhook/kinds", kind)
	}
	made := v.post(v.house.settings("/webhooks"), typed...)
	require.Equal(v.t, http.StatusOK, made.status, made.body)
	again := v.post(v.house.settings("/webhooks"), typed...)
	require.Equal(v.t, http.StatusConflict, again.status, "a form sent twice makes one")
	return v.house.settings("/webhooks/" + id), secret.FindStringSubmatch(made.body)[1]
}

func TestWebhooks_AreAddedTestedReplacedAndDeleted(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "office")
	page, first := v.addWebhook("onboarding.created", "onboarding.parked")
	require.True(t, strings.HasPrefix(first, "whsec_"))
	listed := v.get(h.settings("/webhooks"))
	require.Contains(t, listed.body, crmAddress)
	require.Contains(t, listed.body, "onboarding.created, onboarding.parked")
	require.NotContains(t, listed.body+v.get(page).body, "whsec_")

	require.Contains(t, v.post(page+"/test").body, "A test is on its way.")
	v.created()
	shown := v.get(page)
	require.Contains(t, shown.body, "webhook.test")
	require.Contains(t, shown.body, "onboarding.created")
	require.Contains(t, shown.body, "Waiting")
	require.NotContains(t, shown.body, "Send again", "both are on their way")

	id := page[strings.LastIndex(page, "/")+1:]
	due, err := h.store.ClaimWebhooks(t.Context(), nil, 5, 5, time.Minute)
	require.NoError(t, err)
	require.Len(t, due, 2)
	_, err = h.store.RecordWebhookAttempt(t.Context(), onboarding.WebhookAttempt{
		DeliveryID: due[0].Delivery.ID, EndpointID: id, At: time.Now(), Code: "webhook_timed_out", RetryAt: time.Now().Add(time.Hour),
	})
	require.NoError(t, err)
	failing := v.get(page)
	require.Contains(t, failing.body, "Failed, will be tried again")
	require.Contains(t, failing.body, "No answer within 15 seconds")
	require.Contains(t, failing.body, "Failing since")
	replay := regexp.MustCompile(`action="([^"]+/replay)"`).FindStringSubmatch(failing.body)[1]
	require.Contains(t, v.post(replay).body, "The message is on its way again.")
	twice := v.post(replay)
	require.Equal(t, http.StatusConflict, twice.status)
	require.Contains(t, twice.body, "about to be sent already")

	rotated := secret.FindStringSubmatch(v.post(page + "/rotate").body)[1]
	require.NotEqual(t, first, rotated)
	disabled := v.post(page + "/disable")
	require.Contains(t, disabled.body, "Disabled")
	require.Contains(t, disabled.body, "The webhook was disabled")
	require.Equal(t, http.StatusConflict, v.post(page+"/test").status)
	require.Contains(t, v.post(page+"/enable").body, "Enabled")
	gone := v.post(page + "/delete")
	require.Contains(t, gone.body, "The webhook is deleted.")
	require.NotContains(t, gone.body, crmAddress)
	require.Equal(t, http.StatusNotFound, v.get(page).status)
	for _, word := range []string{first, rotated, "crm.example.com"} {
		require.NotContains(t, h.log.String(), word)
	}
}

func TestWebhooks_KeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "office")
	wrong := v.post(h.settings("/webhooks"), "form", "/webhook", "/webhook/url", "http://169.254.169.254/\"><script>", "/webhook/kinds", "onboarding.parked", "/webhook/kinds", "nothing")
	require.Equal(t, http.StatusUnprocessableEntity, wrong.status)
	require.Contains(t, wrong.body, `href="#webhook-url"`)
	require.Contains(t, wrong.body, `href="#webhook-kinds"`)
	require.Regexp(t, `value="onboarding.parked" checked`, wrong.body)
	require.NotContains(t, wrong.body, "<script>")
	inside := v.post(h.settings("/webhooks"), "form", "/webhook", "/webhook/url", "https://[::1]/")
	require.Contains(t, inside.body, "not on the public Internet")
	require.Contains(t, inside.body, `value="https://[::1]/"`)
}

func TestWebhooks_KeepDealersAndRolesApart(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "office")
	page, _ := v.addWebhook()
	v.post(page + "/test")
	deliveries, _, err := h.store.WebhookDeliveries(t.Context(), onboarding.WebhookDeliveryFilter{Limit: 1})
	require.NoError(t, err)
	before := v.get(page).body
	tech, ops, other := h.signedIn(t, "itaylor"), h.signedIn(t, "ops"), h.signedIn(t, "otheroffice")
	require.Equal(t, http.StatusForbidden, tech.get(page).status)
	require.Equal(t, http.StatusNotFound, other.get(page).status)
	require.NotContains(t, ops.get(page).body, "btn-danger")
	foreign := strings.Replace(page, h.demo.Dealer.ID, h.demo.OtherDealer.ID, 1)
	require.Equal(t, http.StatusNotFound, ops.get(foreign).status, "it is not of the dealer in the address")
	for _, part := range []string{"/test", "/rotate", "/enable", "/disable", "/delete", "/deliveries/" + deliveries[0].ID + "/replay"} {
		require.Equal(t, http.StatusForbidden, tech.post(page+part).status, part)
		require.Equal(t, http.StatusForbidden, ops.post(page+part).status, part)
		require.Equal(t, http.StatusNotFound, other.post(page+part).status, part)
		require.Equal(t, http.StatusNotFound, other.post(foreign+part).status, part)
		require.Equal(t, http.StatusNotFound, ops.post(foreign+part).status, part)
	}
	require.Equal(t, before, v.get(page).body)
}

func TestWalk_OfficeAddsAWebhookAndSeesWhatItIsTold(t *testing.T) {
	t.Parallel()
	for name, wide := range map[string]width{"desktop": desktop, "phone": phone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			b := h.browser(t, wide)
			b.signIn("office")
			b.open(h.settings("/webhooks"))
			b.look("63-webhooks-none")
			b.press("Add the webhook")
			b.sees("Enter the address that takes webhooks.")
			b.look("64-webhooks-wrong")
			b.fill("/webhook/url", crmAddress+strings.Repeat("x", 200))
			b.press("Add the webhook")
			b.sees("It is shown here once")
			b.press("Go to the webhook")
			b.press("Send a test")
			b.sees("A test is on its way.")
			b.sees("webhook.test")
			b.look("65-webhook")
			b.press("Disable the webhook")
			b.sees("The webhook is disabled.")
			b.look("66-webhook-disabled")
			b.press("All webhooks")
			b.look("67-webhooks")
			b.quiet()
		})
	}
}
