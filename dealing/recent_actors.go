package dealing

import (
	"crypto/sha256"
	"sync"
	"time"
)

// actorBelieved is how long the record's answer about a key is believed without asking again.
// What is taken from a key through this desk it loses at once; what is taken from it
// elsewhere, on another replica or by an administrator's command, it loses within this time.
const actorBelieved = time.Second

// mostRecentActors bounds the memory. Only keys that are good are kept, so it takes as many
// programs at work within a second to reach it.
const mostRecentActors = 10_000

// recentActors are those whose keys were looked up within actorBelieved: a program that asks
// a hundred things in a second is looked up once. The zero value is empty.
type recentActors struct {
	mu sync.Mutex
	// era counts forget, so that an answer from before it is not kept after it.
	era   int
	byKey map[[sha256.Size]byte]recentActor
}

type recentActor struct {
	Actor
	until time.Time
}

// of is the actor of a key, if it was looked up recently. era goes back to keep with what the
// record answers otherwise.
func (r *recentActors) of(key [sha256.Size]byte, now time.Time) (actor Actor, known bool, era int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	recent, known := r.byKey[key]
	return recent.Actor, known && now.Before(recent.until), r.era
}

// keep keeps what the record was asked for at asked.
func (r *recentActors) keep(key [sha256.Size]byte, actor Actor, asked time.Time, era int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if era != r.era {
		return
	}
	if r.byKey == nil || len(r.byKey) >= mostRecentActors {
		r.byKey = map[[sha256.Size]byte]recentActor{}
	}
	r.byKey[key] = recentActor{actor, asked.Add(actorBelieved)}
}

// forget has the record asked again, for somebody may do less from now on.
func (r *recentActors) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.era++
	r.byKey = nil
}
