// Package carriertest is a carrier to develop and test against: it speaks the
// protocol of package carrier over real HTTP, keeps registrations as the real
// thing does, and fails on request. `latchkey simulator` runs it.
//
// Besides the protocol it serves, without a token, for scripts and people:
//
//	GET    /                               what it is, its registrations and calls
//	PUT    /script, GET /script            the faults to come (see Row)
//	GET    /calls, DELETE /calls           the calls received (see Received)
//	GET    /registrations                  the modules on the network
//	POST   /panels/{module}/communicate    make a panel communicate (see PanelEvent)
package carriertest

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/latchkey/latchkey/carrier"
)

// Options says how a Simulator behaves. The zero value is ready for tests.
type Options struct {
	// Addr is where Start listens; empty means a free port of the loopback.
	Addr string
	// Token is the bearer token that protocol calls must carry; empty accepts any.
	Token string
	// StateFile keeps registrations over restarts and kill -9; empty keeps them
	// in memory only.
	StateFile string
	// Modules decides which identifiers can be registered; nil means AnyModule.
	Modules Modules
	// Coverage are the rules for coverage reports; nil means DefaultCoverage.
	Coverage []CoverageRule
	// PanelEventsURL receives panel events, signed with PanelSecret (the base64
	// form of Standard Webhooks, with or without whsec_). Without a URL no panel
	// can communicate.
	PanelEventsURL string
	PanelSecret    string
}

// Simulator is a carrier. It is an http.Handler; Start gives it a port of its own.
type Simulator struct {
	token    string
	addr     string
	modules  Modules
	coverage []CoverageRule
	registry *registry
	script   script
	journal  journal
	panels   *panels
	routes   http.Handler

	server    *http.Server
	listener  net.Listener
	serving   sync.WaitGroup
	closing   chan struct{}
	closeOnce sync.Once
}

// New makes a simulator and loads its state. It fails when the state file or the
// panel secret cannot be read.
func New(options Options) (*Simulator, error) {
	registry, err := openRegistry(options.StateFile)
	if err != nil {
		return nil, err
	}
	panels, err := newPanels(options.PanelEventsURL, options.PanelSecret)
	if err != nil {
		return nil, err
	}
	s := &Simulator{
		token:    options.Token,
		addr:     options.Addr,
		modules:  options.Modules,
		coverage: options.Coverage,
		registry: registry,
		panels:   panels,
		closing:  make(chan struct{}),
	}
	if s.addr == "" {
		s.addr = "127.0.0.1:0"
	}
	if s.modules == nil {
		s.modules = AnyModule
	}
	if s.coverage == nil {
		s.coverage = DefaultCoverage()
	}
	s.routes = s.buildRoutes()
	return s, nil
}

func (s *Simulator) buildRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /v1/coverage", s.protocol(carrier.CheckCoverage, s.readCoverage))
	mux.Handle("PUT /v1/registrations/{key}", s.protocol(carrier.RegisterModule, s.readRegister))
	mux.Handle("GET /v1/registrations/{key}", s.protocol(carrier.FindRegistration, s.readFind))
	mux.Handle("DELETE /v1/registrations/{key}", s.protocol(carrier.DeregisterModule, s.readDeregister))
	mux.Handle("PUT /v1/panels/{key}/template", s.protocol(carrier.PushTemplate, s.readPush))
	mux.HandleFunc("GET /healthz", s.serveHealth)

	mux.HandleFunc("PUT /script", s.serveSetScript)
	mux.HandleFunc("GET /script", s.serveScript)
	mux.HandleFunc("GET /calls", s.serveCalls)
	mux.HandleFunc("DELETE /calls", s.serveForgetCalls)
	mux.HandleFunc("GET /registrations", s.serveRegistrations)
	mux.HandleFunc("POST /panels/{module}/communicate", s.serveCommunicate)
	mux.HandleFunc("GET /{$}", s.servePage)
	return mux
}

// ServeHTTP serves the protocol and the pages around it.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.routes.ServeHTTP(w, r) }

// Start listens and serves until Close.
func (s *Simulator) Start() error {
	listener, err := net.Listen("tcp", s.addr)
	if err != nil {
		return fmt.Errorf("carrier simulator: %w", err)
	}
	s.listener = listener
	// No read or write timeout: either would end a scripted hang before the client does.
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: 5 * time.Second}
	s.serving.Go(func() {
		// Serve ends when the listener does, which only Close brings about; there
		// is nobody to tell.
		_ = s.server.Serve(listener)
	})
	return nil
}

// URL is the base URL to configure a client with, once started.
func (s *Simulator) URL() string {
	if s.listener == nil {
		return ""
	}
	return "http://" + s.listener.Addr().String()
}

// Close lets go of hanging requests and stops serving.
func (s *Simulator) Close() error {
	s.closeOnce.Do(func() { close(s.closing) })
	s.panels.close()
	if s.server == nil {
		return nil
	}
	err := s.server.Close()
	s.serving.Wait()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
