package api

import (
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"
)

// shapeProblem puts what huma found wrong with a request's shape into our own words.
// huma's details hold the offending value, for an unknown member the whole body: none
// of it goes on.
func shapeProblem(requestID string, status int, message string, errs []error) *Problem {
	problem := shapeStatus(status, message, errs)
	problem.RequestID = requestID
	return problem
}

func shapeStatus(status int, message string, errs []error) *Problem {
	switch {
	case status == http.StatusUnsupportedMediaType:
		return problemMediaType("application/json")
	case status == http.StatusRequestEntityTooLarge:
		return problemTooLarge(maxBody)
	case status == http.StatusBadRequest && message == "request body is required":
		return problemBadField("", "required", "Send a JSON body.")
	case status == http.StatusBadRequest, status == http.StatusUnprocessableEntity:
		return newProblem(http.StatusUnprocessableEntity, "invalid", "Some of the request cannot be read. Correct it and send it again.", shapeErrors(errs)...)
	case status >= http.StatusInternalServerError:
		return problemInternal()
	default:
		return newProblem(status, "refused", "The request cannot be answered.")
	}
}

func shapeErrors(errs []error) []FieldError {
	shaped := make([]FieldError, 0, len(errs))
	for _, err := range errs {
		var detailer huma.ErrorDetailer
		if errors.As(err, &detailer) {
			shaped = append(shaped, shapeError(*detailer.ErrorDetail()))
		}
	}
	return shaped
}

func shapeError(detail huma.ErrorDetail) FieldError {
	field := fieldAt(detail.Location)
	if name, ok := requiredProperty(detail.Message); ok {
		return FieldError{field + "/" + name, "required", "This is missing."}
	}
	if form, ok := forms[detail.Message]; ok {
		return FieldError{field, "malformed", form}
	}
	for _, shape := range shapes {
		if bound, found := strings.CutPrefix(detail.Message, shape.prefix); found {
			return FieldError{field, shape.code, shape.message + strings.Trim(bound, ` "`) + shape.end}
		}
	}
	return FieldError{field, "malformed", "This value cannot be read."}
}

// fieldAt turns huma's location, e.g. body.package.add_ons[0].id, into a JSON pointer.
// readJSON lets no member through whose name has a dot or a bracket. A parameter or a
// header is named plainly.
func fieldAt(location string) string {
	place, rest, _ := strings.Cut(location, ".")
	if place != "body" {
		return rest
	}
	if rest == "" {
		return ""
	}
	return "/" + strings.NewReplacer(".", "/", "[", "/", "]", "").Replace(rest)
}

func requiredProperty(message string) (name string, ok bool) {
	before, after, _ := strings.Cut(validation.MsgExpectedRequiredProperty, "%s")
	name, ok = strings.CutPrefix(message, before)
	if !ok {
		return "", false
	}
	return strings.TrimSuffix(name, after), true
}

// shapes are huma's messages that requests can meet, by their beginning; what follows it
// is a bound that the API itself set, never what was sent.
var shapes = []struct{ prefix, code, message, end string }{
	{validation.MsgUnexpectedProperty, "unknown_field", "There is no such field here. Leave it out.", ""},
	{"unknown query parameter", "unknown_parameter", "There is no such parameter here. Leave it out.", ""},
	{"required query parameter is missing", "required", "This parameter is missing.", ""},
	{"required header parameter is missing", "required", "This header is missing.", ""},
	{"expected value to be one of ", "invalid_choice", "Choose one of: ", "."},
	{"expected number >= ", "out_of_range", "Give a number of at least ", "."},
	{"expected number <= ", "out_of_range", "Give a number of at most ", "."},
	{"expected length <= ", "too_long", "Use at most ", " characters."},
	{"expected length >= ", "required", "Use at least ", " characters."},
	{"expected array length <= ", "too_many", "Give at most ", " entries."},
	{validation.MsgExpectedRFC3339DateTime, "malformed", "Give a time with its offset, such as 2027-01-31T15:04:05Z.", ""},
}

// forms are huma's messages about the form of a value, whole.
var forms = map[string]string{
	validation.MsgExpectedString:  "This must be a text in quotes.",
	validation.MsgExpectedBoolean: "This must be true or false.",
	validation.MsgExpectedInteger: wholeNumber,
	validation.MsgExpectedNumber:  wholeNumber,
	"invalid integer":             wholeNumber,
	validation.MsgExpectedArray:   "This must be a list.",
	validation.MsgExpectedObject:  "This must be an object.",
}

const wholeNumber = "This must be a whole number, written with digits alone."
