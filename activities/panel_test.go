package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/carrier/carriertest"
	"github.com/latchkey/latchkey/onboarding"
)

// pushed is the template that the panel of an onboarding has.
func (w *world) pushed(id string) *carrier.Template {
	w.t.Helper()
	for _, registration := range w.carrier.Registrations() {
		if registration.Key == keyOf(id, 1) {
			return registration.Template
		}
	}
	require.FailNow(w.t, "no such registration")
	return nil
}

func (w *world) push(id string) (activities.PushTemplateResult, error) {
	w.t.Helper()
	raw, err := w.call(activities.PushTemplateName, activities.PanelInput{OnboardingID: id})
	if err != nil {
		return activities.PushTemplateResult{}, err
	}
	return decoded[activities.PushTemplateResult](w.t, raw), nil
}

func (w *world) templateState(id string) string {
	w.t.Helper()
	return valueOf[string](w, `SELECT state || ' ' || code FROM template_assignments WHERE onboarding_id = $1`, id)
}

func TestPushTemplate_ReachesThePanelOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepApplyTemplate)
	require.Nil(t, w.pushed(id), "not before the panel communicates")

	result, err := w.push(id)
	require.NoError(t, err)
	require.Equal(t, activities.PushTemplateResult{Pushed: true}, result)
	require.Equal(t, &carrier.Template{ID: w.template, PanelType: "simon_xt"}, w.pushed(id))
	require.Equal(t, "pushed ", w.templateState(id))

	_, err = w.push(id)
	require.NoError(t, err)
	require.Equal(t, 1, w.calls(carrier.PushTemplate))
}

func TestPushTemplate_GoesOnAfterALostAnswerOrCommit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepApplyTemplate)
	require.NoError(t, w.carrier.Script(carriertest.Row{Call: carrier.PushTemplate, Times: 1, Fault: "answer_then_drop"}))
	_, err := w.push(id)
	w.requireFault(err, carrier.TimedOut)
	w.broken.breakAt("TemplatePushed", before)
	_, err = w.push(id)
	w.requireFault(err, "store_unavailable")

	results := concurrently(2, func(int) error { _, err := w.push(id); return err })

	require.Equal(t, []error{nil, nil}, results)
	require.Equal(t, w.template, w.pushed(id).ID)
	require.Equal(t, "pushed ", w.templateState(id))
}

// The carrier knows the panel by the key its module was registered under.
func TestPushTemplate_FindsThePanelUnderAnOlderKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, _ := w.lostAnswer()
	amended := w.amend(id, func(answers *onboarding.Answers) { answers.Customer.Phone.Number = "+1 571 555 0101" })
	w.done(amended, onboarding.StepRegisterModule, onboarding.StepCreateAccount, onboarding.StepApplyTemplate)

	result, err := w.push(id)

	require.NoError(t, err)
	require.True(t, result.Pushed)
	require.Equal(t, w.template, w.pushed(id).ID)
}

// The account works without its template: a person sets the panel up by hand.
func TestPushTemplate_AnswersWithTheCodeOfWhatCanNeverBePushed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, code := range carrier.PermanentCodes(carrier.PushTemplate) {
		t.Run(code, func(t *testing.T) {
			w := w.in(t)
			require.True(t, onboarding.Reason(code).Known())
			id := w.has(w.johnDoe(), onboarding.StepApplyTemplate)
			require.NoError(t, w.carrier.Script(carriertest.Row{Call: carrier.PushTemplate, Times: 1, Fault: code}))

			result, err := w.push(id)

			require.NoError(t, err)
			require.Equal(t, activities.PushTemplateResult{Code: code}, result)
			require.Equal(t, "failed "+code, w.templateState(id))
		})
	}
}

func TestPushTemplate_IsTriedAgainWhileTheCarrierIsAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepApplyTemplate)
	require.NoError(t, w.carrier.Script(
		carriertest.Row{Call: carrier.PushTemplate, Times: 1, Fault: "unavailable"},
		carriertest.Row{Call: carrier.PushTemplate, Times: 1, Fault: "rate_limited"},
	))
	_, err := w.push(id)
	w.requireFault(err, carrier.Unavailable)
	_, err = w.push(id)
	require.Equal(t, time.Second, w.requireFault(err, carrier.RateLimited).NextRetryDelay())
	require.Equal(t, "queued ", w.templateState(id))
	result, err := w.push(id)
	require.NoError(t, err)
	require.True(t, result.Pushed)
}

func TestPushTemplate_WithoutATemplateIsDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, id := range []string{
		w.has(w.johnDoe(withoutTemplate), onboarding.StepApplyTemplate),
		w.has(w.johnDoe(withoutPanel), onboarding.StepCreateAccount),
	} {
		result, err := w.push(id)
		require.NoError(t, err)
		require.Equal(t, activities.PushTemplateResult{}, result)
	}
	require.Zero(t, w.calls(carrier.PushTemplate))
}

func TestLiftLoginBlock_LetsTheCustomerInFromTheFirstCommunicationOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepCreateAccount)
	require.True(t, w.account(id).LoginBlocked())
	at := time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)

	lift := func(at time.Time) error {
		_, err := w.call(activities.LiftLoginBlockName, activities.CommunicatedInput{OnboardingID: id, At: at})
		return err
	}
	require.Equal(t, []error{nil, nil}, concurrently(2, func(int) error { return lift(at) }))
	require.NoError(t, lift(at.Add(time.Hour)))

	require.False(t, w.account(id).LoginBlocked())
	require.Equal(t, at, w.account(id).CommunicatedAt)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM onboarding_events WHERE onboarding_id = $1 AND kind = 'panel_communicated'`, id))
}

func TestLiftLoginBlock_WaitsForTheAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.submit(w.johnDoe())
	_, err := w.call(activities.LiftLoginBlockName, activities.CommunicatedInput{OnboardingID: id, At: time.Now()})
	w.requireFault(err, "internal")
}
