package api

import (
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/go-chi/httprate"

	"github.com/latchkey/latchkey/trail"
)

// maxBody is the longest request body. An application has about 2 kB.
const maxBody = 1 << 20

// guard puts the headers on that every reply has, bounds bodies, and turns a panic into
// a problem. A panic's value may hold what was being worked on, so only its type and the
// stack are logged.
func guard(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protect(w.Header())
		r.Body = http.MaxBytesReader(w, r.Body, longestBody(r))
		defer func() {
			caught := recover()
			switch {
			case caught == nil:
				return
			case caught == http.ErrAbortHandler, r.Context().Err() != nil:
				panic(http.ErrAbortHandler) // huma panics when it writes to a client that is gone
			}
			log.ErrorContext(r.Context(), "panic", "type", fmt.Sprintf("%T", caught),
				"request_id", trail.Of(r.Context()).RequestID, "stack", string(debug.Stack()))
			if trail.Written(w) {
				panic(http.ErrAbortHandler) // half a reply is out; break it off rather than mend it
			}
			writeProblem(w, r, problemInternal())
		}()
		next.ServeHTTP(w, r)
	})
}

// protect puts on what every reply has, also one that turns somebody away.
func protect(header http.Header) {
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	header.Set("Content-Security-Policy", "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'")
	header.Set("Cache-Control", "no-store")
}

// limitRate bounds what one key, or without a key one address, sends in a minute. The
// count is kept in memory, so each replica counts for itself.
func limitRate(requestsPerMinute int, next http.Handler) http.Handler {
	if requestsPerMinute <= 0 {
		return next
	}
	limited := httprate.LimitBy(requestsPerMinute, time.Minute, rateKey,
		httprate.WithLimitHandler(func(w http.ResponseWriter, r *http.Request) {
			writeProblem(w, r, problemRateLimited())
		}))(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/v1/") {
			limited.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r) // probes and pages cost nothing, and probes must not fail for it
	})
}

func rateKey(r *http.Request) (string, error) {
	if key := r.Header.Get("Authorization"); key != "" {
		hash := sha256.Sum256([]byte(key)) // no secret is kept longer than its request
		return string(hash[:]), nil
	}
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		address = r.RemoteAddr
	}
	return httprate.CanonicalizeIP(address), nil
}
