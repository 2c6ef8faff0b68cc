package activities_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/carrier/carriertest"
	"github.com/latchkey/latchkey/onboarding"
)

// customer is an account whose onboarding is over.
func (w *world) customer() onboarding.Account {
	w.t.Helper()
	id := w.has(w.johnDoe(), onboarding.StepSendLetter)
	require.NoError(w.t, w.store.RecordTransition(w.t.Context(), "run-"+id, onboarding.Transition{
		OnboardingID: id, No: 9, Kind: onboarding.EventCompleted, Status: onboarding.StatusCompleted, Revision: 1, At: time.Now(),
	}))
	return w.account(id)
}

// swap commits a swap of the account's module and returns its ID.
func (w *world) swap(account onboarding.Account, module onboarding.Module) string {
	w.t.Helper()
	id := uuid.Must(uuid.NewV7()).String()
	require.NoError(w.t, w.store.CreateSwap(w.t.Context(), onboarding.NewSwap{
		ID: id, AccountID: account.ID, OldModuleID: account.ModuleID, New: equipmentOf(module),
		Audit: onboarding.AuditEntry{UserID: w.demo.Dealer.User.ID, DealerID: account.DealerID, Action: "account.module_swap", ObjectID: account.ID},
	}))
	return id
}

func equipmentOf(module onboarding.Module) onboarding.Equipment {
	return onboarding.Equipment{ModuleID: module.ID, PanelType: module.PanelTypes[0], Pathway: module.DefaultPathway}
}

// free are modules that nobody has.
func (w *world) free(n int) (modules []onboarding.Module) {
	w.t.Helper()
	for range n {
		module, err := w.store.Module(w.t.Context(), w.demo.Dealer.ID, w.module())
		require.NoError(w.t, err)
		require.NotNil(w.t, module)
		modules = append(modules, *module)
	}
	return modules
}

func (w *world) change(id string) onboarding.Change {
	w.t.Helper()
	change, err := w.store.Change(w.t.Context(), nil, id)
	require.NoError(w.t, err)
	return change
}

// changed runs a step of a change.
func (w *world) changed(step onboarding.Step, id string) (string, error) {
	w.t.Helper()
	return w.call(activities.Name(step), activities.ChangeInput{ChangeID: id, Revision: 1})
}

func (w *world) mustChange(id string, steps ...onboarding.Step) {
	w.t.Helper()
	for _, step := range steps {
		_, err := w.changed(step, id)
		require.NoError(w.t, err, step)
	}
}

// billed are the modules that are billed now.
func (w *world) billed(account onboarding.Account) []string {
	w.t.Helper()
	return valueOf[[]string](w, `SELECT coalesce(array_agg(module_id::text), '{}') FROM billing_periods WHERE account_id = $1 AND ended_at IS NULL`, account.ID)
}

func TestSwap_NeverLeavesTheAccountWithoutAModuleNorBillsTwo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account, module := w.customer(), w.free(1)[0]
	old := w.change(w.swap(account, module))
	id := old.ID
	require.Equal(t, []string{account.ModuleID}, w.billed(account))

	for range 3 { // a worker that dies does each of them again
		w.mustChange(id, onboarding.StepRegisterReplacement)
		require.Len(t, w.registeredUnder(module.Serial), 1)
		require.Len(t, w.registeredUnder(old.OldModule.Number), 1, "the old one works on")
	}
	require.Equal(t, 2, w.calls(carrier.RegisterModule))
	for range 3 {
		w.mustChange(id, onboarding.StepSwitchModule)
	}
	require.Equal(t, []string{module.ID}, w.billed(account))
	require.Equal(t, 2, w.count(`SELECT count(*) FROM billing_periods WHERE account_id = $1`, account.ID))
	row := w.row(account.OnboardingID)
	require.Equal(t, 2, row.Revision, "the application has the new module")
	application, err := w.store.Application(t.Context(), row.ID, 2)
	require.NoError(t, err)
	require.Equal(t, module.Serial, application.Answers.System.Module)
	require.Equal(t, module.ID, w.account(row.ID).ModuleID)
	require.Len(t, w.registeredUnder(old.OldModule.Number), 1, "until the hour is over")

	for range 3 {
		w.mustChange(id, onboarding.StepReleaseModule)
	}
	require.Empty(t, w.registeredUnder(old.OldModule.Number))
	require.Len(t, w.registeredUnder(module.Serial), 1)
	freed, err := w.store.Module(t.Context(), account.DealerID, old.OldModule.Number)
	require.NoError(t, err)
	require.Equal(t, onboarding.ModuleAvailable, freed.State)

	w.endChange(id, onboarding.StatusCompleted)
	back := w.swap(w.account(row.ID), *freed)
	w.mustChange(back, onboarding.StepRegisterReplacement, onboarding.StepSwitchModule, onboarding.StepReleaseModule)
	require.Empty(t, w.registeredUnder(module.Serial), "registered by a swap, released by the next")
	require.Len(t, w.registeredUnder(freed.Serial), 1)
}

func TestRegisterReplacement_FindsWhatALostAnswerLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account, module := w.customer(), w.free(1)[0]
	id := w.swap(account, module)
	require.NoError(t, w.carrier.Script(carriertest.Row{Call: carrier.RegisterModule, Times: 1, Fault: "answer_then_drop"}))
	_, err := w.changed(onboarding.StepRegisterReplacement, id)
	w.requireFault(err, carrier.TimedOut)
	require.Equal(t, carrier.TimedOut, w.change(id).Code)
	w.mustChange(id, onboarding.StepRegisterReplacement)
	require.Equal(t, []string{id + ":register_replacement:1"}, w.registeredUnder(module.Serial))
}

func TestRegisterReplacement_GivesTheModuleOfAnEarlierRevisionBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account, modules := w.customer(), w.free(2)
	id := w.swap(account, modules[0])
	require.NoError(t, w.carrier.Script(carriertest.Row{Call: carrier.RegisterModule, Times: 1, Fault: "answer_then_drop"}))
	_, err := w.changed(onboarding.StepRegisterReplacement, id)
	require.Error(t, err)
	revision, err := w.store.AmendSwap(t.Context(), id, 1, equipmentOf(modules[1]))
	require.NoError(t, err)
	require.Equal(t, 2, revision)

	w.mustChange(id, onboarding.StepRegisterReplacement) // by a run that never heard of the amend
	require.Empty(t, w.registeredUnder(modules[0].Serial))
	require.Equal(t, []string{id + ":register_replacement:2"}, w.registeredUnder(modules[1].Serial))
	_, err = w.store.AmendSwap(t.Context(), id, 2, equipmentOf(modules[0]))
	require.ErrorIs(t, err, onboarding.ErrStale, "one is registered")
}

func TestUndoRegisterReplacement_GivesTheModuleBackUnlessItIsUsed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account, module := w.customer(), w.free(1)[0]
	id := w.swap(account, module)
	w.mustChange(id, onboarding.StepRegisterReplacement, onboarding.UndoRegisterReplacement, onboarding.UndoRegisterReplacement)
	require.Empty(t, w.registeredUnder(module.Serial))
	_, err := w.changed(onboarding.StepSwitchModule, id)
	w.requireFault(err, string(onboarding.ReasonInternal))
	require.Equal(t, account.ModuleID, w.account(account.OnboardingID).ModuleID)
	w.endChange(id, onboarding.StatusCancelled)

	again := w.swap(account, module)
	w.mustChange(again, onboarding.StepRegisterReplacement, onboarding.StepSwitchModule)
	_, err = w.changed(onboarding.UndoRegisterReplacement, again)
	w.requireFault(err, string(onboarding.ReasonModuleInUse))
	require.Len(t, w.registeredUnder(module.Serial), 1)
}

func (w *world) endChange(id string, status onboarding.Status) {
	w.t.Helper()
	_, err := w.call(activities.RecordChangeName, activities.ChangeTransition{
		ChangeID: id, No: 1, Kind: string(status), Status: status, At: time.Now(),
	})
	require.NoError(w.t, err)
}

func TestReleaseModule_OfATerminatedAccountIsTriedUntilTheCarrierHasDoneIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := w.customer()
	require.NoError(t, w.store.Terminate(t.Context(), onboarding.NewTermination{
		AccountID: account.ID, Reason: onboarding.TerminateMoving, Audit: onboarding.AuditEntry{DealerID: account.DealerID, Action: "account.terminate"},
	}))
	require.Empty(t, w.billed(account))
	serial := w.change(account.ID).OldModule.Number
	require.NoError(t, w.carrier.Script(carriertest.Row{Call: carrier.DeregisterModule, Times: 1, Fault: "answer_then_drop"}))
	_, err := w.changed(onboarding.StepReleaseModule, account.ID)
	w.requireFault(err, carrier.TimedOut)
	module, err := w.store.Module(t.Context(), account.DealerID, serial)
	require.NoError(t, err)
	require.Equal(t, onboarding.ModuleReleasing, module.State, "nobody knows whether the carrier has")

	raw, err := w.changed(onboarding.StepReleaseModule, account.ID)
	require.NoError(t, err)
	require.Equal(t, []string{account.OnboardingID}, decoded[activities.ReleaseModuleResult](t, raw).SilentPanels)
	require.Empty(t, w.registeredUnder(serial))
	module, err = w.store.Module(t.Context(), account.DealerID, serial)
	require.NoError(t, err)
	require.Equal(t, onboarding.ModuleAvailable, module.State)
}

func TestReconciler_StartsAndReportsChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.swap(w.customer(), w.free(1)[0])
	w.clock.advance(time.Hour)
	raw, err := w.call(activities.StartSubmittedName, nil)
	require.NoError(t, err)
	require.Equal(t, 1, decoded[activities.ReconcileResult](t, raw).Started)
	require.Equal(t, id, w.runner.begun[0].OnboardingID)

	w.mustChange(id, onboarding.StepRegisterReplacement)
	raw, err = w.call(activities.ReportLostName, nil)
	require.NoError(t, err)
	require.Equal(t, 1, decoded[activities.ReconcileResult](t, raw).Lost)
	require.Equal(t, onboarding.ReasonWorkflowLost, w.change(id).Parked.Reason)
	w.mustChange(id, onboarding.StepSwitchModule)
	require.Nil(t, w.change(id).Parked, "a step that begins proves that there is a workflow again")
}
