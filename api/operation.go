package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// operation is what one line of the API's table says.
type operation struct {
	id      string
	method  string
	path    string
	summary string
	// description adds what the summary does not say.
	description string
	tag         string
	// security is withKey unless it says otherwise.
	security []map[string][]string
	status   int // 200 unless it says otherwise
	// errors are the statuses beside those that every operation can have.
	errors []int
	// responses are documented by hand, for bodies that huma cannot see.
	responses map[string]*huma.Response
	stream    bool
}

// everyError can come from every operation; 422 and 500 are added by huma.
var everyError = []int{
	http.StatusUnauthorized, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusServiceUnavailable,
}

// bodyErrors can come from every operation with a body.
var bodyErrors = []int{http.StatusRequestTimeout, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}

const streamMark = "stream"

func isStream(op *huma.Operation) bool { return op.Metadata[streamMark] == true }

// handle registers an operation. A handler's error becomes a problem here, in one place.
func handle[I, O any](s *surface, group huma.API, op operation, handler func(context.Context, *I) (*O, error)) {
	if op.security == nil {
		op.security = withKey
	}
	if op.status == 0 {
		op.status = http.StatusOK
	}
	errors := append(slices.Clone(everyError), op.errors...)
	if op.method == http.MethodPost || op.method == http.MethodPut || op.method == http.MethodPatch {
		errors = append(errors, bodyErrors...)
	}
	described := huma.Operation{
		OperationID: op.id, Method: op.method, Path: op.path,
		Summary: op.summary, Description: op.description, Tags: []string{op.tag},
		Security: op.security, DefaultStatus: op.status,
		Errors:    errors,
		Responses: op.responses,
		// Bodies were read and bounded by readJSON; huma's own deadline would outlive
		// the reading and cancel the handler.
		BodyReadTimeout: -1,
		MaxBodyBytes:    maxBody + 1,
		Metadata:        map[string]any{streamMark: op.stream},
	}
	huma.Register(group, described, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return out, nil
	})
}
