package carriertest

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/latchkey/latchkey/carrier"
)

// maxBody bounds what is read of any request.
const maxBody = 64 << 10

// call is one understood request of the protocol, not yet done.
type call struct {
	key    string // empty for coverage
	module string // empty when none is concerned
	do     func() answer
}

// answer is what a call ends with: a status and a JSON body, or a problem.
type answer struct {
	status  int
	body    any // nil for none
	problem *carrier.Problem
}

func (a answer) outcome() string {
	if a.problem != nil {
		return a.problem.Code
	}
	return "ok"
}

func (a answer) write(w http.ResponseWriter) {
	switch {
	case a.problem != nil:
		writeProblem(w, *a.problem)
	case a.body == nil:
		w.WriteHeader(a.status)
	default:
		writeJSON(w, a.status, a.body)
	}
}

func refuse(status int, code, detail string) answer {
	return answer{problem: &carrier.Problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail, Code: code,
	}}
}

// refuseWith refuses with a code of the protocol's own table.
func refuseWith(code string) answer {
	table := carrier.Codes()
	row := table[slices.IndexFunc(table, func(c carrier.Code) bool { return c.Name == code })]
	return refuse(row.Status, row.Name, row.Means)
}

// protocol serves one call: read tells what is asked for, the script whether it
// goes well, the journal what came of it. The journal is written before the
// answer, so whoever has the answer finds the call listed.
func (s *Simulator) protocol(name carrier.Call, read func(*http.Request) (call, *answer)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.authorised(r) {
			refuse(http.StatusUnauthorized, "unauthorized", "The bearer token is missing or wrong.").write(w)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		asked, bad := read(r)
		if bad != nil {
			s.journal.end(s.journal.begin(name, asked, ""), bad.outcome())
			bad.write(w)
			return
		}
		fault := s.script.take(name, asked.module)
		n := s.journal.begin(name, asked, fault)
		switch fault {
		case faultNone:
			done := asked.do()
			s.journal.end(n, done.outcome())
			done.write(w)
		case faultHang:
			select {
			case <-r.Context().Done():
				s.journal.end(n, "client_left")
			case <-s.closing:
				s.journal.end(n, "simulator_closed")
			}
			panic(http.ErrAbortHandler)
		case faultAnswerThenDrop:
			asked.do()
			s.journal.end(n, "answer_dropped")
			panic(http.ErrAbortHandler)
		case faultRateLimited:
			s.journal.end(n, carrier.RateLimited)
			w.Header().Set("Retry-After", "1")
			refuseWith(carrier.RateLimited).write(w)
		case faultUnavailable:
			s.journal.end(n, carrier.Unavailable)
			refuseWith(carrier.Unavailable).write(w)
		default:
			s.journal.end(n, fault)
			refuseWith(fault).write(w)
		}
	})
}

func (s *Simulator) authorised(r *http.Request) bool {
	return s.token == "" ||
		subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+s.token)) == 1
}

// serveHealth is open to probes without a token, but tells a wrong one.
func (s *Simulator) serveHealth(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "" && !s.authorised(r) {
		refuse(http.StatusUnauthorized, "unauthorized", "The bearer token is wrong.").write(w)
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
}

func (s *Simulator) readCoverage(r *http.Request) (call, *answer) {
	var place carrier.Place
	if bad := readJSON(r, &place); bad != nil {
		return call{}, bad
	}
	return call{do: func() answer { return coverageOf(s.coverage, place.Country, place.PostalCode) }}, nil
}

func (s *Simulator) readRegister(r *http.Request) (call, *answer) {
	key, bad := readKey(r)
	if bad != nil {
		return call{key: key}, bad
	}
	var wanted carrier.RegistrationRequest
	if bad := readJSON(r, &wanted); bad != nil {
		return call{key: key}, bad
	}
	return call{key: key, module: wanted.Module, do: func() answer {
		return s.registry.register(key, wanted, s.modules)
	}}, nil
}

func (s *Simulator) readFind(r *http.Request) (call, *answer) {
	key := r.PathValue("key")
	return call{key: key, module: s.registry.moduleOf(key), do: func() answer { return s.registry.find(key) }}, nil
}

func (s *Simulator) readDeregister(r *http.Request) (call, *answer) {
	key := r.PathValue("key")
	return call{key: key, module: s.registry.moduleOf(key), do: func() answer { return s.registry.deregister(key) }}, nil
}

func (s *Simulator) readPush(r *http.Request) (call, *answer) {
	key, bad := readKey(r)
	if bad != nil {
		return call{key: key}, bad
	}
	var template carrier.Template
	if bad := readJSON(r, &template); bad != nil {
		return call{key: key}, bad
	}
	return call{key: key, module: s.registry.moduleOf(key), do: func() answer {
		return s.registry.pushTemplate(key, template)
	}}, nil
}

func readKey(r *http.Request) (string, *answer) {
	key := r.PathValue("key")
	if r.Header.Get(carrier.KeyHeader) != key {
		bad := refuse(http.StatusBadRequest, "idempotency_key_mismatch", "A PUT repeats the key of its path in the header "+carrier.KeyHeader+".")
		return key, &bad
	}
	return key, nil
}

// readJSON is strict, so that a slip in the client shows here and not at a carrier.
func readJSON(r *http.Request, into any) *answer {
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	if err == nil {
		if _, err = decoder.Token(); err == io.EOF {
			return nil
		}
		err = errors.New("more than one JSON value")
	}
	bad := refuse(http.StatusBadRequest, "malformed_request", fmt.Sprintf("The body is not what this call takes: %v.", err))
	return &bad
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	encode(w, status, body)
}

func writeProblem(w http.ResponseWriter, problem carrier.Problem) {
	w.Header().Set("Content-Type", "application/problem+json")
	encode(w, problem.Status, problem)
}

func encode(w http.ResponseWriter, status int, body any) {
	w.WriteHeader(status)
	// The status is out; a client that left is not ours to report.
	_ = json.NewEncoder(w).Encode(body)
}
