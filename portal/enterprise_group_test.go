package portal_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// location creates an account that may be in an enterprise group, and returns the
// onboarding's ID. number tells the locations of a business apart.
func (v *visitor) location(number int) string {
	v.t.Helper()
	changed := map[string][]string{
		"login":      {"/login/name", []string{"NorthStore", "SouthStore"}[number]},
		"system":     {"/system/panel_type", "auto", "/system/module", v.house.demo.AvailableModules[number]},
		"package":    {"/package/package_id", "commercial", "/package/add_ons/enterprise_security_console", "1"},
		"forwarding": {"/forwarding/option", "never"},
	}
	draft := v.draft()
	for _, page := range v.house.pages() {
		typed := page.typed
		if instead, ok := changed[page.section]; ok {
			typed = instead
		}
		next := v.post("/drafts/"+draft+"/section/"+page.section, append(slices.Clone(typed), "version", "0", "action", "next")...)
		require.Equal(v.t, http.StatusOK, next.status, next.body)
	}
	done := v.post("/drafts/" + draft + "/submit")
	require.Contains(v.t, done.body, "Account Creation Successful!", done.body)
	return strings.Split(done.path, "/")[2]
}

func TestGroup_IsOfferedAfterCreationAndChangedLater(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	north, south := dealer.location(0), dealer.location(1)
	created := dealer.get("/customers/" + north + "/created").body
	require.Contains(t, created, "This account includes the Enterprise Security Console (ESC) add-on and can be added to an enterprise group.")
	at := func(id string) string { return "/customers/" + id + "/enterprise-group" }
	require.Contains(t, dealer.get(at(north)).body, "Skip this step")

	made := dealer.post(at(north)+"/new", "/name", "Harvest Stores")
	require.Equal(t, "/customers/"+north, made.path)
	require.Contains(t, made.body, "The group was created, and the account is in it.")
	require.Contains(t, made.body, "<dd>Harvest Stores</dd><dt>ID</dt><dd>1001</dd>")
	require.Contains(t, dealer.get(at(north)).body, "<dt>Administrator</dt><dd>NorthStore</dd>")

	offered := dealer.get(at(south)).body
	require.Contains(t, offered, `<option value="Harvest Stores">ID 1001</option>`)
	require.Contains(t, dealer.post(at(south), "/group", "harvest STORES").body, "The account is in the group.")
	require.Contains(t, dealer.get(at(north)).body, "<dt>Accounts</dt><dd>2</dd>")
	require.Contains(t, dealer.post(at(south)+"/leave").body, "The account is in no group any more.")
	require.Contains(t, dealer.post(at(south), "/group", "1001").body, "The account is in the group.")
}

func TestGroup_SaysWhatIsWrongAndKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	north, south := dealer.location(0), dealer.location(1)
	require.Equal(t, http.StatusOK, dealer.post("/customers/"+north+"/enterprise-group/new", "/name", "Harvest Stores").status)
	at := "/customers/" + south + "/enterprise-group"
	for _, wrong := range []struct{ path, field, typed, says string }{
		{at, "/group", "", "Enter the name or ID of the group."},
		{at, "/group", "Orchard", "Choose one of your groups, by its name or ID."},
		{at, "/group", "a\u202eb", "Use letters, digits, spaces and punctuation only"},
		{at + "/new", "/name", "", "Enter the name of the new group."},
		{at + "/new", "/name", "harvest stores", "Another group has this name."},
		{at + "/new", "/name", strings.Repeat("x", 61), "Use at most 60 characters."},
	} {
		got := dealer.post(wrong.path, wrong.field, wrong.typed)
		require.Equal(t, http.StatusUnprocessableEntity, got.status, wrong.says)
		require.Contains(t, got.body, wrong.says)
		require.Contains(t, got.body, `href="#`+wrong.field[1:]+`"`)
		require.Contains(t, got.body, `value="`+wrong.typed+`"`)
	}
	script := dealer.post(at+"/new", "/name", `"><script>alert(1)</script>`)
	require.NotContains(t, script.body, "<script>alert")
	require.Contains(t, dealer.get("/customers/"+south).body, "&lt;script&gt;")
}

func TestGroup_IsForThoseWhoMayBeInOne(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	gold := dealer.created()
	require.NotContains(t, dealer.get("/customers/"+gold).body, "Enterprise group")
	require.NotContains(t, dealer.get("/customers/"+gold+"/created").body, "Add To Group")
	require.Equal(t, http.StatusNotFound, dealer.get("/customers/"+gold+"/enterprise-group").status)
	require.Equal(t, http.StatusNotFound, dealer.post("/customers/"+gold+"/enterprise-group/new", "/name", "Gold").status)

	north := dealer.location(1)
	at := "/customers/" + north + "/enterprise-group"
	other, operator := house.signedIn(t, "otheroffice"), house.signedIn(t, "ops")
	for _, path := range []string{at, at + "/new", at + "/leave", at + "/choices"} {
		require.Equal(t, http.StatusNotFound, other.post(path, "/group", "1001", "/name", "Mine").status, path)
	}
	require.Equal(t, http.StatusForbidden, operator.post(at+"/new", "/name", "Mine").status)
	require.NotContains(t, operator.get("/customers/"+north).body, "Add To Group")
}

func TestWalk_GroupIsFoundWhileItsNameIsTyped(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	north, south := dealer.location(0), dealer.location(1)
	require.Equal(t, http.StatusOK, dealer.post("/customers/"+north+"/enterprise-group/new", "/name", "Harvest Stores").status)
	require.Equal(t, http.StatusOK, dealer.post("/customers/"+north+"/enterprise-group/new", "/name", "Orchard Bakery").status)
	for name, wide := range map[string]width{"desktop": desktop, "phone": phone} {
		t.Run(name, func(t *testing.T) {
			b := house.browser(t, wide)
			b.signIn("office")
			b.open("/customers/" + south + "/created")
			b.look("43-group-offered")
			b.press("Add To Group")
			b.sees("Skip this step")
			b.look("44-group")
			b.fill("/group", "orch")
			require.Eventually(t, func() bool {
				return evaluate[string](b, `[...document.querySelectorAll("#groups option")].map(o => o.value).join()`) == "Orchard Bakery"
			}, 20*time.Second, 50*time.Millisecond)
			b.press("Add To Group")
			b.sees("Choose one of your groups, by its name or ID.")
			b.look("45-group-unknown")
			b.fill("/group", "Orchard Bakery")
			b.press("Add To Group")
			b.sees("The account is in the group.")
			b.sees("Orchard Bakery")
			b.look("46-group-joined")
			b.press("Change the group")
			b.look("47-group-change")
			b.press("Leave the group")
			b.sees("This account is in no enterprise group.")
			b.press("Add To Group")
			b.press("Skip this step")
			b.quiet()
		})
	}
}

func TestWalk_GroupWithoutJavaScript(t *testing.T) {
	t.Parallel()
	house := open(t)
	north := house.signedIn(t, "office").location(0)
	b := house.browser(t, phone).withoutScripts()
	b.signIn("office")
	b.open("/customers/" + north + "/enterprise-group")
	b.fill("/name", "Harvest Stores")
	b.press("Create Group")
	b.sees("The group was created, and the account is in it.")
	b.sees("Harvest Stores")
}
