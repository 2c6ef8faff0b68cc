package portal

import (
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/trail"
)

// Config is what the portal works with. TemporalUIURL and Stopping may be left out.
type Config struct {
	Desk *dealing.Desk
	// Sessions and CustomerSessions keep who is signed in to the Partner Portal and to the
	// Customer Website: postgres.Store.Sessions of either door.
	Sessions         scs.Store
	CustomerSessions scs.Store
	Log              *slog.Logger
	Now              func() time.Time
	// CustomerURL is the address of the Customer Website as mails have it; its scheme says
	// whether cookies may travel over plain HTTP.
	CustomerURL string
	// TemporalUIURL and TemporalNamespace lead operators to a workflow; without the former
	// no links are shown.
	TemporalUIURL     string
	TemporalNamespace string
	// Stopping is closed when the server begins to stop, so that event streams end and
	// their pages come back to another replica. Nil when it never does.
	Stopping <-chan struct{}
}

// gin reads its mode when an engine is made.
func init() { gin.SetMode(gin.ReleaseMode) }

// site is what the handlers share.
type site struct {
	desk      *dealing.Desk
	log       *slog.Logger
	now       func() time.Time
	secure    bool
	temporal  workflowLinks
	stopping  <-chan struct{}
	assets    assets
	templates templates
	partner   *scs.SessionManager
	customer  *scs.SessionManager
}

// New makes the handler of the whole web site. It fails for a template or a static file
// that is not in order.
func New(config Config) (http.Handler, error) {
	s := &site{
		desk: config.Desk, log: config.Log, now: config.Now, stopping: config.Stopping,
		secure:   strings.HasPrefix(config.CustomerURL, "https://"),
		temporal: workflowLinks{strings.TrimRight(config.TemporalUIURL, "/"), config.TemporalNamespace},
	}
	var err error
	if s.assets, err = ourAssets(); err != nil {
		return nil, err
	}
	if s.templates, err = parseTemplates(templateFiles, template.FuncMap{"asset": s.assets.url}); err != nil {
		return nil, err
	}
	// Two sites, two cookies: who is signed in to one is nobody at the other.
	s.partner = s.sessions(config.Sessions, partnerCookie, partnerLifetime, partnerIdle)
	s.customer = s.sessions(config.CustomerSessions, "latchkey-customer", 24*time.Hour, time.Hour)

	engine := gin.New()
	// gin believes every proxy by default; nothing here needs a client's address.
	if err := engine.SetTrustedProxies(nil); err != nil {
		return nil, err
	}
	engine.HandleMethodNotAllowed = true
	engine.RedirectTrailingSlash = false
	engine.Use(trail.NoteRoute)
	s.routes(engine)

	sameOrigin := http.NewCrossOriginProtection()
	sameOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.showError(w, r, pageCrossOrigin) }))
	return observe(config.Log, s.guard(sameOrigin.Handler(s.withSessions(engine)))), nil
}

// routes is the site's table of contents.
func (s *site) routes(engine *gin.Engine) {
	engine.NoRoute(s.page(func(*gin.Context) error { return errNoPage }))
	engine.NoMethod(s.page(func(*gin.Context) error { return errNoMethod }))
	engine.GET("/static/*file", s.page(s.assets.serve))

	engine.GET("/", s.user(s.home))
	engine.GET("/sign-in", s.page(s.showSignIn))
	engine.POST("/sign-in", s.page(s.signIn))
	s.openIDRoutes(engine)
	engine.POST("/sign-out", s.user(s.signOut))
	engine.POST("/switch-dealer", s.user(s.switchDealer))

	engine.GET("/password", s.user(s.showOwnPassword))
	engine.POST("/password", s.user(s.changeOwnPassword))

	engine.GET("/customers", s.user(s.customers))
	engine.POST("/customers/search", s.user(s.searchCustomers))
	engine.GET("/customers/new", s.user(s.createCustomer))
	engine.GET("/customers/:id", s.user(s.customerFile))
	engine.GET("/customers/:id/created", s.user(s.created))
	engine.GET("/customers/:id/events", s.user(s.streamEvents))
	engine.POST("/customers/:id/welcome-letter", s.user(s.printLetter))
	engine.POST("/customers/:id/welcome-letter/email", s.user(s.emailLetter))
	engine.GET("/customers/:id/panel-activity", s.user(s.followPanel))
	engine.POST("/customers/:id/remove", s.user(s.removeVirtual))
	engine.GET(groupRoute, s.user(s.showGroup))
	engine.POST(groupRoute, s.user(s.joinGroup))
	engine.POST(groupRoute+"/new", s.user(s.createGroup))
	engine.POST(groupRoute+"/leave", s.user(s.leaveGroup))
	engine.POST(groupRoute+"/choices", s.user(s.findGroups))
	engine.POST("/customers/:id/decision", s.user(s.decide))
	engine.POST("/customers/:id/cancel", s.user(s.cancel))
	engine.POST("/customers/:id/wait", s.operator(s.adjustWait))
	engine.GET("/customers/:id/correct/:section", s.user(s.showCorrection))
	engine.POST("/customers/:id/correct/:section", s.user(s.correct))
	engine.GET("/customers/:id/change", s.user(s.showAccountCorrection))
	engine.POST("/customers/:id/change", s.user(s.correctAccount))
	engine.GET("/customers/:id/login-name", s.user(s.showRenaming))
	engine.POST("/customers/:id/login-name", s.user(s.renameLogin))
	engine.GET("/customers/:id/name", s.operator(s.showNameCorrection))
	engine.POST("/customers/:id/name", s.operator(s.correctName))

	engine.GET("/to-do", s.user(s.toDo))
	engine.POST("/to-do/:id/dismiss", s.user(s.dismissTask))

	engine.POST("/drafts", s.user(s.startDraft))
	engine.GET("/drafts/:id", s.user(s.taskList))
	engine.POST("/drafts/:id/discard", s.user(s.discardDraft))
	engine.POST("/drafts/:id/submit", s.user(s.submitDraft))
	engine.GET("/drafts/:id/confirmation", s.user(s.confirmation))
	engine.GET("/drafts/:id/coverage", s.user(s.coverage))
	engine.POST("/drafts/:id/module", s.user(s.lookUpModule))
	engine.POST("/drafts/:id/login-name", s.user(s.lookUpLogin))
	engine.GET(sectionRoute, s.user(s.showSection))
	engine.POST(sectionRoute, s.user(s.saveSection))

	engine.GET("/serial-picture", s.user(s.showSerialPicture))
	engine.GET("/ops", s.operator(s.stuck))
	engine.POST("/ops/resume", s.operator(s.resumeAll))

	s.importRoutes(engine)
	s.settingsRoutes(engine)
	s.changeRoutes(engine)
	s.commitmentRoutes(engine)
	s.installationRoutes(engine)

	engine.GET("/customer", s.member(s.websiteHome))
	engine.GET("/customer/set-up/:token", s.page(s.showSetUp))
	engine.POST("/customer/set-up/:token", s.page(s.setUp))
	engine.GET("/customer/sign-in", s.page(s.showWebsiteSignIn))
	engine.POST("/customer/sign-in", s.page(s.websiteSignIn))
	engine.POST("/customer/sign-out", s.page(s.websiteSignOut))
	engine.GET("/customer/new-link", s.page(s.showNewLink))
	engine.POST("/customer/new-link", s.page(s.askForLink))
	engine.GET("/customer/password", s.member(s.showPassword))
	engine.POST("/customer/password", s.member(s.changePassword))
	engine.GET("/customer/login-name", s.member(s.showLoginName))
	engine.POST("/customer/login-name", s.member(s.changeLoginName))
}

// page turns a handler that can fail into one of gin's.
func (s *site) page(handle func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := handle(c); err != nil {
			s.fail(c, err)
		}
	}
}
