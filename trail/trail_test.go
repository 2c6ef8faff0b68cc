package trail_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/trail"
)

// follow serves one request through gin and returns the reply and the log.
func follow(t *testing.T, path, id string, handler gin.HandlerFunc) (*httptest.ResponseRecorder, string) {
	t.Helper()
	var lines bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&lines, nil))
	engine := gin.New()
	engine.Use(trail.NoteRoute)
	engine.GET("/customers/:name", handler)
	followed := trail.Begin(engine, func(ctx context.Context, t *trail.Trail, method string, status int, took time.Duration) {
		t.Log(ctx, log, method, status, took, func(string) bool { return false })
	})
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	request.Header.Set(trail.Header, id)
	reply := httptest.NewRecorder()
	followed.ServeHTTP(reply, request)
	return reply, lines.String()
}

func TestBegin_TellsTheRouteAndNeverThePath(t *testing.T) {
	t.Parallel()
	_, log := follow(t, "/customers/john-doe?mail=john@example.com", "request-1", func(c *gin.Context) {
		trail.Of(c.Request.Context()).UserID = "user-1"
		c.Status(http.StatusTeapot)
		c.Writer.WriteHeaderNow()
	})
	require.Contains(t, log, `"route":"/customers/:name","status":418`)
	require.Contains(t, log, `"request_id":"request-1","user_id":"user-1"`)
	require.NotContains(t, log, "john")
}

func TestBegin_TakesTheClientsIDOnlyWhenItIsSane(t *testing.T) {
	t.Parallel()
	ok := func(c *gin.Context) { c.Status(http.StatusOK) }
	reply, _ := follow(t, "/customers/a", "client-chosen-1", ok)
	require.Equal(t, "client-chosen-1", reply.Header().Get(trail.Header))
	for _, hostile := range []string{"", "short", "two words and\ta tab", "<script>alert(1)</script>"} {
		reply, log := follow(t, "/customers/a", hostile, ok)
		require.Regexp(t, `^[0-9a-f-]{36}$`, reply.Header().Get(trail.Header))
		require.NotContains(t, log, "script")
	}
}

func TestWritten_KnowsWhetherAReplyIsOnItsWay(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	followed := trail.Begin(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		seen["before"] = trail.Written(w)
		_, err := w.Write([]byte("x"))
		seen["after"] = trail.Written(w) && err == nil
	}), func(context.Context, *trail.Trail, string, int, time.Duration) {})
	followed.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	require.Equal(t, map[string]bool{"before": false, "after": true}, seen)
}
