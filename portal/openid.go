package portal

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/trail"
)

// openIDPath begins a sign-in through the identity provider. It is a link and no form: a
// content policy that keeps forms here holds for where they are redirected to as well.
const openIDPath = "/sign-in/openid"

func (s *site) openIDRoutes(engine *gin.Engine) {
	engine.GET(openIDPath, s.page(s.beginOpenID))
	engine.GET(openIDPath+"/callback", s.page(s.finishOpenID))
	engine.POST(keptPath, s.user(s.saveKeptAfterwards))
}

// openIDCookie is what binds a sign-in to the browser that began it. Lax, since the answer
// comes by a redirect from another site.
func (s *site) openIDCookie(value string, life time.Duration) *http.Cookie {
	cookie := &http.Cookie{
		Name: "latchkey-openid", Value: value, Path: "/", MaxAge: int(life.Seconds()),
		HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode,
	}
	if s.secure {
		cookie.Name = "__Host-" + cookie.Name
	}
	return cookie
}

func (s *site) beginOpenID(c *gin.Context) error {
	next := localPath(c.Query("next"))
	begun, fault, err := s.desk.BeginOpenID(c.Request.Context(), next)
	if err != nil {
		return err
	}
	if fault.Found() {
		return s.refuseOpenID(c, next, fault)
	}
	http.SetCookie(c.Writer, s.openIDCookie(begun.Browser, begun.Life))
	return seeOther(c, begun.Address)
}

func (s *site) finishOpenID(c *gin.Context) error {
	browser := ""
	if cookie, err := c.Request.Cookie(s.openIDCookie("", 0).Name); err == nil {
		browser = cookie.Value
	}
	ctx := c.Request.Context()
	session, next, fault, err := s.desk.FinishOpenID(ctx, dealing.OpenIDAnswer{
		Browser: browser, State: c.Query("state"), Code: c.Query("code"), Issuer: c.Query("iss"), Error: c.Query("error"),
	})
	if err != nil {
		return err
	}
	next = localPath(next)
	if fault.Found() {
		return s.refuseOpenID(c, next, fault)
	}
	http.SetCookie(c.Writer, s.openIDCookie("", -time.Second))
	// A token from before the sign-in may be known to somebody else.
	if err := s.partner.RenewToken(ctx); err != nil {
		return err
	}
	s.keepSession(ctx, session)
	return seeOther(c, next)
}

// refuseOpenID shows the sign-in page with what was wrong: the way to begin again is there.
func (s *site) refuseOpenID(c *gin.Context, next string, fault onboarding.Fault) error {
	trail.Of(c.Request.Context()).Code = fault.Code
	page := newSignInPage("", next, nil, onboarding.Fault{})
	page.otherWays = s.otherWays(page)
	page.Problems = []summaryLine{{Href: "#" + openIDButton, Message: fault.Message}}
	status := http.StatusUnprocessableEntity
	if fault.Code == "provider_unavailable" {
		status = http.StatusServiceUnavailable
	}
	return s.show(c, status, page)
}
