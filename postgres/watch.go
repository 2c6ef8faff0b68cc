package postgres

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// Watch wakes the caller through the channel whenever the onboarding may have new
// events, until ctx is done or the store is closed, when the channel is closed. Wakes
// are not counted: read the events after the last one seen at every wake, and once
// after the call returned.
func (s *Store) Watch(ctx context.Context, onboardingID string) (<-chan struct{}, error) {
	return s.watchers.add(ctx, idOf(onboardingID).String()), nil
}

// hub listens on one connection of its own for everybody who watches an onboarding.
type hub struct {
	config *pgx.ConnConfig
	stop   context.CancelFunc
	ended  context.Context
	start  func()
	done   sync.WaitGroup

	mu       sync.Mutex
	watching map[string]map[chan struct{}]bool
}

func newHub(config *pgx.ConnConfig) *hub {
	ended, stop := context.WithCancel(context.Background())
	h := &hub{config: config, stop: stop, ended: ended, watching: map[string]map[chan struct{}]bool{}}
	// The connection is made for the first watcher: most processes never have one.
	h.start = sync.OnceFunc(func() { h.done.Go(h.listen) })
	return h
}

func (h *hub) close() {
	h.stop()
	h.done.Wait()
}

func (h *hub) add(ctx context.Context, id string) <-chan struct{} {
	wake := make(chan struct{}, 1)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ended.Err() != nil {
		close(wake)
		return wake
	}
	if h.watching[id] == nil {
		h.watching[id] = map[chan struct{}]bool{}
	}
	h.watching[id][wake] = true
	h.start()
	h.done.Go(func() {
		select {
		case <-ctx.Done():
		case <-h.ended.Done():
		}
		h.remove(id, wake)
	})
	return wake
}

func (h *hub) remove(id string, wake chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.watching[id], wake)
	if len(h.watching[id]) == 0 {
		delete(h.watching, id)
	}
	close(wake)
}

const (
	reconnectPause    = 100 * time.Millisecond
	maxReconnectPause = 5 * time.Second
)

// listen keeps a connection listening. What happened while there was none is unknown,
// so that everybody is woken when it stands again.
func (h *hub) listen() {
	for pause := reconnectPause; h.ended.Err() == nil; pause = min(2*pause, maxReconnectPause) {
		if h.listenOnce() {
			pause = reconnectPause
		}
		select {
		case <-time.After(pause):
		case <-h.ended.Done():
		}
	}
}

const sqlListen = `LISTEN onboarding_events`

// listenOnce listens until the connection breaks, and reports whether it ever stood.
func (h *hub) listenOnce() bool {
	conn, err := pgx.ConnectConfig(h.ended, h.config)
	if err != nil {
		return false
	}
	defer conn.Close(context.WithoutCancel(h.ended))
	if _, err := conn.Exec(h.ended, sqlListen); err != nil {
		return false
	}
	h.wakeAll()
	for {
		notification, err := conn.WaitForNotification(h.ended)
		if err != nil {
			return true
		}
		h.wake(notification.Payload)
	}
}

func (h *hub) wake(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	wakeEach(h.watching[id])
}

func (h *hub) wakeAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, channels := range h.watching {
		wakeEach(channels)
	}
}

// wakeEach never waits: a channel that is full says already that there is something new.
func wakeEach(channels map[chan struct{}]bool) {
	for channel := range channels {
		select {
		case channel <- struct{}{}:
		default:
		}
	}
}
