package portal_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// signInForm is what a browser sends when the sign-in page that it got is filled in.
func (a answer) signInForm(login string) url.Values {
	form := url.Values{"/login_name": {login}, "/password": {password}}
	for _, hidden := range hiddenField.FindAllStringSubmatch(a.body, -1) {
		form.Add(html.UnescapeString(hidden[1]), html.UnescapeString(hidden[2]))
	}
	return form
}

// sessionEnded sends the customer page of a new draft, named and then more, when the
// session has ended, and returns the draft's ID and the sign-in page that answers.
func (v *visitor) sessionEnded(firstName string, more ...string) (id string, asked answer) {
	v.t.Helper()
	id = v.draft()
	v.post("/drafts/"+id+"/section/account", "version", "0", "action", "next", "/account/type", "security_system")
	v.post("/sign-out")
	asked = v.post("/drafts/"+id+"/section/customer", append([]string{"version", "0", "action", "later", "/customer/first_name", firstName}, more...)...)
	require.Equal(v.t, http.StatusUnauthorized, asked.status)
	require.Contains(v.t, asked.body, "What you typed is kept")
	require.Equal(v.t, "no-store", asked.header.Get("Cache-Control"))
	return id, asked
}

func TestKept_WhatIsSentAfterTheSessionEndedIsSavedAfterSigningIn(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	const typed = `Zoë "<b>& Ann`
	id, asked := dealer.sessionEnded(typed, "/customer/last_name", "Doe")

	wrong := asked.signInForm("office")
	wrong.Set("/password", "wrong")
	again := dealer.send("/sign-in", wrong)
	require.Equal(t, http.StatusUnprocessableEntity, again.status)

	saved := dealer.send("/sign-in", again.signInForm("office"))
	require.Equal(t, http.StatusOK, saved.status, saved.body)
	require.Equal(t, "/customers/new", saved.path)
	require.Contains(t, saved.body, "What you typed is saved.")
	page := dealer.get("/drafts/" + id + "/section/customer")
	require.Contains(t, page.body, `value="`+html.EscapeString(typed)+`"`)
	require.NotContains(t, house.log.String(), "Ann")
}

func TestKept_GoesOnToTheNextPageOrShowsWhatIsWrong(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id := dealer.filled()
	dealer.post("/sign-out")
	right := dealer.post("/drafts/"+id+"/section/login", "version", "1", "action", "next", "/login/name", "JaneDoeExample")
	require.Equal(t, "/drafts/"+id+"/section/system", dealer.send("/sign-in", right.signInForm("office")).path)
	dealer.post("/sign-out")
	wrong := dealer.post("/drafts/"+id+"/section/login", "version", "2", "action", "next", "/login/name", "not a name!")
	shown := dealer.send("/sign-in", wrong.signInForm("office"))
	require.Equal(t, http.StatusUnprocessableEntity, shown.status)
	require.Contains(t, shown.body, "There is a problem")
	require.Contains(t, shown.body, `action="/drafts/`+id+`/section/login"`)
}

func TestKept_OverwritesNothingThatWasSavedMeanwhile(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id, asked := dealer.sessionEnded("John")
	house.signedIn(t, "sroberts").post("/drafts/"+id+"/section/customer", "version", "0", "action", "next", "/customer/first_name", "Jane")
	conflict := dealer.send("/sign-in", asked.signInForm("office"))
	require.Equal(t, http.StatusConflict, conflict.status)
	require.Contains(t, conflict.body, "Somebody else saved this page meanwhile")
	require.Contains(t, conflict.body, "Jane")
	require.Contains(t, dealer.get("/drafts/"+id+"/section/customer").body, `value="Jane"`)
}

func TestKept_IsNotSavedForWhoMayNotSeeTheDraft(t *testing.T) {
	t.Parallel()
	house := open(t)
	id, asked := house.signedIn(t, "office").sessionEnded("John")
	require.Equal(t, http.StatusNotFound, house.visitor(t).send("/sign-in", asked.signInForm("otheroffice")).status)
	require.NotContains(t, house.signedIn(t, "office").get("/drafts/"+id+"/section/customer").body, `value="John"`)
}

func TestKept_IsSavedForTheLinkedDealerItWasSentFor(t *testing.T) {
	t.Parallel()
	house := open(t)
	require.NoError(t, house.store.LinkDealer(t.Context(), house.demo.Dealer.User.ID, house.demo.OtherDealer.ID))
	dealer := house.signedIn(t, "office")
	dealer.post("/switch-dealer", "dealer", house.demo.OtherDealer.ID)
	id, asked := dealer.sessionEnded("John")
	require.Contains(t, dealer.send("/sign-in", asked.signInForm("office")).body, "What you typed is saved.")
	page := dealer.get("/drafts/" + id + "/section/customer")
	require.Contains(t, page.body, `value="John"`)
	require.Contains(t, page.body, "Other Dealer")
}

func TestKept_OnlyPagesOfTheWizardAreCarried(t *testing.T) {
	t.Parallel()
	house := open(t)
	visitor := house.visitor(t)
	require.NotContains(t, visitor.post("/customers/search", "q", "harvest").body, "harvest")
	home := visitor.send("/sign-in", url.Values{
		"/login_name": {"office"}, "/password": {password}, "next": {"/customers/search"}, "kept:q": {"harvest"},
	})
	require.NotContains(t, home.body, "harvest")
	tooLong := house.visitor(t).post("/drafts/x/section/customer", "/customer/first_name", strings.Repeat("x", 300<<10))
	require.Equal(t, http.StatusRequestEntityTooLarge, tooLong.status)
}

func TestKept_LookUpsLeaveThePageAsItIs(t *testing.T) {
	t.Parallel()
	house := open(t)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, house.url+"/drafts/x/login-name", http.NoBody)
	require.NoError(t, err)
	request.Header.Set("HX-Request", "true")
	got := house.visitor(t).do(request)
	require.Equal(t, http.StatusUnauthorized, got.status)
	require.Empty(t, got.header.Get("HX-Redirect"))
}

func TestWalk_SessionThatEndedLosesNothingTyped(t *testing.T) {
	t.Parallel()
	house := open(t)
	b := house.browser(t, phone).withoutScripts()
	b.signIn("office")
	b.open("/customers/new")
	b.press("Create Customer")
	b.pick("/account/type", "security_system")
	b.press("Next")
	b.customer()
	b.forgetSession()
	b.press("Next")
	b.sees("What you typed is kept")
	b.fill("/login_name", "office")
	b.fill("/password", password)
	b.press("Sign in")
	b.sees("Create Login")
	b.press("Back")
	b.sees("Customer Information")
	b.quiet()
}

func TestWalk_PageThatIsLeftAfterTheSessionEndedLosesNothingTyped(t *testing.T) {
	t.Parallel()
	house := open(t)
	for _, wide := range []width{desktop, phone} {
		b := house.browser(t, wide)
		b.signIn("office")
		b.open("/customers/new")
		b.press("Create Customer")
		b.pick("/account/type", "security_system")
		b.press("Next")
		page := b.path()
		b.fill("/customer/first_name", "Zoë")
		b.forgetSession()
		b.open("/customers")
		b.sees("What you typed is kept")
		b.look("45-sign-in-kept")
		b.fill("/login_name", "office")
		b.fill("/password", password)
		b.press("Sign in")
		require.Equal(t, page, b.path())
		require.Equal(t, "Zoë", b.value("/customer/first_name"))
		require.Equal(t, "null", evaluate[string](b, `String(sessionStorage.getItem("latchkey-unsaved"))`))
		b.open("/password")
		b.open("/sign-in")
		require.NotContains(t, b.text(), "What you typed is kept")
	}
}

func TestWalk_SignInPageWithKeptFieldsIsAccessible(t *testing.T) {
	t.Parallel()
	house := open(t)
	for _, wide := range []width{desktop, phone} {
		b := house.browser(t, wide)
		b.signIn("office")
		b.open("/customers/new")
		b.press("Create Customer")
		b.pick("/account/type", "security_system")
		b.press("Next")
		b.customer()
		b.forgetSession()
		b.press("Next")
		b.look("46-kept")
		b.fill("/login_name", "office")
		b.fill("/password", "wrong")
		b.press("Sign in")
		b.sees("What you typed is kept")
		b.look("47-kept-wrong")
	}
}
