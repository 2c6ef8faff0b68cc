package portal

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// passwordFields ask for the current password and for the new one twice.
type passwordFields struct {
	Current  field
	Password field
	Repeat   field
}

func (f *form) passwords() passwordFields {
	return passwordFields{
		Current:  f.password("/current", "Current password", "current-password", required),
		Password: f.password("/password", "New password", "new-password", required, hint(onboarding.PasswordRule)),
		Repeat:   f.password("/repeat", "Repeat the new password", "new-password", required),
	}
}

const ownPasswordPath = "/password"

// ownPasswordPage changes the password of a user of the Partner Portal.
type ownPasswordPage struct {
	frame
	// Must says that there is no way around it.
	Must bool
	passwordFields
}

func (ownPasswordPage) template() string { return "password" }

func (s *site) showOwnPassword(c *gin.Context) error {
	return s.askOwnPassword(c, http.StatusOK, nil)
}

func (s *site) askOwnPassword(c *gin.Context, status int, problems onboarding.Problems) error {
	base, err := s.frame(c, "Change your password", navPassword)
	if err != nil {
		return err
	}
	f := newForm(problems)
	page := ownPasswordPage{frame: base, Must: userOf(c).MustChange, passwordFields: f.passwords()}
	page.Problems = f.summary()
	return s.show(c, status, page)
}

func (s *site) changeOwnPassword(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	if problems := repeated(typed.Get("/password"), typed.Get("/repeat")); len(problems) > 0 {
		return s.askOwnPassword(c, http.StatusUnprocessableEntity, problems)
	}
	session, fault, err := s.desk.ChangeOwnPassword(ctx, s.session(ctx), typed.Get("/current"), typed.Get("/password"))
	if errors.Is(err, dealing.ErrUnauthenticated) {
		return s.toSignIn(c)
	}
	if err != nil {
		return err
	}
	if fault.Found() {
		return s.askOwnPassword(c, http.StatusUnprocessableEntity, problemsAt(passwordField(fault), fault))
	}
	// A token from before the change may be known to somebody else.
	if err := s.partner.RenewToken(ctx); err != nil {
		return err
	}
	s.keepSession(ctx, session)
	s.tell(c, "Your password is changed. Your other sessions have ended.")
	return seeOther(c, "/")
}
