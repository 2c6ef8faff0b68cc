package api_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/api"
	"github.com/latchkey/latchkey/onboarding"
)

// stream is an open event stream.
type stream struct {
	response *http.Response
	lines    *bufio.Scanner
}

func (o *office) follow(t *testing.T, id, lastEventID string) *stream {
	t.Helper()
	request := o.request(t, http.MethodGet, "/v1/onboardings/"+id+"/events", o.key, nil, "Accept", "text/event-stream")
	if lastEventID != "" {
		request.Header.Set("Last-Event-ID", lastEventID)
	}
	response, err := (&http.Client{Timeout: 30 * time.Second}).Do(request)
	require.NoError(t, err)
	t.Cleanup(func() { response.Body.Close() })
	return &stream{response, bufio.NewScanner(response.Body)}
}

// next reads one event; false when the stream ended.
func (s *stream) next(t *testing.T) (id string, event api.Event, ok bool) {
	t.Helper()
	for s.lines.Scan() {
		line := s.lines.Text()
		if after, found := strings.CutPrefix(line, "id: "); found {
			id = after
		}
		if after, found := strings.CutPrefix(line, "data: "); found {
			require.NoError(t, json.Unmarshal([]byte(after), &event))
			return id, event, true
		}
	}
	require.NoError(t, s.lines.Err())
	return "", api.Event{}, false
}

func (s *stream) until(t *testing.T, kind onboarding.EventKind) (id string) {
	t.Helper()
	for {
		id, event, ok := s.next(t)
		require.True(t, ok, "the stream ended before %s", kind)
		if event.Kind == string(kind) {
			return id
		}
	}
}

func TestEvents_TellWhatHappensAndEndWithTheOnboarding(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.submit(t)
	following := o.follow(t, id, "")
	require.Equal(t, http.StatusOK, following.response.StatusCode)
	require.Equal(t, "text/event-stream", following.response.Header.Get("Content-Type"))
	_, first, ok := following.next(t)
	require.True(t, ok)
	require.Equal(t, "submitted", first.Kind)

	o.park(t, id, onboarding.StepCheckCoverage, onboarding.ReasonNoCoverage)
	parkedID := following.until(t, onboarding.EventParked)
	o.transition(t, id, 9, onboarding.EventCancelled, onboarding.StatusCancelled)
	lastID := following.until(t, onboarding.EventCancelled)
	_, _, more := following.next(t)
	require.False(t, more)

	resumed := o.follow(t, id, parkedID)
	gotID, event, ok := resumed.next(t)
	require.True(t, ok)
	require.Equal(t, "cancelled", event.Kind)
	require.Equal(t, lastID, gotID)

	// 204 is what makes a browser's EventSource stop asking.
	require.Equal(t, http.StatusNoContent, o.follow(t, id, lastID).response.StatusCode)
}

func TestEvents_EndWhenTheServerStops(t *testing.T) {
	t.Parallel()
	stopping := make(chan struct{})
	o := open(t, func(c *api.Config) { c.Stopping = stopping })
	following := o.follow(t, o.submit(t), "")
	_, _, ok := following.next(t)
	require.True(t, ok)
	close(stopping)
	for ok {
		_, _, ok = following.next(t)
	}
}
