package onboarding_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

func TestSecretsDuring_SignForReceiversOfEitherSecret(t *testing.T) {
	t.Parallel()
	now := time.Now()
	endpoint := onboarding.WebhookEndpoint{ID: "0198c8a0-0000-7000-8000-000000000001"}
	fresh, before := []byte("the new secret"), []byte("the secret before it")
	require.Equal(t, endpoint.SecretsAt(now, fresh), endpoint.SecretsDuring(now, fresh, nil))
	require.Equal(t, [][]byte{
		onboarding.WebhookSecret(fresh, endpoint.ID, 0), onboarding.WebhookSecret(before, endpoint.ID, 0),
	}, endpoint.SecretsDuring(now, fresh, before))
}
