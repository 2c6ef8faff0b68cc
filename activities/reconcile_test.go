package activities_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

func (w *world) reconcile(name string) activities.ReconcileResult {
	w.t.Helper()
	raw, err := w.call(name, nil)
	require.NoError(w.t, err)
	return decoded[activities.ReconcileResult](w.t, raw)
}

func TestStartSubmitted_BeginsWhatWasCommittedAndNeverStarted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	oldest, newest := w.submit(w.johnDoe()), w.submit(w.joseNunez())
	w.has(w.liXiaolong(), onboarding.StepValidate)
	require.Equal(t, activities.ReconcileResult{}, w.reconcile(activities.StartSubmittedName), "a submit starts its own run")

	w.clock.advance(time.Minute)
	require.Equal(t, activities.ReconcileResult{Started: 2}, w.reconcile(activities.StartSubmittedName))

	require.Equal(t, []onboarding.StartRun{
		{OnboardingID: oldest, DealerID: w.demo.Dealer.ID, Source: onboarding.SourceAPI},
		{OnboardingID: newest, DealerID: w.demo.Dealer.ID, Source: onboarding.SourceAPI},
	}, w.runner.begun)
	w.done(first(oldest), onboarding.StepValidate)
	w.done(first(newest), onboarding.StepValidate)
	require.Equal(t, activities.ReconcileResult{}, w.reconcile(activities.StartSubmittedName))
}

func TestReconcilers_FailWithACodeAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submit(w.johnDoe())
	w.has(w.joseNunez(), onboarding.StepValidate)
	w.clock.advance(time.Hour)
	w.runner.err = errors.New("no answer about John Doe")
	for _, name := range []string{activities.StartSubmittedName, activities.ReportLostName} {
		_, err := w.call(name, nil)
		w.requireFault(err, "internal")
	}
}

func TestReportLost_ParksWhatHasNoWorkflowAndTellsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	alive := w.has(w.johnDoe(), onboarding.StepValidate)
	lost := w.has(w.joseNunez(), onboarding.StepCheckCoverage)
	w.submit(w.liXiaolong())
	w.runner.open = map[string]bool{alive: true}
	require.Equal(t, activities.ReconcileResult{}, w.reconcile(activities.ReportLostName), "too young to be missed")

	w.clock.advance(3 * time.Minute)
	require.Equal(t, activities.ReconcileResult{Lost: 1}, w.reconcile(activities.ReportLostName))
	require.Equal(t, activities.ReconcileResult{}, w.reconcile(activities.ReportLostName), "told already")

	require.Equal(t, onboarding.StatusActive, w.row(alive).Status)
	row := w.row(lost)
	require.Equal(t, onboarding.StatusParked, row.Status)
	require.Equal(t, onboarding.ReasonWorkflowLost, row.Parked.Reason)
	require.Equal(t, onboarding.StepCheckCoverage, row.Parked.Step)
	require.Equal(t, 1, strings.Count(w.logs.String(), `"code":"workflow_lost"`))

	// Begun anew, it goes on where it was, and what was done is not done twice.
	done := w.effects(lost)
	w.done(first(lost), onboarding.StepValidate, onboarding.StepCheckCoverage)
	require.Equal(t, done, w.effects(lost))
	w.done(first(lost), onboarding.StepRegisterModule)
	require.Equal(t, onboarding.StatusActive, w.row(lost).Status)
}
