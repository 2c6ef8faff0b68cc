package api

import (
	"errors"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/telemetry"
	"github.com/latchkey/latchkey/trail"
)

// Config is what the API works with.
type Config struct {
	Desk *dealing.Desk
	// PanelSecret signs the events of the panel network (Standard Webhooks, base64).
	PanelSecret string
	// Ready is asked by /readyz.
	Ready []Check
	Log   *slog.Logger
	// Metrics is what /metrics shows; the API adds its own.
	Metrics *prometheus.Registry
	// RequestsPerMinute is what one key may send to one replica; 0 means no limit.
	RequestsPerMinute int
	// Version is shown in the OpenAPI document.
	Version string
	// Stopping is closed when the server begins to stop, so that event streams end and
	// their clients come back to another replica. Nil when it never does.
	Stopping <-chan struct{}
}

// Check is one thing that must work before requests may come.
type Check = telemetry.Check

// These settings of gin and huma are package variables: they must be made before the
// first engine exists, and once.
func init() {
	gin.SetMode(gin.ReleaseMode)
	// A member that differs in case alone would be decoded all the same, and twice over.
	huma.ValidateStrictCasing = true
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return shapeProblem("", status, message, errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
		return shapeProblem(trail.Of(ctx.Context()).RequestID, status, message, errs)
	}
}

// surface is what the handlers share.
type surface struct {
	desk     *dealing.Desk
	log      *slog.Logger
	panel    *standardwebhooks.Webhook
	stopping <-chan struct{}
}

// New makes the API's handler. It fails for a panel secret that is not base64.
func New(config Config) (http.Handler, error) {
	panel, err := standardwebhooks.NewWebhook(config.PanelSecret)
	if err != nil || config.PanelSecret == "" {
		return nil, errors.New("api: the panel secret must be base64")
	}
	s := &surface{desk: config.Desk, log: config.Log, panel: panel, stopping: config.Stopping}

	engine := gin.New()
	// gin believes every proxy by default; nothing here needs a client's address.
	if err := engine.SetTrustedProxies(nil); err != nil {
		return nil, err
	}
	engine.HandleMethodNotAllowed = true
	engine.RedirectTrailingSlash = false
	engine.UseRawPath = true // an escaped slash belongs to the value it stands in
	engine.Use(trail.NoteRoute)
	engine.NoRoute(func(c *gin.Context) { writeProblem(c.Writer, c.Request, problemNoRoute()) })
	engine.NoMethod(func(c *gin.Context) { writeProblem(c.Writer, c.Request, problemNoMethod()) })

	described := humagin.New(engine, describe(config.Version))
	s.register(described)
	if err := serveDocs(engine, described.OpenAPI()); err != nil {
		return nil, err
	}
	serveHealth(engine, config.Ready, config.Log)
	metrics := newMetrics(config.Metrics)
	engine.GET("/metrics", gin.WrapH(metrics.handler))

	var handler http.Handler = engine
	handler = limitRate(config.RequestsPerMinute, handler)
	handler = guard(config.Log, handler)
	return observe(config.Log, metrics, handler), nil
}

// register is the API's table of contents.
func (s *surface) register(described huma.API) {
	v1 := huma.NewGroup(described, "/v1")
	v1.UseMiddleware(s.bound, s.authenticate, readJSON)
	s.registerDrafts(v1)
	s.registerOnboardings(v1)
	s.registerCommitments(v1)
	s.registerEvents(v1)
	s.registerDecisions(v1)
	s.registerOperators(v1)
	s.registerChoices(v1)
	s.registerPlans(v1)
	s.registerDirectory(v1)
	s.registerSettings(v1)
	s.registerDefaultNotifications(v1)
	s.registerLookUps(v1)
	s.registerInstallations(v1)
	s.registerAccounts(v1)
	s.registerImports(v1)
	s.registerExports(v1)
	s.registerVirtual(v1)
	s.registerEnterpriseGroups(v1)
	s.registerCorrections(v1)
	s.registerTasks(v1)
	s.registerSwaps(v1)
	s.registerTerminations(v1)
	s.registerPanelEvents(v1)
	s.registerWebhooks(v1)
	s.registerErasure(v1)
	completeDocument(described.OpenAPI())
}
