package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

// automation is an account without security, on a panel of its own.
func automation(answers *onboarding.Answers) {
	answers.Account.Type = onboarding.AutomationAwareness
	answers.System = onboarding.SystemAnswers{Module: "4100000023"}
	answers.Package = onboarding.PackageAnswers{PackageID: "smart_home_hub"}
	answers.Forwarding, answers.Templates = onboarding.ForwardingAnswers{}, onboarding.TemplatesAnswers{}
}

func TestValidate_AcceptsWithTheStepsOfItsKind(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const (
		validate, coverage, module, account = onboarding.StepValidate, onboarding.StepCheckCoverage, onboarding.StepRegisterModule, onboarding.StepCreateAccount
		template, network, letter           = onboarding.StepApplyTemplate, onboarding.StepAwaitNetwork, onboarding.StepSendLetter
	)
	all := []onboarding.Step{validate, coverage, module, account, template, network, letter}
	short := []onboarding.Step{validate, account, letter}
	for name, test := range map[string]struct {
		answers onboarding.Answers
		steps   []onboarding.Step
		modules int
	}{
		"security system":       {w.johnDoe(), all, 1},
		"accented name":         {w.joseNunez(), all, 1},
		"name of no alphabet":   {w.liXiaolong(), all, 1},
		"automation":            {w.johnDoe(automation), all, 1},
		"standalone video":      {w.johnDoe(withoutPanel), short, 0},
		"virtual customer":      {w.johnDoe(virtual), short, 0},
		"virtual without panel": {w.johnDoe(virtual, withoutPanel), short, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := w.in(t)
			id := w.submit(test.answers)

			result := resultOf[activities.ValidateResult](w, validate, first(id))

			require.Equal(t, activities.ValidateResult{Accepted: true, Steps: test.steps, PanelReminder: 72 * time.Hour}, result)
			require.Equal(t, effects{Logins: 1, Modules: test.modules}, w.effects(id))
			require.Equal(t, onboarding.StatusActive, w.row(id).Status)
		})
	}
}

func TestValidate_AnswersWithEveryProblemAndHoldsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.submit(w.johnDoe(func(answers *onboarding.Answers) {
		answers.Customer.EmailConfirmation = "john.do@example.com"
		answers.Forwarding.AccountNumber = "12"
		answers.System.Module = "4100000901000"
	}))

	raw, err := w.run(onboarding.StepValidate, first(id))
	require.NoError(t, err)
	again, err := w.run(onboarding.StepValidate, first(id))
	require.NoError(t, err)

	require.JSONEq(t, raw, again)
	requireNothingPersonal(t, w.people, raw)
	require.NotContains(t, raw, "john.do@example.com")
	result := decoded[activities.ValidateResult](t, raw)
	require.False(t, result.Accepted)
	require.Empty(t, result.Steps)
	var fields []string
	for _, problem := range result.Problems {
		require.NotEmpty(t, problem.Code)
		require.NotEmpty(t, problem.Message)
		fields = append(fields, problem.Field)
	}
	require.Equal(t, []string{"/customer/email_confirmation", "/system/module", "/forwarding/account_number"}, fields)
	row := w.row(id)
	require.Equal(t, onboarding.StatusRejected, row.Status)
	require.Len(t, row.Problems, 3)
	require.Equal(t, effects{}, w.effects(id))
}

func (w *world) loginOf(id string) string {
	w.t.Helper()
	return valueOf[string](w, `SELECT name FROM logins WHERE onboarding_id = $1`, id)
}

func TestValidate_SuggestsAnotherLoginWhenOneIsTakenMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rival := w.submit(w.johnDoe())
	id := w.submit(w.johnDoe())
	hasty := w.stepsWith(&hastyStore{Store: w.store, meanwhile: []func(){func() { w.done(first(rival), onboarding.StepValidate) }}}, w.carrier.URL())

	raw, err := w.callOn(hasty, "Validate", first(id))

	require.NoError(t, err)
	require.True(t, decoded[activities.ValidateResult](t, raw).Accepted)
	require.Equal(t, "JohnDoe", w.loginOf(rival))
	require.Equal(t, "JDoe", w.loginOf(id))
}

// Nobody typed a name, so nobody can be told to enter another one.
func TestValidate_NeverRejectsForASuggestionThatOthersTook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var rivals []func()
	for range 6 {
		rival := first(w.submit(w.johnDoe()))
		rivals = append(rivals, func() { w.done(rival, onboarding.StepValidate) })
	}
	id := w.submit(w.johnDoe())
	hasty := w.stepsWith(&hastyStore{Store: w.store, meanwhile: rivals}, w.carrier.URL())

	_, err := w.callOn(hasty, "Validate", first(id))
	w.requireFault(err, "login_taken")
	_, err = w.callOn(hasty, "Validate", first(id))
	w.requireFault(err, "login_taken")
	_, err = w.callOn(hasty, "Validate", first(id))
	require.NoError(t, err)

	require.Equal(t, onboarding.StatusActive, w.row(id).Status)
	require.Equal(t, "JohnDoe5", w.loginOf(id))
}

func TestValidate_GivesEachOfManyWithOneNameALoginOfTheirOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ids := make([]string, 8)
	for i := range ids {
		ids[i] = w.submit(w.joseNunez())
	}

	waiting := ids
	require.Eventually(t, func() bool {
		answers := concurrently(len(waiting), func(n int) bool {
			raw, err := w.run(onboarding.StepValidate, first(waiting[n]))
			return err == nil && decoded[activities.ValidateResult](t, raw).Accepted
		})
		var left []string
		for n, accepted := range answers {
			if !accepted {
				left = append(left, waiting[n])
			}
		}
		waiting = left
		return len(waiting) == 0
	}, 30*time.Second, time.Millisecond)

	names := map[string]bool{}
	for _, id := range ids {
		names[onboarding.LoginKey(w.loginOf(id))] = true
	}
	require.Len(t, names, len(ids))
	require.Contains(t, names, "josenunez")
}

func TestValidate_RejectsATypedLoginThatIsTaken(t *testing.T) {
	t.Parallel()
	for _, when := range []string{"before", "meanwhile"} {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			rival := w.submit(w.johnDoe())
			id := w.submit(w.joseNunez(wantingLogin("johndoe")))
			hasty := &hastyStore{Store: w.store}
			if when == "meanwhile" {
				hasty.meanwhile = []func(){func() { w.done(first(rival), onboarding.StepValidate) }}
			} else {
				w.done(first(rival), onboarding.StepValidate)
			}

			raw, err := w.callOn(w.stepsWith(hasty, w.carrier.URL()), "Validate", first(id))

			require.NoError(t, err)
			require.Equal(t, activities.ValidateResult{Problems: []activities.Problem{{
				Field: "/login/name", Code: "login_taken",
				Message: "Invalid Login Name: Login already in use. Please enter another login.",
			}}}, decoded[activities.ValidateResult](t, raw))
			require.Equal(t, effects{}, w.effects(id))
		})
	}
}

func TestValidate_GivesAModuleToOneOfTwo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	serial := w.module()
	ids := []string{w.submit(w.johnDoe(withModule(serial))), w.submit(w.liXiaolong(withModule(serial)))}

	results := concurrently(2, func(n int) activities.ValidateResult {
		return resultOf[activities.ValidateResult](w, onboarding.StepValidate, first(ids[n]))
	})

	require.NotEqual(t, results[0].Accepted, results[1].Accepted)
	for n, result := range results {
		if result.Accepted {
			require.Equal(t, effects{Logins: 1, Modules: 1}, w.effects(ids[n]))
			continue
		}
		require.Len(t, result.Problems, 1)
		require.Equal(t, "/system/module", result.Problems[0].Field)
		require.Equal(t, "module_held", result.Problems[0].Code)
		require.Equal(t, effects{}, w.effects(ids[n]))
	}
}

func TestUndoValidate_FreesLoginAndModuleForOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	serial := w.module()
	id := w.has(w.johnDoe(withModule(serial), wantingLogin("frontdoor")), onboarding.StepValidate)

	w.done(first(id), onboarding.UndoValidate)

	other := w.submit(w.joseNunez(withModule(serial), wantingLogin("FrontDoor")))
	require.True(t, resultOf[activities.ValidateResult](w, onboarding.StepValidate, first(other)).Accepted)
	require.Equal(t, "FrontDoor", w.loginOf(other))
}

func TestUndoValidate_OfARejectedOnboardingDoesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.submit(w.johnDoe(withModule("1")))
	require.False(t, resultOf[activities.ValidateResult](w, onboarding.StepValidate, first(id)).Accepted)
	w.done(first(id), onboarding.UndoValidate)
	require.Equal(t, onboarding.StatusRejected, w.row(id).Status)
}

// A result that was recorded is what a later try hands back, whatever changed meanwhile.
func TestValidate_StaysWithItsFirstAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	wanting := wantingLogin("frontdoor")
	winner := w.has(w.johnDoe(wanting), onboarding.StepValidate)
	loser := w.submit(w.joseNunez(wanting))
	require.False(t, resultOf[activities.ValidateResult](w, onboarding.StepValidate, first(loser)).Accepted)
	w.done(first(winner), onboarding.UndoValidate)
	require.False(t, resultOf[activities.ValidateResult](w, onboarding.StepValidate, first(loser)).Accepted)
}
