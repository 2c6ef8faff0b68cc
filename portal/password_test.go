package portal_test

import (
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
