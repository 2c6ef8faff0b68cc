package e2e

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/localstack"
	"github.com/latchkey/latchkey/openid/openidtest"
)

var olgaThere = openidtest.Person{Subject: "sub-olga", LoginName: "olga.there", Email: "olga@example.com", Verified: true}

// startProvider starts an identity provider for a portal, and returns the flags that name it.
func startProvider(t *testing.T, portalURL string) (provider *openidtest.Provider, flags []string) {
	t.Helper()
	provider, err := openidtest.Start(portalURL, olgaThere)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, provider.Close()) })
	secret := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(secret, []byte(openidtest.ClientSecret+"\n"), 0o600))
	return provider, []string{"--oidc-issuer", provider.Issuer, "--oidc-client-id", openidtest.ClientID, "--oidc-client-secret", "@" + secret}
}

// admin runs `latchkey admin` as the owner of the tables.
func (s *stack) admin(t *testing.T, command string, args ...string) string {
	t.Helper()
	built, err := binary()
	require.NoError(t, err)
	printed, err := exec.CommandContext(t.Context(), built, append([]string{"admin", command, "--database-url", s.database.URL}, args...)...).CombinedOutput()
	require.NoError(t, err, string(printed))
	return string(printed)
}

// person is a browser without JavaScript.
type person struct {
	t      *testing.T
	client *http.Client
}

func newPerson(t *testing.T) person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return person{t, &http.Client{Jar: jar}}
}

func (p person) open(address string) (status int, at *url.URL, body string) {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, address, http.NoBody)
	require.NoError(p.t, err)
	return p.ask(request)
}

func (p person) send(address string, form url.Values) (status int, at *url.URL, body string) {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	require.NoError(p.t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return p.ask(request)
}

func (p person) ask(request *http.Request) (status int, at *url.URL, body string) {
	p.t.Helper()
	answer, err := p.client.Do(request)
	require.NoError(p.t, err)
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	require.NoError(p.t, err)
	return answer.StatusCode, answer.Request.URL, string(read)
}

// A provider that is away keeps nothing from starting, and nobody out for good.
func TestOpenID_ServesWithAProviderThatComesLater(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	port, err := localstack.FreePort()
	require.NoError(t, err)
	at := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	site := "http://" + at
	provider, flags := startProvider(t, site)
	provider.With(openidtest.Script{Down: true})

	api, err := launch(flagsOf([]string{
		"api", "--listen", at, "--panel-secret", s.panelSecret, "--customer-url", site + "/customer", "--oidc-required", "--oidc-name", "Example Works",
	}, flags, s.databaseFlags(), s.temporalFlags(), s.carrierFlags(), s.secretFlags())...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, api.stop()) })
	api.showIfFailed(t)
	await(t, "an API without its provider", func() (struct{}, bool) {
		request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, site+"/readyz", http.NoBody)
		require.NoError(t, err)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return struct{}{}, false
		}
		return struct{}{}, answer.Body.Close() == nil && answer.StatusCode == http.StatusOK
	})
	status, _, body := newPerson(t).open(site + "/sign-in/openid")
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Contains(t, body, "Example Works cannot be reached now.")

	// The way in that does not need it.
	s.admin(t, "user", "olga.e2e", "--role", "operator", "--first-name", "Olga", "--last-name", "Operator", "--email", olgaThere.Email)
	lines := strings.Fields(s.admin(t, "password", "OLGA.e2e", "--for", "1h"))
	require.Len(t, lines, 2)
	broken := newPerson(t)
	_, landed, _ := broken.send(site+"/sign-in", url.Values{"/login_name": {"olga.e2e"}, "/password": {lines[1]}})
	require.Equal(t, "/password", landed.Path)

	provider.With(openidtest.Script{})
	olga := newPerson(t)
	login := await(t, "the provider", func() (string, bool) {
		status, at, _ := olga.open(site + "/sign-in/openid")
		return at.Query().Get("authRequestID"), status == http.StatusOK
	})
	_, landed, _ = olga.send(provider.Issuer+"/login/username", url.Values{"id": {login}, "username": {olgaThere.LoginName}, "password": {openidtest.Password}})
	require.Equal(t, site+"/ops", landed.String())
	s.admin(t, "unlink", "olga.e2e")
	_, landed, _ = olga.open(site + "/ops")
	require.Equal(t, "/sign-in", landed.Path)
	for _, personal := range []string{olgaThere.Email, olgaThere.Subject, olgaThere.LoginName, lines[1], openidtest.ClientSecret} {
		require.NotContains(t, api.output.String(), personal)
	}
}

func TestCheck_AsksTheIdentityProviderWhenThereIsOne(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	provider, flags := startProvider(t, "https://portal.example.com")
	printed, err := s.check(t, flags...)
	require.NoError(t, err, printed)
	require.Regexp(t, `(?m)^identity provider +ok$`, printed)
	for name, test := range map[string]struct {
		change []string
		wants  string
	}{
		"another name of its own": {[]string{"--oidc-issuer", provider.Issuer + "/"}, `FAULT  wrong issuer: it calls itself "` + provider.Issuer + `"`},
		"nobody":                  {[]string{"--oidc-issuer", "http://127.0.0.1:1"}, `FAULT  unreachable; look at --oidc-issuer`},
		"plain http":              {[]string{"--oidc-issuer", "http://login.example.com"}, `FAULT  .*plain http is for this machine alone`},
	} {
		printed, err := s.check(t, append(flags, test.change...)...)
		require.Error(t, err, name)
		require.Regexp(t, `(?m)^identity provider +`+test.wants, printed)
		require.Contains(t, printed, "1 of 8 parts do not work")
		require.NotContains(t, printed, openidtest.ClientSecret)
	}
}
