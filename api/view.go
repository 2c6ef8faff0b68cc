package api

import (
	"encoding/json"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// nullable is an object or null, which huma cannot say of a pointer to a struct.
type nullable[T any] struct{ value *T }

// MarshalJSON writes the object, or null.
func (n nullable[T]) MarshalJSON() ([]byte, error) { return json.Marshal(n.value) }

// Schema says so in the OpenAPI document.
func (nullable[T]) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{r.Schema(reflect.TypeFor[T](), true, ""), {Type: "null"}}}
}

// page is a list as every list is answered.
type page[T any] struct {
	Items      []T     `json:"items"`
	NextCursor *string `json:"next_cursor" doc:"Give it as cursor to get the next page; null on the last one"`
}

// listed is one page of a list that needs no more than one.
func listed[T, V any](rows []T, view func(T) V) page[V] {
	return page[V]{Items: views(rows, view)}
}

func views[T, V any](rows []T, view func(T) V) []V {
	items := make([]V, len(rows))
	for i, row := range rows {
		items[i] = view(row)
	}
	return items
}

// orNull is null for the zero value.
func orNull[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}

// timeOrNull is null for the zero time, otherwise UTC, as every time of the API is.
func timeOrNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	utc := t.UTC()
	return &utc
}

// DealerChoice lets a user of several dealers say which one a request is about.
type DealerChoice struct {
	DealerID string `query:"dealer_id" doc:"The dealer this is about; your own when left out. One of your linked dealers or sub-dealers."`
}
