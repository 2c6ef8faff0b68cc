package portal

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

func (s *site) showStaff(c *gin.Context, status int, typed url.Values, problems onboarding.Problems) error {
	page, err := s.settingsPage(c, "Users", "/users")
	if err != nil {
		return err
	}
	staff, err := s.desk.Staff(c.Request.Context(), userOf(c).Actor, page.Dealer.ID)
	if err != nil {
		return err
	}
	table := settingsTable{Title: "Who works for you", Columns: []string{"Name", "Login name", "Role", "Rep", "State"}, Empty: "There is no user yet."}
	for _, member := range staff {
		table.Lines = append(table.Lines, settingsLine{Name: staffName(member), Href: here(c, "/users/"+member.ID), Cells: []settingsCell{
			{"Login name", member.LoginName}, {"Role", labelOf(dealing.StaffRoles, string(member.Role))}, {"Rep", repOf(member)}, {"State", stateOf(member)},
		}})
	}
	page.Tables = []settingsTable{table}
	get := typedOr(typed, "/user", map[string]string{"role": string(onboarding.RoleTechnician)})
	f := newForm(problems)
	page.Forms = []settingsForm{{
		ID: "/user", Title: "Add a user", Action: here(c, "/users"), Button: "Add the user", Intro: "A password is drawn and shown once, to hand over. The first sign-in asks for their own.",
		Fields: append([]field{f.text("/user/login_name", "Login name", get("login_name"), required, hint("Less than 100 letters and numbers."))}, staffFields(f, get)...),
	}}
	page.Problems = f.summary()
	return s.show(c, status, page)
}

func staffFields(f *form, get func(string) string) []field {
	return []field{
		f.text("/user/first_name", "First name", get("first_name"), required),
		f.text("/user/last_name", "Last name", get("last_name"), required),
		f.text("/user/email", "E-mail address", get("email"), kind("email"), hint("Only needed where an identity provider signs your staff in: the address they have there.")),
		f.choice("/user/role", "Role", get("role"), choicesOf(dealing.StaffRoles), required, hint("Technicians create customers and see no settings.")),
		f.tick("/user/sales_rep", "Can be named as sales rep", get("sales_rep") != ""),
		f.tick("/user/installer_rep", "Can be named as installer rep", get("installer_rep") != ""),
	}
}

func staffTyped(typed url.Values) dealing.StaffAnswers {
	return dealing.StaffAnswers{
		LoginName: typed.Get("/user/login_name"), FirstName: typed.Get("/user/first_name"), LastName: typed.Get("/user/last_name"),
		Role: typed.Get("/user/role"), SalesRep: typed.Get("/user/sales_rep") != "", InstallerRep: typed.Get("/user/installer_rep") != "",
		Email: typed.Get("/user/email"),
	}
}

func staffName(member dealing.StaffMember) string {
	if name := joined(member.FirstName, member.LastName); name != "" {
		return name
	}
	return member.LoginName
}

func repOf(member dealing.StaffMember) string {
	switch {
	case member.SalesRep && member.InstallerRep:
		return "Sales, installer"
	case member.SalesRep:
		return "Sales"
	case member.InstallerRep:
		return "Installer"
	default:
		return ""
	}
}

func stateOf(member dealing.StaffMember) string {
	switch {
	case member.Disabled:
		return "Disabled"
	case !member.HasPassword:
		return "API keys only"
	default:
		return "Active"
	}
}

// addStaff answers with the password itself instead of a redirect: what is shown once
// must not be kept anywhere until the next page. A reload finds the login name taken.
func (s *site) addStaff(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	member, password, err := s.desk.AddStaff(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), staffTyped(typed))
	if err != nil {
		problems, status, ok := problemsOf(err, "/user")
		if !ok {
			return err
		}
		return s.showStaff(c, status, typed, problems)
	}
	return s.showPasswordOnce(c, member, password)
}

func (s *site) showPasswordOnce(c *gin.Context, member dealing.StaffMember, password string) error {
	base, err := s.frame(c, "New password", navSettings)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, secretPage{
		frame: base, Text: "Hand this password over to " + staffName(member) + " (login name " + member.LoginName + "). It is shown here once and kept nowhere; the next sign-in asks for their own.",
		Label: "Password", Secret: password, Back: stateLink{Label: "Go to the users", Href: here(c, "/users")},
	})
}

func (s *site) showStaffMember(c *gin.Context, status int, typed url.Values, problems onboarding.Problems) error {
	page, err := s.settingsPage(c, "User", "/users")
	if err != nil {
		return err
	}
	member, err := s.desk.StaffMember(c.Request.Context(), userOf(c).Actor, page.Dealer.ID, c.Param("id"))
	if err != nil {
		return err
	}
	at := here(c, "/users/"+member.ID)
	page.Heading, page.Intro = staffName(member), "Login name: "+member.LoginName+". "+stateOf(member)+"."
	page.Back = &stateLink{Label: "All users", Href: here(c, "/users")}
	f := newForm(problems)
	page.Forms = []settingsForm{{ID: "/user", Title: "Name and role", Action: at, Button: "Save", Fields: staffFields(f, typedOr(typed, "/user", map[string]string{
		"first_name": member.FirstName, "last_name": member.LastName, "role": string(member.Role), "email": member.Email,
		"sales_rep": yes(member.SalesRep), "installer_rep": yes(member.InstallerRep),
	}))}}
	page.Actions = []settingsAction{{
		Title: "Reset the password", Text: "A new one is drawn and shown once. The user is signed out everywhere, and chooses their own at the next sign-in.", Action: at + "/password", Button: "Reset the password",
	}}
	if member.Linked {
		page.Actions = append(page.Actions, settingsAction{
			Title: "Take the link away", Text: "The user has signed in through an identity provider. Without the link, sessions that it opened end, and the next sign-in there finds the user by e-mail address again.",
			Action: at + "/unlink", Button: "Take the link away",
		})
	}
	if member.Disabled {
		page.Actions = append(page.Actions, settingsAction{Title: "Let in again", Text: "With the password and API keys from before.", Action: at + "/enable", Button: "Enable the user"})
	} else {
		page.Actions = append(page.Actions, settingsAction{
			Title: "Keep out", Text: "The user is signed out and their API keys stop working. Nothing is deleted.", Action: at + "/disable", Button: "Disable the user", Tone: "danger",
		})
	}
	page.Problems = f.summary()
	return s.show(c, status, page)
}

func (s *site) changeStaff(c *gin.Context) error {
	return s.answer(c, answered{
		do: func(typed url.Values) error {
			return s.desk.ChangeStaff(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), c.Param("id"), staffTyped(typed))
		},
		again: s.showStaffMember, at: "/user", notice: "The user is saved.", target: here(c, "/users"),
	})
}

func (s *site) disableStaff(c *gin.Context) error {
	return s.answer(c, answered{
		do: func(url.Values) error {
			return s.desk.DisableStaff(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), c.Param("id"))
		},
		again: s.showStaffMember, notice: "The user is disabled.", target: here(c, "/users"),
	})
}

func (s *site) unlinkStaff(c *gin.Context) error {
	return s.answer(c, answered{
		do: func(url.Values) error {
			return s.desk.UnlinkStaff(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), c.Param("id"))
		},
		again: s.showStaffMember, notice: "The link is taken away.", target: here(c, "/users"),
	})
}

func (s *site) enableStaff(c *gin.Context) error {
	return s.answer(c, answered{
		do: func(url.Values) error {
			return s.desk.EnableStaff(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), c.Param("id"))
		},
		again: s.showStaffMember, notice: "The user is enabled.", target: here(c, "/users"),
	})
}

func (s *site) resetStaffPassword(c *gin.Context) error {
	member, password, err := s.desk.ResetStaffPassword(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), c.Param("id"))
	if err != nil {
		problems, status, ok := problemsOf(err, "")
		if !ok {
			return err
		}
		return s.showStaffMember(c, status, nil, problems)
	}
	return s.showPasswordOnce(c, member, password)
}

func (s *site) showAPIKeys(c *gin.Context, status int, typed url.Values, problems onboarding.Problems) error {
	page, err := s.settingsPage(c, "API keys", "/api-keys")
	if err != nil {
		return err
	}
	ctx, actor := c.Request.Context(), userOf(c).Actor
	keys, err := s.desk.APIKeys(ctx, actor, page.Dealer.ID)
	if err != nil {
		return err
	}
	staff, err := s.desk.Staff(ctx, actor, page.Dealer.ID)
	if err != nil {
		return err
	}
	table := settingsTable{Title: "Your API keys", Columns: []string{"Key", "For", "Acts as", "Created", "Last used", "State"}, Empty: "There is no API key yet. Your CRM needs one to create customers."}
	if page.MayChange {
		table.Columns = append(table.Columns, "Action")
	}
	for _, key := range keys {
		table.Lines = append(table.Lines, s.lineOfKey(c, key, page.MayChange))
	}
	page.Tables = []settingsTable{table}
	var users []option
	for _, member := range staff {
		if !member.Disabled {
			users = append(users, option{Value: member.ID, Label: staffName(member) + ", " + labelOf(dealing.StaffRoles, string(member.Role))})
		}
	}
	get := typedOr(typed, "/key", map[string]string{"user_id": actor.UserID})
	f := newForm(problems)
	page.Forms = []settingsForm{{
		ID: "/key", Title: "Create an API key", Action: here(c, "/api-keys"), Button: "Create the key", Intro: "A key may do what the user may whom it acts as. It is shown once.",
		Hidden: []row{{"id", dealing.NewKeyID()}},
		Fields: []field{
			f.text("/key/label", "What is it for?", get("label"), required, hint("Such as CRM.")),
			f.choice("/key/user_id", "Acts as", get("user_id"), withNone("(select)", users), required),
		},
	}}
	page.Problems = f.summary()
	return s.show(c, status, page)
}

func (s *site) lineOfKey(c *gin.Context, key dealing.APIKey, mayChange bool) settingsLine {
	used, state := "Never", "Active"
	if !key.LastUsedAt.IsZero() {
		used = momentIn(nil, key.LastUsedAt).String()
	}
	switch {
	case !key.RevokedAt.IsZero():
		state = "Revoked"
	case !key.ExpiresAt.IsZero() && !s.now().Before(key.ExpiresAt):
		state = "Expired"
	}
	line := settingsLine{Name: key.Prefix + "…", Cells: []settingsCell{
		{"For", key.Label}, {"Acts as", key.UserName}, {"Created", momentIn(nil, key.CreatedAt).String()}, {"Last used", used}, {"State", state},
	}}
	if mayChange && state != "Revoked" {
		line.Action = &settingsAction{Action: here(c, "/api-keys/"+key.ID+"/revoke"), Button: "Revoke"}
	}
	return line
}

// createAPIKey answers with the key itself, like addStaff. A reload finds that the key
// was created before.
func (s *site) createAPIKey(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	key, err := s.desk.CreateAPIKey(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), dealing.NewKey{
		ID: typed.Get("id"), UserID: typed.Get("/key/user_id"), Label: typed.Get("/key/label"),
	})
	if err != nil {
		problems, status, ok := problemsOf(err, "/key")
		if !ok {
			return err
		}
		return s.showAPIKeys(c, status, typed, problems)
	}
	base, err := s.frame(c, "New API key", navSettings)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, secretPage{
		frame: base, Text: "Copy this key to where it is used. It is shown here once; only a fingerprint of it is kept.",
		Label: "API key", Secret: key, Back: stateLink{Label: "Go to the API keys", Href: here(c, "/api-keys")},
	})
}

func (s *site) revokeAPIKey(c *gin.Context) error {
	return s.answer(c, answered{
		do: func(url.Values) error {
			return s.desk.RevokeAPIKey(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), c.Param("id"))
		},
		again: s.showAPIKeys, notice: "The API key is revoked.", target: here(c, "/api-keys"),
	})
}
