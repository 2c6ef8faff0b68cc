package activities_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

// waiting is the transition with which the wait for a panel begins.
func (w *world) waiting(id string) activities.Transition {
	at := time.Now().UTC().Truncate(time.Second)
	return activities.Transition{
		OnboardingID: id, No: 1, Kind: "waiting", Status: onboarding.StatusWaiting, Step: onboarding.StepAwaitNetwork,
		Revision: 1, ReadyAt: at.Add(time.Hour), At: at,
		Panel: activities.PanelWait{OnboardingID: id, AccountID: w.account(id).ID, DealerID: w.demo.Dealer.ID, RemindAt: at.Add(73 * time.Hour)},
	}
}

func TestRecordTransition_BeginsTheWaitForThePanel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepCreateAccount)
	waiting := w.waiting(id)
	for range 2 { // its answer may be lost
		require.NoError(t, w.record(waiting))
	}
	wait := onboarding.PanelWait(waiting.Panel)
	require.Equal(t, []onboarding.PanelWait{wait, wait}, w.runner.panels)

	completed := waiting
	completed.No, completed.Kind, completed.Status, completed.Panel = 2, "completed", onboarding.StatusCompleted, activities.PanelWait{}
	require.NoError(t, w.record(completed))
	require.Len(t, w.runner.panels, 2, "other transitions begin none")
}

func TestRecordTransition_RecordsNoWaitThatCouldNotBegin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepCreateAccount)
	w.runner.err = errors.New("no answer about John Doe")
	w.requireFault(w.record(w.waiting(id)), "internal")
	require.Equal(t, onboarding.StatusActive, w.row(id).Status)

	w.runner.err = nil
	require.NoError(t, w.record(w.waiting(id)))
	require.Equal(t, onboarding.StatusWaiting, w.row(id).Status)
	require.Len(t, w.runner.panels, 1)
}

func TestRecordChange_BeginsTheWaitForThePanelOfTheNewModule(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := w.customer()
	swap := w.swap(account, w.free(1)[0])
	at := time.Now().UTC().Truncate(time.Second)
	wait := activities.PanelWait{OnboardingID: account.OnboardingID, SwapID: swap, AccountID: account.ID, RemindAt: at.Add(73 * time.Hour)}
	waiting := activities.ChangeTransition{
		ChangeID: swap, No: 1, Kind: "waiting", Status: onboarding.StatusWaiting, Step: onboarding.StepAwaitNetwork,
		ReadyAt: at.Add(time.Hour), At: at, Panel: wait,
	}
	w.runner.err = errors.New("no answer about John Doe")
	_, err := w.call(activities.RecordChangeName, waiting)
	w.requireFault(err, "internal")
	require.NotEqual(t, onboarding.StatusWaiting, w.change(swap).Status)

	w.runner.err = nil
	_, err = w.call(activities.RecordChangeName, waiting)
	require.NoError(t, err)
	require.Equal(t, onboarding.StatusWaiting, w.change(swap).Status)
	require.Equal(t, []onboarding.PanelWait{onboarding.PanelWait(wait)}, w.runner.panels)
}
