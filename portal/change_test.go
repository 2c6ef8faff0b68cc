package portal_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

// spares are modules that fit where the filled wizard's is.
func (h *house) spares(t *testing.T) (fitting []string) {
	t.Helper()
	first, err := h.store.Module(t.Context(), h.demo.Dealer.ID, h.demo.AvailableModules[0])
	require.NoError(t, err)
	for _, serial := range h.demo.AvailableModules[1:] {
		module, err := h.store.Module(t.Context(), h.demo.Dealer.ID, serial)
		require.NoError(t, err)
		if slices.Contains(module.PanelTypes, first.PanelTypes[0]) {
			fitting = append(fitting, serial)
		}
	}
	require.GreaterOrEqual(t, len(fitting), 2)
	return fitting
}

func (h *house) spare(t *testing.T) string { return h.spares(t)[0] }

func TestSwap_IsOfferedOnceTheOnboardingIsOver(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	require.NotContains(t, dealer.get("/customers/"+dealer.created()).body, "Swap Module")
}

func TestSwap_ShowsItsCountdownAndExpectsThePanel(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id, _ := dealer.completed()
	done := dealer.post("/customers/"+id+"/swap", "/module_serial", house.spare(t), "/panel_type", "", "/reason", "Water damage")
	require.Equal(t, "/customers/"+id, done.path, done.body)
	require.Contains(t, done.body, "The module is being swapped.")
	require.Contains(t, done.body, `role="timer"`)
	require.Contains(t, done.body, "The panel is expected to communicate through the new module.")
	require.Contains(t, done.body, house.demo.AvailableModules[0]+" to "+house.spare(t))
	require.NotContains(t, done.body, "Terminate Account", "not while a swap is under way")
	require.NotContains(t, done.body, "Water damage", "it is kept in the audit trail")
	require.Contains(t, house.signedIn(t, "ops").get("/customers/"+id).body, "Water damage")
}

func TestSwap_SaysWhatIsWrongAndKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id, _ := dealer.completed()
	for _, c := range []struct{ serial, reason, words string }{
		{"", "x", "Enter"},
		{house.demo.AvailableModules[0], "x", "This is the module that the account has already."},
		{house.demo.TakenModules[0], "x", "module"},
		{house.demo.SunsetModules[0], "x", "2G/3G modules can no longer be activated"},
		{`"><script>alert(1)</script>`, "x", "module"},
		{strings.Repeat("4", 5000), "x", "module"},
		{house.spare(t), "", "Give the reason; it is kept in the audit trail."},
		{house.spare(t), "a\u202eb", "characters"},
	} {
		got := dealer.post("/customers/"+id+"/swap", "/module_serial", c.serial, "/panel_type", "", "/reason", c.reason)
		require.Equal(t, http.StatusUnprocessableEntity, got.status, c.serial)
		require.Contains(t, got.body, c.words, c.serial)
		require.Contains(t, got.body, `class="field-error"`)
		require.NotContains(t, got.body, "<script>alert")
	}
	other := house.signedIn(t, "otheroffice")
	for _, path := range []string{"/swap", "/terminate", "/recycle"} {
		require.Equal(t, http.StatusNotFound, other.get("/customers/"+id+path).status)
		require.Equal(t, http.StatusNotFound, other.post("/customers/"+id+path, "/reason", "moving", "/confirmed", "yes").status)
	}
	require.Equal(t, http.StatusNotFound, dealer.get("/customers/"+id+"/swaps/"+id).status)
	require.Equal(t, http.StatusNotFound, dealer.get("/customers/"+id+"/swaps/..%2f..").status)
}

func TestSwap_ParkedIsDecidedOnItsPageAndListedForOperators(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id, _ := dealer.completed()
	house.engine.parkAt, house.engine.parkReason = onboarding.StepRegisterReplacement, onboarding.ReasonModuleInactive
	dealer.post("/customers/"+id+"/swap", "/module_serial", house.spare(t), "/panel_type", "", "/reason", "Broken")
	operator := house.signedIn(t, "ops")
	listed := operator.get("/ops")
	require.Contains(t, listed.body, "Module swap: New module registered")
	require.Contains(t, operator.get("/ops?reason=module_inactive").body, "Resume all")
	at := "/customers/" + id + "/swaps/" + strings.Split(strings.Split(listed.body, "/swaps/")[1], `"`)[0]
	page := dealer.get(at)
	require.Contains(t, page.body, onboarding.ReasonModuleInactive.Message())
	require.Contains(t, page.body, "Register another module")

	wrong := dealer.post(at+"/decision", "step", "register_replacement", "park_no", "1", "/action", "amend", "/module_serial", "123", "/panel_type", "", "/reason", "")
	require.Equal(t, http.StatusUnprocessableEntity, wrong.status)
	require.Contains(t, wrong.body, `value="123"`)
	require.Equal(t, http.StatusUnprocessableEntity, dealer.post(at+"/decision", "step", "register_replacement", "park_no", "1", "/action", "").status)
	require.Equal(t, http.StatusConflict, dealer.post(at+"/decision", "step", "register_replacement", "park_no", "9", "/action", "retry").status)
	require.Equal(t, http.StatusNotFound, house.signedIn(t, "otheroffice").post(at+"/decision", "step", "register_replacement", "park_no", "1", "/action", "retry").status)
	require.Empty(t, house.engine.decisions)
	done := dealer.post(at+"/decision", "step", "register_replacement", "park_no", "1", "/action", "amend", "/module_serial", house.spares(t)[1], "/panel_type", "auto", "/reason", "")
	require.Equal(t, at, done.path, done.body)
	require.Len(t, house.engine.decisions, 1)
	require.Equal(t, onboarding.ActionAmend, house.engine.decisions[0].Action)

	cancelled := dealer.post(at+"/cancel", "/reason", "Not needed")
	require.Contains(t, cancelled.body, "The module swap is being cancelled.")
	require.Len(t, house.engine.cancelled, 1)
}

func TestTerminate_WantsAReasonAndAConfirmation(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id, _ := dealer.completed()
	at := "/customers/" + id + "/terminate"
	unsure := dealer.post(at, "/reason", "", "/note", "Kept")
	require.Equal(t, http.StatusUnprocessableEntity, unsure.status)
	require.Contains(t, unsure.body, "Choose why the account is terminated.")
	require.Contains(t, unsure.body, "Confirm that the account is to be closed.")
	require.Contains(t, unsure.body, `value="Kept"`)
	for _, reason := range []string{"boredom", "mov\x00ing", strings.Repeat("a", 3000), "\u202emoving"} {
		require.Equal(t, http.StatusUnprocessableEntity, dealer.post(at, "/reason", reason, "/confirmed", "yes").status, reason)
	}
	require.Contains(t, dealer.get("/customers/"+id).body, "Terminate Account")

	done := dealer.post(at, "/reason", "moving", "/note", "", "/confirmed", "yes")
	require.Equal(t, "/customers/"+id, done.path)
	require.Contains(t, done.body, "The account is closed.")
	require.NotContains(t, done.body, "Swap Module")
	require.Equal(t, http.StatusConflict, dealer.post(at, "/reason", "price", "/confirmed", "yes").status)
	require.Equal(t, http.StatusConflict, dealer.post("/customers/"+id+"/swap", "/module_serial", house.spare(t), "/reason", "x").status)
}

func TestRecycle_LeadsToTheNextCustomersDraft(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id, _ := dealer.completed()
	done := dealer.post("/customers/"+id+"/recycle", "/reason", "moving", "/note", "", "/confirmed", "yes")
	require.True(t, strings.HasPrefix(done.path, "/drafts/"), done.body)
	system := dealer.get(done.path + "/section/system")
	require.Contains(t, system.body, house.demo.AvailableModules[0])
	customer := dealer.get(done.path + "/section/customer")
	require.Contains(t, customer.body, "8281 Greensboro Drive")
	require.NotContains(t, customer.body, "john.doe@example.com")
	require.NotContains(t, customer.body, `value="John"`)
}

func TestWalk_SwapTerminateAndRecycle(t *testing.T) {
	t.Parallel()
	for name, wide := range map[string]width{"desktop": desktop, "phone": phone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			house := open(t)
			dealer := house.signedIn(t, "office")
			id, _ := dealer.completed()
			b := house.browser(t, wide)
			b.signIn("office")
			b.open("/customers/" + id)
			b.look("50-later")
			b.press("Swap Module")
			b.press("Swap the module")
			b.sees("Give the reason; it is kept in the audit trail.")
			b.look("51-swap-wrong")
			b.fill("/module_serial", house.spare(t))
			b.fill("/reason", "Water damage")
			b.press("Swap the module")
			b.sees("The panel is expected to communicate through the new module.")
			b.look("52-swapping")
			b.press("Module swap")
			b.sees("Account switched to the new module")
			b.look("53-swap")

			house.endSwap(t, id)
			b.open("/customers/" + id)
			b.press("Recycle Module")
			b.press("Recycle Module")
			b.sees("Choose why the account is terminated.")
			b.look("54-recycle-wrong")
			b.pick("/reason", "moving")
			b.pick("/confirmed", "yes")
			b.press("Recycle Module")
			b.sees("Here is the next customer's draft")
			b.open("/customers/" + id)
			b.press("Termination")
			b.sees("Old module released")
			b.look("55-termination")
			b.quiet()
		})
	}
}

// endSwap does the rest of a swap.
func (h *house) endSwap(t *testing.T, onboardingID string) {
	t.Helper()
	account, err := h.store.AccountOf(t.Context(), onboardingID)
	require.NoError(t, err)
	page, _, err := h.store.Changes(t.Context(), onboarding.ChangeFilter{AccountID: account.ID, Limit: 1})
	require.NoError(t, err)
	require.NoError(t, h.store.ModuleReleased(t.Context(), page[0].ID))
	require.NoError(t, h.store.RecordChange(t.Context(), "run-"+page[0].ID, page[0].ID, onboarding.Transition{
		No: 9, Kind: onboarding.EventCompleted, Status: onboarding.StatusCompleted, Step: onboarding.StepReleaseModule, At: time.Now(),
	}))
}
