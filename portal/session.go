package portal

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/trail"
)

// What a session of the Partner Portal holds.
const (
	sessionUser   = "user"
	sessionDealer = "dealer"
	sessionStamp  = "stamp"
	// sessionIdentity is the link through which an identity provider opened the session.
	sessionIdentity = "identity"
	sessionNotice   = "notice" // told on the next page, once
	// sessionQuery is what was searched for. It may be a name, which no address should have.
	sessionQuery = "query"
)

// The cookie of the Partner Portal, and how long a session of it lasts at most and unused.
const (
	partnerCookie   = "latchkey-partner"
	partnerLifetime = 12 * time.Hour
	partnerIdle     = 2 * time.Hour
)

// sessions keeps the sessions of one of the two sites.
func (s *site) sessions(store scs.Store, cookie string, lifetime, idle time.Duration) *scs.SessionManager {
	manager := scs.New()
	manager.Store = store
	manager.Lifetime, manager.IdleTimeout = lifetime, idle
	manager.HashTokenInStore = true
	manager.Cookie.Name = cookie
	manager.Cookie.HttpOnly = true
	manager.Cookie.SameSite = http.SameSiteLaxMode
	manager.Cookie.Path = "/"
	if s.secure {
		manager.Cookie.Secure = true
		manager.Cookie.Name = "__Host-" + cookie
	}
	manager.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		s.log.LogAttrs(r.Context(), slog.LevelError, "session failed",
			slog.String("request_id", trail.Of(r.Context()).RequestID), slog.Any("error", err))
		s.showError(w, r, pageInternal)
	}
	return manager
}

// withSessions gives each site its own session. Files need none, and a stream must not
// have its session saved an hour after it was read.
func (s *site) withSessions(next http.Handler) http.Handler {
	partner, customer := s.partner.LoadAndSave(next), s.customer.LoadAndSave(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		switch {
		case strings.HasPrefix(path, "/static/"):
			next.ServeHTTP(w, r)
		case isStream(r):
			s.withReadSession(next).ServeHTTP(w, r)
		case path == "/customer" || strings.HasPrefix(path, "/customer/"):
			customer.ServeHTTP(w, r)
		default:
			partner.ServeHTTP(w, r)
		}
	})
}

// withReadSession reads the session and never writes it.
func (s *site) withReadSession(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := ""
		if cookie, err := r.Cookie(s.partner.Cookie.Name); err == nil {
			token = cookie.Value
		}
		ctx, err := s.partner.Load(r.Context(), token)
		if err != nil {
			s.partner.ErrorFunc(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func (s *site) session(ctx context.Context) dealing.Session {
	return dealing.Session{
		UserID: s.partner.GetString(ctx, sessionUser), DealerID: s.partner.GetString(ctx, sessionDealer),
		Stamp: s.partner.GetString(ctx, sessionStamp), IdentityID: s.partner.GetString(ctx, sessionIdentity),
	}
}

func (s *site) keepSession(ctx context.Context, session dealing.Session) {
	s.partner.Put(ctx, sessionUser, session.UserID)
	s.partner.Put(ctx, sessionDealer, session.DealerID)
	s.partner.Put(ctx, sessionStamp, session.Stamp)
	s.partner.Put(ctx, sessionIdentity, session.IdentityID)
}

// tell keeps a sentence for the next page.
func (s *site) tell(c *gin.Context, sentence string) {
	s.partner.Put(c.Request.Context(), sessionNotice, sentence)
}

type userKey struct{}

// userOf is who is signed in; user let nobody else through.
func userOf(c *gin.Context) dealing.User {
	user, _ := c.Request.Context().Value(userKey{}).(dealing.User)
	return user
}

// user lets those through who are signed in to the Partner Portal, and sends the others
// to sign in and come back.
func (s *site) user(handle func(*gin.Context) error) gin.HandlerFunc {
	return s.page(func(c *gin.Context) error {
		ctx := c.Request.Context()
		session := s.session(ctx)
		if session.UserID == "" {
			return s.toSignIn(c)
		}
		user, err := s.desk.UserOf(ctx, session)
		if errors.Is(err, dealing.ErrUnauthenticated) {
			if err := s.partner.Destroy(ctx); err != nil {
				return err
			}
			return s.toSignIn(c)
		}
		if err != nil {
			return err
		}
		actAs(c, user)
		if path := c.Request.URL.Path; user.MustChange && path != ownPasswordPath && path != "/sign-out" {
			return seeOther(c, ownPasswordPath)
		}
		return handle(c)
	})
}

// actAs notes who is signed in for the rest of the request.
func actAs(c *gin.Context, user dealing.User) {
	ctx := c.Request.Context()
	t := trail.Of(ctx)
	t.UserID, t.DealerID = user.UserID, user.DealerID
	c.Request = c.Request.WithContext(context.WithValue(ctx, userKey{}, user))
}

// operator lets those through who run the installation. For all others the pages do not
// exist.
func (s *site) operator(handle func(*gin.Context) error) gin.HandlerFunc {
	return s.user(func(c *gin.Context) error {
		if !userOf(c).SeesAll() {
			return errNoPage
		}
		return handle(c)
	})
}

// toSignIn remembers where to come back to. A page of the wizard that was sent is kept;
// no other form is sent again.
func (s *site) toSignIn(c *gin.Context) error {
	if fromScript(c) {
		// The page stays as it is: what is typed there can still be sent and kept.
		c.Status(http.StatusUnauthorized)
		return nil
	}
	if c.Request.Method == http.MethodPost && c.FullPath() == sectionRoute {
		typed, err := readForm(c)
		if err != nil {
			return err
		}
		return s.askToSignIn(c, c.Request.URL.Path, keep(typed))
	}
	if c.FullPath() == keptPath {
		typed, err := readForm(c)
		if err != nil {
			return err
		}
		return s.askToSignIn(c, typed.Get("next"), keep(keptIn(typed)))
	}
	target := "/sign-in"
	if back := c.Request.URL.Path; c.Request.Method == http.MethodGet && back != "/" {
		target += "?" + url.Values{"next": {back}}.Encode()
	}
	return seeOther(c, target)
}

// seeOther ends a form: a reload shows the next page again and sends nothing twice. A
// script that sent the form follows by a header, since it would not see the redirect.
func seeOther(c *gin.Context, target string) error {
	if fromScript(c) {
		c.Header("HX-Redirect", target)
		c.Status(http.StatusNoContent)
		return nil
	}
	c.Redirect(http.StatusSeeOther, target)
	return nil
}

// fromScript reports whether htmx asks, for a part of the page.
func fromScript(c *gin.Context) bool { return c.GetHeader("HX-Request") != "" }

// localPath is where to go after signing in: a path of this site, or the home page.
func localPath(typed string) string {
	parsed, err := url.Parse(typed)
	if err != nil || parsed.IsAbs() || parsed.Host != "" || !strings.HasPrefix(parsed.Path, "/") ||
		strings.HasPrefix(parsed.Path, "//") || strings.Contains(typed, `\`) {
		return "/"
	}
	return parsed.EscapedPath()
}
