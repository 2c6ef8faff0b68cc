package carriertest

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/latchkey/latchkey/carrier"
)

// Registered is a module on the simulated network. It is the row of
// GET /registrations and of the state file.
type Registered struct {
	Key          string                      `json:"key"`
	ID           string                      `json:"registration_id"`
	Request      carrier.RegistrationRequest `json:"request"`
	RegisteredAt time.Time                   `json:"registered_at"`
	SIMState     carrier.SIMState            `json:"sim_state"`
	// Template is the last one pushed; nil when none was.
	Template *carrier.Template `json:"template,omitempty"`
}

func (r Registered) registration() carrier.Registration {
	return carrier.Registration{ID: r.ID, Module: r.Request.Module, RegisteredAt: r.RegisteredAt, SIMState: r.SIMState}
}

// registry holds the registrations in the order they were made. Each change is
// on disk before it is answered.
type registry struct {
	mu   sync.Mutex
	file stateFile
	rows []Registered
}

func openRegistry(path string) (*registry, error) {
	file := stateFile(path)
	rows, err := file.load()
	if err != nil {
		return nil, err
	}
	return &registry{file: file, rows: rows}, nil
}

func (r *registry) all() []Registered {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Registered{}, r.rows...)
}

func (r *registry) moduleOf(key string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if i := r.byKey(key); i >= 0 {
		return r.rows[i].Request.Module
	}
	return ""
}

func (r *registry) register(key string, wanted carrier.RegistrationRequest, modules Modules) answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	if i := r.byKey(key); i >= 0 {
		if r.rows[i].Request != wanted {
			return refuse(http.StatusUnprocessableEntity, "idempotency_key_reused", "The key was used for another request.")
		}
		return answer{status: http.StatusOK, body: r.rows[i].registration()}
	}
	if code := modules(wanted.Module); code != "" {
		return refuseWith(code)
	}
	if r.byModule(wanted.Module) >= 0 {
		return refuseWith(carrier.ModuleAlreadyRegistered)
	}
	made := Registered{
		Key:          key,
		ID:           "reg_" + strings.ToLower(rand.Text()),
		Request:      wanted,
		RegisteredAt: time.Now().UTC().Truncate(time.Millisecond),
		SIMState:     carrier.SIMPendingActivation,
	}
	return r.commit(append(r.rows, made), answer{status: http.StatusCreated, body: made.registration()})
}

func (r *registry) find(key string) answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	if i := r.byKey(key); i >= 0 {
		return answer{status: http.StatusOK, body: r.rows[i].registration()}
	}
	return refuse(http.StatusNotFound, carrier.NoRegistration, "Nothing is registered under this key.")
}

func (r *registry) deregister(key string) answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	gone := answer{status: http.StatusNoContent}
	i := r.byKey(key)
	if i < 0 {
		return gone
	}
	return r.commit(slices.Delete(slices.Clone(r.rows), i, i+1), gone)
}

func (r *registry) pushTemplate(key string, template carrier.Template) answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := r.byKey(key)
	if i < 0 {
		return refuseWith(carrier.ModuleUnknown)
	}
	if template.ID == "" {
		return refuseWith(carrier.TemplateNotFound)
	}
	rows := slices.Clone(r.rows)
	rows[i].Template = &template
	return r.commit(rows, answer{status: http.StatusNoContent})
}

// activate marks a module's SIM active, which its first communication proves.
func (r *registry) activate(module string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := r.byModule(module)
	if i < 0 || r.rows[i].SIMState == carrier.SIMActive {
		return
	}
	rows := slices.Clone(r.rows)
	rows[i].SIMState = carrier.SIMActive
	r.commit(rows, answer{})
}

// commit makes rows the registry's, or answers that the carrier is down and
// changes nothing.
func (r *registry) commit(rows []Registered, done answer) answer {
	if err := r.file.save(rows); err != nil {
		return refuse(http.StatusServiceUnavailable, carrier.Unavailable, "The state file cannot be written: "+err.Error())
	}
	r.rows = rows
	return done
}

func (r *registry) byKey(key string) int {
	return slices.IndexFunc(r.rows, func(row Registered) bool { return row.Key == key })
}

func (r *registry) byModule(module string) int {
	return slices.IndexFunc(r.rows, func(row Registered) bool { return row.Request.Module == module })
}
