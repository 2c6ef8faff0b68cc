package api

import (
	"context"
	"net/http"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/dealing"
)

// written is an answer that is already written down: a T, or a Problem.
type written[T any] struct {
	status int
	body   []byte
}

// MarshalJSON is what was written.
func (w written[T]) MarshalJSON() ([]byte, error) { return w.body, nil }

// ContentType tells a problem from a T.
func (w written[T]) ContentType(asked string) string {
	if w.status >= http.StatusBadRequest {
		return problemJSON
	}
	return asked
}

// Schema is that of the answer to a success; errors are documented like everywhere.
func (written[T]) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[T](), true, "")
}

// KeyHeader lets a client repeat a request that makes something.
type KeyHeader struct {
	IdempotencyKey string `header:"Idempotency-Key" doc:"1 to 255 visible ASCII characters that name this request: every repetition of the same body gets the same answer"`
}

// made answers a request that made a T, the same each time.
type made[T any] struct {
	Status int
	Body   written[T]
}

// making is a request that makes something.
type making struct {
	header KeyHeader
	// request names it, as "POST /v1/receivers".
	request  string
	dealerID string
	body     any
	// do makes the thing and returns its ID.
	do func(context.Context) (id string, err error)
	// view is the thing as it is answered.
	view func(id string) (any, error)
}

// once makes something once for the key of a request; without a key it does so each time.
func (s *surface) once(ctx context.Context, m making) (answer dealing.Answer, id string, err error) {
	key, err := keyOf(actorOf(ctx), m.header.IdempotencyKey, m.request, m.dealerID, m.body)
	if err != nil {
		return dealing.Answer{}, "", err
	}
	return s.desk.Once(ctx, key, m.do, func(id string) (dealing.Answer, error) {
		view, err := m.view(id)
		if err != nil {
			return dealing.Answer{}, err
		}
		return writtenDown(http.StatusCreated, view), nil
	})
}

// theOne is that of rows which is meant, as it is answered.
func theOne[T, V any](rows []T, err error, meant func(T) bool, view func(T) V) (any, error) {
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(rows, meant)
	if at < 0 {
		return nil, dealing.ErrNotFound
	}
	return view(rows[at]), nil
}
