package api

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

// trail is what is known about a request for logs and metrics. It is filled in on the
// way in and read on the way out, by one goroutine.
type trail struct {
	requestID string
	route     string // the pattern, never the path: paths may name things
	userID    string
	dealerID  string
	code      string // of the problem, if it ended in one
	stream    bool
}

type trailKey struct{}

// trailOf is the request's trail; an empty one outside a request.
func trailOf(ctx context.Context) *trail {
	if t, ok := ctx.Value(trailKey{}).(*trail); ok {
		return t
	}
	return &trail{}
}

// RequestIDHeader names the request in both directions.
const RequestIDHeader = "X-Request-Id"

var saneRequestID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// unmatched is the route of a request that no route takes.
const unmatched = "unmatched"

// observe gives each request its ID and, when it is over, its line in the log and its
// place in the metrics. The line has no query, header or body: those hold personal data.
func observe(log *slog.Logger, metrics *metrics, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		t := &trail{requestID: r.Header.Get(RequestIDHeader), route: unmatched}
		if !saneRequestID.MatchString(t.requestID) {
			t.requestID = uuid.NewString()
		}
		w.Header().Set(RequestIDHeader, t.requestID)
		ctx := dealing.WithRequest(context.WithValue(r.Context(), trailKey{}, t), t.requestID)
		recorder := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(recorder, r.WithContext(ctx))

		took := time.Since(began)
		metrics.observe(t, r.Method, recorder.status, took)
		log.LogAttrs(ctx, levelOf(t, recorder.status), "request",
			slog.String("method", r.Method), slog.String("route", t.route), slog.Int("status", recorder.status),
			slog.String("code", t.code), slog.Duration("took", took), slog.String("request_id", t.requestID),
			slog.String("user_id", t.userID), slog.String("dealer_id", t.dealerID))
	})
}

// levelOf keeps the probes of load balancers and collectors out of the usual log.
func levelOf(t *trail, status int) slog.Level {
	switch {
	case status >= http.StatusInternalServerError:
		return slog.LevelError
	case !strings.HasPrefix(t.route, "/v1/"):
		return slog.LevelDebug
	default:
		return slog.LevelInfo
	}
}

func noteRoute(c *gin.Context) {
	if c.FullPath() != "" {
		trailOf(c.Request.Context()).route = c.FullPath()
	}
}

// statusRecorder remembers the status. Unwrap and Flush keep streams and deadlines working.
type statusRecorder struct {
	http.ResponseWriter
	status  int
	written bool
}

// WriteHeader remembers the first status.
func (r *statusRecorder) WriteHeader(status int) {
	if !r.written {
		r.status, r.written = status, true
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write sends the header first, as net/http does.
func (r *statusRecorder) Write(body []byte) (int, error) {
	r.written = true
	return r.ResponseWriter.Write(body)
}

// Flush is what gin asks its writer for by type.
func (r *statusRecorder) Flush() {
	r.written = true
	_ = http.NewResponseController(r.ResponseWriter).Flush() // a writer that cannot flush has nothing to
}

// Unwrap lets http.ResponseController find the connection.
func (r *statusRecorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
