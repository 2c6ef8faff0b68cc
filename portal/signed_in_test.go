package portal_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/portal"
)

func TestSignedIn_KnowsWhoIsSignedInAndForgetsThemAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	who := portal.SignedIn(h.desk, h.store.Sessions(onboarding.DoorPortal))
	carrying := func(cookies ...*http.Cookie) *http.Request {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:8234/decode", nil)
		require.NoError(t, err)
		for _, cookie := range cookies {
			request.AddCookie(cookie)
		}
		return request
	}
	ops := h.signedIn(t, h.demo.Ops.LoginName)
	address, err := url.Parse(h.url)
	require.NoError(t, err)
	address.Path, address.Scheme = "/", "https" // where a cookie that is Secure is sent, too
	cookies := ops.client.Jar.Cookies(address)
	require.NotEmpty(t, cookies)

	user, err := who(carrying(cookies...))
	require.NoError(t, err)
	require.Equal(t, h.demo.Ops.ID, user.UserID)
	require.True(t, user.SeesAll())
	for name, cookie := range map[string]*http.Cookie{
		"nobody": {Name: "other", Value: "x"}, "drawn by somebody else": {Name: "latchkey-partner", Value: strings.Repeat("A", 43)},
		"empty": {Name: "__Host-latchkey-partner", Value: ""}, "a customer's": {Name: "latchkey-customer", Value: cookies[0].Value},
	} {
		_, err := who(carrying(cookie))
		require.ErrorIs(t, err, dealing.ErrUnauthenticated, name)
	}

	require.Equal(t, http.StatusOK, ops.post("/sign-out").status)
	_, err = who(carrying(cookies...))
	require.ErrorIs(t, err, dealing.ErrUnauthenticated)
}
