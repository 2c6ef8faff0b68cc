package portal_test

import (
	"html"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

const newPassword = "another horse 7 battery!"

func TestPassword_StaffChangeTheirOwnAndTheirOtherSessionsEnd(t *testing.T) {
	t.Parallel()
	for _, login := range []string{"office", "ops"} {
		t.Run(login, func(t *testing.T) {
			t.Parallel()
			house := open(t)
			here, elsewhere := house.signedIn(t, login), house.signedIn(t, login)
			require.Contains(t, here.get("/customers").body, `href="/password"`)
			changed := here.post("/password", "/current", password, "/password", newPassword, "/repeat", newPassword)
			require.Contains(t, changed.body, "Your password is changed.")
			require.Equal(t, "/customers", here.get("/customers").path)
			require.Equal(t, "/sign-in", elsewhere.get("/customers").path)
			old := house.visitor(t).post("/sign-in", "/login_name", login, "/password", password)
			require.Equal(t, http.StatusUnprocessableEntity, old.status)
			require.NotEqual(t, "/sign-in", house.visitor(t).post("/sign-in", "/login_name", login, "/password", newPassword).path)
			require.NotContains(t, house.log.String(), newPassword)
		})
	}
}

func TestPassword_SaysWhatIsWrongAndShowsNoPassword(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	for words, typed := range map[string][3]string{
		"This is not your current password.": {"not it at all 1!", newPassword, newPassword},
		"The two passwords differ.":          {password, newPassword, "something else 1!"},
		"at least 10 characters":             {password, "short1!", "short1!"},
	} {
		got := dealer.post("/password", "/current", typed[0], "/password", typed[1], "/repeat", typed[2])
		require.Equal(t, http.StatusUnprocessableEntity, got.status, words)
		require.Contains(t, got.body, "There is a problem")
		require.Contains(t, got.body, words)
		for _, secret := range typed {
			require.NotContains(t, got.body, secret)
		}
	}
	house.signedIn(t, "office")
	require.Equal(t, "/sign-in", house.visitor(t).get("/password").path)
}

func TestWalk_StaffChangeTheirPassword(t *testing.T) {
	t.Parallel()
	house := open(t)
	for _, wide := range []width{desktop, phone} {
		b := house.browser(t, wide)
		b.signIn("sroberts")
		b.open("/password")
		b.look("50-password")
		b.fill("/current", password)
		b.fill("/password", "short")
		b.fill("/repeat", "short")
		b.press("Change the password")
		b.look("51-password-wrong")
	}
}

func TestPassword_DrawnBySomebodyElseMustBeReplacedFirst(t *testing.T) {
	t.Parallel()
	house := open(t)
	office := house.signedIn(t, "office")
	id := house.signedIn(t, "itaylor").draft()
	users := office.get(house.settings("/users"))
	reset := office.post(users.link(t, "Iris Taylor") + "/password")
	drawn := html.UnescapeString(secret.FindStringSubmatch(reset.body)[1])

	tech := house.visitor(t)
	kept := tech.post("/drafts/"+id+"/section/account", "version", "0", "action", "next", "/account/type", "security_system")
	form := kept.signInForm("itaylor")
	form.Set("/password", drawn)
	first := tech.send("/sign-in", form)
	require.Equal(t, "/password", first.path)
	require.Contains(t, first.body, "Choose your own before you go on.")
	for _, path := range []string{"/", "/customers", "/customers/new", "/drafts/" + id, "/password"} {
		require.Equal(t, "/password", tech.get(path).path, path)
	}
	require.Equal(t, "/password", tech.post("/drafts", "kind", "customer").path)
	same := tech.post("/password", "/current", drawn, "/password", drawn, "/repeat", drawn)
	require.Equal(t, http.StatusUnprocessableEntity, same.status)
	require.Equal(t, "/customers", tech.post("/password", "/current", drawn, "/password", newPassword, "/repeat", newPassword).path)
	saved := tech.get("/drafts/" + id + "/section/account")
	require.Contains(t, saved.body, `value="security_system" checked`)

	made := office.post(house.settings("/users"), "form", "/user", "/user/login_name", "tina", "/user/first_name", "Tina", "/user/last_name", "Tech", "/user/role", "technician")
	tina := house.visitor(t)
	require.Equal(t, "/password", tina.post("/sign-in", "/login_name", "tina", "/password", html.UnescapeString(secret.FindStringSubmatch(made.body)[1])).path)
	require.Equal(t, "/sign-in", tina.post("/sign-out").path)
	require.Equal(t, "/customers", office.get("/").path)
}
