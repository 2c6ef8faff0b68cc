package api

import (
	"crypto/sha256"
	"encoding/json"
	"strings"

	"github.com/latchkey/latchkey/dealing"
)

// keyOf reads the header Idempotency-Key of a request; nil when there is none. Its hash is
// over what was understood, so that blanks and the order of members make no difference,
// and over what kind of request it is and for which dealer.
func keyOf(actor dealing.Actor, header, request, dealerID string, body any) (*dealing.IdempotencyKey, error) {
	if header == "" {
		return nil, nil
	}
	const longest = 255
	visible := func(r rune) bool { return r > ' ' && r <= '~' }
	if len(header) > longest || strings.IndexFunc(header, func(r rune) bool { return !visible(r) }) >= 0 {
		return nil, problemBadField("Idempotency-Key", "malformed", "Use 1 to 255 visible ASCII characters.")
	}
	canonical, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	if dealerID == "" {
		dealerID = actor.DealerID
	}
	scope := request + "\n" + dealerID + "\n"
	return &dealing.IdempotencyKey{UserID: actor.UserID, Key: header, BodyHash: sha256.Sum256(append([]byte(scope), canonical...))}, nil
}
