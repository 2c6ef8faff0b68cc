package portal_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/portal"
	"github.com/latchkey/latchkey/postgres"
	"github.com/latchkey/latchkey/postgres/postgrestest"
)

// password is everybody's in these tests.
const password = "correct horse 9 battery"

// house is the whole web site on a database of the test's own, with the demo data in it.
type house struct {
	url string
	// database is how to reach what the store keeps.
	database string
	store    *postgres.Store
	desk     *dealing.Desk
	engine   *engine
	demo     postgres.Demo
	log      *lockedBuffer
	// printed has the temporary passwords, as the printer got them.
	printed chan string
	// network is what the carrier answers about coverage.
	network func() ([]onboarding.NetworkCoverage, error)
}

func open(t testing.TB) *house {
	t.Helper()
	h := &house{database: postgrestest.URL(t), log: &lockedBuffer{}, printed: make(chan string, 10)}
	h.store = postgrestest.OpenAt(t, h.database)
	hasher := dealing.NewArgon2id(2, 64)
	hash, err := hasher.Hash(t.Context(), password)
	require.NoError(t, err)
	h.demo, err = h.store.LoadDemo(t.Context(), postgres.DemoSecrets{
		DealerKey: dealing.NewAPIKey(), OtherDealerKey: dealing.NewAPIKey(), OpsKey: dealing.NewAPIKey(), PasswordHash: hash,
	})
	require.NoError(t, err)
	h.network = func() ([]onboarding.NetworkCoverage, error) {
		return []onboarding.NetworkCoverage{
			{Name: "AT&T", Coverage: onboarding.CoverageFull, Recommended: true, MapURL: "https://maps.example.com/att"},
			{Name: "Verizon 4G", Coverage: onboarding.CoveragePartial},
			{Name: "Verizon 3G", Coverage: onboarding.CoverageFull, Sunset: true},
		}, nil
	}
	h.engine = &engine{store: h.store, wait: time.Hour}
	log := slog.New(slog.NewJSONHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h.desk = dealing.New(dealing.Config{
		Store: h.store, Engine: h.engine, Coverage: h, Letters: h, Passwords: hasher, Now: time.Now, Log: log,
		Webhooks: dealing.Webhooks{Secret: []byte("a secret for tests of the portal"), Reach: onboarding.WebhookReachPublic},
	})
	handler, err := portal.New(portal.Config{
		Desk: h.desk, Sessions: h.store.Sessions(onboarding.DoorPortal), CustomerSessions: h.store.Sessions(onboarding.DoorWebsite),
		Log: log, Now: time.Now, CustomerURL: "http://portal.example.test/customer",
		TemporalUIURL: "http://temporal.example.test", TemporalNamespace: "default",
	})
	require.NoError(t, err)
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

// Coverage is the carrier's answer in these tests.
func (h *house) Coverage(context.Context, onboarding.AddressAnswers) ([]onboarding.NetworkCoverage, error) {
	return h.network()
}

// Print is the printer of these tests.
func (h *house) Print(_ context.Context, _ onboarding.Account, _ onboarding.Dealer, _ onboarding.Letter, temporaryPassword string) ([]byte, error) {
	h.printed <- temporaryPassword
	return []byte("%PDF-1.3 for a test"), nil
}

// NormalizeLogo takes every picture; what a letter can print is the letter's own business.
func (h *house) NormalizeLogo(uploaded []byte) ([]byte, onboarding.Fault) {
	return uploaded, onboarding.Fault{}
}

// visitor is a browser without JavaScript.
type visitor struct {
	t      testing.TB
	house  *house
	client *http.Client
}

// answer is a page as it came.
type answer struct {
	status int
	path   string // where the redirects led
	header http.Header
	body   string
}

func (h *house) visitor(t testing.TB) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &visitor{t, h, &http.Client{Jar: jar}}
}

// signedIn is somebody in the Partner Portal.
func (h *house) signedIn(t testing.TB, login string) *visitor {
	t.Helper()
	v := h.visitor(t)
	home := v.post("/sign-in", "/login_name", login, "/password", password)
	require.Equal(t, http.StatusOK, home.status, home.body)
	require.NotEqual(t, "/sign-in", home.path)
	return v
}

func (v *visitor) get(path string) answer {
	v.t.Helper()
	request, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.house.url+path, http.NoBody)
	require.NoError(v.t, err)
	return v.do(request)
}

// post sends a form of names and values.
func (v *visitor) post(path string, form ...string) answer {
	v.t.Helper()
	typed := url.Values{}
	for i := 0; i < len(form); i += 2 {
		typed.Add(form[i], form[i+1])
	}
	return v.send(path, typed)
}

func (v *visitor) send(path string, typed url.Values) answer {
	v.t.Helper()
	request, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.house.url+path, strings.NewReader(typed.Encode()))
	require.NoError(v.t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.do(request)
}

func (v *visitor) do(request *http.Request) answer {
	v.t.Helper()
	response, err := v.client.Do(request)
	require.NoError(v.t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(v.t, err)
	return answer{response.StatusCode, response.Request.URL.Path, response.Header, string(body)}
}

// draft begins one and returns its ID.
func (v *visitor) draft() string {
	v.t.Helper()
	first := v.post("/drafts", "kind", "customer")
	require.Equal(v.t, http.StatusOK, first.status, first.body)
	return strings.Split(first.path, "/")[2]
}

// pages are what John Doe's dealer types, page by page, in the order of the wizard.
func (h *house) pages() []struct {
	section string
	typed   []string
} {
	return []struct {
		section string
		typed   []string
	}{
		{"account", []string{"/account/type", "security_system"}},
		{"customer", []string{
			"/customer/property_type", "single_family_house", "/customer/install_type", "professional",
			"/customer/first_name", "John", "/customer/last_name", "Doe",
			"/customer/email", "john.doe@example.com", "/customer/email_confirmation", "john.doe@example.com",
			"/customer/phone/number", "571 555 0100", "/customer/phone/type", "home", "/customer/language", "en",
			"/customer/address/country", "US", "/customer/address/street1", "8281 Greensboro Drive", "/customer/address/city", "Tysons",
			"/customer/address/state", "VA", "/customer/address/postal_code", "22102", "/customer/installed_at_address", "yes",
		}},
		{"login", []string{"/login/name", "JohnDoeExample"}},
		{"system", []string{"/system/panel_type", "auto", "/system/module", h.demo.AvailableModules[0]}},
		{"pathway", []string{"/pathway/value", ""}},
		{"package", []string{"/package/package_id", "interactive_gold", "/package/one_of/supervision", "six_hour_supervision"}},
		{"forwarding", []string{
			"/forwarding/option", "always", "/forwarding/receiver_id", h.demo.Receivers[0].ID, "/forwarding/account_number", "1234",
			"/forwarding/events", "alarms", "/forwarding/events", "panics",
		}},
		{"templates", []string{"/templates/default_notifications", "yes"}},
	}
}

// filled types the whole wizard and returns the draft's ID.
func (v *visitor) filled() string {
	v.t.Helper()
	id := v.draft()
	for _, page := range v.house.pages() {
		next := v.post("/drafts/"+id+"/section/"+page.section, append(page.typed, "version", "0", "action", "next")...)
		require.Equal(v.t, http.StatusOK, next.status, next.body)
	}
	return id
}

// created submits a filled draft and returns the onboarding's ID.
func (v *visitor) created() string {
	v.t.Helper()
	done := v.post("/drafts/" + v.filled() + "/submit")
	require.Equal(v.t, http.StatusOK, done.status, done.body)
	require.Contains(v.t, done.body, "Account Creation Successful!")
	return strings.Split(done.path, "/")[2]
}

var discard = slog.New(slog.DiscardHandler)

// lockedBuffer is a log that is read while it is written.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}
