package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

func (s *surface) registerEvents(v1 huma.API) {
	handle(s, v1, operation{
		id: "stream-onboarding-events", method: http.MethodGet, path: "/onboardings/{id}/events", tag: "Onboardings", stream: true,
		summary: "Follow an onboarding",
		description: "Server-Sent Events: what has happened so far, then what happens, each with its sequence number as ID. " +
			"Last-Event-ID goes on where an earlier stream broke off. The stream ends after the onboarding does; " +
			"asking again then gives 204, which tells a browser's EventSource to stop.",
		responses: map[string]*huma.Response{
			"200": {Description: "Events, as they happen", Content: map[string]*huma.MediaType{
				"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString, Description: "The data of each event is a JSON object {seq, at, kind, step, code, by, note}"}},
			}},
			"204": {Description: "The onboarding is over and there is nothing after Last-Event-ID"},
		},
	}, s.streamEvents)
}

type streamIn struct {
	ID          string `path:"id"`
	LastEventID string `header:"Last-Event-ID" doc:"The ID of the last event that was received"`
	After       int64  `query:"after" minimum:"0" doc:"The same, for clients that cannot set the header"`
}

// Event is one line of an onboarding's history.
type Event struct {
	Seq  int64     `json:"seq"`
	At   time.Time `json:"at"`
	Kind string    `json:"kind"`
	Step string    `json:"step"`
	Code string    `json:"code"`
	By   string    `json:"by"`
	Note string    `json:"note"`
}

func viewEvent(event onboarding.Event) Event {
	return Event{
		Seq: event.Seq, At: event.At.UTC(), Kind: string(event.Kind), Step: string(event.Step),
		Code: event.Code, By: event.By, Note: event.Note,
	}
}

const (
	heartbeat = 15 * time.Second
	// longestStream lets a key that was revoked lose its streams too: clients reconnect.
	longestStream = 30 * time.Minute
	eventBatch    = 200
)

func (s *surface) streamEvents(ctx context.Context, in *streamIn) (*huma.StreamResponse, error) {
	after := in.After
	if in.LastEventID != "" {
		seq, err := strconv.ParseInt(in.LastEventID, 10, 64)
		if err != nil || seq < 0 {
			return nil, problemBadField("Last-Event-ID", "malformed", "Send the ID of an event of this stream.")
		}
		after = seq
	}
	// Watching begins before the first look, so that nothing falls in between.
	watching, cancel := context.WithTimeout(ctx, longestStream)
	woken, err := s.desk.Watch(watching, actorOf(ctx), in.ID)
	if err != nil {
		cancel()
		return nil, err
	}
	follower := &follower{desk: s.desk, actor: actorOf(ctx), id: in.ID, after: after, woken: woken, stopping: s.stopping}
	over, err := follower.look(watching)
	if err != nil {
		cancel()
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		defer cancel()
		if over && len(follower.events) == 0 {
			hctx.SetStatus(http.StatusNoContent)
			return
		}
		follower.follow(watching, humagin.Unwrap(hctx).Writer, over)
	}}, nil
}

// follower is one client of one onboarding's events.
type follower struct {
	desk     *dealing.Desk
	actor    dealing.Actor
	id       string
	after    int64
	woken    <-chan struct{}
	stopping <-chan struct{}
	// events are read but not yet sent.
	events []onboarding.Event
}

// look reads what is new. over is true when nothing more will come: the row was final
// before the events were read, so the last of them is among these.
func (f *follower) look(ctx context.Context) (over bool, err error) {
	row, err := f.desk.Onboarding(ctx, f.actor, f.id)
	if err != nil {
		return false, err
	}
	for {
		events, err := f.desk.Events(ctx, f.actor, f.id, f.after, eventBatch)
		if err != nil {
			return false, err
		}
		f.events = append(f.events, events...)
		if len(events) == 0 {
			return row.Status.Final(), nil
		}
		f.after = events[len(events)-1].Seq
	}
}

// follow sends events until the onboarding is over, the client leaves, or the server stops.
func (f *follower) follow(ctx context.Context, w http.ResponseWriter, over bool) {
	connection := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // proxies hold small replies back otherwise
	w.WriteHeader(http.StatusOK)
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		// The server's write deadline is made for replies that end.
		_ = connection.SetWriteDeadline(time.Now().Add(2 * heartbeat))
		if err := f.send(w); err != nil {
			return
		}
		if err := connection.Flush(); err != nil || over {
			return
		}
		var open bool
		select {
		case _, open = <-f.woken:
		case <-beat.C: // a look without being woken, should a notice have been lost
			_, err := fmt.Fprint(w, ": still here\n\n")
			open = err == nil
		case <-f.stopping:
		case <-ctx.Done():
		}
		if !open {
			return
		}
		var err error
		if over, err = f.look(ctx); err != nil {
			return
		}
	}
}

func (f *follower) send(w http.ResponseWriter) error {
	for _, event := range f.events {
		data, err := json.Marshal(viewEvent(event))
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "id: %d\ndata: %s\n\n", event.Seq, data); err != nil {
			return err
		}
	}
	f.events = nil
	return nil
}
