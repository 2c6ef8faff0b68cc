package portal

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// printLetter is "View & Print Welcome Letter". The PDF has a temporary password in it, so
// it is made for a form that was sent, never for a link, and nothing may keep it.
func (s *site) printLetter(c *gin.Context) error {
	accountID, err := s.accountOf(c)
	if err != nil {
		return err
	}
	pdf, err := s.desk.PrintLetter(c.Request.Context(), userOf(c).Actor, accountID)
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", `inline; filename="welcome-letter.pdf"`)
	c.Data(http.StatusOK, "application/pdf", pdf)
	return nil
}

// emailLetter is "Email Welcome Letter to Customer".
func (s *site) emailLetter(c *gin.Context) error {
	accountID, err := s.accountOf(c)
	if err != nil {
		return err
	}
	_, err = s.desk.EmailLetter(c.Request.Context(), userOf(c).Actor, accountID)
	var refusal *onboarding.Refusal
	switch {
	case errors.As(err, &refusal):
		s.tell(c, refusal.Sentence)
	case err != nil:
		return err
	default:
		s.tell(c, "The Welcome Letter is on its way to the customer's primary email address.")
	}
	return seeOther(c, "/customers/"+c.Param("id"))
}

// accountOf is the account of the customer that the address names.
func (s *site) accountOf(c *gin.Context) (string, error) {
	row, err := s.desk.Onboarding(c.Request.Context(), userOf(c).Actor, c.Param("id"))
	switch {
	case err != nil:
		return "", err
	case row.AccountID == "":
		return "", dealing.ErrNotFound
	}
	return row.AccountID, nil
}
