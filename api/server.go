package api

import (
	"net/http"
	"time"
)

// NewServer makes the HTTP server for a handler, with every limit that a public server
// needs.
//
// There is no ReadTimeout on purpose: net/http would let its deadline cancel the context
// of a request that is still being answered. Bodies are bounded where they are read
// (readJSON); event streams move their own write deadline.
func NewServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
	}
}

const (
	// handlerTimeout bounds what a handler waits for. Submitting waits 5 s for its answer.
	handlerTimeout = 20 * time.Second
	// writeTimeout leaves a handler that ran into its own limit time to say so.
	writeTimeout = 30 * time.Second
	// bodyTimeout bounds how slowly a body may come.
	bodyTimeout = 10 * time.Second
)
