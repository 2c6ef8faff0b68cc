// Package trail follows an HTTP request from its arrival to its line in the log, for the
// API and the portal alike: it names the request, and remembers what is known about it
// that may be told. A path, a query, a header and a body may hold personal data and
// never are.
package trail

import (
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/latchkey/latchkey/dealing"
)

// Trail is what is known about a request. It is filled in on the way in and read on the
// way out, by one goroutine.
type Trail struct {
	RequestID string
	Route     string // the pattern, never the path
	UserID    string
	DealerID  string
	// OnboardingID is the one that the request is about; empty when it is about none.
	OnboardingID string
	Code         string // of the problem, if it ended in one
	Stream       bool
}

// Unmatched is the route of a request that no route takes.
const Unmatched = "unmatched"

// Header names the request in both directions.
const Header = "X-Request-Id"

type key struct{}

// Of is the request's trail; an empty one outside a request.
func Of(ctx context.Context) *Trail {
	if t, ok := ctx.Value(key{}).(*Trail); ok {
		return t
	}
	return &Trail{}
}

var saneRequestID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// Begin gives each request its ID, the client's own when it is a sane one, and calls over
// when the request is.
func Begin(next http.Handler, over func(ctx context.Context, t *Trail, method string, status int, took time.Duration)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		t := &Trail{RequestID: r.Header.Get(Header), Route: Unmatched}
		if !saneRequestID.MatchString(t.RequestID) {
			t.RequestID = uuid.NewString()
		}
		w.Header().Set(Header, t.RequestID)
		ctx := dealing.WithRequest(context.WithValue(r.Context(), key{}, t), t.RequestID)
		ctx, span := startSpan(ctx, r)
		recorder := &recorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(recorder, r.WithContext(ctx))
		t.endSpan(span, r.Method, recorder.status)
		over(ctx, t, r.Method, recorder.status, time.Since(began))
	})
}

// Log writes the request's line. quiet are those that the usual log leaves out.
func (t *Trail) Log(ctx context.Context, log *slog.Logger, method string, status int, took time.Duration, quiet func(route string) bool) {
	level := slog.LevelInfo
	switch {
	case status >= http.StatusInternalServerError:
		level = slog.LevelError
	case quiet(t.Route):
		level = slog.LevelDebug
	}
	log.LogAttrs(ctx, level, "request",
		slog.String("method", method), slog.String("route", t.Route), slog.Int("status", status),
		slog.String("code", t.Code), slog.Duration("took", took), slog.String("request_id", t.RequestID),
		slog.String("user_id", t.UserID), slog.String("dealer_id", t.DealerID), slog.String("onboarding_id", t.OnboardingID))
}

// NoteRoute is the middleware that tells the trail which route gin has found, and which
// onboarding it is about.
func NoteRoute(c *gin.Context) {
	if c.FullPath() == "" {
		return
	}
	t := Of(c.Request.Context())
	t.Route = c.FullPath()
	if isAboutOnboarding(t.Route) {
		// What stands in a path may be anything; only an ID is told.
		if id, err := uuid.Parse(c.Param("id")); err == nil {
			t.OnboardingID = id.String()
		}
	}
}

// isAboutOnboarding reports whether the route's :id is an onboarding's: a customer of the
// portal has the ID of the onboarding that made it.
func isAboutOnboarding(route string) bool {
	return strings.HasPrefix(route, "/v1/onboardings/:id") || strings.HasPrefix(route, "/customers/:id")
}
