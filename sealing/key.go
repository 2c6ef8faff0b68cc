package sealing

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
)

// leastKey is how many bytes of chance a key must be made of.
const leastKey = 32

// ParseKey reads a key as it is configured: base64 of 32 bytes or more.
func ParseKey(text string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, errors.New("this is not base64; make one with: openssl rand -base64 32")
	}
	if len(key) < leastKey {
		return nil, fmt.Errorf("this has %d bytes, it needs at least %d; make one with: openssl rand -base64 32", len(key), leastKey)
	}
	return key, nil
}

// key is AES-256-GCM under a key of its own for each purpose, so that no ciphertext of one
// purpose can be passed off as one of another.
type key struct {
	id   string
	aead cipher.AEAD
}

// newKey derives a key. Its ID is derived, too: nobody has to name keys, and no two
// machines can mean different keys by one name. It says nothing about the key.
func newKey(secret []byte, purpose string) key {
	block, err := aes.NewCipher(derive(secret, purpose+": key", 32))
	if err != nil {
		panic(err) // of a length that is not 32 alone
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // of a block that is not AES alone
	}
	return key{id: hex.EncodeToString(derive(secret, purpose+": key ID", 8)), aead: aead}
}

func derive(secret []byte, info string, length int) []byte {
	derived, err := hkdf.Key(sha256.New, secret, nil, "latchkey "+info, length)
	if err != nil {
		panic(err) // of a length that is too long alone
	}
	return derived
}
