package api

import (
	"encoding/json"

	"github.com/latchkey/latchkey/dealing"
)

// kept is the answer to a request that created something, as it was given the first time.
type kept[T any] struct {
	Location string `header:"Location"`
	Body     written[T]
}

func keptAnswer[T any](location string, answer dealing.Answer) *kept[T] {
	return &kept[T]{Location: location, Body: written[T]{answer.Status, answer.Body}}
}

// writtenDown is an answer as it is given, now and to repetitions.
func writtenDown(status int, body any) dealing.Answer {
	written, err := json.Marshal(body)
	if err != nil {
		panic(err) // plain strings, numbers and times: cannot happen
	}
	return dealing.Answer{Status: status, Body: written}
}
