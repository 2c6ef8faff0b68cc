package portal_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

// exec changes the record as time does.
func (h *house) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), h.database)
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), sql, args...)
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))
}

// completed ends an onboarding as its run does.
func (h *house) completed(t *testing.T, id string) {
	t.Helper()
	require.NoError(t, h.store.RecordTransition(t.Context(), "run-"+id, onboarding.Transition{
		OnboardingID: id, No: 9, Kind: onboarding.EventCompleted, Status: onboarding.StatusCompleted, Revision: 1, At: time.Now(),
	}))
}

// virtual creates a virtual customer through the wizard and returns the onboarding's ID.
func (v *visitor) virtual() string {
	v.t.Helper()
	first := v.post("/drafts", "kind", "virtual")
	require.Equal(v.t, http.StatusOK, first.status, first.body)
	draft := strings.Split(first.path, "/")[2]
	plan, _ := onboarding.PlanFor(onboarding.KindVirtual, onboarding.SecuritySystem)
	for _, page := range v.house.pages() {
		if plan.Asks(onboarding.Section(page.section)) {
			next := v.post("/drafts/"+draft+"/section/"+page.section, append(page.typed, "version", "0", "action", "next")...)
			require.Equal(v.t, http.StatusOK, next.status, next.body)
		}
	}
	done := v.post("/drafts/" + draft + "/submit")
	require.Contains(v.t, done.body, "Account Creation Successful!")
	require.Contains(v.t, done.body, "Virtual demo")
	return strings.Split(done.path, "/")[2]
}

func TestVirtual_PageShowsWhatThePanelReports(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id := dealer.virtual()
	at := "/customers/" + id
	young := dealer.get(at).body
	require.Contains(t, young, "Panel activity")
	require.Contains(t, young, "communicates within a few seconds")
	require.NotContains(t, young, "Remove this virtual customer")

	house.exec(t, `UPDATE accounts SET created_at = now() - interval '3 days'`)
	house.completed(t, id)
	page := dealer.get(at).body
	require.Contains(t, page, "System armed")
	require.Contains(t, page, "Remove this virtual customer")
	require.NotContains(t, page, "Ledger")
	require.Contains(t, dealer.get("/customers").body, "Virtual demo")
	reports := dealer.get(at + "/panel-activity")
	require.Equal(t, http.StatusOK, reports.status)
	require.NotContains(t, reports.body, "<html")
	require.Contains(t, reports.body, "System armed")
	require.Equal(t, http.StatusNotFound, house.signedIn(t, "otheroffice").get(at+"/panel-activity").status)
}

func TestVirtual_IsRemovedAndOutOfTheWay(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id := dealer.virtual()
	early := dealer.post("/customers/" + id + "/remove")
	require.Equal(t, http.StatusConflict, early.status)
	require.Contains(t, early.body, "Cancel it instead")
	house.completed(t, id)

	removed := dealer.post("/customers/" + id + "/remove")
	require.Equal(t, "/customers", removed.path)
	require.Contains(t, removed.body, "The virtual customer was removed.")
	require.NotContains(t, removed.body, id)
	require.Contains(t, dealer.get("/customers?state=closed").body, id)
	page := dealer.get("/customers/" + id)
	require.Equal(t, http.StatusOK, page.status)
	require.NotContains(t, page.body, "Panel activity")
	require.Equal(t, http.StatusNotFound, dealer.get("/customers/"+id+"/panel-activity").status)

	dealer.virtual() // has the same login name
}

func TestVirtual_RealCustomersAreNotRemoved(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	at := "/customers/" + dealer.created()
	page := dealer.get(at).body
	require.NotContains(t, page, "Panel activity")
	require.NotContains(t, page, "Virtual demo")
	refused := dealer.post(at + "/remove")
	require.Equal(t, http.StatusConflict, refused.status)
	require.Contains(t, refused.body, "Only a virtual customer can be removed.")
	require.Equal(t, http.StatusNotFound, house.signedIn(t, "otheroffice").post(at+"/remove").status)
	require.Equal(t, http.StatusNotFound, dealer.get(at+"/panel-activity").status)
}

func TestWalk_VirtualCustomerIsShownAndRemoved(t *testing.T) {
	t.Parallel()
	for name, wide := range map[string]width{"desktop": desktop, "phone": phone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			house := open(t)
			id := house.signedIn(t, "office").virtual()
			b := house.browser(t, wide)
			b.signIn("office")
			b.open("/customers/" + id + "/created")
			b.look("40-virtual-created")
			house.exec(t, `UPDATE accounts SET created_at = now() + interval '1 minute'`)
			b.open("/customers/" + id)
			b.sees("The panel communicates within a few seconds.")
			house.exec(t, `UPDATE accounts SET created_at = now() - interval '4 seconds'`)
			b.awaits("System communicated for the first time") // as it happens, without a reload
			house.exec(t, `UPDATE accounts SET created_at = now() - interval '2 minutes'`)
			b.awaits("Front door opened")
			house.completed(t, id)
			b.awaits("Remove this virtual customer")
			b.look("41-virtual")
			b.unfold("Remove this virtual customer")
			b.press("Remove the virtual customer")
			b.sees("The virtual customer was removed.")
			b.look("42-virtual-removed")
		})
	}
}

func TestVirtual_CustomerWebsiteSaysThatItIsADemonstration(t *testing.T) {
	t.Parallel()
	house := open(t)
	id := house.signedIn(t, "office").virtual()
	customer := house.visitor(t)
	const chosen = "a new 1 password!"
	require.Contains(t, customer.post("/customer/set-up/"+house.setUpToken(t, id), "/password", chosen, "/repeat", chosen).body, "Your password is set.")
	home := customer.post("/customer/sign-in", "/login_name", "JohnDoeExample", "/password", chosen)
	require.Equal(t, "/customer", home.path, "a virtual customer is never blocked")
	require.Contains(t, home.body, "This is a demonstration account: its system is simulated.")
}
