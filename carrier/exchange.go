package carrier

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"sync/atomic"
	"time"
)

// maxAnswer bounds how much of an answer is read. A full coverage report is
// some kilobytes.
const maxAnswer = 1 << 20

// errNoRegistration is the carrier's own "nothing is registered under this key".
// It never leaves the package: the calls that can meet it turn it into an answer.
var errNoRegistration = errors.New(NoRegistration)

type request struct {
	call   Call
	method string
	path   string
	key    string // for KeyHeader; empty where the protocol has none
	body   any    // nil for none
}

// exchange sends one request and returns the body of a 2xx answer. Every other
// outcome is a *Fault or errNoRegistration.
func (c *Client) exchange(ctx context.Context, req request) ([]byte, error) {
	return c.observed(ctx, req.call, func(ctx context.Context) ([]byte, error) { return c.send(ctx, req) })
}

func (c *Client) send(ctx context.Context, req request) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()

	// Whether a connection was had tells "nothing was sent" from "the answer was
	// lost", which the error alone does not.
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})

	httpRequest, err := c.build(ctx, req)
	if err != nil {
		return nil, newFault(Refused, 0, err)
	}
	response, err := c.http.Do(httpRequest)
	if err != nil {
		return nil, newFault(unanswered(connected.Load()), 0, bare(err))
	}
	defer func() { _ = response.Body.Close() }()

	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	status := response.StatusCode
	switch {
	case status == http.StatusTooManyRequests:
		return nil, busy(RateLimited, response)
	case status >= http.StatusInternalServerError, status == http.StatusRequestTimeout:
		return nil, busy(Unavailable, response)
	case err != nil:
		return nil, newFault(TimedOut, status, bare(err))
	case len(answer) > maxAnswer:
		return nil, newFault(Garbled, status, errors.New("the answer is too large"))
	case status >= 200 && status < 300:
		return answer, nil
	case status >= 400:
		return nil, refusal(req.call, status, answer)
	default:
		return nil, newFault(Garbled, status, nil)
	}
}

func (c *Client) build(ctx context.Context, req request) (*http.Request, error) {
	var body io.Reader
	if req.body != nil {
		encoded, err := json.Marshal(req.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(encoded)
	}
	httpRequest, err := http.NewRequestWithContext(ctx, req.method, c.base+req.path, body)
	if err != nil {
		return nil, bare(err)
	}
	// net/http sends a request again by itself when a kept-alive connection breaks
	// and it thinks the request repeatable, as it does of anything with an
	// Idempotency-Key. Without GetBody it cannot; see the package comment.
	httpRequest.GetBody = nil
	httpRequest.Header.Set("Accept", "application/json, application/problem+json")
	httpRequest.Header.Set("User-Agent", "latchkey")
	if req.body != nil {
		httpRequest.Header.Set("Content-Type", "application/json")
	}
	if req.key != "" {
		httpRequest.Header.Set(KeyHeader, req.key)
	}
	if c.token != "" {
		httpRequest.Header.Set("Authorization", "Bearer "+c.token)
	}
	passOn(httpRequest)
	return httpRequest, nil
}

func unanswered(connected bool) string {
	if connected {
		return TimedOut
	}
	return Unavailable
}

func busy(code string, response *http.Response) *Fault {
	fault := newFault(code, response.StatusCode, nil)
	fault.RetryAfter = parseRetryAfter(response.Header.Get("Retry-After"), time.Now())
	return fault
}

// refusal reads a 4xx answer. Only codes that belong to the call are passed on, so
// that the table of codes a call can end with stays closed.
func refusal(call Call, status int, answer []byte) error {
	var problem Problem
	if err := json.Unmarshal(answer, &problem); err != nil {
		return newFault(Refused, status, err)
	}
	looksUp := call == FindRegistration || call == DeregisterModule
	if looksUp && status == http.StatusNotFound && problem.Code == NoRegistration {
		return errNoRegistration
	}
	if slices.Contains(PermanentCodes(call), problem.Code) {
		return newFault(problem.Code, status, nil)
	}
	return newFault(Refused, status, nil)
}

// bare takes the URL and method off net/http's errors: the cause is what went wrong,
// not where.
func bare(err error) error {
	var located *url.Error
	if errors.As(err, &located) {
		return located.Err
	}
	return err
}

// garbled is for an answer that came whole, with a good status, and makes no sense.
func garbled(cause error) *Fault { return newFault(Garbled, 0, cause) }

func readCoverage(answer []byte) (CoverageReport, error) {
	var report CoverageReport
	if err := json.Unmarshal(answer, &report); err != nil {
		return CoverageReport{}, garbled(err)
	}
	if report.Networks == nil {
		return CoverageReport{}, garbled(errors.New("the answer lists no networks"))
	}
	for i, network := range report.Networks {
		if network.Name == "" {
			return CoverageReport{}, garbled(errors.New("a network has no name"))
		}
		if !network.Coverage.known() {
			report.Networks[i].Coverage = CoverageUnknown
		}
	}
	return report, nil
}

func readRegistration(answer []byte) (Registration, error) {
	var registration Registration
	if err := json.Unmarshal(answer, &registration); err != nil {
		return Registration{}, garbled(err)
	}
	if registration.ID == "" || registration.Module == "" || registration.RegisteredAt.IsZero() {
		return Registration{}, garbled(errors.New("the answer is not a registration"))
	}
	if !registration.SIMState.known() {
		registration.SIMState = SIMUnknown
	}
	return registration, nil
}
