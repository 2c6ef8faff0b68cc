package e2e

import (
	"testing"
	"time"
)

// patience is how long anything may take: far more than it does, on a machine that
// builds something else at the same time.
const patience = 2 * time.Minute

// await looks again and again until look is satisfied, and returns what it saw then.
// what ends the sentence "waited for …".
func await[T any](t testing.TB, what string, look func() (T, bool)) T {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		seen, satisfied := look()
		if satisfied {
			return seen
		}
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("waited %s in vain for %s; last seen: %+v", patience, what, seen)
		}
	}
}
