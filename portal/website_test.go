package portal_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// setUpToken mails a letter as the run does and returns the token in its link.
func (h *house) setUpToken(t testing.TB, onboardingID string) string {
	t.Helper()
	key := onboarding.EffectKey{OnboardingID: onboardingID, Step: onboarding.StepSendLetter, Revision: 1}
	_, _, err := h.store.BeginStep(t.Context(), key)
	require.NoError(t, err)
	letter, err := h.store.PrepareLetter(t.Context(), key, 0)
	require.NoError(t, err)
	token := onboarding.SetupToken([]byte("of these tests alone, 32 bytes ."), letter.ID)
	require.NoError(t, h.store.LetterSending(t.Context(), letter.ID, onboarding.SetupTokenHash(token), time.Now().Add(24*time.Hour)))
	require.NoError(t, h.store.LetterAccepted(t.Context(), key, letter.ID, "250 queued", []byte(`{}`)))
	return token
}

func TestWebsite_SetUpLinkSetsAPasswordOnce(t *testing.T) {
	t.Parallel()
	house := open(t)
	id := house.signedIn(t, "office").created()
	link := "/customer/set-up/" + house.setUpToken(t, id)
	b := house.browser(t, phone)

	b.open(link)
	b.sees("JohnDoeExample")
	b.look("40-set-up")
	b.fill("/password", "short")
	b.fill("/repeat", "short")
	b.press("Set the password")
	b.sees(onboarding.PasswordRule)
	b.look("41-set-up-weak")
	b.fill("/password", "a new 1 password!")
	b.fill("/repeat", "a new 1 password!")
	b.press("Set the password")
	b.sees("Your password is set.")
	b.look("42-website-sign-in")
	b.open(link)
	b.sees("This link has been used")
	b.look("43-set-up-used")

	b.open("/customer/sign-in")
	b.fill("/login_name", "johndoeexample")
	b.fill("/password", "a new 1 password!")
	b.press("Sign in")
	b.sees(dealing.LoginBlockedMessage)
	b.look("44-blocked")

	require.NoError(t, house.store.PanelCommunicated(t.Context(), id, time.Now()))
	b.fill("/login_name", "johndoeexample")
	b.fill("/password", "a new 1 password!")
	b.press("Sign in")
	b.sees("Welcome, John")
	b.look("45-website-home")

	b.press("Change")
	b.fill("/name", "EmmaHarvest")
	b.press("Change the login name")
	b.sees(onboarding.LoginTakenMessage)
	b.look("46-login-name")
	b.fill("/name", "JohnsOwnName")
	b.press("Change the login name")
	b.sees("JohnsOwnName")
}

func TestWebsite_TemporaryPasswordMustBeChangedBeforeAnythingElse(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id := dealer.created()
	pdf := dealer.post("/customers/" + id + "/welcome-letter")
	require.Equal(t, http.StatusOK, pdf.status)
	require.Equal(t, "application/pdf", pdf.header.Get("Content-Type"))
	require.Equal(t, "no-store", pdf.header.Get("Cache-Control"))
	require.NoError(t, house.store.PanelCommunicated(t.Context(), id, time.Now()))

	b := house.browser(t, desktop)
	b.open("/customer/sign-in")
	b.fill("/login_name", "JohnDoeExample")
	temporary := <-house.printed
	b.fill("/password", temporary)
	b.press("Sign in")
	b.sees("You signed in with a temporary password.")
	b.look("47-must-change")
	b.open("/customer")
	b.sees("You signed in with a temporary password.")
	b.fill("/current", temporary)
	b.fill("/password", "my own 1 password!")
	b.fill("/repeat", "another")
	b.press("Change the password")
	b.sees("The two passwords differ.")
	b.fill("/current", temporary)
	b.fill("/password", "my own 1 password!")
	b.fill("/repeat", "my own 1 password!")
	b.press("Change the password")
	b.sees("Your password is changed.")
	b.sees("Welcome, John")
}

func TestWebsite_IsAnotherSiteThanThePartnerPortal(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	require.Equal(t, "/customer/sign-in", dealer.get("/customer").path)
	unknown := dealer.get("/customer/set-up/no-such-token")
	require.Equal(t, http.StatusGone, unknown.status)
	require.NotContains(t, unknown.body, "<form method=\"post\" action=\"/customer/set-up")
}
