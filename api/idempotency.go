package api

import (
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/dealing"
)

// KeyedRequest lets a client repeat a request without doing it twice.
type KeyedRequest struct {
	IdempotencyKey string `header:"Idempotency-Key" doc:"1 to 255 visible ASCII characters that name this order"`
}

// keyOf names a request to scope, such as its route. The hash is over what was understood,
// so that blanks and the order of members make no difference. Nil when it has no key.
func (k KeyedRequest) keyOf(actor dealing.Actor, scope string, body any) (*dealing.IdempotencyKey, error) {
	if k.IdempotencyKey == "" {
		return nil, nil
	}
	const longest = 255
	visible := func(r rune) bool { return r > ' ' && r <= '~' }
	if len(k.IdempotencyKey) > longest || strings.IndexFunc(k.IdempotencyKey, func(r rune) bool { return !visible(r) }) >= 0 {
		return nil, problemBadField("Idempotency-Key", "malformed", "Use 1 to 255 visible ASCII characters.")
	}
	canonical, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return &dealing.IdempotencyKey{
		UserID: actor.UserID, Key: k.IdempotencyKey, BodyHash: sha256.Sum256(append([]byte(scope+"\n"), canonical...)),
	}, nil
}

// given is a T as it was answered the first time, byte for byte.
type given[T any] struct{ body []byte }

// MarshalJSON is what was written.
func (g given[T]) MarshalJSON() ([]byte, error) { return g.body, nil }

// Schema is that of T.
func (given[T]) Schema(r huma.Registry) *huma.Schema { return r.Schema(reflect.TypeFor[T](), true, "") }

// made is the answer to a request that created something.
type made[T any] struct {
	Location string `header:"Location"`
	Body     given[T]
}

// writtenDown is a success as it is given, now and to repetitions.
func writtenDown(body any) dealing.Answer {
	written, err := json.Marshal(body)
	if err != nil {
		panic(err) // plain strings, numbers and times: cannot happen
	}
	return dealing.Answer{Status: http.StatusCreated, Body: written}
}
