package postgres_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

var noon = time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)

func (w *world) moved(run string, transition onboarding.Transition) {
	w.t.Helper()
	if transition.At.IsZero() {
		transition.At = noon.Add(time.Duration(transition.No) * time.Minute)
	}
	require.NoError(w.t, w.RecordTransition(w.ctx(), run, transition))
}

func parkedAt(id string, no int) onboarding.Transition {
	return onboarding.Transition{
		OnboardingID: id, No: no, Kind: onboarding.EventParked, Status: onboarding.StatusParked, Step: onboarding.StepRegisterModule,
		Revision: 1, ParkNo: 1, Reason: onboarding.ReasonModuleAlreadyRegistered,
	}
}

func TestRecordTransition_ParksAndSendsOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.accepted(w.johnDoe(w.modules[0]))
	w.begin(id, onboarding.StepRegisterModule)
	w.moved("run", parkedAt(id, 1))

	row := w.row(id)
	require.Equal(t, onboarding.StatusParked, row.Status)
	require.Equal(t, &onboarding.Park{
		Step: onboarding.StepRegisterModule, No: 1, Reason: onboarding.ReasonModuleAlreadyRegistered, Since: noon.Add(time.Minute),
	}, row.Parked)
	step := timeline(t, row, onboarding.StepRegisterModule)
	require.Equal(t, onboarding.StepParked, step.Status)
	require.Equal(t, "module_already_registered", step.Code)

	w.moved("run", onboarding.Transition{
		OnboardingID: id, No: 2, Kind: onboarding.EventResumed, Status: onboarding.StatusActive, Step: onboarding.StepRegisterModule,
		Revision: 1, ParkNo: 1, By: "ops", Note: "audit 7",
	})
	row = w.row(id)
	require.Equal(t, onboarding.StatusActive, row.Status)
	require.Nil(t, row.Parked)
	events, err := w.Events(t.Context(), id, 0, 100)
	require.NoError(t, err)
	last := events[len(events)-1]
	require.Equal(t, onboarding.Event{
		Seq: last.Seq, OnboardingID: id, At: noon.Add(2 * time.Minute), Kind: onboarding.EventResumed,
		Step: onboarding.StepRegisterModule, By: "ops", Note: "audit 7",
	}, last)
}

func TestRecordTransition_ToldTwiceOrLateNeverMovesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.accepted(w.johnDoe(w.modules[0]))
	resumed := onboarding.Transition{
		OnboardingID: id, No: 2, Kind: onboarding.EventResumed, Status: onboarding.StatusActive, Step: onboarding.StepRegisterModule, Revision: 1,
	}
	w.moved("run", resumed)
	w.moved("run", parkedAt(id, 1)) // late
	w.moved("run", resumed)         // told again
	require.Equal(t, onboarding.StatusActive, w.row(id).Status)
	kinds := w.kinds(id)
	require.Equal(t, []onboarding.EventKind{onboarding.EventResumed, onboarding.EventParked}, kinds[len(kinds)-2:])
}

func TestRecordTransition_AfterAKilledWorkerFollowsTheRunAndNotWhatItForgot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.accepted(w.johnDoe(w.modules[0]))
	readyAt := noon.Add(time.Hour)
	// Told by a worker that died before its run had it in its history …
	w.moved("run", onboarding.Transition{
		OnboardingID: id, No: 1, Kind: onboarding.EventWaiting, Status: onboarding.StatusWaiting, Step: onboarding.StepAwaitNetwork,
		Revision: 1, ReadyAt: readyAt,
	})
	// … so the run, done anew after the hour, does not wait and counts from 1 again.
	w.moved("run", onboarding.Transition{
		OnboardingID: id, No: 1, Kind: onboarding.EventParked, Status: onboarding.StatusParked, Step: onboarding.StepSendLetter,
		Revision: 1, ParkNo: 1, Reason: onboarding.ReasonRecipientRejected, At: readyAt.Add(time.Minute),
	})
	require.Equal(t, onboarding.StatusParked, w.row(id).Status)
	require.Equal(t, onboarding.StepSendLetter, w.row(id).Parked.Step)
}

func TestRecordTransition_OfANewRunTakesOverAndTheOldOneIsNotHeard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.accepted(w.johnDoe(w.modules[0]))
	w.moved("first", parkedAt(id, 7))

	w.moved("second", onboarding.Transition{
		OnboardingID: id, No: 1, Kind: onboarding.EventResumed, Status: onboarding.StatusActive, Revision: 1, At: noon.Add(time.Hour),
	})
	require.Equal(t, onboarding.StatusActive, w.row(id).Status)
	w.moved("first", parkedAt(id, 8))
	require.Equal(t, onboarding.StatusActive, w.row(id).Status)
}

func TestRecordTransition_WaitsForTheHourUntilTheLetter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := w.opened(w.johnDoe(w.modules[0]))
	id := account.OnboardingID
	w.moved("run", onboarding.Transition{
		OnboardingID: id, No: 1, Kind: onboarding.EventWaiting, Status: onboarding.StatusWaiting, Step: onboarding.StepAwaitNetwork,
		Revision: 1, ReadyAt: account.ReadyAt,
	})
	require.Equal(t, onboarding.StepRunning, timeline(t, w.row(id), onboarding.StepAwaitNetwork).Status)

	earlier := account.ReadyAt.Add(-30 * time.Minute)
	w.moved("run", onboarding.Transition{
		OnboardingID: id, No: 2, Kind: onboarding.EventWaitAdjusted, Status: onboarding.StatusWaiting, Step: onboarding.StepAwaitNetwork,
		Revision: 1, ReadyAt: earlier, By: "ops",
	})
	require.Equal(t, earlier, w.row(id).ReadyAt)
	moved, err := w.AccountOf(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, earlier, moved.ReadyAt)

	w.begin(id, onboarding.StepSendLetter)
	require.Equal(t, onboarding.StepDone, timeline(t, w.row(id), onboarding.StepAwaitNetwork).Status)
}

func TestRecordTransition_EndsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.opened(w.johnDoe(w.modules[0])).OnboardingID
	w.moved("run", onboarding.Transition{
		OnboardingID: id, No: 1, Kind: onboarding.EventSkipped, Status: onboarding.StatusActive, Step: onboarding.StepSendLetter, Revision: 1, By: "ops",
	})
	require.Equal(t, onboarding.StepSkipped, timeline(t, w.row(id), onboarding.StepSendLetter).Status)
	for no := 2; no <= 3; no++ {
		w.moved("run", onboarding.Transition{
			OnboardingID: id, No: no, Kind: onboarding.EventCompleted, Status: onboarding.StatusCompleted, Revision: 1,
		})
	}
	row := w.row(id)
	require.Equal(t, onboarding.StatusCompleted, row.Status)
	require.Nil(t, row.Parked)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM onboarding_events WHERE kind = 'completed'`))
}

func TestUnstartedRuns_AreThoseWhoseFirstStepNeverBegan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.submitted(w.johnDoe(w.modules[0]).Answers)
	started := w.submitted(w.johnDoe(w.modules[1]).Answers)
	w.begin(started, onboarding.StepValidate)

	rows, err := w.UnstartedRuns(t.Context(), time.Now().Add(time.Minute), 10)
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Equal(t, id, rows[0].ID)
	rows, err = w.UnstartedRuns(t.Context(), time.Now().Add(-time.Minute), 10)
	require.NoError(t, err)
	require.Empty(t, rows)
}

func TestOpenRuns_TakeTurns(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	want := map[string]bool{}
	for i := range 3 {
		id := w.submitted(w.johnDoe(w.modules[i]).Answers)
		w.begin(id, onboarding.StepValidate)
		want[id] = true
	}
	over := w.opened(w.johnDoe(w.modules[3])).OnboardingID
	w.moved("run", onboarding.Transition{OnboardingID: over, No: 1, Kind: onboarding.EventCompleted, Status: onboarding.StatusCompleted})

	seen := map[string]bool{}
	for range 3 {
		rows, err := w.OpenRuns(t.Context(), time.Now().Add(time.Minute), 1)
		require.NoError(t, err)
		require.Len(t, rows, 1)
		seen[rows[0].ID] = true
	}
	require.Equal(t, want, seen)
}

func TestReportLost_ParksUntilAWorkflowIsThereAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.accepted(w.johnDoe(w.modules[0]))
	w.begin(id, onboarding.StepRegisterModule)
	for range 2 {
		require.NoError(t, w.ReportLost(t.Context(), id))
	}
	row := w.row(id)
	require.Equal(t, onboarding.StatusParked, row.Status)
	require.Equal(t, onboarding.ReasonWorkflowLost, row.Parked.Reason)
	require.Equal(t, onboarding.StepRegisterModule, row.Parked.Step)
	require.Equal(t, 1, row.Parked.No)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM onboarding_events WHERE kind = 'workflow_lost'`))

	w.begin(id, onboarding.StepRegisterModule)
	row = w.row(id)
	require.Equal(t, onboarding.StatusActive, row.Status)
	require.Nil(t, row.Parked)
}

func TestReportLost_LeavesAloneWhatIsOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.opened(w.johnDoe(w.modules[0])).OnboardingID
	w.moved("run", onboarding.Transition{OnboardingID: id, No: 1, Kind: onboarding.EventCompleted, Status: onboarding.StatusCompleted})
	require.NoError(t, w.ReportLost(t.Context(), id))
	require.Equal(t, onboarding.StatusCompleted, w.row(id).Status)
}
