package portal

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/onboarding"
)

// newLinkPage is where a customer whose set-up link does not work any more asks for a new one.
type newLinkPage struct {
	websiteFrame
	LoginName field
}

func (newLinkPage) template() string { return "website_new_link" }

func askNewLink(loginName string, problems onboarding.Problems) newLinkPage {
	f := newForm(problems)
	page := newLinkPage{
		websiteFrame: websiteFrame{Title: "Ask for a new link"},
		LoginName:    f.text("/login_name", "Login name", loginName, required, fills("username"), hint("It is in your welcome letter.")),
	}
	page.Problems = f.summary()
	return page
}

func (s *site) showNewLink(c *gin.Context) error {
	return s.show(c, http.StatusOK, askNewLink("", nil))
}

// askForLink answers the same whether there is such a login or not: strangers must not
// learn it here.
func (s *site) askForLink(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	name := typed.Get("/login_name")
	if _, fault := onboarding.ParseLoginName(name); fault.Found() {
		return s.show(c, http.StatusUnprocessableEntity, askNewLink(name, problemsAt("/login_name", fault)))
	}
	ctx := c.Request.Context()
	if err := s.desk.AskForLink(ctx, name); err != nil {
		return err
	}
	s.customer.Put(ctx, sessionNotice, "If this login name belongs to an account, an email with a new link is on its way to the address that your dealer has on record. "+
		"It works once and for 24 hours, and there are at most three a day. If nothing comes, ask your dealer.")
	return seeOther(c, "/customer/sign-in")
}
