package onboarding

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"time"
)

// WebhookSecretOverlap is how long the secret before a rotation signs beside the new one.
const WebhookSecretOverlap = 24 * time.Hour

// WebhookSecret is what signs the webhooks of an endpoint. It is derived from the
// installation's secret, so that a database alone, or a backup of it, signs nothing.
func WebhookSecret(secret []byte, endpointID string, rotation int) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("webhook:" + endpointID + ":" + strconv.Itoa(rotation)))
	return mac.Sum(nil)
}

// WebhookSecretText is a secret as receivers are given it (Standard Webhooks).
func WebhookSecretText(secret []byte) string {
	return "whsec_" + base64.StdEncoding.EncodeToString(secret)
}

// SecretsAt are the secrets that sign for the endpoint at a time, the newest first: for a
// day after a rotation the one before it as well, so that a receiver can change over
// without losing anything.
func (e WebhookEndpoint) SecretsAt(now time.Time, secret []byte) [][]byte {
	secrets := [][]byte{WebhookSecret(secret, e.ID, e.Rotation)}
	if e.Rotation > 0 && now.Before(e.RotatedAt.Add(WebhookSecretOverlap)) {
		secrets = append(secrets, WebhookSecret(secret, e.ID, e.Rotation-1))
	}
	return secrets
}

// SecretsDuring are SecretsAt of the installation's secret and, while that is being rotated,
// of the one before it; previous may be nil. Receivers change over one by one, and each finds
// a signature of the secret that it has.
func (e WebhookEndpoint) SecretsDuring(now time.Time, secret, previous []byte) [][]byte {
	secrets := e.SecretsAt(now, secret)
	if len(previous) > 0 {
		secrets = append(secrets, e.SecretsAt(now, previous)...)
	}
	return secrets
}
