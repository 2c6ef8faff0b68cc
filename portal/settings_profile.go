package portal

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

func (s *site) showProfile(c *gin.Context, status int, typed url.Values, problems onboarding.Problems) error {
	page, _, err := s.profilePage(c, typed, problems)
	if err != nil {
		return err
	}
	return s.show(c, status, page)
}

// showProfileConflict shows what somebody else saved meanwhile beside what was typed.
func (s *site) showProfileConflict(c *gin.Context, typed url.Values) error {
	page, saved, err := s.profilePage(c, typed, nil)
	if err != nil {
		return err
	}
	theirs, yours := newForm(nil), newForm(nil)
	profileFields(theirs, page.Dealer, nil)
	profileFields(yours, page.Dealer, typed)
	page.Forms[0].Conflict = conflictOver(saved, page.Forms[0].Action, rowsOf(theirs), rowsOf(yours))
	return s.show(c, http.StatusConflict, page)
}

func (s *site) profilePage(c *gin.Context, typed url.Values, problems onboarding.Problems) (settingsPage, onboarding.SavedSection, error) {
	page, err := s.settingsPage(c, "Profile", "")
	if err != nil {
		return page, onboarding.SavedSection{}, err
	}
	d := page.Dealer
	saved, err := s.desk.ProfileSaved(c.Request.Context(), userOf(c).Actor, d.ID)
	if err != nil {
		return page, saved, err
	}
	f := newForm(problems)
	page.Intro = "What your customers see on letters, mails and the Customer Website."
	page.Links = []stateLink{{Label: "See a welcome letter with invented data (PDF)", Href: here(c, "/letter-preview")}}
	page.Forms = []settingsForm{{
		ID: "/profile", Title: "Name and contact", Action: here(c, ""), Button: "Save",
		Hidden: versionSeen(saved.Version, typed, problems), Fields: profileFields(f, d, typed),
	}, {
		ID: "/logo", Title: "Logo", Action: here(c, "/logo"), Button: "Upload", Upload: true, Fields: []field{
			f.add(field{Name: "/logo/logo", Label: "Picture", Type: "file", Hint: "PNG or JPEG, at most 512 kB. Letters show your name without one.", Required: true}),
		},
	}}
	if len(d.Logo) > 0 {
		page.Picture = here(c, "/logo")
		page.Actions = []settingsAction{{Title: "Remove the logo", Text: "Letters and mails show your name instead.", Action: here(c, "/logo/remove"), Button: "Remove the logo", Tone: "danger"}}
	}
	page.Problems = f.summary()
	return page, saved, nil
}

// profileFields ask for the profile: with what was typed in them, or with what is kept.
func profileFields(f *form, d onboarding.Dealer, typed url.Values) []field {
	get := typedOr(typed, "/profile", map[string]string{
		"name": d.Name, "support_email": d.SupportEmail, "support_phone": d.SupportPhone, "notice_email": d.NoticeEmail,
		"website_url": d.WebsiteURL, "colour": d.Colour,
	})
	return []field{
		f.text("/profile/name", "Name shown to customers", get("name"), required),
		f.text("/profile/support_email", "Support e-mail", get("support_email"), kind("email"), hint("Where customers can write to. Left out of letters when empty.")),
		f.text("/profile/support_phone", "Support phone", get("support_phone"), kind("tel"), hint("Where customers can call. Left out of letters when empty.")),
		f.text("/profile/notice_email", "E-mail for notices", get("notice_email"), kind("email"), hint("Where your office is told when an onboarding needs somebody.")),
		f.text("/profile/website_url", "Web site", get("website_url"), kind("url"), hint("Such as https://www.example.com.")),
		f.text("/profile/colour", "Colour", get("colour"), width("10"), hint("# and six digits 0-9 or letters A-F, such as #1f6feb.")),
	}
}

func (s *site) changeProfile(c *gin.Context) error {
	return s.answer(c, answered{
		do: func(typed url.Values) error {
			version, _ := strconv.Atoi(typed.Get("version")) // what is no version was never saved
			return s.desk.ChangeProfile(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), dealing.ProfileAnswers{
				Name: typed.Get("/profile/name"), SupportEmail: typed.Get("/profile/support_email"), SupportPhone: typed.Get("/profile/support_phone"),
				NoticeEmail: typed.Get("/profile/notice_email"), WebsiteURL: typed.Get("/profile/website_url"), Colour: typed.Get("/profile/colour"),
			}, version)
		},
		again: s.showProfile, stale: s.showProfileConflict, at: "/profile", notice: "The profile is saved. Letters and mails show it from now on.", target: here(c, ""),
	})
}

// maxUpload is the longest form with a logo in it.
const maxUpload = dealing.MaxLogo + maxBody

// bodyLimit is how much may be sent to an address: a logo and a file to import are longer than a form.
func bodyLimit(r *http.Request) int64 {
	const start, end = "/settings/", "/logo"
	path := r.URL.Path
	if len(path) > len(start)+len(end) && path[:len(start)] == start && path[len(path)-len(end):] == end {
		return maxUpload
	}
	if path == importRoute {
		return maxImport
	}
	return maxBody
}

func (s *site) changeLogo(c *gin.Context) error {
	uploaded, err := readUpload(c, "/logo/logo", maxUpload)
	if err != nil {
		return err
	}
	if err := s.desk.ChangeLogo(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), uploaded); err != nil {
		problems, status, ok := problemsOf(err, "/logo")
		if !ok {
			return err
		}
		return s.showProfile(c, status, nil, problems)
	}
	s.tell(c, "The logo is saved. Letters and mails show it from now on.")
	return seeOther(c, here(c, ""))
}

// readUpload reads a file that a form sent, kept in memory; nothing when none was chosen.
func readUpload(c *gin.Context, name string, most int64) ([]byte, error) {
	if err := c.Request.ParseMultipartForm(most); err != nil {
		return nil, &unreadableForm{err}
	}
	file, _, err := c.Request.FormFile(name)
	if errors.Is(err, http.ErrMissingFile) {
		return nil, nil
	}
	if err != nil {
		return nil, &unreadableForm{err}
	}
	defer file.Close()
	return io.ReadAll(file)
}

func (s *site) removeLogo(c *gin.Context) error {
	if err := s.desk.RemoveLogo(c.Request.Context(), userOf(c).Actor, c.Param("dealer")); err != nil {
		return err
	}
	s.tell(c, "The logo is removed.")
	return seeOther(c, here(c, ""))
}

// logo shows the picture that letters have. It was drawn anew when it was uploaded, so it
// is a PNG and nothing else.
func (s *site) logo(c *gin.Context) error {
	settings, err := s.desk.Settings(c.Request.Context(), userOf(c).Actor, c.Param("dealer"))
	switch {
	case err != nil:
		return err
	case len(settings.Dealer.Logo) == 0:
		return dealing.ErrNotFound
	}
	c.Data(http.StatusOK, "image/png", settings.Dealer.Logo)
	return nil
}

func (s *site) letterPreview(c *gin.Context) error {
	pdf, err := s.desk.PreviewLetter(c.Request.Context(), userOf(c).Actor, c.Param("dealer"))
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", `inline; filename="letter-preview.pdf"`)
	c.Data(http.StatusOK, "application/pdf", pdf)
	return nil
}
