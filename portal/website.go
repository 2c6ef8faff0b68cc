package portal

import (
	"context"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// What a session of the Customer Website holds.
const (
	sessionAccount       = "account"
	sessionCustomerStamp = "customer_stamp"
)

// websiteFrame is what every page of the Customer Website shows around its content.
type websiteFrame struct {
	Title      string
	DealerName string
	SignedIn   bool
	Notice     string
	Problems   []summaryLine
}

func websiteFrameOf(title string, dealer onboarding.Dealer) websiteFrame {
	return websiteFrame{Title: title, DealerName: dealer.Name}
}

func (s *site) customerSession(ctx context.Context) dealing.CustomerSession {
	return dealing.CustomerSession{
		AccountID: s.customer.GetString(ctx, sessionAccount), Stamp: s.customer.GetString(ctx, sessionCustomerStamp),
	}
}

// openCustomerSession begins anew, since the token from before may be known to somebody else.
func (s *site) openCustomerSession(ctx context.Context, session dealing.CustomerSession) error {
	if err := s.customer.RenewToken(ctx); err != nil {
		return err
	}
	s.customer.Put(ctx, sessionAccount, session.AccountID)
	s.customer.Put(ctx, sessionCustomerStamp, session.Stamp)
	return nil
}

type homeKey struct{}

func homeOf(c *gin.Context) dealing.CustomerHome {
	home, _ := c.Request.Context().Value(homeKey{}).(dealing.CustomerHome)
	return home
}

const passwordPath = "/customer/password"

// member lets those through who are signed in to the Customer Website. Who has a temporary
// password must change it before anything else.
func (s *site) member(handle func(*gin.Context) error) gin.HandlerFunc {
	return s.page(func(c *gin.Context) error {
		ctx := c.Request.Context()
		session := s.customerSession(ctx)
		if session.AccountID == "" {
			return seeOther(c, "/customer/sign-in")
		}
		home, err := s.desk.CustomerOf(ctx, session)
		if errors.Is(err, dealing.ErrUnauthenticated) {
			if err := s.customer.Destroy(ctx); err != nil {
				return err
			}
			return seeOther(c, "/customer/sign-in")
		}
		if err != nil {
			return err
		}
		if home.MustChange && c.Request.URL.Path != passwordPath {
			return seeOther(c, passwordPath)
		}
		c.Request = c.Request.WithContext(context.WithValue(ctx, homeKey{}, home))
		return handle(c)
	})
}

// websiteHomePage greets a customer.
type websiteHomePage struct {
	websiteFrame
	FirstName    string
	LoginName    string
	Package      string
	SupportEmail string
	SupportPhone string
	Communicated bool
	// Demonstration says that the system is a simulated one.
	Demonstration bool
}

func (websiteHomePage) template() string { return "website_home" }

func (s *site) websiteHome(c *gin.Context) error {
	home := homeOf(c)
	page := websiteHomePage{
		websiteFrame: s.memberFrame(c, "Welcome"), FirstName: home.Account.FirstName, LoginName: home.Account.LoginName,
		Package: packageName(home.Account.Package), SupportEmail: home.Dealer.SupportEmail, SupportPhone: home.Dealer.SupportPhone,
		Demonstration: home.Account.Kind == onboarding.KindVirtual,
		Communicated:  !home.Account.CommunicatedAt.IsZero(),
	}
	return s.show(c, http.StatusOK, page)
}

func (s *site) memberFrame(c *gin.Context, title string) websiteFrame {
	made := websiteFrameOf(title, homeOf(c).Dealer)
	made.SignedIn = true
	made.Notice = s.customer.PopString(c.Request.Context(), sessionNotice)
	return made
}

// websiteSignInPage is where customers prove who they are.
type websiteSignInPage struct {
	websiteFrame
	LoginName field
	Password  field
}

func (websiteSignInPage) template() string { return "website_sign_in" }

func newWebsiteSignInPage(loginName string, fault onboarding.Fault) websiteSignInPage {
	f := newForm(problemsAt("/login_name", fault))
	page := websiteSignInPage{
		websiteFrame: websiteFrame{Title: "Sign in"},
		LoginName:    f.text("/login_name", "Login name", loginName, required, fills("username")),
		Password:     f.password("/password", "Password", "current-password", required),
	}
	page.Problems = f.summary()
	return page
}

// problemsAt makes a problem of a fault; none of the zero one.
func problemsAt(pointer string, fault onboarding.Fault) onboarding.Problems {
	if !fault.Found() {
		return nil
	}
	return onboarding.Problems{{Field: pointer, Code: fault.Code, Message: fault.Message}}
}

func (s *site) showWebsiteSignIn(c *gin.Context) error {
	page := newWebsiteSignInPage("", onboarding.Fault{})
	page.Notice = s.customer.PopString(c.Request.Context(), sessionNotice)
	return s.show(c, http.StatusOK, page)
}

func (s *site) websiteSignIn(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	session, fault, err := s.desk.CustomerSignIn(ctx, typed.Get("/login_name"), typed.Get("/password"))
	if err != nil {
		return err
	}
	if fault.Found() {
		return s.show(c, http.StatusUnprocessableEntity, newWebsiteSignInPage(typed.Get("/login_name"), fault))
	}
	if err := s.openCustomerSession(ctx, session); err != nil {
		return err
	}
	return seeOther(c, "/customer")
}

func (s *site) websiteSignOut(c *gin.Context) error {
	ctx := c.Request.Context()
	if session := s.customerSession(ctx); session.AccountID != "" {
		// A session that has ended already is not noted again.
		if err := s.desk.CustomerSignOut(ctx, session); err != nil && !errors.Is(err, dealing.ErrUnauthenticated) {
			return err
		}
	}
	if err := s.customer.Destroy(ctx); err != nil {
		return err
	}
	forgetHere(c)
	return seeOther(c, "/customer/sign-in")
}
