package portal_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/openid"
	"github.com/latchkey/latchkey/openid/openidtest"
	"github.com/latchkey/latchkey/portal"
)

// The provider's people. The first three are staff of the demo data as well.
var (
	oliviaThere = openidtest.Person{Subject: "sub-olivia", LoginName: "olivia.there", Email: "Olivia@Example.com", Verified: true}
	samThere    = openidtest.Person{Subject: "sub-sam", LoginName: "sam.there", Email: "sam@example.com", Verified: true}
	opsThere    = openidtest.Person{Subject: "sub-ops", LoginName: "ops.there", Email: "ops@example.com", Verified: true}
	eveThere    = openidtest.Person{Subject: "sub-eve", LoginName: "eve.there", Email: "eve@example.com", Verified: true}
)

// openIDHouse is a web site whose staff sign in at a real provider.
type openIDHouse struct {
	*house
	provider *openidtest.Provider
	rows     *pgx.Conn
}

const providerName = "Example Works"

// withSecret and withoutPasswords change how the site is set up.
func withSecret(wrong string) func(*openid.Config, *dealing.OpenID) {
	return func(config *openid.Config, _ *dealing.OpenID) { config.ClientSecret = wrong }
}

func withoutPasswords(_ *openid.Config, how *dealing.OpenID) { how.Required = true }

func openWithProvider(t *testing.T, changes ...func(*openid.Config, *dealing.OpenID)) *openIDHouse {
	t.Helper()
	h := &openIDHouse{house: open(t)}
	server := httptest.NewUnstartedServer(nil)
	h.url = "http://" + server.Listener.Addr().String()
	var err error
	h.provider, err = openidtest.Start(h.url, oliviaThere, samThere, opsThere, eveThere)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, h.provider.Close()) })

	config := openid.Config{
		Issuer: h.provider.Issuer, ClientID: openidtest.ClientID, ClientSecret: openidtest.ClientSecret, Name: providerName,
		PortalURL: h.url, Now: time.Now,
	}
	how := dealing.OpenID{}
	for _, change := range changes {
		change(&config, &how)
	}
	how.Provider, err = openid.New(config)
	require.NoError(t, err)
	log := slog.New(slog.NewJSONHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h.desk = dealing.New(dealing.Config{
		Store: h.store, Engine: h.engine, Coverage: h, Letters: h, Passwords: dealing.NewArgon2id(2, 64), Now: time.Now, Log: log, OpenID: how,
		Webhooks: dealing.Webhooks{Secret: []byte("a secret for tests of the portal"), Reach: onboarding.WebhookReachPublic},
	})
	server.Config.Handler, err = portal.New(portal.Config{
		Desk: h.desk, Sessions: h.store.Sessions(onboarding.DoorPortal), CustomerSessions: h.store.Sessions(onboarding.DoorWebsite),
		Log: log, Now: time.Now, CustomerURL: h.url + "/customer",
	})
	require.NoError(t, err)
	server.Start()
	t.Cleanup(server.Close)

	h.rows, err = pgx.Connect(t.Context(), h.database)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, h.rows.Close(context.Background())) })
	h.knows(t, "office", oliviaThere.Email)
	h.knows(t, "sroberts", samThere.Email)
	h.knows(t, "ops", opsThere.Email)
	return h
}

// knows gives a user the e-mail address that the provider's person has.
func (h *openIDHouse) knows(t *testing.T, login, email string) {
	t.Helper()
	_, err := h.store.SetEmail(t.Context(), login, strings.ToLower(email))
	require.NoError(t, err)
}

func (h *openIDHouse) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	_, err := h.rows.Exec(t.Context(), sql, args...)
	require.NoError(t, err)
}

func (h *openIDHouse) count(t *testing.T, sql string, args ...any) (n int) {
	t.Helper()
	require.NoError(t, h.rows.QueryRow(t.Context(), sql, args...).Scan(&n))
	return n
}

// there asks any address, following redirects until one leads to a prefix of stop, and
// returns the address that was not asked any more, or the one that answered.
func (v *visitor) there(request *http.Request, stop string) (address *url.URL, status int) {
	v.t.Helper()
	client := *v.client
	client.CheckRedirect = func(next *http.Request, _ []*http.Request) error {
		if stop != "" && strings.HasPrefix(next.URL.String(), stop) {
			return http.ErrUseLastResponse
		}
		return nil
	}
	response, err := client.Do(request)
	require.NoError(v.t, err)
	require.NoError(v.t, response.Body.Close())
	if next, err := response.Location(); err == nil {
		return next, response.StatusCode
	}
	return response.Request.URL, response.StatusCode
}

// begins follows the button to the provider's login page, and returns the number that the
// provider gave the sign-in.
func (v *visitor) begins(next string) (request string) {
	v.t.Helper()
	address := v.house.url + "/sign-in/openid"
	if next != "" {
		address += "?" + url.Values{"next": {next}}.Encode()
	}
	asked, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, address, http.NoBody)
	require.NoError(v.t, err)
	page, status := v.there(asked, "")
	require.Equal(v.t, http.StatusOK, status, page)
	require.Equal(v.t, "/login/username", page.Path)
	return page.Query().Get("authRequestID")
}

// provesToBe fills in the provider's login page and returns where the provider sends the
// browser, which does not go there yet.
func (v *visitor) provesToBe(h *openIDHouse, request string, who openidtest.Person) (callback *url.URL) {
	v.t.Helper()
	form := url.Values{"id": {request}, "username": {who.LoginName}, "password": {openidtest.Password}}
	asked, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, h.provider.Issuer+"/login/username", strings.NewReader(form.Encode()))
	require.NoError(v.t, err)
	asked.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	callback, status := v.there(asked, h.url)
	require.Equal(v.t, http.StatusFound, status)
	require.Equal(v.t, "/sign-in/openid/callback", callback.Path)
	return callback
}

// comesBack brings the provider's answer.
func (v *visitor) comesBack(callback *url.URL) answer {
	v.t.Helper()
	return v.get(callback.Path + "?" + callback.RawQuery)
}

// signsInThere does all of it.
func (v *visitor) signsInThere(h *openIDHouse, who openidtest.Person) answer {
	v.t.Helper()
	return v.comesBack(v.provesToBe(h, v.begins(""), who))
}

// changed is an address with a parameter changed; an empty value takes it away.
func changed(address *url.URL, parameter, value string) *url.URL {
	query := address.Query()
	query.Set(parameter, value)
	if value == "" {
		query.Del(parameter)
	}
	other := *address
	other.RawQuery = query.Encode()
	return &other
}
