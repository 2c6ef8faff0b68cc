package portal

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/onboarding"
)

// signInPage is where users of the Partner Portal prove who they are.
type signInPage struct {
	frame
	LoginName field
	Password  field
	// Next is where to go afterwards.
	Next string
	// Kept is a page of the wizard that was sent when the session had ended.
	Kept []keptField
	otherWays
}

func (signInPage) template() string { return "sign_in" }

func newSignInPage(loginName, next string, kept []keptField, fault onboarding.Fault) signInPage {
	var problems onboarding.Problems
	if fault.Found() {
		problems = onboarding.Problems{{Field: "/login_name", Code: fault.Code, Message: fault.Message}}
	}
	f := newForm(problems)
	page := signInPage{
		frame:     frame{Title: "Sign in"},
		LoginName: f.text("/login_name", "Login name", loginName, required, fills("username")),
		Password:  f.password("/password", "Password", "current-password", required),
		Next:      localPath(next),
		Kept:      kept,
	}
	page.Problems = f.summary()
	return page
}

func (s *site) showSignIn(c *gin.Context) error {
	page := newSignInPage("", c.Query("next"), nil, onboarding.Fault{})
	page.otherWays = s.otherWays(page)
	page.AsksPassword = page.AsksPassword || c.Query("with") == "password"
	page.Notice = s.partner.PopString(c.Request.Context(), sessionNotice)
	if c.Query("left") == "openid" {
		page.SignOutAt = s.desk.SignOutElsewhere(c.Request.Context())
	}
	return s.show(c, http.StatusOK, page)
}

func (s *site) signIn(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	session, fault, err := s.desk.SignIn(ctx, typed.Get("/login_name"), typed.Get("/password"))
	if err != nil {
		return err
	}
	kept := keptIn(typed)
	if fault.Found() {
		page := newSignInPage(typed.Get("/login_name"), typed.Get("next"), keep(kept), fault)
		page.otherWays = s.otherWays(page)
		page.AsksPassword = true
		return s.show(c, http.StatusUnprocessableEntity, page)
	}
	// A token from before the sign-in may be known to somebody else.
	if err := s.partner.RenewToken(ctx); err != nil {
		return err
	}
	s.keepSession(ctx, session)
	next := localPath(typed.Get("next"))
	if draftID, section, found := sectionAt(next); found && len(kept) > 0 {
		return s.saveKept(c, session, draftID, section, kept)
	}
	return seeOther(c, next)
}

func (s *site) signOut(c *gin.Context) error {
	ctx := c.Request.Context()
	target := "/sign-in"
	if s.session(ctx).IdentityID != "" {
		target += "?left=openid"
	}
	if err := s.desk.SignOut(ctx, userOf(c).Actor); err != nil {
		return err
	}
	if err := s.partner.Destroy(ctx); err != nil {
		return err
	}
	forgetHere(c)
	return seeOther(c, target)
}

// forgetHere has the browser drop what a page kept in it: a form that could not be saved.
func forgetHere(c *gin.Context) { c.Header("Clear-Site-Data", `"storage"`) }

// switchDealer lets the session act for another of the user's dealers.
func (s *site) switchDealer(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	session, err := s.desk.SwitchDealer(ctx, s.session(ctx), typed.Get("dealer"))
	if err != nil {
		return err
	}
	s.keepSession(ctx, session)
	s.partner.Remove(ctx, sessionQuery)
	return seeOther(c, "/")
}

// home is the page that a visitor works from.
func (s *site) home(c *gin.Context) error {
	if userOf(c).SeesAll() {
		return seeOther(c, "/ops")
	}
	return seeOther(c, "/customers")
}
