package portal

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
)

const (
	// heartbeat keeps proxies from closing a quiet stream.
	heartbeat = 15 * time.Second
	// longestStream ends one that nobody may be reading; the browser opens another.
	longestStream = time.Hour
	eventBatch    = 100
)

// isStream reports whether a request is for events, which come as long as its page is open.
func isStream(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/customers/") && strings.HasSuffix(r.URL.Path, "/events") || isExport(r.URL.Path)
}

// streamEvents tells a page that there is something new, by the number of the last event;
// the page then reads itself anew. So there is one way to draw a timeline, not two.
func (s *site) streamEvents(c *gin.Context) error {
	after := lastEvent(c)
	// Watching begins before the first look, so that nothing falls in between.
	ctx, cancel := context.WithTimeout(c.Request.Context(), longestStream)
	defer cancel()
	woken, err := s.desk.Watch(ctx, userOf(c).Actor, c.Param("id"))
	if err != nil {
		return err
	}
	stream := &stream{site: s, actor: userOf(c).Actor, id: c.Param("id"), after: after}
	if err := stream.look(ctx); err != nil {
		return err
	}
	stream.follow(ctx, c.Writer, woken)
	return nil
}

// lastEvent is what the page knows: a browser that comes back says so in a header.
func lastEvent(c *gin.Context) int64 {
	typed := c.GetHeader("Last-Event-ID")
	if typed == "" {
		typed = c.Query("after")
	}
	after, err := strconv.ParseInt(typed, 10, 64)
	if err != nil {
		return 0
	}
	return after
}

// stream is one page that follows one onboarding.
type stream struct {
	site  *site
	actor dealing.Actor
	id    string
	after int64
	news  bool
	over  bool
}

// look reads whether there is something new. The row is read first: when it is final, the
// last of its events is among those read after it.
func (s *stream) look(ctx context.Context) error {
	row, err := s.site.desk.Onboarding(ctx, s.actor, s.id)
	if err != nil {
		return err
	}
	for {
		events, err := s.site.desk.Events(ctx, s.actor, s.id, s.after, eventBatch)
		if err != nil {
			return err
		}
		if len(events) == 0 {
			s.over = row.Status.Final()
			return nil
		}
		s.after, s.news = events[len(events)-1].Seq, true
	}
}

func (s *stream) follow(ctx context.Context, w http.ResponseWriter, woken <-chan struct{}) {
	connection := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // proxies hold small replies back otherwise
	w.WriteHeader(http.StatusOK)
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		// The server's write deadline is made for replies that end.
		_ = connection.SetWriteDeadline(time.Now().Add(2 * heartbeat))
		if err := s.send(w); err != nil {
			return
		}
		if err := connection.Flush(); err != nil || s.over {
			return
		}
		var open bool
		select {
		case _, open = <-woken:
		case <-beat.C: // a look without being woken, should a notice have been lost
			open = true
		case <-s.site.stopping:
		case <-ctx.Done():
		}
		if !open || s.look(ctx) != nil {
			return
		}
	}
}

func (s *stream) send(w http.ResponseWriter) error {
	text := ": still here\n\n"
	switch {
	case s.over:
		text = fmt.Sprintf("id: %d\nevent: over\ndata: %d\n\n", s.after, s.after)
	case s.news:
		text = fmt.Sprintf("id: %d\ndata: %d\n\n", s.after, s.after)
	}
	s.news = false
	_, err := fmt.Fprint(w, text)
	return err
}
