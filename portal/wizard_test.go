package portal_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

func TestWizard_ShowsEverythingOnceMoreBeforeTheAccountIsCreated(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id := dealer.filled()

	review := dealer.get("/drafts/" + id + "/confirmation")
	require.Equal(t, http.StatusOK, review.status)
	for _, shown := range []string{"John", "Doe", "john.doe@example.com", "JohnDoeExample", "Interactive Gold", "Cell", "1234", "Eastern Time", "Alarms, Panics"} {
		require.Contains(t, review.body, shown)
	}
	for _, section := range onboarding.Sections {
		require.Contains(t, review.body, "/section/"+string(section)+"?return=confirmation")
	}
	done := dealer.post("/drafts/" + id + "/submit")
	for _, shown := range []string{
		"Account Creation Successful!", "You have successfully created an account for <strong>John Doe</strong>.", "Welcome to Sample Dealer",
		"View &amp; Print Welcome Letter", "Email Welcome Letter to Customer",
		"The customer will not be able to log in to their account until the system has communicated.",
	} {
		require.Contains(t, done.body, shown)
	}
}

func TestWizard_SubmitsADraftOnce(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id := dealer.filled()
	first, second := dealer.post("/drafts/"+id+"/submit"), dealer.post("/drafts/"+id+"/submit")
	require.Equal(t, first.path, second.path)
	require.Equal(t, first.path, dealer.get("/drafts/"+id+"/section/customer").path)
}

func TestWizard_AsksOnlyWhatAppliesToTheKindOfAccount(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	for name, account := range map[string]struct {
		kind, accountType string
		asked             []string
		hour              bool
	}{
		"virtual":    {"virtual", "security_system", []string{"account", "customer", "login", "package", "templates"}, false},
		"standalone": {"customer", "standalone_video_access", []string{"account", "customer", "login", "package", "templates"}, false},
	} {
		first := dealer.post("/drafts", "kind", account.kind)
		id := strings.Split(first.path, "/")[2]
		var asked []string
		for at := first.path; !strings.HasSuffix(at, "/confirmation"); {
			section := at[strings.LastIndex(at, "/")+1:]
			asked = append(asked, section)
			next := dealer.post(at, append(typedFor(house, section, account.accountType, name), "version", "0", "action", "next")...)
			require.Equal(t, http.StatusOK, next.status, next.body)
			require.NotEqual(t, at, next.path)
			at = next.path
		}
		require.Equal(t, account.asked, asked, name)
		require.Equal(t, http.StatusOK, dealer.get("/drafts/"+id+"/section/forwarding").status)
		require.NotContains(t, dealer.get("/drafts/"+id+"/section/forwarding").path, "forwarding", name)
		done := dealer.post("/drafts/" + id + "/submit")
		require.Contains(t, done.body, "Account Creation Successful!", name)
		require.Equal(t, account.hour, strings.Contains(done.body, "Wait at least one hour"), name)
	}
}

// typedFor is John Doe's page for another account type, under a login of its own.
func typedFor(house *house, section, accountType, login string) []string {
	switch section {
	case "account":
		return []string{"/account/type", accountType}
	case "login":
		return []string{"/login/name", login}
	case "package":
		sold := map[string]string{"security_system": "interactive_gold", "standalone_video_access": "video_only"}
		return []string{"/package/package_id", sold[accountType]}
	}
	for _, page := range house.pages() {
		if page.section == section {
			return page.typed
		}
	}
	return nil
}

func TestWizard_KeepsWhatWasTypedAndSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id := dealer.draft()
	dealer.post("/drafts/"+id+"/section/account", "version", "0", "action", "next", "/account/type", "security_system")
	wrong := dealer.post("/drafts/"+id+"/section/customer", "version", "0", "action", "next", "/customer/first_name", "John", "/customer/email", "john.doe")
	require.Equal(t, http.StatusUnprocessableEntity, wrong.status)
	require.Contains(t, wrong.body, "<title>Error: Customer Information")
	require.Contains(t, wrong.body, `value="john.doe"`)
	links := regexp.MustCompile(`<li><a href="#([^"]+)">`).FindAllStringSubmatch(wrong.body, -1)
	require.NotEmpty(t, links)
	for _, link := range links {
		require.Contains(t, wrong.body, `id="`+link[1]+`"`, "the summary links to a field that is there")
	}
	require.Contains(t, dealer.get("/drafts/"+id+"/section/customer").body, `value="john.doe"`, "it is saved although it is wrong")
}

func TestWizard_EveryProblemOfAPackageLinksToItsAddOn(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id := dealer.draft()
	dealer.post("/drafts/"+id+"/section/account", "version", "0", "action", "next", "/account/type", "security_system")
	wrong := dealer.post("/drafts/"+id+"/section/package", "version", "0", "action", "next",
		"/package/package_id", "interactive_gold", "/package/add_ons/doorbell_cameras", "yes", "/package/quantity/extra_image_events", "many")
	require.Equal(t, http.StatusUnprocessableEntity, wrong.status)
	require.Contains(t, wrong.body, `href="#package-add_ons-doorbell_cameras"`)
	require.Contains(t, wrong.body, `href="#package-quantity-extra_image_events"`)
}

func TestWizard_PackageTemplateFillsInItsAddOns(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id := dealer.draft()
	dealer.post("/drafts/"+id+"/section/account", "version", "0", "action", "next", "/account/type", "security_system")
	page := dealer.get("/drafts/" + id + "/section/package")
	template := regexp.MustCompile(`<option value="([^"]+)">Gold with locks`).FindStringSubmatch(page.body)
	require.NotNil(t, template)
	applied := dealer.post("/drafts/"+id+"/section/package", "version", "0", "action", "refresh", "/package/template_id", template[1])
	require.Regexp(t, `id="package-add_ons-locks"[^>]* checked`, applied.body)
	require.Regexp(t, `value="six_hour_supervision" selected`, applied.body)
}

func TestWizard_WarnsADealerWithoutAStation(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "otheroffice")
	page := dealer.get("/drafts/" + dealer.draft() + "/section/account")
	require.Contains(t, page.body, onboarding.NoStationTitle)
	require.Contains(t, page.body, "There is no Monitoring Station registered to Other Dealer.")
}

func TestWizard_IsSavedWhenThePageIsLeft(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id := dealer.draft()
	left := dealer.post("/drafts/"+id+"/section/customer", "version", "0", "action", "leave", "/customer/first_name", "Jane")
	require.Equal(t, http.StatusNoContent, left.status)
	require.Equal(t, "1", left.header.Get("X-Version"))
	require.Contains(t, dealer.get("/drafts/"+id+"/section/customer").body, `value="Jane"`)
}

func TestWalk_APageThatIsLeftIsSavedByAScript(t *testing.T) {
	t.Parallel()
	house := open(t)
	b := house.browser(t, desktop)
	b.signIn("office")
	b.open("/customers/new")
	b.press("Create Customer")
	b.pick("/account/type", "security_system")
	b.press("Next")
	b.fill("/customer/first_name", "Jane")
	evaluate[bool](b, `Object.defineProperty(document, "visibilityState", {value: "hidden", configurable: true}), document.dispatchEvent(new Event("visibilitychange"))`)
	require.Eventually(t, func() bool { return b.value("version") == "1" }, 10*time.Second, 20*time.Millisecond)
	b.open(b.path())
	require.Equal(t, "Jane", b.value("/customer/first_name"))
}

func TestWizard_LooksAheadWithoutSaving(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id := dealer.draft()
	dealer.post("/drafts/"+id+"/section/account", "version", "0", "action", "next", "/account/type", "security_system")
	typed := url.Values{"version": {"0"}, "action": {"refresh"}, "/package/package_id": {"interactive_gold"}, "/package/one_of/supervision": {"hourly_supervision"}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, house.url+"/drafts/"+id+"/section/package", strings.NewReader(typed.Encode()))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("HX-Request", "true")
	ahead := dealer.do(request)
	require.Equal(t, http.StatusOK, ahead.status)
	require.Contains(t, ahead.body, "$24.45 /month")
	require.Contains(t, ahead.body, `name="version" value="0"`)
	require.NotContains(t, dealer.get("/drafts/"+id+"/section/package").body, "$24.45")
}

func TestWizard_DiscardsADraftForGood(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id := dealer.draft()
	require.Contains(t, dealer.get("/customers/new").body, id)
	require.NotContains(t, dealer.post("/drafts/"+id+"/discard").body, id)
	require.Equal(t, http.StatusNotFound, dealer.get("/drafts/"+id).status)
}

func TestPages_AreLight(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id := dealer.filled()
	const heaviest = 150_000
	linked := regexp.MustCompile(`(?:href|src)="(/static/[^"]+)"`)
	for _, path := range []string{"/customers", "/customers/new", "/drafts/" + id + "/section/customer", "/drafts/" + id + "/section/package", "/drafts/" + id + "/confirmation"} {
		page := dealer.get(path)
		weight := len(page.body)
		seen := map[string]bool{}
		for _, file := range linked.FindAllStringSubmatch(page.body, -1) {
			if !seen[file[1]] {
				seen[file[1]] = true
				weight += dealer.weightOf(file[1])
			}
		}
		require.Less(t, weight, heaviest, path)
	}
}

// weightOf is what a file takes on the wire.
func (v *visitor) weightOf(path string) int {
	v.t.Helper()
	request, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.house.url+path, http.NoBody)
	require.NoError(v.t, err)
	request.Header.Set("Accept-Encoding", "gzip") // asked for by hand, so that it stays compressed
	return len(v.do(request).body)
}
