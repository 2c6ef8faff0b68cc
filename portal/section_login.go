package portal

import (
	"context"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/onboarding"
)

// loginContent is the seed's "Create a login name".
type loginContent struct {
	Name field
	// Suggestion is what an empty name becomes; empty when none is free.
	Suggestion string
	// Live is where the name is looked up while it is typed; empty when it is not.
	Live string
}

func (loginContent) part() string { return "section_login" }

func (loginContent) rows(f *form) []row { return rowsOf(f) }

func readLogin(_ context.Context, _ sheet, typed url.Values, answers *onboarding.Answers) error {
	answers.Login.Name = typed.Get("/login/name")
	return nil
}

func buildLogin(_ context.Context, s sheet, f *form) (content, error) {
	made := loginContent{Suggestion: s.review.SuggestedLogin}
	name := s.answers.Login.Name
	if name == "" {
		name = s.review.SuggestedLogin
	}
	made.Name = f.text("/login/name", "Desired Login Name", name, required, keyboard("text"))
	if s.live != "" {
		made.Live = s.live + "/login-name"
	}
	return made, nil
}

// loginAnswer says whether a login name can be had, while it is typed.
type loginAnswer struct{ Available, Obstacle string }

func (loginAnswer) template() string { return "login_answer" }

func (s *site) lookUpLogin(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	if _, err := s.desk.Draft(c.Request.Context(), userOf(c).Actor, c.Param("id")); err != nil {
		return err
	}
	name := typed.Get("/login/name")
	obstacle, err := s.desk.LoginObstacle(c.Request.Context(), name)
	if err != nil {
		return err
	}
	answer := loginAnswer{Obstacle: obstacle.Message}
	if !obstacle.Found() {
		answer.Available = "This login name is available."
	}
	return s.show(c, 200, answer)
}
