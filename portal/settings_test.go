package portal_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
)

func (h *house) settings(part string) string { return "/settings/" + h.demo.Dealer.ID + part }

// link finds the address behind a text of a page.
func (a answer) link(t *testing.T, text string) string {
	t.Helper()
	found := regexp.MustCompile(`<a[^>]* href="([^"]+)"[^>]*>` + regexp.QuoteMeta(text)).FindStringSubmatch(a.body)
	require.NotNil(t, found, "no link %q in %s", text, a.body)
	return strings.ReplaceAll(found[1], "&amp;", "&")
}

// settingsPaths are the pages that open without anything of the dealer's own.
var settingsPaths = []string{"", "/notifications", "/stations", "/panel-templates", "/package-templates", "/customer-sources", "/users", "/api-keys", "/webhooks"}

func TestSettings_AreSeenByRole(t *testing.T) {
	t.Parallel()
	h := open(t)
	office, tech, ops, other := h.signedIn(t, "office"), h.signedIn(t, "itaylor"), h.signedIn(t, "ops"), h.signedIn(t, "otheroffice")
	require.Contains(t, office.get("/customers").body, `href="/settings"`)
	require.NotContains(t, tech.get("/customers").body, `href="/settings"`)
	require.Contains(t, ops.get("/settings").body, "Other Dealer")
	require.Equal(t, http.StatusForbidden, tech.get("/settings").status)
	for _, part := range settingsPaths {
		path := h.settings(part)
		page := office.get(path)
		require.Equal(t, http.StatusOK, page.status, page.body)
		if part != "/package-templates" {
			require.Contains(t, page.body, `class="btn btn-primary" type="submit"`, part)
		}
		seen := ops.get(path)
		require.Equal(t, http.StatusOK, seen.status, part)
		require.NotContains(t, seen.body, `class="btn btn-primary" type="submit"`, part)
		require.Equal(t, http.StatusForbidden, tech.get(path).status, part)
		require.Equal(t, http.StatusNotFound, other.get(path).status, part)
		require.Equal(t, http.StatusNotFound, office.get("/settings/'%20OR%201=1"+part).status, part)
	}
	for _, part := range []string{"/stations/x", "/receivers/x", "/panel-templates/x", "/customer-sources/x", "/users/x", "/users/" + h.demo.OtherDealer.User.ID} {
		require.Equal(t, http.StatusNotFound, office.get(h.settings(part)).status, part)
	}
}

func TestSettings_EveryChangeKeepsDealersAndRolesApart(t *testing.T) {
	t.Parallel()
	h := open(t)
	tech, ops, other := h.signedIn(t, "itaylor"), h.signedIn(t, "ops"), h.signedIn(t, "otheroffice")
	office := h.signedIn(t, "office")
	kept := func() (pages []string) {
		for _, part := range []string{"", "/stations", "/stations/" + h.demo.Receivers[0].StationID, "/panel-templates", "/customer-sources", "/users"} {
			pages = append(pages, office.get(h.settings(part)).body)
		}
		return pages
	}
	before := kept()
	receiver, user := h.demo.Receivers[0], h.demo.Dealer.User.ID
	for _, part := range []string{
		"", "/logo/remove", "/stations", "/stations/" + receiver.StationID, "/stations/" + receiver.StationID + "/retire",
		"/stations/" + receiver.StationID + "/receivers", "/receivers/" + receiver.ID, "/receivers/" + receiver.ID + "/retire",
		"/panel-templates", "/customer-sources", "/users", "/users/" + user, "/users/" + user + "/disable", "/users/" + user + "/enable",
		"/users/" + user + "/password", "/api-keys", "/api-keys/" + user + "/revoke",
	} {
		require.Equal(t, http.StatusForbidden, tech.post(h.settings(part), "a", "b").status, part)
		require.Equal(t, http.StatusForbidden, ops.post(h.settings(part), "a", "b").status, part)
		require.Equal(t, http.StatusNotFound, other.post(h.settings(part), "a", "b").status, part)
		if strings.Count(part, "/") > 1 && part != "/logo/remove" { // its own dealer, another one's things
			own := other.post("/settings/"+h.demo.OtherDealer.ID+part, "/station/name", "A", "/receiver/name", "A", "/receiver/protocol", "sia", "/user/first_name", "A", "/user/last_name", "B", "/user/role", "office")
			require.Equal(t, http.StatusNotFound, own.status, part+own.body)
		}
	}
	require.Equal(t, before, kept())
}

func TestSettings_WizardRegistersAStationAndComesBack(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "otheroffice")
	draft := v.draft()
	warned := v.get("/drafts/" + draft + "/section/account")
	link := warned.link(t, "Click here to complete registration")
	form := v.get(link[:strings.Index(link, "?")])
	require.NotContains(t, form.body, "Go back to the customer")

	typed := []string{
		"form", "/new", "/new/station/name", "<script>alert(1)</script>", "/new/station/phone", "12",
		"/new/receiver/name", "Line 1", "/new/receiver/number", "571 555 0100", "/new/receiver/protocol", "sia",
	}
	wrong := v.post(link, typed...)
	require.Equal(t, http.StatusUnprocessableEntity, wrong.status)
	require.Contains(t, wrong.body, `href="#new-station-phone"`)
	require.Contains(t, wrong.body, `value="Line 1"`)
	require.NotContains(t, wrong.body, "<script>alert")
	typed[5] = "571 555 0199"
	back := v.post(link, typed...)
	require.Equal(t, http.StatusOK, back.status)
	require.Equal(t, "/drafts/"+draft+"/section/account", back.path)
	require.Contains(t, back.body, "The monitoring station is registered.")
	require.NotContains(t, back.body, "Click here to complete registration")
	stations := v.get("/settings/" + h.demo.OtherDealer.ID + "/stations")
	require.NotContains(t, stations.body, "<script>alert")
	require.Contains(t, stations.body, "&lt;script&gt;alert(1)&lt;/script&gt;")

	elsewhere := v.post("/settings/"+h.demo.OtherDealer.ID+"/stations?draft=//example.com&section=account", append(typed, "/new/station/name", "Second")...)
	require.NotContains(t, elsewhere.path, "example.com")
}

func TestSettings_ThingsAreAddedRenamedAndRemoved(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "office")
	v.created()
	station := v.get(v.get(h.settings("/stations")).link(t, h.demo.Receivers[0].StationName))
	receiver := station.link(t, h.demo.Receivers[0].Name)
	refusedHere := v.post(receiver + "/retire")
	require.Equal(t, http.StatusConflict, refusedHere.status)
	require.Contains(t, refusedHere.body, "Accounts send signals to this receiver")

	added := v.post(h.settings("/panel-templates"), "form", "/template", "/template/name", "Cabin", "/template/panel_type", "simon_xt")
	require.Equal(t, http.StatusOK, added.status, added.body)
	taken := v.post(h.settings("/panel-templates"), "form", "/template", "/template/name", "Cabin", "/template/panel_type", "simon_xt")
	require.Equal(t, http.StatusUnprocessableEntity, taken.status)
	require.Contains(t, taken.body, "Another one has this name")
	cabin := added.link(t, "Cabin")
	renamed := v.post(cabin, "form", "/thing", "/thing/name", "Lodge", "version", "1")
	require.Contains(t, renamed.body, "Lodge")
	require.Equal(t, http.StatusConflict, v.post(cabin, "form", "/thing", "/thing/name", "Hut", "version", "1").status)
	require.Equal(t, http.StatusBadRequest, v.post(cabin, "/thing/name", "Hut").status)
	require.NotContains(t, v.post(cabin+"/retire").body, "Lodge")

	source := v.post(h.settings("/customer-sources"), "form", "/source", "/source/name", "Radio").link(t, "Radio")
	require.Contains(t, v.post(source, "form", "/thing", "/thing/name", "Podcast").body, "Podcast")
	require.NotContains(t, v.post(source+"/retire").body, "Podcast")
}

func (v *visitor) upload(path string, file []byte) answer {
	v.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("/logo/logo", "logo.png")
	require.NoError(v.t, err)
	_, _ = part.Write(file)
	require.NoError(v.t, form.Close())
	request, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.house.url+path, &body)
	require.NoError(v.t, err)
	request.Header.Set("Content-Type", form.FormDataContentType())
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.do(request)
}

func TestSettings_TwoPeopleDoNotOverwriteEachOthersProfile(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "office")
	mine := []string{"form", "/profile", "version", "0", "/profile/name", "Sample Security", "/profile/colour", "red"}
	h.signedIn(t, "sroberts").post(h.settings(""), "form", "/profile", "version", "0", "/profile/name", "Sample Alarms")

	wrong := v.post(h.settings(""), mine...)
	require.Equal(t, http.StatusUnprocessableEntity, wrong.status)
	require.Contains(t, wrong.body, `name="version" value="0"`) // what was saved meanwhile was not seen yet
	mine[7] = "#aabbcc"
	conflict := v.post(h.settings(""), mine...)
	require.Equal(t, http.StatusConflict, conflict.status)
	require.Contains(t, conflict.body, "Sam Roberts saved it on")
	require.Contains(t, conflict.body, `<td data-label="They saved">Sample Alarms</td><td data-label="You typed">Sample Security</td>`)
	require.Contains(t, conflict.body, `value="Sample Security"`)
	require.Contains(t, v.get(conflict.link(t, "Use what they saved")).body, `value="Sample Alarms"`)
	mine[3] = "1"
	require.Contains(t, v.post(h.settings(""), mine...).body, `value="Sample Security"`)
}

func TestSettings_ProfileAndLogo(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "office")
	saved := v.post(h.settings(""), "form", "/profile", "/profile/name", "Sample Security", "/profile/colour", "#AABBCC", "/profile/website_url", "https://sample.example.com")
	require.Contains(t, saved.body, "The profile is saved.")
	require.Contains(t, saved.body, `value="Sample Security"`)
	wrong := v.post(h.settings(""), "form", "/profile", "/profile/name", "A\u202eB", "/profile/website_url", "javascript:alert(1)")
	require.Equal(t, http.StatusUnprocessableEntity, wrong.status)
	require.Contains(t, wrong.body, `href="#profile-website_url"`)
	require.NotContains(t, wrong.body, `href="javascript:`)

	picture := append([]byte("\x89PNG"), bytes.Repeat([]byte("x"), 400<<10)...) // longer than any form
	uploaded := v.upload(h.settings("/logo"), picture)
	require.Equal(t, http.StatusOK, uploaded.status, uploaded.body)
	shown := v.get(h.settings("/logo"))
	require.Equal(t, "image/png", shown.header.Get("Content-Type"))
	require.Equal(t, string(picture), shown.body)
	require.Equal(t, http.StatusUnprocessableEntity, v.upload(h.settings("/logo"), append(picture, make([]byte, 150<<10)...)).status)
	require.Equal(t, http.StatusRequestEntityTooLarge, v.upload(h.settings("/logo"), make([]byte, 1<<20)).status)
	require.Equal(t, http.StatusUnprocessableEntity, v.upload(h.settings("/logo"), nil).status)
	require.Equal(t, http.StatusNotFound, h.signedIn(t, "otheroffice").get(h.settings("/logo")).status)

	preview := v.get(h.settings("/letter-preview"))
	require.Equal(t, "application/pdf", preview.header.Get("Content-Type"))
	require.Equal(t, "no-store", preview.header.Get("Cache-Control"))
	v.post(h.settings("/logo/remove"))
	require.Equal(t, http.StatusNotFound, v.get(h.settings("/logo")).status)
}

var secret = regexp.MustCompile(`<code class="secret">([^<]+)</code>`)

func TestSettings_SecretsAreShownOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "office")
	typed := []string{"form", "/user", "/user/login_name", "tina", "/user/first_name", "Tina", "/user/last_name", "<b>Tech</b>", "/user/role", "technician", "/user/sales_rep", "yes"}
	made := v.post(h.settings("/users"), typed...)
	require.Equal(t, http.StatusOK, made.status, made.body)
	require.NotContains(t, made.body, "<b>Tech")
	first := strings.ReplaceAll(secret.FindStringSubmatch(made.body)[1], "&#43;", "+")
	again := v.post(h.settings("/users"), typed...)
	require.Equal(t, http.StatusUnprocessableEntity, again.status)
	require.Contains(t, again.body, "Somebody has this login name.")
	require.NotContains(t, v.get(h.settings("/users")).body, first)
	in := h.visitor(t).post("/sign-in", "/login_name", "tina", "/password", first)
	require.Equal(t, "/password", in.path)

	tina := v.get(h.settings("/users")).link(t, "Tina")
	reset := v.post(tina + "/password")
	require.NotEqual(t, first, secret.FindStringSubmatch(reset.body)[1])
	require.Contains(t, v.post(tina+"/disable").body, "Disabled")
	require.Equal(t, http.StatusConflict, v.post(h.settings("/users/"+h.demo.Dealer.User.ID+"/disable")).status)

	page := v.get(h.settings("/api-keys"))
	id := regexp.MustCompile(`name="id" value="([^"]+)"`).FindStringSubmatch(page.body)[1]
	asked := []string{"form", "/key", "id", id, "/key/label", "CRM", "/key/user_id", h.demo.Dealer.User.ID}
	key := secret.FindStringSubmatch(v.post(h.settings("/api-keys"), asked...).body)[1]
	_, err := h.desk.Authenticate(t.Context(), key)
	require.NoError(t, err)
	repeated := v.post(h.settings("/api-keys"), asked...)
	require.Equal(t, http.StatusConflict, repeated.status)
	require.NotContains(t, repeated.body, key)
	require.Contains(t, repeated.body, key[:11])
	require.Contains(t, v.post(h.settings("/api-keys/"+id+"/revoke")).body, "Revoked")
	_, err = h.desk.Authenticate(t.Context(), key)
	require.ErrorIs(t, err, dealing.ErrUnauthenticated)
	for _, word := range []string{first, key, "Tina"} {
		require.NotContains(t, h.log.String(), word)
	}
}

func TestSettings_AdministratorChangesEveryDealers(t *testing.T) {
	t.Parallel()
	h := open(t)
	hash, err := dealing.NewArgon2id(1, 64).Hash(t.Context(), password)
	require.NoError(t, err)
	_, err = h.store.CreateUser(t.Context(), postgres.NewUser{Role: onboarding.RoleAdministrator, LoginName: "root", PasswordHash: hash})
	require.NoError(t, err)
	v := h.signedIn(t, "root")
	page := v.get(v.get("/settings").link(t, "Other Dealer"))
	require.Contains(t, page.body, `value="Other Dealer"`)
	added := v.post("/settings/"+h.demo.OtherDealer.ID+"/customer-sources", "form", "/source", "/source/name", "Radio")
	require.Contains(t, added.body, "Radio")
}

func TestSettings_NeverFailWhateverIsTyped(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "office")
	for _, value := range []string{"\x00", "a\x00b", "\xff", "\u202e", "'; DROP TABLE users; --", "<img src=x onerror=alert(1)>", "{{.}}", strings.Repeat("x", 20_000), "😀"} {
		for part, names := range map[string][]string{
			"":                  {"/profile/name", "/profile/support_email", "/profile/support_phone", "/profile/notice_email", "/profile/website_url", "/profile/colour"},
			"/stations":         {"/new/station/name", "/new/station/phone", "/new/receiver/name", "/new/receiver/number", "/new/receiver/protocol"},
			"/panel-templates":  {"/template/name", "/template/panel_type"},
			"/customer-sources": {"/source/name"},
			"/users":            {"/user/login_name", "/user/first_name", "/user/last_name", "/user/role"},
			"/api-keys":         {"/key/label", "/key/user_id", "id"},
			"/webhooks":         {"/webhook/url", "/webhook/kinds", "id"},
		} {
			typed := []string{"form", "/" + strings.Split(names[0], "/")[1]}
			for _, name := range names {
				typed = append(typed, name, value)
			}
			answer := v.post(h.settings(part), typed...)
			require.Contains(t, []int{http.StatusOK, http.StatusUnprocessableEntity, http.StatusNotFound}, answer.status, "%s %.20q: %s", part, value, answer.body)
			require.NotContains(t, answer.body, "<img src=x")
			if answer.status == http.StatusNotFound {
				require.Equal(t, "/api-keys", part) // the key's ID was never drawn here
			}
		}
	}
}

func TestSettings_AreAccessibleOnEveryWidth(t *testing.T) {
	t.Parallel()
	for name, wide := range map[string]width{"desktop": desktop, "phone": phone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			b := h.browser(t, wide)
			b.signIn("office")
			for name, part := range map[string]string{
				"profile": "", "stations": "/stations", "station": "/stations/" + h.demo.Receivers[0].StationID, "receiver": "/receivers/" + h.demo.Receivers[0].ID,
				"panel-templates": "/panel-templates", "package-templates": "/package-templates", "notifications": "/notifications", "customer-sources": "/customer-sources",
				"users": "/users", "user": "/users/" + h.demo.Dealer.User.ID, "api-keys": "/api-keys",
			} {
				b.open(h.settings(part))
				b.look("60-settings-" + name)
			}
			b.open(h.settings(""))
			h.signedIn(t, "sroberts").post(h.settings(""), "form", "/profile", "version", "0", "/profile/name", "Sample Alarms")
			b.press("Save")
			b.sees("Somebody else saved this page meanwhile")
			b.look("61-settings-conflict")
			b.open(h.settings("/stations"))
			b.press("Register the station")
			b.sees("There is a problem")
			b.look("61-settings-wrong")
			b.open(h.settings("/api-keys"))
			b.fill("/key/label", "CRM")
			b.press("Create the key")
			b.sees("It is shown here once")
			b.look("62-settings-secret")
		})
	}
}
