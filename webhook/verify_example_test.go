package webhook_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

// receiver is a receiver as the document shows it.
type receiver struct {
	secrets []string // whsec_…; two while you change over
	seen    func(id string) (before bool)
	handle  func(kind, onboardingID string)
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, request.Body, 64<<10))
	if err != nil || !r.verified(body, request.Header) {
		http.Error(w, "not from Latchkey", http.StatusUnauthorized)
		return
	}
	var message struct {
		Type string `json:"type"`
		Data struct {
			OnboardingID string `json:"onboarding_id"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &message); err != nil {
		http.Error(w, "not JSON", http.StatusBadRequest)
		return
	}
	if !r.seen(request.Header.Get("webhook-id")) { // a message may come twice
		r.handle(message.Type, message.Data.OnboardingID)
	}
	w.WriteHeader(http.StatusNoContent)
}

func (r *receiver) verified(body []byte, header http.Header) bool {
	for _, secret := range r.secrets {
		key, err := standardwebhooks.NewWebhook(secret)
		if err == nil && key.Verify(body, header) == nil {
			return true
		}
	}
	return false
}

func TestDocument_ShowsAReceiverThatWorks(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/webhooks.md")
	require.NoError(t, err)
	_, code, found := strings.Cut(string(page), "```go\n")
	require.True(t, found)
	code, _, _ = strings.Cut(code, "```")
	source, err := os.ReadFile("verify_example_test.go")
	require.NoError(t, err)
	require.Contains(t, string(source), code, "the document's receiver is the one that is tested here")

	var mu sync.Mutex
	var handled []string
	ids := map[string]bool{}
	shown := &receiver{
		secrets: []string{onboarding.WebhookSecretText(older)},
		seen: func(id string) bool {
			mu.Lock()
			defer mu.Unlock()
			before := ids[id]
			ids[id] = true
			return before
		},
		handle: func(kind, onboardingID string) { handled = append(handled, kind+" "+onboardingID) },
	}
	server := httptest.NewServer(shown)
	t.Cleanup(server.Close)
	sends := sender(t, onboarding.WebhookReachAnywhere, 0)
	for range 2 {
		_, err := sends.Send(t.Context(), message(server.URL, newer, older))
		require.NoError(t, err)
	}
	require.Equal(t, []string{"onboarding.parked o"}, handled)
	status, err := sends.Send(t.Context(), message(server.URL, newer))
	require.Error(t, err)
	require.Equal(t, http.StatusUnauthorized, status)
}
