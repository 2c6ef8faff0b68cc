package postgres_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

func TestBeginStep_CountsAttemptsAndTellsTheFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.submitted(w.johnDoe(w.modules[0]).Answers)
	key := keyOf(id, onboarding.StepValidate)
	w.begin(id, onboarding.StepValidate)
	started := timeline(t, w.row(id), onboarding.StepValidate).StartedAt
	require.NoError(t, w.FailStep(t.Context(), key, onboarding.ReasonStoreUnavailable, "the full text"))

	failed := timeline(t, w.row(id), onboarding.StepValidate)
	require.Equal(t, onboarding.StepRunning, failed.Status)
	require.Equal(t, "store_unavailable", failed.Code)

	w.begin(id, onboarding.StepValidate)
	row := w.row(id)
	again := timeline(t, row, onboarding.StepValidate)
	require.Equal(t, onboarding.StepProgress{Step: onboarding.StepValidate, Status: onboarding.StepRunning, Attempts: 2, StartedAt: started}, again)
	require.Equal(t, onboarding.StepValidate, row.Step)
	require.Equal(t, onboarding.StatusSubmitted, row.Status)
	require.Equal(t, []onboarding.EventKind{onboarding.EventSubmitted, onboarding.EventStepStarted, onboarding.EventStepFailed}, w.kinds(id))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM step_effects WHERE detail = 'the full text' AND state = 'pending' AND attempts = 2`))
}

func TestBeginStep_HandsBackTheResultOfADoneEffect(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.submitted(w.johnDoe(w.modules[0]).Answers)
	key := keyOf(id, onboarding.StepCheckCoverage)
	w.begin(id, key.Step)
	require.NoError(t, w.FinishStep(t.Context(), key, []byte(`{"reason":"first"}`)))
	require.NoError(t, w.FinishStep(t.Context(), key, []byte(`{"reason":"second"}`)))

	result, done, err := w.BeginStep(t.Context(), key)
	require.NoError(t, err)
	require.True(t, done)
	require.JSONEq(t, `{"reason":"first"}`, string(result))
	step := timeline(t, w.row(id), key.Step)
	require.Equal(t, onboarding.StepDone, step.Status)
	require.Equal(t, 1, step.Attempts)
	require.NotZero(t, step.EndedAt)
}

func TestBeginStep_StillAnswersWhenTheOnboardingIsOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.submitted(w.johnDoe(w.modules[0]).Answers)
	key := keyOf(id, onboarding.StepValidate)
	w.begin(id, key.Step)
	require.NoError(t, w.Reject(t.Context(), key, onboarding.Problems{{Field: "/login/name", Code: "required", Message: "Enter a login name."}}, []byte(`{"accepted":false}`)))

	result, done, err := w.BeginStep(t.Context(), key)
	require.NoError(t, err)
	require.True(t, done)
	require.JSONEq(t, `{"accepted":false}`, string(result))
	w.begin(id, onboarding.StepCheckCoverage)
	require.Equal(t, onboarding.StatusRejected, w.row(id).Status)
}

func TestSteps_OfAnUnknownOnboardingAreNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, id := range []string{newID(), "", "not-an-id"} {
		key := keyOf(id, onboarding.StepValidate)
		_, _, err := w.BeginStep(t.Context(), key)
		require.ErrorIs(t, err, onboarding.ErrNotFound)
		require.ErrorIs(t, w.FailStep(t.Context(), key, onboarding.ReasonInternal, ""), onboarding.ErrNotFound)
		require.ErrorIs(t, w.FinishStep(t.Context(), key, nil), onboarding.ErrNotFound)
	}
}

// A run begun anew starts at the newest revision and must find what was done for an
// earlier one: an amendment cannot touch what a done step has used.
func TestBeginStep_FindsWhatAnEarlierRevisionDid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.accepted(w.johnDoe(w.modules[0]))
	w.begin(id, onboarding.StepCheckCoverage)
	require.NoError(t, w.FinishStep(t.Context(), keyOf(id, onboarding.StepCheckCoverage), []byte(`{"first":true}`)))
	later := keyOf(id, onboarding.StepCheckCoverage)
	later.Revision = 2

	result, done, err := w.BeginStep(t.Context(), later)

	require.NoError(t, err)
	require.True(t, done)
	require.JSONEq(t, `{"first":true}`, string(result))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM step_effects WHERE step = 'check_coverage'`))
}
