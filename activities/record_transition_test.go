package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

func (w *world) record(transition activities.Transition) error {
	w.t.Helper()
	_, err := w.call(activities.RecordTransitionName, transition)
	return err
}

func TestRecordTransition_TellsOnceAndNeverMovesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepValidate)
	at := time.Now().UTC().Truncate(time.Second)
	parked := activities.Transition{
		OnboardingID: id, No: 1, Kind: "parked", Status: onboarding.StatusParked, Step: onboarding.StepCheckCoverage,
		Revision: 1, ParkNo: 1, Reason: onboarding.ReasonNoCoverage, At: at,
	}
	resumed := activities.Transition{
		OnboardingID: id, No: 2, Kind: "overridden", Status: onboarding.StatusActive, Step: onboarding.StepCheckCoverage,
		Revision: 1, ParkNo: 1, By: w.demo.Ops.ID, Note: "tested on site", At: at.Add(time.Minute),
	}

	for range 2 {
		require.NoError(t, w.record(parked))
	}
	row := w.row(id)
	require.Equal(t, onboarding.StatusParked, row.Status)
	require.Equal(t, &onboarding.Park{Step: onboarding.StepCheckCoverage, No: 1, Reason: onboarding.ReasonNoCoverage, Since: at}, row.Parked)

	require.NoError(t, w.record(resumed))
	require.NoError(t, w.record(parked), "a late repetition")
	require.Equal(t, onboarding.StatusActive, w.row(id).Status)
	require.Nil(t, w.row(id).Parked)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM onboarding_events WHERE onboarding_id = $1 AND kind = 'parked' AND code = 'no_coverage'`, id))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM onboarding_events WHERE onboarding_id = $1 AND kind = 'overridden' AND note = 'tested on site'`, id))
}

func TestRecordTransition_SurvivesABreakOfTheRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, when := range []moment{before, after} {
		t.Run(string(when), func(t *testing.T) {
			w := w.in(t)
			id := w.has(w.johnDoe(), onboarding.StepCreateAccount)
			ready := time.Now().UTC().Truncate(time.Second).Add(2 * time.Hour)
			waiting := activities.Transition{
				OnboardingID: id, No: 1, Kind: "waiting", Status: onboarding.StatusWaiting, Step: onboarding.StepAwaitNetwork,
				Revision: 1, ReadyAt: ready, At: time.Now(),
			}
			w.broken.breakAt("RecordTransition", when)

			w.requireFault(w.record(waiting), "store_unavailable")
			require.Equal(t, []error{nil, nil}, concurrently(2, func(int) error { return w.record(waiting) }))

			require.Equal(t, onboarding.StatusWaiting, w.row(id).Status)
			require.Equal(t, ready, w.row(id).ReadyAt)
			require.Equal(t, ready, w.account(id).ReadyAt)
			require.Equal(t, 1, w.count(`SELECT count(*) FROM onboarding_events WHERE onboarding_id = $1 AND kind = 'waiting'`, id))
		})
	}
}
