package portal

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/onboarding"
)

// openIDButton is the element that leads to the identity provider.
const openIDButton = "openid"

// otherWays are the ways to sign in beside a password.
type otherWays struct {
	// Provider is what people call the identity provider; empty when there is none.
	Provider string
	OpenIDAt string
	// AsksPassword says that the page asks for one. Where the provider is required it does
	// only for those who follow PasswordAt.
	AsksPassword bool
	PasswordAt   string
	// SignOutAt is where who has just signed out here ends their session with the provider.
	SignOutAt string
}

// ButtonID is how a problem's link finds the way to the provider.
func (otherWays) ButtonID() string { return openIDButton }

func (s *site) otherWays(page signInPage) otherWays {
	offered := s.desk.SignInWays()
	ways := otherWays{Provider: offered.Provider, OpenIDAt: openIDPath, AsksPassword: offered.Password, PasswordAt: "/sign-in?with=password"}
	if next := page.Next; next != "/" && len(page.Kept) == 0 {
		back := url.Values{"next": {next}}.Encode()
		ways.OpenIDAt += "?" + back
		ways.PasswordAt += "&" + back
	}
	return ways
}

// askToSignIn shows the sign-in page with what was sent to a page that nobody is signed in for.
func (s *site) askToSignIn(c *gin.Context, next string, kept []keptField) error {
	page := newSignInPage("", next, kept, onboarding.Fault{})
	page.otherWays = s.otherWays(page)
	return s.show(c, http.StatusUnauthorized, page)
}

// keptPath saves a page of the wizard for who has signed in through the provider in another
// tab meanwhile: what was typed stays in the first one and goes to nobody else.
const keptPath = "/sign-in/kept"

func (s *site) saveKeptAfterwards(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	draftID, section, found := sectionAt(localPath(typed.Get("next")))
	if !found {
		return errNoPage
	}
	return s.saveKept(c, s.session(c.Request.Context()), draftID, section, keptIn(typed))
}
