package api

import (
	"encoding/json"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/dealing"
)

// KeyHeader lets a client repeat a request without doing it twice.
type KeyHeader struct {
	IdempotencyKey string `header:"Idempotency-Key" doc:"1 to 255 visible ASCII characters that name this request: every repetition of the same body gets the same answer"`
}

// given is a T as it was answered the first time, byte for byte.
type given[T any] struct{ body []byte }

// MarshalJSON is what was written.
func (g given[T]) MarshalJSON() ([]byte, error) { return g.body, nil }

// Schema is that of T.
func (given[T]) Schema(r huma.Registry) *huma.Schema { return r.Schema(reflect.TypeFor[T](), true, "") }

// kept is the answer to a request that created something.
type kept[T any] struct {
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
