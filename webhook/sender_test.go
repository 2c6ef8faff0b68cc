package webhook_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/webhook"
	"github.com/latchkey/latchkey/webhook/webhooktest"
)

func start(t *testing.T) *webhooktest.Receiver {
	t.Helper()
	receiver, err := webhooktest.Start()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, receiver.Close()) })
	return receiver
}

func sender(t *testing.T, reach onboarding.WebhookReach, timeout time.Duration) *webhook.Sender {
	t.Helper()
	made, err := webhook.New(webhook.Config{Reach: reach, Timeout: timeout})
	require.NoError(t, err)
	t.Cleanup(made.Close)
	return made
}

var (
	older = onboarding.WebhookSecret([]byte("a secret for tests"), "endpoint", 0)
	newer = onboarding.WebhookSecret([]byte("a secret for tests"), "endpoint", 1)
	news  = onboarding.Announcement{
		Kind: onboarding.AnnounceOnboardingParked, DealerID: "d", OnboardingID: "o", Code: "no_coverage",
		At: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC),
	}
)

func message(url string, secrets ...[]byte) webhook.Message {
	return webhook.Message{ID: "0190b7a0-1111-7000-8000-000000000001", URL: url, Secrets: secrets, SentAt: time.Now(), Body: webhook.BodyOf(news)}
}

func TestSend_SignsWithEverySecret(t *testing.T) {
	t.Parallel()
	for name, trusted := range map[string][]byte{"the older": older, "the newer": newer} {
		receiver := start(t)
		receiver.Trust(onboarding.WebhookSecretText(trusted))
		status, err := sender(t, onboarding.WebhookReachAnywhere, 0).Send(t.Context(), message(receiver.URL()+"/crm", newer, older))
		require.NoError(t, err, name)
		require.Equal(t, http.StatusNoContent, status)
		received := receiver.Received("/crm")
		require.Len(t, received, 1)
		require.True(t, received[0].Verified, name)
		require.Equal(t, "0190b7a0-1111-7000-8000-000000000001", received[0].ID)
		require.Equal(t, "application/json", received[0].Header.Get("Content-Type"))
		require.JSONEq(t, `{"type": "onboarding.parked", "timestamp": "2026-03-01T09:00:00Z", "data": {
			"dealer_id": "d", "onboarding_id": "o", "code": "no_coverage", "links": {"onboarding": "/v1/onboardings/o"}}}`, string(received[0].Raw))
	}
	stranger := start(t)
	stranger.Trust(onboarding.WebhookSecretText([]byte("another secret")))
	_, err := sender(t, onboarding.WebhookReachAnywhere, 0).Send(t.Context(), message(stranger.URL()+"/crm", newer))
	require.NoError(t, err)
	require.False(t, stranger.Received("/crm")[0].Verified)
}

func TestSend_NamesWhatWentWrongAndNothingElse(t *testing.T) {
	t.Parallel()
	receiver := start(t)
	untrusted := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(untrusted.Close)
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	for name, c := range map[string]struct {
		behaviour webhooktest.Behaviour
		url       string
		code      string
		status    int
	}{
		"a failure":          {webhooktest.Fails, "", webhook.Refused, 500},
		"410":                {webhooktest.Leaves, "", webhook.Gone, 410},
		"a redirect":         {webhooktest.Redirects, "", webhook.Redirected, 302},
		"silence":            {webhooktest.Hangs, "", webhook.TimedOut, 0},
		"a cut":              {webhooktest.Drops, "", webhook.Lost, 0},
		"nobody there":       {"", closed.URL, webhook.Unreachable, 0},
		"a name of nobody":   {"", "https://nobody.invalid/", webhook.Unreachable, 0},
		"a bad certificate":  {"", untrusted.URL, webhook.TLSFailed, 0},
		"no TLS":             {"", "https" + receiver.URL()[len("http"):], webhook.TLSFailed, 0},
		"what is no address": {"", "https://a\x00b/", webhook.Unreachable, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := c.url
			if url == "" {
				url = receiver.URL() + "/" + string(c.behaviour) + "?token=confidential"
				receiver.Behave("/"+string(c.behaviour), c.behaviour)
			}
			status, err := sender(t, onboarding.WebhookReachAnywhere, time.Second).Send(t.Context(), message(url, newer))
			var fault *webhook.Fault
			require.ErrorAs(t, err, &fault)
			require.Equal(t, c.code, fault.Code)
			require.Equal(t, c.status, status)
			require.NotContains(t, err.Error(), "confidential")
			require.NotContains(t, err.Error(), "127.0.0.1")
		})
	}
	require.Empty(t, receiver.Received("/redirected"))
}

func TestSend_ReadsALittleOfALongAnswer(t *testing.T) {
	t.Parallel()
	receiver := start(t)
	receiver.Behave("/crm", webhooktest.Floods)
	status, err := sender(t, onboarding.WebhookReachAnywhere, 0).Send(t.Context(), message(receiver.URL()+"/crm", newer))
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
}

func TestSend_NeverReachesInside(t *testing.T) {
	t.Parallel()
	receiver := start(t)
	port := receiver.URL()[len("http://127.0.0.1"):]
	for _, host := range []string{
		"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]", "2130706433", "127.1", "0x7f.0.0.1",
		"169.254.169.254", "100.100.100.200", "10.0.0.1", "[fd00::1]", "[64:ff9b::7f00:1]",
	} {
		t.Run(host, func(t *testing.T) {
			t.Parallel()
			_, err := sender(t, onboarding.WebhookReachPublic, time.Second).Send(t.Context(), message("http://"+host+port+"/crm", newer))
			var fault *webhook.Fault
			require.ErrorAs(t, err, &fault)
			require.Contains(t, []string{webhook.Forbidden, webhook.Unreachable}, fault.Code)
		})
	}
	t.Cleanup(func() { require.Empty(t, receiver.Received("/crm")) })
}

func TestSend_AsksNoProxy(t *testing.T) {
	proxy := start(t)
	t.Setenv("HTTP_PROXY", proxy.URL())
	t.Setenv("HTTPS_PROXY", proxy.URL())
	_, err := sender(t, onboarding.WebhookReachAnywhere, time.Second).Send(t.Context(), message("http://nobody.invalid/crm", newer))
	require.Error(t, err)
	require.Empty(t, proxy.Received("/crm"))
}
