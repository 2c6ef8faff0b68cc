package onboarding

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// SetupToken is the secret in the link of a welcome e-mail. It is derived from the
// letter's ID, not drawn at random, so that a retried step sends the same bytes and
// only its hash need be stored.
func SetupToken(secret []byte, letterID string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("setup-link:" + letterID))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// SetupTokenHash is what the database keeps of a SetupToken.
func SetupTokenHash(token string) [sha256.Size]byte {
	return sha256.Sum256([]byte(token))
}
