package portal_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

func TestToday_ShowsWhatIsToBeInstalledAndByWhom(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "office")
	require.Contains(t, v.get("/today").body, "Nothing to install today")
	zone, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	commitment, number := v.committed("/expected/install_date", time.Now().In(zone).Format(time.DateOnly), "/expected/installer_rep", "itaylor")
	day := v.get("/today")
	require.Contains(t, day.body, number)
	require.Contains(t, day.body, "/commitments/"+commitment+"/activate")
	require.Contains(t, v.get("/today?who=me").body, "Nothing to install today")
	tech := h.signedIn(t, "itaylor")
	require.Contains(t, tech.get("/today?who=me").body, number)

	done := tech.post("/commitments/"+commitment+"/activate", "/system/module", h.demo.AvailableModules[0], "/system/panel_type", "auto", "/by_expected_installer", "yes")
	id := strings.Split(done.path, "/")[2]
	mine := tech.get("/today?who=me")
	require.Contains(t, mine.body, "/customers/"+id+"/prepare")
	require.Contains(t, mine.body, "The hour is over in")
	require.NotContains(t, mine.body, "To be activated")
	require.Contains(t, h.signedIn(t, "otheroffice").get("/today").body, "Nothing to install today")
}

func TestPrepare_ComparesTheSerialAndKeepsTheChecklist(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "office")
	id := v.created()
	path := "/customers/" + id + "/prepare"
	require.Contains(t, v.get("/customers/"+id+"/created").body, path)
	page := v.get(path)
	require.Contains(t, page.body, "Wait at least one hour")
	require.NotContains(t, page.body, "Swap the module")
	require.Contains(t, v.post(path+"/compare", "/serial", " "+h.demo.AvailableModules[0]+" ").body, "This is the module of this account.")
	other := v.post(path+"/compare", "/serial", h.demo.AvailableModules[1])
	require.Contains(t, other.body, `href="/customers/`+id+`/swap"`)
	for _, bad := range []string{"", "12", "\x00", "<script>", strings.Repeat("1", 9000)} {
		wrong := v.post(path+"/compare", "/serial", bad)
		require.Equal(t, http.StatusUnprocessableEntity, wrong.status)
		require.Contains(t, wrong.body, `href="#serial"`)
	}
	require.NotContains(t, h.log.String(), h.demo.AvailableModules[1])

	tech := h.signedIn(t, "itaylor")
	saved := tech.post(path+"/checks", "/checks/serial_compared", "yes", "/checks/nonsense", "yes")
	require.Contains(t, saved.body, "Iris Taylor, ")
	again := v.post(path+"/checks", "/checks/serial_compared", "yes", "/checks/letter_given", "yes")
	require.Contains(t, again.body, "Iris Taylor, ") // stays with who ticked it first
	require.Contains(t, again.body, "Olivia Office, ")
	require.NotContains(t, v.post(path+"/checks", "/checks/letter_given", "yes").body, "Iris Taylor, ")
	foreign := h.signedIn(t, "otheroffice")
	require.Equal(t, http.StatusNotFound, foreign.get(path).status)
	require.Equal(t, http.StatusNotFound, foreign.post(path+"/compare", "/serial", "1").status)
	require.Equal(t, http.StatusNotFound, foreign.post(path+"/checks", "/checks/letter_given", "yes").status)
	require.Equal(t, http.StatusForbidden, h.signedIn(t, "ops").post(path+"/checks").status)
}

func TestWalk_ATechniciansDay(t *testing.T) {
	t.Parallel()
	for name, wide := range map[string]width{"desktop": desktop, "phone": phone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			h.signedIn(t, "itaylor").created()
			b := h.browser(t, wide)
			b.signIn("itaylor")
			b.open("/today")
			b.look("90-today")
			b.press("John Doe")
			b.look("91-prepare")
			b.fill("/serial", h.demo.AvailableModules[1])
			b.press("Compare")
			b.sees("This is another module")
			b.look("92-prepare-other")
			b.fill("/serial", h.demo.AvailableModules[0])
			b.press("Compare")
			b.sees("This is the module of this account.")
			b.do(chromedp.Click(named("/checks/serial_compared")))
			b.press("Save the checklist")
			b.sees("Iris Taylor")
			b.look("93-checklist")
		})
	}
}

func TestWalk_CommitmentPagesAreAccessibleOnAPhone(t *testing.T) {
	t.Parallel()
	h := open(t)
	id, _ := h.signedIn(t, "itaylor").committed()
	draft := h.signedIn(t, "itaylor").commitmentDraft()
	b := h.browser(t, phone)
	b.signIn("itaylor")
	for name, path := range map[string]string{
		"commitments": "/commitments", "commitment": "/commitments/" + id, "created": "/commitments/" + id + "/created", "which": "/commitments/activate",
		"activate": "/commitments/" + id + "/activate", "section": "/commitments/" + id + "/section/customer", "confirmation": "/drafts/" + draft + "/confirmation",
	} {
		b.open(path)
		b.look("89-" + name)
	}
}
