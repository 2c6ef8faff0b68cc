package carriertest

import (
	"slices"
	"sync"
	"time"

	"github.com/latchkey/latchkey/carrier"
)

// Received is one call the simulator got. Addresses are not kept.
type Received struct {
	N           int          `json:"n"` // from 1, never reused
	Call        carrier.Call `json:"call"`
	Key         string       `json:"key"`
	ModuleLast4 string       `json:"module_last4,omitempty"`
	At          time.Time    `json:"at"`
	// Fault is the scripted one, empty when the call was served honestly.
	Fault string `json:"fault"`
	// Outcome is "pending" while the call is held, then "ok", the code it was
	// refused with, "answer_dropped", "client_left" or "simulator_closed".
	Outcome string `json:"outcome"`
}

// maxReceived bounds the list, for long demos and load tests; the oldest go first.
const maxReceived = 10_000

type journal struct {
	mu   sync.Mutex
	last int
	rows []Received
}

// Calls lists the calls received, oldest first.
func (s *Simulator) Calls() []Received { return s.journal.all() }

// Registrations lists the modules on the network, oldest first.
func (s *Simulator) Registrations() []Registered { return s.registry.all() }

func (j *journal) begin(name carrier.Call, asked call, fault string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last++
	if len(j.rows) == maxReceived {
		j.rows = slices.Delete(j.rows, 0, 1)
	}
	j.rows = append(j.rows, Received{
		N: j.last, Call: name, Key: asked.key, ModuleLast4: last4(asked.module),
		At: time.Now().UTC(), Fault: fault, Outcome: "pending",
	})
	return j.last
}

func (j *journal) end(n int, outcome string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	// The call may have been forgotten meanwhile.
	if i := slices.IndexFunc(j.rows, func(row Received) bool { return row.N == n }); i >= 0 {
		j.rows[i].Outcome = outcome
	}
}

func (j *journal) all() []Received {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]Received{}, j.rows...)
}

func (j *journal) forget() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.rows = nil
}
