package portal_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

func TestWalk_ContinuesWhatWasLeft(t *testing.T) {
	t.Parallel()
	house := open(t)
	b := house.browser(t, desktop)
	b.signIn("office")
	b.open("/customers/new")
	b.press("Create Customer")
	b.pick("/account/type", "security_system")
	b.press("Next")
	b.fill("/customer/first_name", "Jane")
	b.press("Save and continue later")
	b.sees("What you typed is saved.")
	b.look("20-continue")
	b.press("Continue On This Customer")
	b.sees("Jane")
	b.look("21-tasks")
	b.press("Continue On This Customer")
	require.Equal(t, "Jane", b.value("/customer/first_name"))
}

func TestWalk_TwoWindowsOnOneDraftDoNotOverwriteEachOther(t *testing.T) {
	t.Parallel()
	house := open(t)
	b := house.browser(t, desktop)
	b.signIn("office")
	b.open("/customers/new")
	b.press("Create Customer")
	b.pick("/account/type", "security_system")
	b.press("Next")
	b.customer()

	other := house.signedIn(t, "sroberts")
	other.post(b.path(), "version", "0", "action", "next", "/customer/first_name", "Jane", "/customer/last_name", "Doe")

	b.press("Next")
	b.sees("Somebody else saved this page meanwhile")
	b.sees("Sam Roberts")
	b.look("22-conflict")
	b.press("Save what I typed")
	b.sees("Create Login")
	b.press("Back")
	require.Equal(t, "John", b.value("/customer/first_name"))
}

func TestWalk_OperatorCorrectsAndResumes(t *testing.T) {
	t.Parallel()
	house := open(t)
	house.engine.parkAt, house.engine.parkReason = onboarding.StepRegisterModule, onboarding.ReasonModuleAlreadyRegistered
	dealer := house.signedIn(t, "office")
	parked := dealer.post("/drafts/" + dealer.filled() + "/submit")
	require.Contains(t, parked.body, "The account needs a decision")

	for _, wide := range []width{desktop, phone} {
		b := house.browser(t, wide)
		b.signIn("ops")
		b.sees("1 onboarding waits for a person")
		b.look("30-ops")
		b.open("/ops?reason=module_already_registered")
		b.look("31-ops-reason")
		b.press("Resume all")
		b.look("32-ops-no-reason")
		b.press("John Doe")
		b.sees("The module is registered to another account.")
		b.sees("Audit trail")
		b.look("33-stuck")
		b.press("Decide")
		b.look("34-stuck-undecided")
	}
	b := house.browser(t, desktop)
	b.signIn("ops")
	b.press("John Doe")
	b.press("System Information")
	b.fill("/system/module", house.demo.TakenModules[0])
	b.press("Save correction")
	b.sees("in use")
	b.look("35-correct-wrong")
	b.pick("/system/panel_type", "auto")
	b.fill("/system/module", house.demo.AvailableModules[1])
	b.fill("/reason", "The label was misread")
	b.press("Save correction")
	b.sees("The correction was taken.")
	require.Len(t, house.engine.decisions, 1)
	require.Equal(t, onboarding.ActionAmend, house.engine.decisions[0].Action)
	require.Equal(t, 2, house.engine.decisions[0].Revision)

	b.open("/ops?reason=module_already_registered")
	b.fill("/note", "The carrier released the modules")
	b.press("Resume all")
	b.sees("are being sent on")
	require.Len(t, house.engine.batches, 1)
}
