package portal_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/openid/openidtest"
)

// What comes back must be what this browser asked for, once, and what the provider signed for
// us, for this sign-in and for now.
func TestOpenID_BelievesNoAnswerThatItDidNotAskFor(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t)
	const over, unchecked = "took longer than 10 minutes, or is over already", "could not be checked"
	for name, test := range map[string]struct {
		answer func(v *visitor) answer
		says   string
		code   string
	}{
		"without a state": {func(v *visitor) answer {
			return v.comesBack(changed(v.provesToBe(h, v.begins(""), samThere), "state", ""))
		}, over, "sign_in_over"},
		"with an invented state": {func(v *visitor) answer {
			return v.comesBack(changed(v.provesToBe(h, v.begins(""), samThere), "state", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
		}, over, "sign_in_over"},
		"with nothing at all": {func(v *visitor) answer { return v.get("/sign-in/openid/callback") }, over, "sign_in_over"},
		"with hostile parameters": {func(v *visitor) answer {
			hostile := url.QueryEscape("\x00\u202e<script>" + strings.Repeat("x", 10000))
			return v.get("/sign-in/openid/callback?state=" + hostile + "&code=" + hostile + "&iss=" + hostile + "&error=" + hostile)
		}, over, "sign_in_over"},
		"of another browser": {func(v *visitor) answer {
			v.begins("")
			eve := h.visitor(t)
			return v.comesBack(eve.provesToBe(h, eve.begins(""), samThere))
		}, over, "sign_in_over"},
		"in a browser that began none": {func(v *visitor) answer {
			eve := h.visitor(t)
			return v.comesBack(eve.provesToBe(h, eve.begins(""), samThere))
		}, over, "sign_in_over"},
		"too late": {func(v *visitor) answer {
			callback := v.provesToBe(h, v.begins(""), samThere)
			h.exec(t, `UPDATE openid_attempts SET expires_at = now()`)
			return v.comesBack(callback)
		}, over, "sign_in_over"},
		"with the code of another sign-in": {func(v *visitor) answer {
			eve := h.visitor(t)
			stolen := eve.provesToBe(h, eve.begins(""), opsThere)
			return v.comesBack(changed(v.provesToBe(h, v.begins(""), samThere), "code", stolen.Query().Get("code")))
		}, unchecked, "code_refused"},
		"with an invented code": {func(v *visitor) answer {
			return v.comesBack(changed(v.provesToBe(h, v.begins(""), samThere), "code", "invented"))
		}, unchecked, "code_refused"},
		"of another provider": {func(v *visitor) answer {
			return v.comesBack(changed(v.provesToBe(h, v.begins(""), samThere), "iss", "https://other.example.com"))
		}, "was not completed there", "provider_refused"},
		"with another nonce": {func(v *visitor) answer {
			h.provider.With(openidtest.Script{Tamper: openidtest.TamperWith("/auth", "nonce", "of somebody else")})
			return v.signsInThere(h, samThere)
		}, unchecked, "id_token_nonce"},
		"without a nonce": {func(v *visitor) answer {
			h.provider.With(openidtest.Script{Tamper: openidtest.TamperWith("/auth", "nonce", "")})
			return v.signsInThere(h, samThere)
		}, unchecked, "id_token_nonce"},
		"with an ID token that has expired": {func(v *visitor) answer {
			h.provider.With(openidtest.Script{Lifetime: -time.Minute})
			return v.signsInThere(h, samThere)
		}, unchecked, "id_token_expired"},
		"with an ID token for another program": {func(v *visitor) answer {
			h.provider.With(openidtest.Script{Tamper: func(r *http.Request) {
				openidtest.TamperWith("/auth", "client_id", openidtest.OtherClientID)(r)
				if _, secret, ours := r.BasicAuth(); ours {
					r.SetBasicAuth(openidtest.OtherClientID, secret)
				}
			}})
			return v.signsInThere(h, samThere)
		}, unchecked, "id_token_refused"},
		"that says no": {func(v *visitor) answer {
			callback := v.provesToBe(h, v.begins(""), samThere)
			return v.comesBack(changed(changed(callback, "code", ""), "error", "access_denied"))
		}, "You did not sign in there, or may not.", "access_denied"},
		"that says no in words of its own": {func(v *visitor) answer {
			callback := v.provesToBe(h, v.begins(""), samThere)
			said := changed(changed(changed(callback, "code", ""), "error", "eve <script>"), "error_description", "Eve was here")
			return v.comesBack(said)
		}, "was not completed there", "provider_refused"},
	} {
		t.Run(name, func(t *testing.T) {
			logged := len(h.log.String())
			v := h.visitor(t)
			refused := test.answer(v)
			h.provider.With(openidtest.Script{})
			require.Equal(t, http.StatusUnprocessableEntity, refused.status, refused.body)
			require.Contains(t, html.UnescapeString(refused.body), test.says)
			require.NotContains(t, refused.body, "<script>")
			require.NotContains(t, refused.body, "Eve was here")
			require.Equal(t, "/sign-in", v.get("/customers").path)
			require.Zero(t, h.count(t, `SELECT count(*) FROM user_identities`))
			require.Contains(t, h.log.String()[logged:], `"code":"`+test.code+`"`)
			h.tellsNobody(t)
		})
	}
}

func TestOpenID_TakesAnAnswerOnce(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t)
	v := h.visitor(t)
	callback := v.provesToBe(h, v.begins(""), samThere)
	require.Equal(t, "/customers", v.comesBack(callback).path)
	again := v.comesBack(callback)
	require.Equal(t, http.StatusUnprocessableEntity, again.status)
	require.Contains(t, again.body, "is over already")
	require.Equal(t, 1, h.count(t, sqlSignIns, "sroberts"))
}

func TestOpenID_AnotherBrowserCannotEndASignIn(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t)
	v := h.visitor(t)
	callback := v.provesToBe(h, v.begins(""), samThere)
	require.Equal(t, http.StatusUnprocessableEntity, h.visitor(t).comesBack(callback).status)
	require.Equal(t, "/customers", v.comesBack(callback).path)
}

func TestOpenID_GoesOnToOurOwnPagesAlone(t *testing.T) {
	t.Parallel()
	h := openWithProvider(t)
	for next, lands := range map[string]string{
		"/to-do": "/to-do", "https://evil.example.com/": "/customers", "//evil.example.com": "/customers", `/\evil.example.com`: "/customers",
		"javascript:alert(1)": "/customers", "http:/customers": "/customers", "": "/customers",
	} {
		v := h.visitor(t)
		home := v.comesBack(v.provesToBe(h, v.begins(next), samThere))
		require.Equal(t, http.StatusOK, home.status, next)
		require.Equal(t, lands, home.path, next)
	}
	asked := h.visitor(t).get("/to-do")
	require.Contains(t, asked.body, `href="/sign-in/openid?next=%2Fto-do"`)
}
