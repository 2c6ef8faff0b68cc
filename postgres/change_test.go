package postgres_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

// customer is an account whose onboarding is over.
func (w *world) customer(module onboarding.Module) onboarding.Account {
	w.t.Helper()
	account := w.opened(w.johnDoe(module))
	require.NoError(w.t, w.RecordTransition(w.ctx(), "run", onboarding.Transition{
		OnboardingID: account.OnboardingID, No: 9, Kind: onboarding.EventCompleted, Status: onboarding.StatusCompleted, Revision: 1, At: time.Now(),
	}))
	return account
}

func (w *world) newSwap(account onboarding.Account, module onboarding.Module) onboarding.NewSwap {
	return onboarding.NewSwap{
		ID: newID(), AccountID: account.ID, OldModuleID: account.ModuleID,
		New:   onboarding.Equipment{ModuleID: module.ID, PanelType: "simon_xt", Pathway: "cell"},
		Audit: onboarding.AuditEntry{UserID: w.user, DealerID: w.dealer, Action: "account.module_swap", ObjectID: account.ID, Reason: "Broken"},
	}
}

func (w *world) termination(account onboarding.Account) onboarding.NewTermination {
	return onboarding.NewTermination{
		AccountID: account.ID, Reason: onboarding.TerminateMoving,
		Audit: onboarding.AuditEntry{UserID: w.user, DealerID: w.dealer, Action: "account.terminate", ObjectID: account.ID},
	}
}

func TestCreateSwap_OfTwoForOneModuleOnlyOneGetsIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	accounts := []onboarding.Account{w.customer(w.modules[0]), w.customer(w.modules[1])}
	errs := make([]error, 2)
	var racing sync.WaitGroup
	for n, account := range accounts {
		swap := w.newSwap(account, w.modules[2])
		racing.Go(func() { errs[n] = w.CreateSwap(w.ctx(), swap) })
	}
	racing.Wait()
	loser := errs[0]
	if loser == nil {
		loser = errs[1]
	} else {
		require.NoError(t, errs[1])
	}
	requireConflict(t, loser, "/module_serial", onboarding.ReasonModuleHeld)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM account_changes`))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM audit WHERE action = 'account.module_swap'`))
}

func TestCreateSwap_AndTerminate_OneAfterTheOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := w.customer(w.modules[0])
	errs := make([]error, 3)
	var racing sync.WaitGroup
	for n, do := range []func() error{
		func() error { return w.CreateSwap(w.ctx(), w.newSwap(account, w.modules[1])) },
		func() error { return w.CreateSwap(w.ctx(), w.newSwap(account, w.modules[2])) },
		func() error { return w.Terminate(w.ctx(), w.termination(account)) },
	} {
		racing.Go(func() { errs[n] = do() })
	}
	racing.Wait()
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
			continue
		}
		require.ErrorIs(t, err, onboarding.ErrStale)
	}
	require.Equal(t, 1, done)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM account_changes`))
	require.LessOrEqual(t, w.count(`SELECT count(*) FROM modules WHERE change_id IS NOT NULL`), 1)
}

func TestTerminate_LeavesNothingOfTheCustomerInUse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := w.customer(w.modules[0])
	require.Equal(t, 1, w.count(`SELECT count(*) FROM billing_periods WHERE ended_at IS NULL`))
	require.NoError(t, w.Terminate(w.ctx(), w.termination(account)))
	for what, sql := range map[string]string{
		"logins":          `SELECT count(*) FROM logins`,
		"billing":         `SELECT count(*) FROM billing_periods WHERE ended_at IS NULL`,
		"templates":       `SELECT count(*) FROM template_assignments`,
		"letters":         `SELECT count(*) FROM letters WHERE state <> 'void'`,
		"accounts":        `SELECT count(*) FROM accounts WHERE state = 'open'`,
		"modules of onb.": `SELECT count(*) FROM modules WHERE onboarding_id IS NOT NULL`,
	} {
		require.Zero(t, w.count(sql), what)
	}
	require.Equal(t, 1, w.count(`SELECT count(*) FROM announcements WHERE kind = 'account.terminated' AND code = 'moving'`))
	require.ErrorIs(t, w.Terminate(w.ctx(), w.termination(account)), onboarding.ErrStale)
	require.Contains(t, w.kinds(account.OnboardingID), onboarding.EventAccountTerminated)
}

func TestRecordChange_NeverMovesTheRowBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := w.customer(w.modules[0])
	swap := w.newSwap(account, w.modules[1])
	require.NoError(t, w.CreateSwap(w.ctx(), swap))
	at := time.Now()
	tell := func(no int, kind onboarding.EventKind, status onboarding.Status) {
		t.Helper()
		require.NoError(t, w.RecordChange(w.ctx(), "run", swap.ID, onboarding.Transition{
			No: no, Kind: kind, Status: status, Step: onboarding.StepRegisterReplacement, ParkNo: 1,
			Reason: onboarding.ReasonModuleUnknown, At: at.Add(time.Duration(no) * time.Second),
		}))
	}
	open := func() int {
		return w.count(`SELECT count(*) FROM tasks WHERE kind = 'swap_parked' AND object_id = $1 AND closed_at IS NULL`, account.ID)
	}
	tell(1, onboarding.EventParked, onboarding.StatusParked)
	require.Equal(t, 1, open())
	tell(2, onboarding.EventResumed, onboarding.StatusActive)
	tell(1, onboarding.EventParked, onboarding.StatusParked) // told late, by a worker that was slow
	change, err := w.Change(w.ctx(), nil, swap.ID)
	require.NoError(t, err)
	require.Equal(t, onboarding.StatusActive, change.Status)
	require.Zero(t, open())
	for range 2 {
		tell(3, onboarding.EventCompleted, onboarding.StatusCompleted)
	}
	require.Equal(t, 1, w.count(`SELECT count(*) FROM announcements WHERE kind = 'account.module_swapped'`))
	require.NoError(t, w.CreateSwap(w.ctx(), w.newSwap(account, w.modules[2])), "the next one may begin")
}

func TestModules_HeldByAChangeAreNobodyElses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.CreateSwap(w.ctx(), w.newSwap(w.customer(w.modules[0]), w.modules[1])))
	application := w.johnDoe(w.modules[1])
	id := w.submitted(application.Answers)
	w.begin(id, onboarding.StepValidate)
	err := w.Accept(w.ctx(), keyOf(id, onboarding.StepValidate), application, []byte(`{}`))
	requireConflict(t, err, "/system/module", onboarding.ReasonModuleHeld)
}
