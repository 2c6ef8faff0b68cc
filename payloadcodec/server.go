package payloadcodec

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"

	"go.temporal.io/sdk/converter"
)

// maxBody is the longest request: the payloads of a page of a history.
const maxBody = 16 << 20

// What Admit says of those who may not decode.
var (
	// ErrUnknownCaller: no credentials, or none that are known.
	ErrUnknownCaller = errors.New("sign in to the Partner Portal as an operator, or send an operator's API key")
	// ErrNoOperator: somebody who does not run the installation.
	ErrNoOperator = errors.New("operators and administrators alone may read payloads")
)

// ServerConfig is what a codec server needs.
type ServerConfig struct {
	Codec *Codec
	// UI is the address of Temporal's web UI. No other page may ask.
	UI string
	// Admit finds who asks, by the ID that the log shall have. ErrUnknownCaller and
	// ErrNoOperator are the callers' fault, anything else is ours.
	Admit func(*http.Request) (userID string, err error)
	Log   *slog.Logger
}

// NewServer decrypts for operators, and encrypts what they type: the protocol that
// Temporal's UI and CLI expect of a codec endpoint.
func NewServer(config ServerConfig) (http.Handler, error) {
	ui, err := url.Parse(config.UI)
	if err != nil || ui.Host == "" || ui.Scheme != "http" && ui.Scheme != "https" {
		return nil, errors.New("the address of Temporal's UI is no URL; give one such as https://temporal.example.com")
	}
	server := &server{config, ui.Scheme + "://" + ui.Host, converter.NewPayloadCodecHTTPHandler(config.Codec)}
	mux := http.NewServeMux()
	// Under /codec as well, for a proxy that puts this server beside the portal.
	for _, path := range []string{"/encode", "/decode", "/codec/encode", "/codec/decode"} {
		mux.HandleFunc("OPTIONS "+path, server.preflight)
		mux.HandleFunc("POST "+path, server.translate)
	}
	return mux, nil
}

type server struct {
	ServerConfig
	origin string
	codec  http.Handler
}

// preflight answers a browser that asks whether the page may ask.
func (s *server) preflight(w http.ResponseWriter, r *http.Request) {
	if !s.allowsOrigin(w, r) {
		return
	}
	header := w.Header()
	header.Set("Access-Control-Allow-Methods", http.MethodPost)
	header.Set("Access-Control-Allow-Headers", "Authorization, Authorization-Extras, Content-Type, X-Namespace")
	header.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
}

func (s *server) translate(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	if !s.allowsOrigin(w, r) {
		return
	}
	userID, err := s.Admit(r)
	switch {
	case errors.Is(err, ErrUnknownCaller):
		header.Set("WWW-Authenticate", "Bearer")
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	case errors.Is(err, ErrNoOperator):
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	case err != nil:
		s.Log.ErrorContext(r.Context(), "codec server cannot tell who asks", "error", err)
		http.Error(w, "try again in a moment", http.StatusServiceUnavailable)
		return
	}
	s.Log.InfoContext(r.Context(), "payloads translated", "user_id", userID, "path", r.URL.Path)
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	s.codec.ServeHTTP(w, r)
}

// allowsOrigin lets pages of Temporal's UI through, and programs, which are no page. A
// browser sends a session's cookie for whatever page it shows, so the others are refused
// and not only kept from reading the answer.
func (s *server) allowsOrigin(w http.ResponseWriter, r *http.Request) bool {
	header := w.Header()
	header.Add("Vary", "Origin")
	switch origin := r.Header.Get("Origin"); origin {
	case "":
		return true
	case s.origin:
		header.Set("Access-Control-Allow-Origin", origin)
		header.Set("Access-Control-Allow-Credentials", "true")
		return true
	default:
		http.Error(w, "this page may not ask", http.StatusForbidden)
		return false
	}
}
