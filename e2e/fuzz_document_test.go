package e2e

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/stretchr/testify/require"
)

// openAPI is the document as a client reads it.
type openAPI struct {
	schemas    map[string]any
	operations []operation
	checker    validator.Validator
}

// operation is one of the document's.
type operation struct {
	name     string // method and path
	method   string
	path     string
	open     bool // needs no key
	streams  bool
	query    []parameter
	headers  []parameter
	body     map[string]any // its schema; nil when it takes none
	bodyType string
	statuses []string
}

type parameter struct {
	name   string
	schema map[string]any
}

func (s *stack) readDocument(t *testing.T) openAPI {
	t.Helper()
	raw := s.office.get(t, "/openapi.json")
	require.Equal(t, http.StatusOK, raw.status)
	parsed, err := libopenapi.NewDocument(raw.body)
	require.NoError(t, err)
	checker, errs := validator.NewValidator(parsed)
	require.Empty(t, errs)

	var document map[string]any
	require.NoError(t, json.Unmarshal(raw.body, &document))
	read := openAPI{schemas: at(document, "components", "schemas"), checker: checker}
	for path, methods := range at(document, "paths") {
		for method, described := range methods.(map[string]any) {
			read.operations = append(read.operations, read.operation(strings.ToUpper(method), path, described.(map[string]any)))
		}
	}
	slices.SortFunc(read.operations, func(a, b operation) int { return strings.Compare(a.name, b.name) })
	return read
}

func (d openAPI) operation(method, path string, described map[string]any) operation {
	o := operation{name: method + " " + path, method: method, path: path}
	security, isSaid := described["security"].([]any)
	o.open = isSaid && !slices.ContainsFunc(security, func(way any) bool { _, byKey := way.(map[string]any)["apiKey"]; return byKey })
	for status, response := range at(described, "responses") {
		o.statuses = append(o.statuses, status)
		if _, streams := at(response.(map[string]any), "content")["text/event-stream"]; streams {
			o.streams = true
		}
	}
	parameters, _ := described["parameters"].([]any)
	for _, each := range parameters {
		p := each.(map[string]any)
		made := parameter{p["name"].(string), at(p, "schema")}
		switch p["in"] {
		case "query":
			o.query = append(o.query, made)
		case "header":
			o.headers = append(o.headers, made)
		}
	}
	for mediaType, content := range at(described, "requestBody", "content") {
		if o.body == nil || strings.HasSuffix(mediaType, "json") {
			o.body, o.bodyType = at(content.(map[string]any), "schema"), mediaType
		}
	}
	return o
}

// documents reports whether the operation may answer so.
func (o operation) documents(status string) bool {
	return slices.Contains(o.statuses, status) || slices.Contains(o.statuses, "default")
}

// at walks down; nothing there is an empty object.
func at(object map[string]any, names ...string) map[string]any {
	for _, name := range names {
		object, _ = object[name].(map[string]any)
	}
	return object
}

// resolve follows a reference.
func (d openAPI) resolve(schema map[string]any) map[string]any {
	for {
		ref, isRef := schema["$ref"].(string)
		if !isRef {
			return schema
		}
		schema = at(d.schemas, ref[strings.LastIndexByte(ref, '/')+1:])
	}
}
