package portal

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// setUpPage is behind the link of a welcome e-mail.
type setUpPage struct {
	websiteFrame
	FirstName string
	LoginName string
	Action    string
	Password  field
	Repeat    field
	// Obstacle says why the link cannot be used; the form is shown when it is empty.
	Obstacle string
}

func (setUpPage) template() string { return "website_set_up" }

func newSetUpPage(setup dealing.Setup, token string, problems onboarding.Problems) setUpPage {
	f := newForm(problems)
	page := setUpPage{
		websiteFrame: websiteFrameOf("Choose a password", setup.Dealer), FirstName: setup.FirstName, LoginName: setup.LoginName,
		Action:   "/customer/set-up/" + token,
		Password: f.password("/password", "New password", "new-password", required, hint(onboarding.PasswordRule)),
		Repeat:   f.password("/repeat", "Repeat the password", "new-password", required),
	}
	page.Problems = f.summary()
	return page
}

func (s *site) showSetUp(c *gin.Context) error {
	setup, fault, err := s.desk.SetupByToken(c.Request.Context(), c.Param("token"))
	if err != nil {
		return err
	}
	page := newSetUpPage(setup, c.Param("token"), nil)
	page.Obstacle = fault.Message
	status := http.StatusOK
	if fault.Found() {
		status = http.StatusGone
	}
	return s.show(c, status, page)
}

func (s *site) setUp(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	ctx, token := c.Request.Context(), c.Param("token")
	setup, fault, err := s.desk.SetupByToken(ctx, token)
	if err != nil {
		return err
	}
	if fault.Found() {
		return s.showSetUp(c)
	}
	problems := repeated(typed.Get("/password"), typed.Get("/repeat"))
	if len(problems) == 0 {
		if fault, err = s.desk.ChoosePassword(ctx, token, typed.Get("/password")); err != nil {
			return err
		}
		problems = problemsAt("/password", fault)
	}
	if len(problems) > 0 {
		return s.show(c, http.StatusUnprocessableEntity, newSetUpPage(setup, token, problems))
	}
	s.customer.Put(ctx, sessionNotice, "Your password is set. Sign in with it now.")
	return seeOther(c, "/customer/sign-in")
}

func repeated(password, again string) onboarding.Problems {
	if password == again {
		return nil
	}
	return onboarding.Problems{{Field: "/repeat", Code: "mismatch", Message: "The two passwords differ. Repeat the password."}}
}

// passwordPage changes a customer's password.
type passwordPage struct {
	websiteFrame
	// Must says that the current one is a temporary one.
	Must bool
	passwordFields
}

func (passwordPage) template() string { return "website_password" }

func (s *site) newPasswordPage(c *gin.Context, problems onboarding.Problems) passwordPage {
	f := newForm(problems)
	page := passwordPage{
		websiteFrame: s.memberFrame(c, "Change your password"), Must: homeOf(c).MustChange, passwordFields: f.passwords(),
	}
	page.Problems = f.summary()
	return page
}

func (s *site) showPassword(c *gin.Context) error {
	return s.show(c, http.StatusOK, s.newPasswordPage(c, nil))
}

func (s *site) changePassword(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	if problems := repeated(typed.Get("/password"), typed.Get("/repeat")); len(problems) > 0 {
		return s.show(c, http.StatusUnprocessableEntity, s.newPasswordPage(c, problems))
	}
	session, fault, err := s.desk.ChangePassword(ctx, s.customerSession(ctx), typed.Get("/current"), typed.Get("/password"))
	if err != nil {
		return err
	}
	if fault.Found() {
		return s.show(c, http.StatusUnprocessableEntity, s.newPasswordPage(c, problemsAt(passwordField(fault), fault)))
	}
	if err := s.openCustomerSession(ctx, session); err != nil {
		return err
	}
	s.customer.Put(ctx, sessionNotice, "Your password is changed.")
	return seeOther(c, "/customer")
}

// passwordField is which of the two passwords a fault is about.
func passwordField(fault onboarding.Fault) string {
	if fault.Code == "wrong_password" || fault.Code == "locked" {
		return "/current"
	}
	return "/password"
}

// loginNamePage changes a customer's login name.
type loginNamePage struct {
	websiteFrame
	Name field
}

func (loginNamePage) template() string { return "website_login_name" }

func (s *site) newLoginNamePage(c *gin.Context, name string, fault onboarding.Fault) loginNamePage {
	f := newForm(problemsAt("/name", fault))
	page := loginNamePage{
		websiteFrame: s.memberFrame(c, "Change your login name"),
		Name:         f.text("/name", "Login name", name, required, fills("username"), hint("Less than 100 letters and numbers.")),
	}
	page.Problems = f.summary()
	return page
}

func (s *site) showLoginName(c *gin.Context) error {
	return s.show(c, http.StatusOK, s.newLoginNamePage(c, homeOf(c).Account.LoginName, onboarding.Fault{}))
}

func (s *site) changeLoginName(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	fault, err := s.desk.ChangeLoginName(ctx, s.customerSession(ctx), typed.Get("/name"))
	if err != nil {
		return err
	}
	if fault.Found() {
		return s.show(c, http.StatusUnprocessableEntity, s.newLoginNamePage(c, typed.Get("/name"), fault))
	}
	s.customer.Put(ctx, sessionNotice, "Your login name is changed. Use it the next time you sign in.")
	return seeOther(c, "/customer")
}

func packageName(id string) string {
	sold, _ := catalog.Current().Package(id)
	return sold.Name
}
