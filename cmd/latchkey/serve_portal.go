package main

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/portal"
	"github.com/latchkey/latchkey/postgres"
)

// portalParts is what the web site is made of, beside what the API has made already.
type portalParts struct {
	desk        *dealing.Desk
	store       *postgres.Store
	customerURL string
	// temporalUIURL may be empty: operators then see no links to workflows.
	temporalUIURL string
	namespace     string
	stopping      <-chan struct{}
	log           *slog.Logger
}

// withPortal serves the web site beside the API on one address.
func withPortal(api http.Handler, parts portalParts) (http.Handler, error) {
	site, err := portal.New(portal.Config{
		Desk:     parts.desk,
		Sessions: parts.store.Sessions(onboarding.DoorPortal), CustomerSessions: parts.store.Sessions(onboarding.DoorWebsite),
		Log: parts.log, Now: time.Now, CustomerURL: parts.customerURL,
		TemporalUIURL: parts.temporalUIURL, TemporalNamespace: parts.namespace, Stopping: parts.stopping,
	})
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ofAPI(r.URL.Path) {
			api.ServeHTTP(w, r)
			return
		}
		site.ServeHTTP(w, r)
	}), nil
}

// ofAPI reports whether a path is one of the API's; the web site has all others.
func ofAPI(path string) bool {
	for _, own := range []string{"/v1", "/docs", "/openapi.json", "/healthz", "/readyz", "/metrics"} {
		if path == own || strings.HasPrefix(path, own+"/") {
			return true
		}
	}
	return false
}
