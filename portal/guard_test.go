package portal_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/portal"
)

func TestGuard_EveryReplyHasItsHeaders(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	for _, path := range []string{"/sign-in", "/customers", "/no/such/page", "/static/app.css", "/customer/sign-in", "/customers/" + uuid.NewString()} {
		got := dealer.get(path)
		policy := got.header.Get("Content-Security-Policy")
		require.Contains(t, policy, "default-src 'self'", path)
		require.NotContains(t, policy, "unsafe", path)
		require.Equal(t, "nosniff", got.header.Get("X-Content-Type-Options"), path)
		require.NotEmpty(t, got.header.Get("X-Request-Id"), path)
	}
}

func TestGuard_RefusesWhatAnotherSiteSends(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, house.url+"/drafts", strings.NewReader("kind=customer"))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	refused := dealer.do(request)
	require.Equal(t, http.StatusForbidden, refused.status)
	require.Contains(t, refused.body, "The form came from another site")
}

func TestGuard_ShowsPagesOfItsOwnForErrors(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	missing := dealer.get("/no/such/page")
	require.Equal(t, http.StatusNotFound, missing.status)
	require.Contains(t, missing.body, "Page not found")
	require.Equal(t, http.StatusMethodNotAllowed, dealer.get("/sign-out").status)
	require.Equal(t, http.StatusRequestEntityTooLarge, dealer.post("/drafts", "kind", strings.Repeat("x", 300<<10)).status)
	require.Equal(t, http.StatusUnprocessableEntity, dealer.post("/drafts", "kind", "nonsense").status)
}

func TestSession_CookieIsForThisSiteAndItsServerAlone(t *testing.T) {
	t.Parallel()
	house := open(t)
	secure, err := portal.New(portal.Config{
		Desk: house.desk, Sessions: house.store.Sessions(onboarding.DoorPortal), CustomerSessions: house.store.Sessions(onboarding.DoorWebsite),
		Log: discard, Now: time.Now, CustomerURL: "https://portal.example.test/customer",
	})
	require.NoError(t, err)
	request := httptest.NewRequest(http.MethodPost, "https://portal.example.test/sign-in",
		strings.NewReader(url.Values{"/login_name": {"office"}, "/password": {password}}.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	recorded := httptest.NewRecorder()
	secure.ServeHTTP(recorded, request)
	require.Equal(t, http.StatusSeeOther, recorded.Code)
	cookies := recorded.Result().Cookies()
	require.Len(t, cookies, 1)
	require.True(t, strings.HasPrefix(cookies[0].Name, "__Host-"))
	require.True(t, cookies[0].Secure)
	require.True(t, cookies[0].HttpOnly)
	require.Equal(t, http.SameSiteLaxMode, cookies[0].SameSite)
	require.Equal(t, "max-age=31536000; includeSubDomains", recorded.Header().Get("Strict-Transport-Security"))
}

func TestSignOut_LeavesNothingInTheBrowser(t *testing.T) {
	t.Parallel()
	dealer := open(t).signedIn(t, "office")
	before := dealer.client.CheckRedirect
	dealer.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	out := dealer.post("/sign-out")
	dealer.client.CheckRedirect = before
	require.Equal(t, http.StatusSeeOther, out.status)
	require.Equal(t, `"storage"`, out.header.Get("Clear-Site-Data"))
	require.Equal(t, "/sign-in", dealer.get("/customers").path)
}

func TestSignIn_ComesBackToWhereItWasAskedFor(t *testing.T) {
	t.Parallel()
	house := open(t)
	visitor := house.visitor(t)
	asked := visitor.get("/customers/new")
	require.Equal(t, "/sign-in", asked.path)
	require.Contains(t, asked.body, `name="next" value="/customers/new"`)
	require.Equal(t, "/customers/new", visitor.post("/sign-in", "/login_name", "office", "/password", password, "next", "/customers/new").path)
	require.Equal(t, "/sign-in", visitor.post("/sign-out").path)
	require.Equal(t, "/sign-in", visitor.get("/customers").path)
}

func TestSignIn_SaysTheSameWhetherTheNameOrThePasswordIsWrong(t *testing.T) {
	t.Parallel()
	house := open(t)
	visitor := house.visitor(t)
	wrongName := visitor.post("/sign-in", "/login_name", "nobody", "/password", password)
	wrongPassword := visitor.post("/sign-in", "/login_name", "office", "/password", "wrong")
	require.Equal(t, http.StatusUnprocessableEntity, wrongName.status)
	require.Equal(t, strings.ReplaceAll(wrongName.body, "nobody", "office"), wrongPassword.body)
}

func TestScope_AnotherDealersThingsDoNotExist(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	draft, customer := dealer.draft(), dealer.created()
	other := house.signedIn(t, "otheroffice")
	for _, path := range []string{
		"/drafts/" + draft, "/drafts/" + draft + "/section/account", "/drafts/" + draft + "/confirmation", "/drafts/" + draft + "/coverage",
		"/customers/" + customer, "/customers/" + customer + "/created", "/customers/" + customer + "/events", "/customers/" + customer + "/correct/login",
		"/ops", "/ops?reason=internal",
	} {
		require.Equal(t, http.StatusNotFound, other.get(path).status, path)
	}
	for _, path := range []string{
		"/drafts/" + draft + "/section/account", "/drafts/" + draft + "/submit", "/drafts/" + draft + "/discard", "/drafts/" + draft + "/module",
		"/customers/" + customer + "/welcome-letter", "/customers/" + customer + "/welcome-letter/email", "/customers/" + customer + "/decision",
		"/customers/" + customer + "/cancel", "/ops/resume", "/switch-dealer",
	} {
		require.Equal(t, http.StatusNotFound, other.post(path, "dealer", house.demo.Dealer.ID).status, path)
	}
	require.NotContains(t, other.get("/customers").body, "John")
}

func TestSwitchDealer_MovesSessionAndDraft(t *testing.T) {
	t.Parallel()
	house := open(t)
	require.NoError(t, house.store.LinkDealer(t.Context(), house.demo.Dealer.User.ID, house.demo.OtherDealer.ID))
	dealer := house.signedIn(t, "office")
	id := dealer.draft()
	dealer.post("/drafts/"+id+"/section/account", "version", "0", "action", "next", "/account/type", "security_system")
	page := dealer.get("/drafts/" + id + "/section/customer")
	require.Contains(t, page.body, "This customer will be created under dealer: <strong>Sample Dealer</strong>")
	require.Contains(t, page.body, "Switch Dealer:")

	moved := dealer.post("/drafts/"+id+"/section/customer", "version", "0", "action", "switch", "dealer", house.demo.OtherDealer.ID, "/customer/first_name", "Jane")
	require.Contains(t, moved.body, "This customer will be created under dealer: <strong>Other Dealer</strong>")
	require.Contains(t, moved.body, `value="Jane"`)
	require.Contains(t, dealer.get("/customers").body, "Other Dealer")
	require.Equal(t, http.StatusNotFound, dealer.get("/drafts/"+id).status)
}

func TestCustomers_FindWithoutANameInAnyAddress(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	found := dealer.post("/customers/search", "q", "harv")
	require.Equal(t, "/customers", found.path)
	require.Contains(t, found.body, "Emma Harvest")
	require.NotContains(t, found.body, "Ada Winter")
	require.Contains(t, dealer.post("/customers/search", "q", "nobody at all").body, "No customer fits")
	require.Contains(t, dealer.post("/customers/search", "q", "").body, "Ada Winter")
	require.Contains(t, dealer.get("/customers?state=parked").body, "No customer fits")
	require.Equal(t, http.StatusNotFound, dealer.get("/customers?cursor=nonsense").status)
}

func TestCustomers_SayWhatToDoWhenThereAreNone(t *testing.T) {
	t.Parallel()
	house := open(t)
	require.Contains(t, house.signedIn(t, "otheroffice").get("/customers").body, "No customers yet")
}
