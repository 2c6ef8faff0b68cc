package postgres_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

func TestRecordCoverage_KeepsTheReport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.accepted(w.johnDoe(w.modules[0]))
	key := keyOf(id, onboarding.StepCheckCoverage)
	w.begin(id, key.Step)
	report := []onboarding.NetworkCoverage{{Name: "AT&T", Coverage: onboarding.CoveragePartial, MapURL: "https://example.com"}}
	require.NoError(t, w.RecordCoverage(t.Context(), key, report, "tested on site", []byte(`{}`)))

	var level, overridden string
	require.NoError(t, w.conn.QueryRow(t.Context(), `SELECT report->0->>'coverage', overridden_by FROM coverage_checks WHERE onboarding_id = $1`, id).Scan(&level, &overridden))
	require.Equal(t, "partial", level)
	require.Equal(t, "tested on site", overridden)
	require.Equal(t, onboarding.StepDone, timeline(t, w.row(id), key.Step).Status)
}

// Insufficient coverage is an answer for a person, not the step's result: after a retry
// the carrier is asked again.
func TestCoverageInsufficient_LeavesTheStepToBeDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.accepted(w.johnDoe(w.modules[0]))
	w.begin(id, onboarding.StepCheckCoverage)
	report := []onboarding.NetworkCoverage{{Name: "AT&T", Coverage: onboarding.CoverageNone}}
	require.NoError(t, w.CoverageInsufficient(t.Context(), keyOf(id, onboarding.StepCheckCoverage), report))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM coverage_checks WHERE overridden_by = ''`))

	_, done, err := w.BeginStep(t.Context(), keyOf(id, onboarding.StepCheckCoverage))
	require.NoError(t, err)
	require.False(t, done)
}

func TestRegisteredKeys_CountAttemptsWhoseAnswerWasLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.accepted(w.johnDoe(w.modules[0]))
	first := keyOf(id, onboarding.StepRegisterModule)
	w.begin(id, first.Step) // and its answer is lost

	amended := w.johnDoe(w.modules[1])
	_, err := w.Amend(t.Context(), id, 1, w.user, amended.Answers, amended)
	require.NoError(t, err)
	second := first
	second.Revision = 2
	_, _, err = w.BeginStep(t.Context(), second)
	require.NoError(t, err)
	require.NoError(t, w.ModuleRegistered(t.Context(), second, onboarding.Registration{ID: "registration-2", Key: second}, []byte(`{}`)))

	keys, err := w.RegisteredKeys(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, []onboarding.EffectKey{second, first}, keys)

	undo := keyOf(id, onboarding.UndoRegisterModule)
	for range 2 {
		require.NoError(t, w.ModuleDeregistered(t.Context(), undo))
	}
	keys, err = w.RegisteredKeys(t.Context(), id)
	require.NoError(t, err)
	require.Empty(t, keys)

	// Taken back is not done: a run that goes forward again registers anew.
	_, done, err := w.BeginStep(t.Context(), second)
	require.NoError(t, err)
	require.False(t, done)
}

func TestModuleRegistered_NeedsAModule(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.accepted(w.johnDoe(onboarding.Module{}))
	key := keyOf(id, onboarding.StepRegisterModule)
	err := w.ModuleRegistered(t.Context(), key, onboarding.Registration{ID: "registration", Key: key}, nil)
	require.ErrorIs(t, err, onboarding.ErrNotFound)
}

// queued is an account whose module is registered and whose template waits.
func (w *world) queued() string {
	w.t.Helper()
	id := w.opened(w.johnDoe(w.modules[0])).OnboardingID
	key := keyOf(id, onboarding.StepRegisterModule)
	require.NoError(w.t, w.ModuleRegistered(w.ctx(), key, onboarding.Registration{ID: "registration-1", Key: key}, nil))
	require.NoError(w.t, w.QueueTemplate(w.ctx(), keyOf(id, onboarding.StepApplyTemplate), w.template, []byte(`{"queued":true}`)))
	return id
}

func TestQueuedTemplate_WaitsUntilItIsPushed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.queued()
	require.NoError(t, w.RetirePanelTemplate(t.Context(), w.dealer, w.template)) // too late for this panel

	template, registration, found, err := w.QueuedTemplate(t.Context(), id)
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, onboarding.PanelTemplate{ID: w.template, Name: "House", PanelType: "simon_xt"}, template)
	require.Equal(t, keyOf(id, onboarding.StepRegisterModule), registration)

	require.NoError(t, w.TemplatePushed(t.Context(), id, ""))
	_, _, found, err = w.QueuedTemplate(t.Context(), id)
	require.NoError(t, err)
	require.False(t, found)
	require.NoError(t, w.UnqueueTemplate(t.Context(), keyOf(id, onboarding.UndoApplyTemplate)))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM template_assignments WHERE state = 'pushed'`))
}

// A later revision that finds its module registered already did not register it: the
// carrier knows the key of the one that did.
func TestQueuedTemplate_NamesTheKeyThatTheCarrierKnows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.queued()
	amended := w.johnDoe(w.modules[0])
	_, err := w.Amend(t.Context(), id, 1, w.user, amended.Answers, amended)
	require.NoError(t, err)
	second := keyOf(id, onboarding.StepRegisterModule)
	second.Revision = 2
	first := keyOf(id, onboarding.StepRegisterModule)
	require.NoError(t, w.ModuleRegistered(t.Context(), second, onboarding.Registration{ID: "registration-1", Key: first}, nil))

	_, registration, found, err := w.QueuedTemplate(t.Context(), id)
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, 1, registration.Revision)
}

func TestUnqueueTemplate_TakesItBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.queued()
	require.NoError(t, w.UnqueueTemplate(t.Context(), keyOf(id, onboarding.UndoApplyTemplate)))
	_, _, found, err := w.QueuedTemplate(t.Context(), id)
	require.NoError(t, err)
	require.False(t, found)
}

func TestTemplatePushed_KeepsWhyItCouldNotBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.queued()
	require.NoError(t, w.TemplatePushed(t.Context(), id, "panel_unsupported"))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM template_assignments WHERE state = 'failed' AND code = 'panel_unsupported'`))
}

func TestQueueTemplate_RefusesOneThatIsGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.opened(w.johnDoe(w.modules[0])).OnboardingID
	require.NoError(t, w.RetirePanelTemplate(t.Context(), w.dealer, w.template))
	for _, template := range []string{w.template, newID(), "nonsense"} {
		err := w.QueueTemplate(t.Context(), keyOf(id, onboarding.StepApplyTemplate), template, nil)
		requireConflict(t, err, "/templates/panel_template_id", onboarding.ReasonTemplateNotFound)
	}
}
