package portal

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding"
)

func (s *site) showNotifications(c *gin.Context, status int, typed url.Values, problems onboarding.Problems) error {
	page, _, err := s.notificationsPage(c, typed, problems)
	if err != nil {
		return err
	}
	return s.show(c, status, page)
}

// showNotificationsConflict shows what somebody else saved meanwhile beside what was typed.
func (s *site) showNotificationsConflict(c *gin.Context, typed url.Values) error {
	page, kept, err := s.notificationsPage(c, typed, nil)
	if err != nil {
		return err
	}
	theirs := []row{{"Notifications", notificationLabels(kept.Kinds)}}
	yours := []row{{"Notifications", notificationLabels(typed["/notifications"])}}
	page.Forms[0].Conflict = conflictOver(kept.Saved, page.Forms[0].Action, theirs, yours)
	return s.show(c, http.StatusConflict, page)
}

func (s *site) notificationsPage(c *gin.Context, typed url.Values, problems onboarding.Problems) (settingsPage, onboarding.DefaultNotifications, error) {
	page, err := s.settingsPage(c, "Default notifications", "/notifications")
	if err != nil {
		return page, onboarding.DefaultNotifications{}, err
	}
	kept, err := s.desk.DefaultNotifications(c.Request.Context(), userOf(c).Actor, page.Dealer.ID)
	if err != nil {
		return page, kept, err
	}
	chosen := kept.Kinds
	if typed.Get("form") == "/notifications" {
		chosen = typed["/notifications"]
	}
	f := newForm(problems)
	page.Intro = "What customers of new accounts are told of when Apply Default Notifications is ticked. Each account gets a copy: what you change here leaves the accounts there are alone, and what a customer changes leaves this list alone."
	page.Forms = []settingsForm{{
		ID: "/notifications", Title: "Tell new customers of", Action: here(c, "/notifications"), Button: "Save",
		Hidden: versionSeen(kept.Saved.Version, typed, problems),
		Fields: []field{f.ticks("/notifications", "Notifications", notificationOptions(chosen))},
	}}
	page.Problems = f.summary()
	return page, kept, nil
}

func notificationOptions(chosen []string) []option {
	var options []option
	for _, n := range catalog.Current().Notifications() {
		options = append(options, option{Value: n.ID, Label: n.Label, Help: n.Meaning, Chosen: slices.Contains(chosen, n.ID)})
	}
	return options
}

// notificationLabels are notifications as people read them, in the order of the form.
func notificationLabels(kinds []string) string {
	var labels []string
	for _, o := range notificationOptions(kinds) {
		if o.Chosen {
			labels = append(labels, o.Label)
		}
	}
	if len(labels) == 0 {
		return "None"
	}
	return strings.Join(labels, ", ")
}

func (s *site) changeNotifications(c *gin.Context) error {
	return s.answer(c, answered{
		do: func(typed url.Values) error {
			version, _ := strconv.Atoi(typed.Get("version")) // what is no version was never saved
			_, err := s.desk.ChangeDefaultNotifications(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), typed["/notifications"], version)
			return err
		},
		again: s.showNotifications, stale: s.showNotificationsConflict, notice: "The default notifications are saved. New accounts get them from now on.", target: here(c, "/notifications"),
	})
}
