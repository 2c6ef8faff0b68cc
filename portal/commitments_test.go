package portal_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

// commitmentDraft is filled in but for the module.
func (v *visitor) commitmentDraft() string {
	v.t.Helper()
	first := v.post("/drafts", "kind", "customer", "purpose", "commitment")
	require.Equal(v.t, http.StatusOK, first.status, first.body)
	id := strings.Split(first.path, "/")[2]
	for _, page := range v.house.pages() {
		typed := page.typed
		if page.section == "system" {
			typed = []string{"/system/panel_type", "auto", "/system/module", ""}
		}
		next := v.post("/drafts/"+id+"/section/"+page.section, append(typed, "version", "0", "action", "next")...)
		require.Equal(v.t, http.StatusOK, next.status, next.body)
	}
	return id
}

var commitmentNumber = regexp.MustCompile(`C-[0-9A-Z]{4}-[0-9A-Z]{4}`)

// committed makes a commitment and returns its ID and its Commitment ID.
func (v *visitor) committed(more ...string) (id, number string) {
	v.t.Helper()
	draft := v.commitmentDraft()
	made := v.post("/drafts/"+draft+"/submit", append([]string{"purpose", "commitment"}, more...)...)
	require.Equal(v.t, http.StatusOK, made.status, made.body)
	require.Contains(v.t, made.body, "You will not be charged until the Commitment becomes a customer.")
	id = strings.Split(made.path, "/")[2]
	require.Equal(v.t, "/commitments/"+id+"/created", made.path)
	return id, commitmentNumber.FindString(made.body)
}

func tomorrow() string { return time.Now().AddDate(0, 0, 2).Format(time.DateOnly) }

func TestCommitment_IsMadeOnceAndNotCharged(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "office")
	draft := v.commitmentDraft()
	shown := v.get("/drafts/" + draft + "/confirmation")
	require.NotContains(t, shown.body, "There is a problem")
	require.Contains(t, v.get("/customers/new").body, "Commitment</div>")
	wrong := v.post("/drafts/"+draft+"/submit", "purpose", "commitment", "/expected/install_date", "2020-01-01", "/expected/network", "<b>", "/activate_at", "soon")
	require.Equal(t, http.StatusUnprocessableEntity, wrong.status)
	for _, field := range []string{"expected-install_date", "expected-network"} {
		require.Contains(t, wrong.body, `href="#`+field+`"`)
	}
	require.Contains(t, wrong.body, `value="soon"`)
	require.Equal(t, http.StatusConflict, v.post("/drafts/"+draft+"/submit").status) // nobody is charged by the other button

	answers := make(chan answer)
	for range 2 {
		go func() {
			answers <- h.signedIn(t, "office").post("/drafts/"+draft+"/submit", "purpose", "commitment", "/expected/install_date", tomorrow())
		}()
	}
	one, other := <-answers, <-answers
	require.Equal(t, one.path, other.path)
	require.Equal(t, one.path, v.post("/drafts/"+draft+"/submit", "purpose", "commitment").path)
	require.Equal(t, commitmentNumber.FindString(one.body), commitmentNumber.FindString(other.body))
	require.NotContains(t, v.get("/customers/new").body, "Continue On This Customer")
	require.NotContains(t, v.get("/customers").body, "John Doe")
	require.Equal(t, 1, strings.Count(v.get("/commitments").body, "John Doe</a>"))
}

func TestCommitment_IsFoundChangedScheduledAndCancelled(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "office")
	id, number := v.committed("/expected/install_date", tomorrow(), "/expected/installer_rep", "itaylor")
	path := "/commitments/" + id

	require.Contains(t, v.post("/commitments/search", "q", strings.ToLower(number[2:6])).body, number)
	require.Contains(t, v.post("/commitments/search", "q", "nobody").body, "No commitment fits")
	v.post("/commitments/search", "q", "")
	require.Contains(t, v.get("/commitments?state=expired").body, "No commitment fits")
	require.Contains(t, v.get("/commitments?state=open").body, number)
	require.Equal(t, http.StatusUnprocessableEntity, v.get("/commitments?state=%3Cb%3E").status)

	page := v.get(path)
	require.Contains(t, page.body, "itaylor")
	require.Contains(t, page.body, "America/New_York")
	change := page.link(t, "Edit<span class=\"visually-hidden\"> Create Login")
	require.Contains(t, v.get(change).body, `value="JohnDoeExample"`)
	wrong := v.post(change, "version", "1", "action", "next", "/login/name", "not a name!")
	require.Equal(t, http.StatusUnprocessableEntity, wrong.status)
	require.Contains(t, wrong.body, `href="#login-name"`)
	require.Contains(t, v.post(change, "version", "1", "action", "next", "/login/name", "JohnDoe2").body, "The commitment is changed.")
	conflict := v.post(change, "version", "1", "action", "next", "/login/name", "JohnDoe3")
	require.Equal(t, http.StatusConflict, conflict.status)
	require.Contains(t, conflict.body, "JohnDoe2")

	require.Contains(t, v.post(path+"/expected", "form", "expected", "version", "2", "/expected/panel_type", "simon_xt").body, "What is expected is saved.")
	require.Equal(t, http.StatusConflict, v.post(path+"/expected", "form", "expected", "version", "2", "/expected/panel_type", "gc3").status)
	past := v.post(path+"/schedule", "form", "schedule", "/activate_at", "2020-01-01T08:00")
	require.Equal(t, http.StatusUnprocessableEntity, past.status)
	require.Contains(t, past.body, `href="#activate_at"`)
	dated := v.post(path+"/schedule", "form", "schedule", "/activate_at", tomorrow()+"T08:30")
	require.Contains(t, dated.body, `value="`+tomorrow()+`T08:30"`)
	require.Regexp(t, `8:30 AM E[SD]T`, dated.body)
	require.Contains(t, v.post(path+"/unschedule").body, "no activation date any more")

	other, tech := h.signedIn(t, "otheroffice"), h.signedIn(t, "itaylor")
	for _, part := range []string{"", "/created", "/activate", "/section/login"} {
		require.Equal(t, http.StatusNotFound, other.get(path+part).status, part)
		require.Equal(t, http.StatusOK, tech.get(path+part).status, part)
	}
	for _, part := range []string{"/expected", "/schedule", "/unschedule", "/cancel", "/activate", "/section/login"} {
		require.Equal(t, http.StatusNotFound, other.post(path+part, "version", "5").status, part)
	}
	require.Contains(t, other.post("/commitments/activate", "/number", number).body, "There is no commitment with this Commitment ID")
	require.Contains(t, v.post(path+"/cancel").body, "The commitment is cancelled.")
	require.Contains(t, v.get(path+"/activate").body, "cannot be activated any more")
}

func TestCommitment_BecomesACustomerWithItsSerial(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "itaylor")
	id, number := h.signedIn(t, "office").committed()
	require.Contains(t, v.post("/commitments/activate", "/number", "C-0").body, `href="#number"`)
	asked := v.post("/commitments/activate", "/number", strings.ToLower(strings.ReplaceAll(number, "-", " ")))
	require.Equal(t, "/commitments/"+id+"/activate", asked.path)
	for _, serial := range []string{"", "12", h.demo.TakenModules[0], "\x00", strings.Repeat("9", 5000)} {
		wrong := v.post(asked.path, "/system/module", serial, "/system/panel_type", "auto")
		require.Equal(t, http.StatusUnprocessableEntity, wrong.status, serial)
		require.Contains(t, wrong.body, `href="#system-module"`)
	}
	done := v.post(asked.path, "/system/module", h.demo.AvailableModules[0], "/system/panel_type", "auto")
	require.Contains(t, done.body, "Account Creation Successful!")
	again := v.post(asked.path, "/system/module", h.demo.AvailableModules[0], "/system/panel_type", "auto")
	require.Equal(t, done.path, again.path)
	require.Equal(t, http.StatusConflict, v.post(asked.path, "/system/module", h.demo.AvailableModules[1], "/system/panel_type", "auto").status)
	require.Contains(t, v.get("/commitments/"+id).body, "This commitment became a customer.")
	require.Contains(t, v.get(asked.path).body, "activated already")
}

func TestCommitment_ProblemsThatCameUpMeanwhileCanBeCorrected(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "office")
	id, _ := v.committed()
	v.created() // takes the login name and the account number
	path := "/commitments/" + id
	require.Contains(t, v.get(path).body, onboarding.LoginTakenMessage)
	stopped := v.post(path+"/activate", "/system/module", h.demo.AvailableModules[1], "/system/panel_type", "auto")
	require.Equal(t, http.StatusUnprocessableEntity, stopped.status)
	require.Contains(t, stopped.body, `value="`+h.demo.AvailableModules[1]+`"`)
	login := stopped.link(t, "Create Login: "+onboarding.LoginTakenMessage)
	v.post(login, "version", "1", "action", "next", "/login/name", "JohnDoe2")
	forwarding := v.get(path).link(t, "Monitoring Station Forwarding")
	v.post(forwarding, "version", "2", "action", "next", "/forwarding/option", "never")
	require.Contains(t, v.post(path+"/activate", "/system/module", h.demo.AvailableModules[1], "/system/panel_type", "auto").body, "Account Creation Successful!")
}

func TestWalk_CommitmentFromTheOfficeToTheSite(t *testing.T) {
	t.Parallel()
	for name, wide := range map[string]width{"desktop": desktop, "phone": phone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			b := h.browser(t, wide)
			if wide == phone {
				b.withoutScripts()
			}
			look := func(name string) {
				if wide == desktop {
					b.look(name)
					return
				}
				b.shoot(name)
				b.quiet()
			}
			b.signIn("itaylor")
			b.open("/customers/new")
			look("80-entries")
			b.press("Create Commitment")
			id := strings.Split(b.path(), "/")[2]
			v := h.signedIn(t, "itaylor")
			for _, page := range h.pages() {
				if page.section != "system" {
					v.post("/drafts/"+id+"/section/"+page.section, append(page.typed, "version", "0", "action", "next")...)
				}
			}
			b.open("/drafts/" + id + "/section/system")
			b.sees("it is asked for when the commitment is activated")
			b.press("Next")
			b.open("/drafts/" + id + "/confirmation")
			look("81-confirmation")
			b.press("Create Commitment")
			b.sees("Its Commitment ID is")
			number := commitmentNumber.FindString(b.text())
			look("82-created")
			b.press("Go to the commitment")
			look("83-commitment")
			b.open("/commitments")
			look("84-commitments")
			b.open("/commitments/activate")
			look("85-which")
			b.fill("/number", number)
			b.press("Next")
			look("86-activate")
			b.fill("/system/module", "12")
			b.press("Activate Commitment")
			b.sees("There is a problem")
			look("87-activate-wrong")
			b.fill("/system/module", h.demo.AvailableModules[0])
			b.press("Activate Commitment")
			b.sees("Account Creation Successful!")
			b.open("/commitments/" + id)
			b.sees("This commitment became a customer.")
			look("88-activated")
		})
	}
}
