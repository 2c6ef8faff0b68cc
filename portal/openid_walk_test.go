package portal_test

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/openid/openidtest"
)

// toProvider presses the button that leads to the provider.
func (b *browser) toProvider() {
	b.t.Helper()
	b.pressAt(`//main//a[normalize-space(.) = "Sign in with ` + providerName + `"]`)
}

// atProvider fills in the login page of the provider, which is another site to the browser.
func (b *browser) atProvider(who openidtest.Person) {
	b.t.Helper()
	b.fill("username", who.LoginName)
	b.fill("password", openidtest.Password)
	b.pressAt(`//button[normalize-space(.) = "Login"]`)
}

// pressAt clicks what is outside of a page's main part and waits for the page it leads to.
func (b *browser) pressAt(target string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	_, err := chromedp.RunResponse(ctx, chromedp.Click(target))
	require.NoError(b.t, err, target)
}

func TestWalk_StaffSignInAtTheProviderAndOut(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t)
	for _, wide := range []width{desktop, phone} {
		b := h.browser(t, wide)
		b.friend = h.provider.Issuer
		if wide == phone {
			b = b.withoutScripts()
		}
		b.open("/to-do")
		if wide == desktop {
			b.look("60-sign-in-openid")
		}
		b.toProvider()
		b.atProvider(samThere)
		require.Equal(t, "/to-do", b.path())
		require.Equal(t, h.url, evaluate[string](b, "location.origin"))
		b.quiet()
		require.NotContains(t, evaluate[string](b, "document.cookie"), "latchkey")

		b.pressAt(`//header//button[normalize-space(.) = "Sign out"]`)
		b.sees("sign out there as well")
		if wide == desktop {
			b.look("61-signed-out-here")
		}
		b.press("sign out there as well")
		require.Equal(t, "/sign-in", b.path())
		b.open("/customers")
		require.Equal(t, "/sign-in", b.path())
	}
}

func TestWalk_StaffAreToldWhyTheyCannotComeIn(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t, withoutPasswords)
	b := h.browser(t, phone)
	b.friend = h.provider.Issuer
	b.open("/sign-in")
	b.look("62-sign-in-openid-required")
	b.toProvider()
	b.atProvider(eveThere)
	b.sees("Nobody here has your e-mail address")
	b.look("63-sign-in-openid-refused")

	// From the summary to the way in.
	b.do(chromedp.Click(`//main//a[starts-with(., "Nobody here has your e-mail address")]`))
	require.Equal(t, "#openid", evaluate[string](b, "location.hash"))
	b.press("Sign in with it")
	b.look("64-sign-in-openid-password")
}
