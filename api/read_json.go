package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"github.com/latchkey/latchkey/onboarding"
)

// readJSON reads the body of an operation that has one and lets through only JSON that
// means the same to every reader: valid UTF-8, no member twice, no number that some
// decoder would round. encoding/json would take all of these silently.
func readJSON(ctx huma.Context, next func(huma.Context)) {
	if ctx.Operation().RequestBody == nil {
		next(ctx)
		return
	}
	if takesFile(ctx.Operation()) {
		readFile(ctx, next)
		return
	}
	c := humagin.Unwrap(ctx)
	if !isJSON(ctx.Header("Content-Type")) {
		fail(ctx, problemMediaType("application/json"))
		return
	}
	body, problem := readBody(c.Writer, c.Request, bodyTimeout)
	if problem == nil && len(body) > 0 {
		if problems := inspectJSON(body); len(problems) > 0 {
			problem = problemInvalid(problems)
		}
	}
	if problem != nil {
		fail(ctx, problem)
		return
	}
	c.Request.Body = io.NopCloser(bytes.NewReader(body))
	next(ctx)
}

// isJSON takes a missing type for JSON: nothing else is spoken here.
func isJSON(contentType string) bool {
	if contentType == "" {
		return true
	}
	mediaType, _, err := mime.ParseMediaType(contentType)
	return err == nil && mediaType == "application/json"
}

// readBody lifts its deadline when it is done: net/http would otherwise take the
// deadline's passing for a client that hung up, and cancel the handler.
func readBody(w http.ResponseWriter, r *http.Request, within time.Duration) ([]byte, *Problem) {
	connection := http.NewResponseController(w)
	_ = connection.SetReadDeadline(time.Now().Add(within)) // not every test's writer has a connection
	body, err := io.ReadAll(r.Body)
	_ = connection.SetReadDeadline(time.Time{})
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, problemTooLarge(tooLarge.Limit)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, problemSlowBody()
	case err != nil:
		return nil, problemBadField("", "malformed", "The body broke off. Send it again.")
	}
	return body, nil
}

// maxDepth is how deep a body may nest; the deepest of ours has five levels.
const maxDepth = 16

// inspectJSON finds what no decoder should have to guess about. A body that is not JSON
// at all has one problem, without a field.
func inspectJSON(body []byte) onboarding.Problems {
	if !utf8.Valid(body) {
		return onboarding.Problems{{Code: "malformed", Message: "The body is not valid UTF-8."}}
	}
	inspection := &inspection{decoder: json.NewDecoder(bytes.NewReader(body))}
	inspection.decoder.UseNumber()
	err := inspection.value("", 0)
	if err == nil {
		_, err = inspection.decoder.Token()
	}
	if err != io.EOF {
		return onboarding.Problems{{Code: "malformed", Message: "The body is not valid JSON."}}
	}
	return inspection.problems
}

type inspection struct {
	decoder  *json.Decoder
	problems onboarding.Problems
}

var errTooDeep = errors.New("too deep")

func (i *inspection) problem(field, code, message string) {
	i.problems = append(i.problems, onboarding.Problem{Field: field, Code: code, Message: message})
}

// next is the next token of a body that is not over yet.
func (i *inspection) next() (json.Token, error) {
	token, err := i.decoder.Token()
	if err == io.EOF {
		return nil, io.ErrUnexpectedEOF
	}
	return token, err
}

func (i *inspection) value(at string, depth int) error {
	token, err := i.next()
	if err != nil {
		return err
	}
	switch token := token.(type) {
	case json.Delim:
		if depth == maxDepth {
			return errTooDeep
		}
		if token == '{' {
			err = i.members(at, depth)
		} else {
			err = i.entries(at, depth)
		}
		if err != nil {
			return err
		}
		_, err = i.next() // the closing one
		return err
	case json.Number:
		// Every number of the API is whole. 1e2 and 1.0 are too, but Go's decoder for
		// integers does not think so.
		if _, err := strconv.ParseInt(token.String(), 10, 32); err != nil {
			i.problem(at, "malformed", wholeNumber)
		}
	}
	return nil
}

func (i *inspection) members(at string, depth int) error {
	seen := map[string]bool{}
	for i.decoder.More() {
		token, err := i.next()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		member := at + "/" + name
		switch {
		case !plainName(name):
			// No field of ours is named like that; the name itself is not repeated, for
			// it may hold anything.
			member = at
			i.problem(at, "unknown_field", "There is a field here that does not exist. Leave it out.")
		case seen[name]:
			i.problem(member, "duplicate_field", "This field is given twice. Give it once.")
		}
		seen[name] = true
		if err := i.value(member, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (i *inspection) entries(at string, depth int) error {
	for index := 0; i.decoder.More(); index++ {
		if err := i.value(at+"/"+strconv.Itoa(index), depth+1); err != nil {
			return err
		}
	}
	return nil
}

func plainName(name string) bool {
	const longest = 40
	return name != "" && len(name) <= longest && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == ""
}
