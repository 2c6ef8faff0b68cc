package openid_test

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/openid"
	"github.com/latchkey/latchkey/openid/openidtest"
)

func settings(issuer string) openid.Config {
	return openid.Config{
		Issuer: issuer, ClientID: openidtest.ClientID, ClientSecret: openidtest.ClientSecret, Name: "Example Works",
		PortalURL: "https://portal.example.com", Now: time.Now,
	}
}

var attempt = onboarding.OpenIDAttempt{State: "state", Nonce: "nonce", Verifier: strings.Repeat("v", 43)}

func TestNew_SaysWhatCannotBeRight(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*openid.Config)
		says   string
	}{
		"no client":                 {func(c *openid.Config) { c.ClientID = "" }, "client ID is missing"},
		"plain http":                {func(c *openid.Config) { c.Issuer = "http://login.example.com" }, "https"},
		"a name that looks local":   {func(c *openid.Config) { c.Issuer = "http://localhost.example.com" }, "https"},
		"no address":                {func(c *openid.Config) { c.Issuer = "login.example.com" }, "https"},
		"another scheme":            {func(c *openid.Config) { c.Issuer = "file:///etc/passwd" }, "https"},
		"a password in the address": {func(c *openid.Config) { c.Issuer = "https://user:word@login.example.com" }, "without user"},
		"a query":                   {func(c *openid.Config) { c.Issuer = "https://login.example.com?tenant=1" }, "without user, query"},
		"a portal with a path":      {func(c *openid.Config) { c.PortalURL = "https://portal.example.com/customer" }, "without a path"},
		"no portal":                 {func(c *openid.Config) { c.PortalURL = "" }, "the portal's address"},
	} {
		config := settings("https://login.example.com")
		test.change(&config)
		_, err := openid.New(config)
		require.ErrorContains(t, err, test.says, name)
		require.NotContains(t, err.Error(), "word@", name)
	}
	for _, issuer := range []string{"https://login.example.com", "https://login.example.com/tenant/1", "http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"} {
		provider, err := openid.New(settings(issuer))
		require.NoError(t, err, issuer)
		require.Equal(t, "https://portal.example.com/sign-in/openid/callback", provider.RedirectURL())
	}
}

func TestCheck_IsContentWithARealProvider(t *testing.T) {
	t.Parallel()
	running, err := openidtest.Start("https://portal.example.com")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, running.Close()) })
	provider, err := openid.New(settings(running.Issuer))
	require.NoError(t, err)
	require.NoError(t, provider.Check(t.Context()))

	sameButNot, err := openid.New(settings(running.Issuer + "/"))
	require.NoError(t, err)
	require.ErrorContains(t, sameButNot.Check(t.Context()), `wrong issuer: it calls itself "`+running.Issuer+`"`)
	running.With(openidtest.Script{Down: true})
	require.ErrorContains(t, provider.Check(t.Context()), "no discovery document")
}

// document is a provider that says anything about itself.
func document(t *testing.T, change func(document map[string]any, server string)) *openid.Provider {
	t.Helper()
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		told := map[string]any{
			"issuer": server.URL, "authorization_endpoint": server.URL + "/auth", "token_endpoint": server.URL + "/token",
			"jwks_uri": server.URL + "/keys", "userinfo_endpoint": server.URL + "/who", "end_session_endpoint": server.URL + "/out",
		}
		change(told, server.URL)
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(told)
	}))
	t.Cleanup(server.Close)
	provider, err := openid.New(settings(server.URL))
	require.NoError(t, err)
	return provider
}

func TestProvider_UsesNoAddressThatIsNotSafe(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{"authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"} {
		for _, address := range []string{"http://login.example.com/x", "javascript:alert(1)", "//login.example.com", "https://user:word@login.example.com", "file:///etc/passwd"} {
			provider := document(t, func(told map[string]any, _ string) { told[endpoint] = address })
			require.ErrorContains(t, provider.Check(t.Context()), endpoint, address)
			_, fault := provider.SignInURL(t.Context(), attempt)
			require.Equal(t, "provider_unavailable", fault.Code)
		}
	}
	for _, missing := range []string{"authorization_endpoint", "token_endpoint", "jwks_uri"} {
		provider := document(t, func(told map[string]any, _ string) { delete(told, missing) })
		require.ErrorContains(t, provider.Check(t.Context()), missing)
	}
}

func TestProvider_NeedsNoPlaceToSignOut(t *testing.T) {
	t.Parallel()
	for _, place := range []any{nil, "", "http://login.example.com/out", "javascript:alert(1)"} {
		provider := document(t, func(told map[string]any, _ string) { told["end_session_endpoint"] = place })
		require.NoError(t, provider.Check(t.Context()))
		require.Empty(t, provider.SignOutURL(t.Context()))
	}
	require.Contains(t, document(t, func(map[string]any, string) {}).SignOutURL(t.Context()),
		"/out?client_id=latchkey&post_logout_redirect_uri=https%3A%2F%2Fportal.example.com%2Fsign-in")
}

func TestProvider_ShowsWhoWeAreInTheWayThatTheProviderTakes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		methods any
		basic   bool
	}{
		"it does not say": {nil, true}, "basic": {[]string{"client_secret_post", "client_secret_basic"}, true}, "post": {[]string{"client_secret_post"}, false},
	} {
		var asked atomic.Int64
		token := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			_, _, basic := r.BasicAuth()
			if basic != test.basic || (r.PostFormValue("client_secret") != "") == test.basic || r.PostFormValue("code_verifier") != attempt.Verifier {
				http.Error(w, "not so", http.StatusTeapot)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"error": "invalid_client"}`))
		}))
		t.Cleanup(token.Close)
		provider := document(t, func(told map[string]any, _ string) {
			told["token_endpoint"], told["token_endpoint_auth_methods_supported"] = token.URL, test.methods
		})
		_, fault := provider.Identity(t.Context(), attempt, "code")
		require.Equal(t, "client_refused", fault.Code, name)
		require.EqualValues(t, 1, asked.Load(), "a code is shown once")
	}
}

func TestProvider_IsAskedOnceByManyAndLeftAloneAfterAFailure(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	var down atomic.Bool
	down.Store(true)
	var now atomic.Int64
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		if down.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{
			"issuer": server.URL, "authorization_endpoint": server.URL + "/a", "token_endpoint": server.URL + "/t", "jwks_uri": server.URL + "/k",
		})
	}))
	t.Cleanup(server.Close)
	config := settings(server.URL)
	config.Now = func() time.Time { return time.Unix(now.Load(), 0) }
	provider, err := openid.New(config)
	require.NoError(t, err)
	many := func() (found int64) {
		var wait sync.WaitGroup
		var good atomic.Int64
		for range 20 {
			wait.Go(func() {
				if _, fault := provider.SignInURL(t.Context(), attempt); !fault.Found() {
					good.Add(1)
				}
			})
		}
		wait.Wait()
		return good.Load()
	}
	require.Zero(t, many())
	require.EqualValues(t, 1, asked.Load())
	down.Store(false)
	require.Zero(t, many(), "it is left alone for a while")
	now.Add(6)
	require.EqualValues(t, 20, many())
	require.EqualValues(t, 20, many())
	require.EqualValues(t, 2, asked.Load())
}

func TestProvider_BoundsAnswersAndFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"a flood": func(w http.ResponseWriter, _ *http.Request) {
			for err := error(nil); err == nil; {
				_, err = w.Write([]byte(strings.Repeat(" ", 1<<16)))
			}
		},
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusFound)
		},
		"no JSON": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"nothing": func(http.ResponseWriter, *http.Request) {},
	} {
		server := httptest.NewServer(answer)
		t.Cleanup(server.Close)
		provider, err := openid.New(settings(server.URL))
		require.NoError(t, err)
		require.ErrorContains(t, provider.Check(t.Context()), "no discovery document", name)
	}
}

func TestCheck_SaysThatNobodyAnswers(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	provider, err := openid.New(settings("http://" + listener.Addr().String()))
	require.NoError(t, err)
	require.ErrorContains(t, provider.Check(t.Context()), "unreachable; look at --oidc-issuer")
}
