package portal_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/openid/openidtest"
	"github.com/latchkey/latchkey/postgres"
)

var signOutThere = regexp.MustCompile(`http://localhost:\d+/end_session[^"]*`)

const sqlSignIns = `SELECT count(*) FROM audit a JOIN users u ON u.id = a.user_id
WHERE u.login_name = $1 AND a.action = 'portal.sign_in' AND a.reason = 'signed in by OpenID Connect'`

func TestOpenID_SignsStaffOfDealersAndOperatorsIn(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t)
	for login, test := range map[string]struct {
		who  openidtest.Person
		home string
	}{"office": {oliviaThere, "/customers"}, "ops": {opsThere, "/ops"}} {
		for times := 1; times <= 2; times++ {
			home := h.visitor(t).signsInThere(h, test.who)
			require.Equal(t, http.StatusOK, home.status, home.body)
			require.Equal(t, test.home, home.path, login)
			require.Equal(t, times, h.count(t, sqlSignIns, login))
		}
		require.Equal(t, 1, h.count(t, `SELECT count(*) FROM user_identities WHERE subject = $1 AND issuer = $2`, test.who.Subject, h.provider.Issuer))
		require.Equal(t, 1, h.count(t, `SELECT count(*) FROM audit a JOIN users u ON u.id = a.user_id WHERE u.login_name = $1 AND action = 'portal.link_identity'`, login))
	}
	require.Zero(t, h.count(t, `SELECT count(*) FROM openid_attempts`), "each is used up")
}

func TestOpenID_FindsThemByTheirSubjectOnceTheyAreLinked(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t)
	h.visitor(t).signsInThere(h, samThere)
	moved := samThere
	moved.Email, moved.Verified = "sam.new@example.com", false
	h.provider.Know(moved)
	require.Equal(t, "/customers", h.visitor(t).signsInThere(h, moved).path)

	// Who has Sam's old mailbox now is not Sam.
	heir := openidtest.Person{Subject: "sub-heir", LoginName: "heir.there", Email: samThere.Email, Verified: true}
	h.provider.Know(heir)
	refused := h.visitor(t).signsInThere(h, heir)
	require.Equal(t, http.StatusUnprocessableEntity, refused.status)
	require.Contains(t, refused.body, "linked to another account")
}

func TestOpenID_TakesAnAddressFromTheIDTokenAsWell(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t)
	h.provider.With(openidtest.Script{EmailInToken: true})
	require.Equal(t, "/customers", h.visitor(t).signsInThere(h, oliviaThere).path)
}

func TestOpenID_RefusesWhoIsNotOneOfOurs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		who     openidtest.Person
		arrange func(*testing.T, *openIDHouse)
		says    string
		code    string
	}{
		"an unknown person": {eveThere, func(*testing.T, *openIDHouse) {}, "Nobody here has your e-mail address", "user_unknown"},
		"an address that is not verified": {samThere, func(_ *testing.T, h *openIDHouse) {
			sam := samThere
			sam.Verified = false
			h.provider.Know(sam)
		}, "not confirmed there", "email_unverified"},
		"no address": {samThere, func(_ *testing.T, h *openIDHouse) {
			sam := samThere
			sam.Email = ""
			h.provider.Know(sam)
		}, "not confirmed there", "email_unverified"},
		"an address with letters that look like others": {samThere, func(_ *testing.T, h *openIDHouse) {
			sam := samThere
			sam.Email = "ſam@example.com" // whose lower case is s
			h.provider.Know(sam)
		}, "not confirmed there", "email_unverified"},
		"two users with one address": {samThere, func(t *testing.T, h *openIDHouse) {
			h.knows(t, "otheroffice", "SAM@example.com")
		}, "Several users here", "email_shared"},
		"a disabled user": {samThere, func(t *testing.T, h *openIDHouse) {
			h.exec(t, `UPDATE users SET disabled_at = now() WHERE login_name = 'sroberts'`)
		}, "Your user is disabled", "user_disabled"},
		"a user who was disabled since the first sign-in": {samThere, func(t *testing.T, h *openIDHouse) {
			require.Equal(t, "/customers", h.visitor(t).signsInThere(h, samThere).path)
			h.exec(t, `UPDATE users SET disabled_at = now() WHERE login_name = 'sroberts'`)
		}, "Your user is disabled", "user_disabled"},
		"a customer of the Customer Website": {eveThere, func(t *testing.T, h *openIDHouse) {
			h.exec(t, `UPDATE dealers SET support_email = 'eve@example.com'`)
			h.signedIn(t, "office").created()
		}, "Nobody here has your e-mail address", "user_unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := openWithProvider(t)
			test.arrange(t, h)
			users := h.count(t, `SELECT count(*) FROM users`)
			visitor := h.visitor(t)
			refused := visitor.signsInThere(h, test.who)
			require.Equal(t, http.StatusUnprocessableEntity, refused.status, refused.body)
			require.Contains(t, refused.body, test.says)
			require.Contains(t, refused.body, "Sign in with "+providerName)
			require.Equal(t, "/sign-in", visitor.get("/customers").path)
			require.Equal(t, users, h.count(t, `SELECT count(*) FROM users`), "nobody is made a user")
			require.Equal(t, 1, h.count(t, `SELECT count(*) FROM audit WHERE action = 'portal.sign_in_failed' AND reason = $1`, test.code))
			require.Contains(t, h.log.String(), test.code)
			h.tellsNobody(t)
		})
	}
}

// tellsNobody looks for the provider's people in the log.
func (h *openIDHouse) tellsNobody(t *testing.T) {
	t.Helper()
	logged := strings.ToLower(h.log.String())
	for _, who := range []openidtest.Person{oliviaThere, samThere, opsThere, eveThere} {
		for _, personal := range []string{who.Subject, who.LoginName, who.Email} {
			require.NotContains(t, logged, strings.ToLower(personal))
		}
	}
	require.NotContains(t, logged, "state=")
	require.NotContains(t, logged, "code=")
}

func TestOpenID_LetsADisabledNamesakeKeepNobodyOut(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t)
	h.knows(t, "itaylor", samThere.Email)
	h.exec(t, `UPDATE users SET disabled_at = now() WHERE login_name = 'itaylor'`)
	require.Equal(t, "/customers", h.visitor(t).signsInThere(h, samThere).path)
	require.Equal(t, 1, h.count(t, sqlSignIns, "sroberts"))
}

func TestOpenID_GivesTheSessionANewToken(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t)
	fixed := &http.Cookie{Name: "latchkey-partner", Value: strings.Repeat("A", 43), Path: "/"}
	site, err := url.Parse(h.url)
	require.NoError(t, err)

	victim := h.visitor(t)
	victim.client.Jar.SetCookies(site, []*http.Cookie{fixed})
	require.Equal(t, "/customers", victim.signsInThere(h, samThere).path)
	attacker := h.visitor(t)
	attacker.client.Jar.SetCookies(site, []*http.Cookie{fixed})
	require.Equal(t, "/sign-in", attacker.get("/customers").path)

	// A token that we gave before is worth nothing afterwards, either.
	dealer := h.signedIn(t, "office")
	before := dealer.client.Jar.Cookies(site)
	require.Equal(t, "/customers", dealer.signsInThere(h, oliviaThere).path)
	old := h.visitor(t)
	old.client.Jar.SetCookies(site, before)
	require.Equal(t, "/sign-in", old.get("/customers").path)
}

func TestOpenID_CookiesAreKeptFromScriptsAndOtherSites(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t)
	v := h.visitor(t)
	v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	begun := v.get("/sign-in/openid")
	require.Equal(t, http.StatusSeeOther, begun.status)
	require.Regexp(t, `^latchkey-openid=[A-Z2-7]{26}; Path=/; Max-Age=600; HttpOnly; SameSite=Lax$`, begun.header.Get("Set-Cookie"))
	to, err := url.Parse(begun.header.Get("Location"))
	require.NoError(t, err)
	query := to.Query()
	require.Equal(t, "S256", query.Get("code_challenge_method"))
	require.Equal(t, h.url+"/sign-in/openid/callback", query.Get("redirect_uri"))
	require.Equal(t, "openid email", query.Get("scope"))
	require.Len(t, query.Get("code_challenge"), 43)
	for _, needed := range []string{"state", "nonce"} {
		require.GreaterOrEqual(t, len(query.Get(needed)), 26)
	}
	require.NotContains(t, begun.header.Get("Location"), query.Get("state")+query.Get("nonce"))
}

func TestOpenID_SessionsEndAsOthersDo(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t)
	for name, end := range map[string]func(){
		"the user is disabled": func() { h.exec(t, `UPDATE users SET disabled_at = now() WHERE login_name = 'sroberts'`) },
		"the password is reset": func() {
			_, err := h.store.LetInWithPassword(t.Context(), "sroberts", "another hash", time.Now())
			require.NoError(t, err)
		},
		"the link is taken away": func() {
			office := h.signedIn(t, "office")
			page := office.get(h.settings("/users"))
			require.Contains(t, office.get(page.link(t, "Sam Roberts")).body, "Take the link away")
			require.Contains(t, office.post(page.link(t, "Sam Roberts")+"/unlink").body, "The link is taken away.")
		},
		"the administrator takes the link away": func() {
			_, err := h.store.UnlinkUser(t.Context(), "sroberts")
			require.NoError(t, err)
		},
	} {
		h.exec(t, `UPDATE users SET disabled_at = NULL WHERE login_name = 'sroberts'`)
		v := h.visitor(t)
		require.Equal(t, "/customers", v.signsInThere(h, samThere).path, name)
		require.Equal(t, "/customers", v.get("/customers").path, name)
		end()
		require.Equal(t, "/sign-in", v.get("/customers").path, name)
	}
}

// Somebody else drew a password that this person may not even know.
func TestOpenID_AsksNobodyToReplaceATemporaryPassword(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t)
	_, err := h.store.LetInWithPassword(t.Context(), "sroberts", "a hash", time.Now())
	require.NoError(t, err)
	require.Equal(t, "/customers", h.visitor(t).signsInThere(h, samThere).path)
}

func TestOpenID_LetsInWhoHasNoPassword(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t)
	_, err := h.store.CreateUser(t.Context(), postgres.NewUser{
		DealerID: h.demo.Dealer.ID, Role: onboarding.RoleTechnician, LoginName: "eve", FirstName: "Eve", LastName: "New", Email: eveThere.Email,
	})
	require.NoError(t, err)
	require.Equal(t, "/customers", h.visitor(t).signsInThere(h, eveThere).path)
}

func TestOpenID_SaysWhatToDoWhileTheProviderIsAway(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t)
	h.provider.With(openidtest.Script{Down: true})
	require.Equal(t, http.StatusOK, h.visitor(t).get("/sign-in").status, "the page does not need it")
	away := h.visitor(t).get("/sign-in/openid?next=%2Fto-do")
	require.Equal(t, http.StatusServiceUnavailable, away.status)
	require.Contains(t, away.body, providerName+" cannot be reached now. Try again in a minute.")
	require.Contains(t, away.body, `href="/sign-in/openid?next=%2Fto-do"`)
	h.signedIn(t, "office") // a password does not need it either

	h.provider.With(openidtest.Script{})
	require.Eventually(t, func() bool {
		v := h.visitor(t)
		v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		return v.get("/sign-in/openid").status == http.StatusSeeOther
	}, 20*time.Second, 100*time.Millisecond, "discovery is tried again")
	v := h.visitor(t)
	callback := v.provesToBe(h, v.begins(""), samThere)
	h.provider.With(openidtest.Script{Down: true})
	require.Equal(t, http.StatusServiceUnavailable, v.comesBack(callback).status)
}

func TestOpenID_SaysWhenItIsLatchkeyWhoIsRefused(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t, withSecret("a wrong one"))
	refused := h.visitor(t).signsInThere(h, samThere)
	require.Equal(t, http.StatusUnprocessableEntity, refused.status)
	require.Contains(t, refused.body, "ask who runs your installation")
	require.Contains(t, h.log.String(), "client_refused")
	require.NotContains(t, h.log.String(), "a wrong one")
}

func TestOpenID_RequiredKeepsPasswordsOut(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t, withoutPasswords)
	page := h.visitor(t).get("/sign-in")
	require.NotContains(t, page.body, `name="/password"`)
	require.Contains(t, page.body, "Sign in with "+providerName)
	require.Contains(t, page.body, `href="/sign-in?with=password"`)

	for _, login := range []string{"office", "ops"} {
		v := h.visitor(t)
		refused := v.post("/sign-in", "/login_name", login, "/password", password)
		require.Equal(t, http.StatusUnprocessableEntity, refused.status)
		require.Contains(t, refused.body, "A password is not enough here. Sign in with "+providerName)
		require.Equal(t, "/sign-in", v.get("/customers").path)
	}
	wrong := h.visitor(t).post("/sign-in", "/login_name", "office", "/password", "wrong")
	require.Contains(t, wrong.body, "is not right", "nobody learns that passwords are off by guessing")
	require.Equal(t, "/customers", h.visitor(t).signsInThere(h, oliviaThere).path)
}

func TestOpenID_RequiredHasAWayInWhenTheProviderIsAway(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t, withoutPasswords)
	h.provider.With(openidtest.Script{Down: true})
	hash := ""
	require.NoError(t, h.rows.QueryRow(t.Context(), `SELECT password_hash FROM users WHERE login_name = 'ops'`).Scan(&hash))
	_, err := h.store.LetInWithPassword(t.Context(), "ops", hash, time.Now().Add(time.Hour))
	require.NoError(t, err)
	v := h.visitor(t)
	require.Contains(t, v.get("/sign-in?with=password").body, `name="/password"`)
	require.Equal(t, "/password", v.post("/sign-in", "/login_name", "ops", "/password", password).path, "and must choose their own")
	require.Equal(t, 1, h.count(t, `SELECT count(*) FROM audit WHERE action = 'admin.let_in_with_password'`))

	h.exec(t, `UPDATE users SET password_until = now() WHERE login_name = 'ops'`)
	require.Equal(t, http.StatusUnprocessableEntity, h.visitor(t).post("/sign-in", "/login_name", "ops", "/password", password).status)
}

func TestOpenID_SignsOutHereAndOffersToDoSoThere(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t)
	v := h.visitor(t)
	v.signsInThere(h, samThere)
	out := v.post("/sign-out")
	require.Equal(t, "/sign-in", out.path)
	require.Equal(t, "/sign-in", v.get("/customers").path)
	there := html.UnescapeString(signOutThere.FindString(out.body))
	require.NotEmpty(t, there, out.body)
	asked, err := http.NewRequestWithContext(t.Context(), http.MethodGet, there, http.NoBody)
	require.NoError(t, err)
	back, status := v.there(asked, h.url)
	require.Equal(t, http.StatusFound, status)
	require.Equal(t, h.url+"/sign-in", back.String())

	dealer := h.signedIn(t, "office")
	require.NotContains(t, dealer.post("/sign-out").body, "sign out there as well")
}

func TestOpenID_IsNotThereWhenItIsNotSetUp(t *testing.T) {
	t.Parallel()
	h := open(t)
	require.NotContains(t, h.visitor(t).get("/sign-in").body, "openid")
	require.Equal(t, http.StatusNotFound, h.visitor(t).get("/sign-in/openid").status)
	require.Equal(t, http.StatusNotFound, h.visitor(t).get("/sign-in/openid/callback?state=a&code=b").status)
}

func TestOpenID_IsNoWayIntoTheCustomerWebsite(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t)
	v := h.visitor(t)
	require.NotContains(t, v.get("/customer/sign-in").body, "openid")
	require.Equal(t, http.StatusNotFound, v.get("/customer/sign-in/openid").status)
	v.signsInThere(h, samThere)
	require.Equal(t, "/customer/sign-in", v.get("/customer").path)
}

// A page of the wizard that was sent when the session had ended stays in its tab.
func TestOpenID_SavesAKeptPageAfterSigningInInAnotherTab(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t, withoutPasswords)
	v := h.visitor(t)
	v.signsInThere(h, oliviaThere)
	id := v.draft()
	v.post("/sign-out")
	kept := v.post("/drafts/"+id+"/section/customer", "version", "0", "action", "next", "/customer/first_name", "Ann")
	require.Equal(t, http.StatusUnauthorized, kept.status)
	require.Contains(t, kept.body, "in a new tab")
	form := kept.signInForm("")

	tooEarly := v.send("/sign-in/kept", form)
	require.Equal(t, http.StatusUnauthorized, tooEarly.status)
	require.Equal(t, form, tooEarly.signInForm(""))
	v.signsInThere(h, oliviaThere)
	require.Contains(t, v.send("/sign-in/kept", form).body, "There is a problem") // more is missing than the name
	require.Equal(t, http.StatusNotFound, v.post("/sign-in/kept", "next", "/customers").status)
}

func TestOpenID_OfficesSayByWhichAddressTheirPeopleAreFound(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t)
	office := h.signedIn(t, "office")
	at := office.get(h.settings("/users")).link(t, "Iris Taylor")
	typed := []string{"form", "/user", "/user/first_name", "Iris", "/user/last_name", "Taylor", "/user/role", "technician", "/user/installer_rep", "yes"}
	wrong := office.post(at, append(typed, "/user/email", "no address")...)
	require.Equal(t, http.StatusUnprocessableEntity, wrong.status)
	require.Contains(t, wrong.body, `href="#user-email"`)
	require.Contains(t, wrong.body, `value="no address"`)
	require.Equal(t, http.StatusUnprocessableEntity, h.visitor(t).signsInThere(h, eveThere).status)
	require.Contains(t, office.post(at, append(typed, "/user/email", eveThere.Email)...).body, "The user is saved.")
	require.Contains(t, office.get(at).body, `value="`+eveThere.Email+`"`)
	require.Equal(t, "/customers", h.visitor(t).signsInThere(h, eveThere).path)
	require.Equal(t, 1, h.count(t, sqlSignIns, "itaylor"))
}
