package portal

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/latchkey/latchkey/trail"
)

// maxBody is the longest form. The longest of the wizard has about 3 kB.
const maxBody = 256 << 10

const (
	// longestAnswer bounds what a handler waits for. Submitting waits 5 s for its answer.
	longestAnswer = 20 * time.Second
	// longestForm bounds how slowly a form may come.
	longestForm = 10 * time.Second
)

// contentPolicy lets a page use what comes from here and nothing else. The stylesheet
// draws its icons from data: addresses.
const contentPolicy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// guard puts the headers on that every reply has, bounds bodies, and turns a panic into a
// page. A panic's value may hold what was being worked on, so only its type and the stack
// are logged.
func (s *site) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", contentPolicy)
		header.Set("X-Content-Type-Options", "nosniff")
		// Links in mails carry a token in their path; no other site may learn of it.
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
		header.Set("Cache-Control", "no-store")
		if s.secure {
			header.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		r.Body = http.MaxBytesReader(w, r.Body, bodyLimit(r))
		if !isStream(r) { // those bound themselves
			ctx, cancel := context.WithTimeout(r.Context(), longestAnswer)
			defer cancel()
			r = r.WithContext(ctx)
		}
		defer func() {
			if caught := recover(); caught != nil {
				s.afterPanic(w, r, caught)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

func (s *site) afterPanic(w http.ResponseWriter, r *http.Request, caught any) {
	if caught == http.ErrAbortHandler {
		panic(http.ErrAbortHandler)
	}
	s.log.LogAttrs(r.Context(), slog.LevelError, "panic", slog.String("type", fmt.Sprintf("%T", caught)),
		slog.String("request_id", trail.Of(r.Context()).RequestID), slog.String("stack", string(debug.Stack())))
	if trail.Written(w) {
		panic(http.ErrAbortHandler) // half a page is out; break it off rather than mend it
	}
	s.showError(w, r, pageInternal)
}
