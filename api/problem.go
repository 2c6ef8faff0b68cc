package api

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/trail"
)

// Problem is every reply that is not a success (RFC 9457).
type Problem struct {
	Type      string       `json:"type" example:"urn:latchkey:problem:invalid" doc:"Names the kind of problem; ends in code"`
	Title     string       `json:"title" example:"Unprocessable Entity"`
	Status    int          `json:"status" example:"422"`
	Detail    string       `json:"detail" doc:"A sentence for people" example:"Some answers are not in order."`
	Code      string       `json:"code" doc:"A word for programs; it never changes" example:"invalid"`
	RequestID string       `json:"request_id" doc:"Names this request in the logs"`
	Errors    []FieldError `json:"errors" doc:"Every problem of the request at once; empty when it is about no field"`

	header http.Header
}

// FieldError is what is wrong with one field.
type FieldError struct {
	Field   string `json:"field" doc:"A JSON pointer into the body (RFC 6901), or the name of a parameter or header" example:"/customer/email"`
	Code    string `json:"code" example:"malformed"`
	Message string `json:"message" doc:"A sentence for people; it never repeats what was sent" example:"Enter one complete e-mail address, such as john.doe@example.com."`
}

// Error is the problem's sentence.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is the status of the reply.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders are the headers that go with the problem.
func (p *Problem) GetHeaders() http.Header { return p.header }

// ContentType is that of problem documents, whatever was asked for.
func (p *Problem) ContentType(string) string { return problemJSON }

const problemJSON = "application/problem+json"

func newProblem(status int, code, detail string, errs ...FieldError) *Problem {
	if errs == nil {
		errs = []FieldError{}
	}
	return &Problem{
		Type: "urn:latchkey:problem:" + code, Title: http.StatusText(status), Status: status,
		Detail: detail, Code: code, Errors: errs,
	}
}

func (p *Problem) with(header, value string) *Problem {
	if p.header == nil {
		p.header = http.Header{}
	}
	p.header.Set(header, value)
	return p
}

// writeProblem answers a request outside huma's reach.
func writeProblem(w http.ResponseWriter, r *http.Request, p *Problem) {
	t := trail.Of(r.Context())
	p.RequestID, t.Code = t.RequestID, p.Code
	for name, values := range p.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", problemJSON)
	w.WriteHeader(p.Status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(p) // a client that is gone reads no problem
}

func problemInvalid(problems onboarding.Problems) *Problem {
	return newProblem(http.StatusUnprocessableEntity, "invalid", "Some answers are not in order. Correct them and send the request again.", fieldErrors(problems)...)
}

func fieldErrors(problems onboarding.Problems) []FieldError {
	errs := make([]FieldError, len(problems))
	for i, problem := range problems {
		errs[i] = FieldError(problem)
	}
	return errs
}

func problemBadField(field, code, message string) *Problem {
	return problemInvalid(onboarding.Problems{{Field: field, Code: code, Message: message}})
}

func problemNoRoute() *Problem {
	return newProblem(http.StatusNotFound, "not_found", "There is nothing at this address.")
}

func problemNotFound() *Problem {
	return newProblem(http.StatusNotFound, "not_found", "This does not exist, or you may not see it.")
}

func problemNoMethod() *Problem {
	return newProblem(http.StatusMethodNotAllowed, "method_not_allowed", "This address does not take this method. The header Allow lists those it takes.")
}

func problemUnauthenticated() *Problem {
	return newProblem(http.StatusUnauthorized, "unauthenticated", "Send a valid API key in the header Authorization: Bearer <key>.").
		with("WWW-Authenticate", `Bearer realm="latchkey"`)
}

func problemBadSignature() *Problem {
	return newProblem(http.StatusUnauthorized, "bad_signature", "The event's signature is missing, wrong or too old.").
		with("WWW-Authenticate", `Webhook-Signature realm="latchkey"`)
}

func problemForbidden() *Problem {
	return newProblem(http.StatusForbidden, "forbidden", "Your role may not do this.")
}

func problemConflict(sentence string) *Problem {
	return newProblem(http.StatusConflict, "conflict", sentence)
}

// problemTooSoon is no 429, which means that a client sends too many requests: waiting a
// moment would not help, and a retrying client must not try.
func problemTooSoon(tooSoon *dealing.TooSoon) *Problem {
	wait := max(1, int(time.Until(tooSoon.NextAt).Seconds())+1)
	return newProblem(http.StatusConflict, "too_soon", tooSoon.Sentence).with("Retry-After", strconv.Itoa(wait))
}

func problemTooLarge(limit int64) *Problem {
	return newProblem(http.StatusRequestEntityTooLarge, "too_large", "The body is larger than "+strconv.FormatInt(limit>>20, 10)+" MB.")
}

func problemMediaType(wanted string) *Problem {
	return newProblem(http.StatusUnsupportedMediaType, "unsupported_media_type", "Send the body as Content-Type: "+wanted+".")
}

func problemSlowBody() *Problem {
	return newProblem(http.StatusRequestTimeout, "timeout", "The body did not arrive in time.")
}

func problemRateLimited() *Problem {
	return newProblem(http.StatusTooManyRequests, "rate_limited", "Too many requests. Wait as long as the header Retry-After says.")
}

func problemUnavailable(code, detail string, retryAfterSeconds int) *Problem {
	return newProblem(http.StatusServiceUnavailable, code, detail).with("Retry-After", strconv.Itoa(retryAfterSeconds))
}

func problemInternal() *Problem {
	return newProblem(http.StatusInternalServerError, "internal", "Something went wrong on our side. Tell us the request_id if it stays so.")
}
