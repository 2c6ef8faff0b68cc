package activities_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

func withoutTemplate(answers *onboarding.Answers) { answers.Templates.PanelTemplateID = "" }

func TestApplyTemplate_QueuesTheChosenOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepCreateAccount)
	require.True(t, resultOf[activities.ApplyTemplateResult](w, onboarding.StepApplyTemplate, first(id)).Queued)
	require.Equal(t, w.template, valueOf[string](w, `SELECT template_id::text FROM template_assignments WHERE onboarding_id = $1 AND state = 'queued'`, id))
}

func TestApplyTemplate_WithoutATemplateIsDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(withoutTemplate), onboarding.StepCreateAccount)
	require.False(t, resultOf[activities.ApplyTemplateResult](w, onboarding.StepApplyTemplate, first(id)).Queued)
	require.Zero(t, w.effects(id).Templates)
	require.Equal(t, onboarding.StepDone, w.timeline(id, onboarding.StepApplyTemplate).Status)
	w.done(first(id), onboarding.UndoApplyTemplate)
}

func TestApplyTemplate_IsRefusedWhenTheTemplateIsGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.until(onboarding.StepApplyTemplate)
	require.NoError(t, w.store.RetirePanelTemplate(t.Context(), w.demo.Dealer.ID, w.template))

	_, err := w.run(onboarding.StepApplyTemplate, in)

	w.requireFault(err, "template_not_found")
	require.Zero(t, w.effects(in.OnboardingID).Templates)
	amended := w.amend(in.OnboardingID, withoutTemplate)
	w.done(amended, onboarding.StepApplyTemplate)
}

func TestUndoApplyTemplate_LeavesWhatThePanelHas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepApplyTemplate)
	_, err := w.call(activities.PushTemplateName, activities.PanelInput{OnboardingID: id})
	require.NoError(t, err)

	w.done(first(id), onboarding.UndoApplyTemplate)

	require.Equal(t, 1, w.count(`SELECT count(*) FROM template_assignments WHERE onboarding_id = $1 AND state = 'pushed'`, id))
}
