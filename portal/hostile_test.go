package portal_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// hostile is what people type who mean no good.
var hostile = map[string]string{
	"script":  `"><script>alert(1)</script><img src=x onerror=alert(1)>`,
	"sql":     `'; DROP TABLE drafts; --`,
	"long":    strings.Repeat("x", 20_000),
	"bidi":    "John\u202eeoD",
	"nul":     "John\x00Doe",
	"invalid": "John\xff\xfeDoe",
	"braces":  `{{.User.PasswordHash}}`,
}

func TestHostile_TextIsRefusedOrShownInert(t *testing.T) {
	t.Parallel()
	house := open(t)
	for name, text := range hostile {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dealer := house.signedIn(t, "office")
			id := dealer.draft()
			inert := func(got answer) {
				t.Helper()
				require.Less(t, got.status, http.StatusInternalServerError, got.body)
				require.NotContains(t, got.body, "<script>alert")
				require.NotContains(t, got.body, "<img src=x")
				require.NotContains(t, got.body, "argon2id")
			}
			dealer.post("/drafts/"+id+"/section/account", "version", "0", "action", "next", "/account/type", "security_system")
			for _, page := range house.pages() {
				var typed []string
				for i := 0; i < len(page.typed); i += 2 {
					typed = append(typed, page.typed[i], text)
				}
				at := "/drafts/" + id + "/section/" + page.section
				inert(dealer.post(at, append(typed, "version", text, "action", text, "return", text, "dealer", text)...))
				inert(dealer.post(at, append(typed, "version", "0", "action", "next")...))
				inert(dealer.get(at))
				inert(house.visitor(t).post(at, append(typed, text, text, "version", text, "next", text)...))
			}
			inert(dealer.get("/drafts/" + id + "/confirmation"))
			inert(dealer.get("/customers/new"))
			inert(dealer.post("/drafts/" + id + "/submit"))
			inert(dealer.post("/drafts/"+id+"/login-name", "/login/name", text))
			inert(dealer.post("/drafts/"+id+"/module", "/system/module", text))
			inert(dealer.post("/customers/search", "q", text))
			inert(dealer.get("/customers"))
			inert(dealer.post("/drafts", "kind", text))
			inert(dealer.post("/switch-dealer", "dealer", text))
			inert(house.visitor(t).post("/sign-in", "/login_name", text, "/password", text, "next", text))
			inert(house.visitor(t).post("/sign-in", "/login_name", "office", "/password", "wrong", "next", "/drafts/"+id+"/section/customer", "kept:"+text, text))
			inert(house.visitor(t).post("/sign-in", "/login_name", "office", "/password", password,
				"next", "/drafts/"+text+"/section/customer", "kept:/customer/first_name", text, "kept:version", text, "kept:action", text))
			inert(house.visitor(t).post("/customer/sign-in", "/login_name", text, "/password", text))
			inert(house.visitor(t).post("/customer/set-up/no-such-token", "/password", text, "/repeat", text))
		})
	}
}

func TestLog_HasNoPersonalData(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id := dealer.created()
	dealer.get("/customers/" + id)
	dealer.post("/customers/search", "q", "Greensboro")
	token := house.setUpToken(t, id)
	house.visitor(t).get("/customer/set-up/" + token)
	written := house.log.String()
	require.Contains(t, written, "/customer/set-up/:token")
	for _, personal := range []string{"John", "Doe", "john.doe", "Greensboro", "5550100", "JohnDoeExample", house.demo.AvailableModules[0], token, password} {
		require.NotContains(t, written, personal)
	}
}
