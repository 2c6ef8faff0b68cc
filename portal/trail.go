package portal

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

// trail is what is known about a request for its line in the log. It is filled in on the
// way in and read on the way out, by one goroutine.
type trail struct {
	requestID string
	route     string // the pattern, never the path: paths hold tokens
	userID    string
	dealerID  string
}

type trailKey struct{}

// trailOf is the request's trail; an empty one outside a request.
func trailOf(ctx context.Context) *trail {
	if t, ok := ctx.Value(trailKey{}).(*trail); ok {
		return t
	}
	return &trail{}
}

const requestIDHeader = "X-Request-Id"

var saneRequestID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// observe gives each request its ID and, when it is over, its line in the log. The line
// has no path, query, header or body: those hold personal data.
func observe(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		t := &trail{requestID: r.Header.Get(requestIDHeader), route: "unmatched"}
		if !saneRequestID.MatchString(t.requestID) {
			t.requestID = uuid.NewString()
		}
		w.Header().Set(requestIDHeader, t.requestID)
		ctx := dealing.WithRequest(context.WithValue(r.Context(), trailKey{}, t), t.requestID)
		recorder := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(recorder, r.WithContext(ctx))
		log.LogAttrs(ctx, levelOf(t, recorder.status), "page",
			slog.String("method", r.Method), slog.String("route", t.route), slog.Int("status", recorder.status),
			slog.Duration("took", time.Since(began)), slog.String("request_id", t.requestID),
			slog.String("user_id", t.userID), slog.String("dealer_id", t.dealerID))
	})
}

func levelOf(t *trail, status int) slog.Level {
	switch {
	case status >= http.StatusInternalServerError:
		return slog.LevelError
	case strings.HasPrefix(t.route, "/static/"):
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
