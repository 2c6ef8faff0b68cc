package activities_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

// every step in the order of a run that is cancelled at its end, and the method of the
// record that commits it.
var every = []struct {
	step    onboarding.Step
	commits string
}{
	{onboarding.StepValidate, "Accept"},
	{onboarding.StepCheckCoverage, "RecordCoverage"},
	{onboarding.StepRegisterModule, "ModuleRegistered"},
	{onboarding.StepCreateAccount, "CreateAccount"},
	{onboarding.StepApplyTemplate, "QueueTemplate"},
	{onboarding.StepSendLetter, "LetterAccepted"},
	{onboarding.UndoSendLetter, "VoidLetters"},
	{onboarding.UndoApplyTemplate, "UnqueueTemplate"},
	{onboarding.UndoCreateAccount, "CloseAccount"},
	{onboarding.UndoRegisterModule, "ModuleDeregistered"},
	{onboarding.UndoValidate, "Release"},
}

// until is a submitted John Doe who has done every step before this one.
func (w *world) until(step onboarding.Step) activities.StepInput {
	w.t.Helper()
	in := first(w.submit(w.johnDoe()))
	for _, row := range every {
		if row.step == step {
			return in
		}
		w.done(in, row.step)
	}
	require.FailNow(w.t, "no such step", step)
	return in
}

// once is what the world looks like after a step has happened once: one more world.
func (w *world) once(step onboarding.Step) effects {
	w.t.Helper()
	in := w.until(step)
	w.done(in, step)
	return w.effects(in.OnboardingID)
}

func TestSteps_HaveOneEffectEach(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := first(w.submit(w.johnDoe()))
	want := effects{}
	for _, row := range []struct {
		step  onboarding.Step
		makes func(*effects)
	}{
		{onboarding.StepValidate, func(e *effects) { e.Logins, e.Modules = 1, 1 }},
		{onboarding.StepCheckCoverage, func(e *effects) { e.CoverageChecks = 1 }},
		{onboarding.StepRegisterModule, func(e *effects) { e.Registered, e.Registrations = 1, 1 }},
		{onboarding.StepCreateAccount, func(e *effects) { e.Accounts, e.OpenAccounts, e.LedgerRows, e.LedgerCents = 1, 1, 1, 2900 }},
		{onboarding.StepApplyTemplate, func(e *effects) { e.Templates = 1 }},
		{onboarding.StepSendLetter, func(e *effects) { e.Letters, e.LettersThatWork, e.Mails = 1, 1, 1 }},
		{onboarding.UndoSendLetter, func(e *effects) { e.LettersThatWork = 0 }},
		{onboarding.UndoApplyTemplate, func(e *effects) { e.Templates = 0 }},
		{onboarding.UndoCreateAccount, func(e *effects) { e.OpenAccounts, e.LedgerRows, e.LedgerCents, e.Logins, e.Modules = 0, 2, 0, 0, 0 }},
		{onboarding.UndoRegisterModule, func(e *effects) { e.Registered, e.Registrations = 0, 0 }},
		{onboarding.UndoValidate, func(*effects) {}},
	} {
		w.done(in, row.step)
		row.makes(&want)
		require.Equal(t, want, w.effects(in.OnboardingID), row.step)
	}
}

func TestSteps_RunTwiceGiveTheSameResultAndOneEffect(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := first(w.submit(w.johnDoe()))
	for _, row := range every {
		made, err := w.run(row.step, in)
		require.NoError(t, err, row.step)
		once := w.effects(in.OnboardingID)

		again, err := w.run(row.step, in)
		require.NoError(t, err, row.step)
		require.JSONEq(t, made, again, row.step)
		require.Equal(t, once, w.effects(in.OnboardingID), row.step)
	}
	for _, copies := range w.mails(in.OnboardingID) {
		require.Equal(t, 1, copies)
	}
}

// A try that timed out may still be at work when the next one begins. SMTP alone cannot
// promise one copy then; it is the same bytes, and the link in them works once.
func TestSteps_RunAtTheSameMomentGiveTheSameResultAndOneEffect(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, row := range every {
		t.Run(string(row.step), func(t *testing.T) {
			w := w.in(t)
			want := w.once(row.step)
			in := w.until(row.step)

			type answer struct {
				result string
				err    error
			}
			answers := concurrently(2, func(int) answer {
				result, err := w.run(row.step, in)
				if err != nil { // overtaken, which the next try finds out
					w.requireFault(err, "internal")
					result, err = w.run(row.step, in)
				}
				return answer{result, err}
			})

			require.NoError(t, answers[0].err)
			require.NoError(t, answers[1].err)
			require.JSONEq(t, answers[0].result, answers[1].result)
			require.Equal(t, want, w.effects(in.OnboardingID))
		})
	}
}

func TestSteps_HaveOneEffectWhenTheRecordBreaksOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, row := range every {
		for _, at := range []moment{before, after} {
			t.Run(string(row.step)+" "+string(at), func(t *testing.T) {
				w := w.in(t)
				want := w.once(row.step)
				in := w.until(row.step)

				w.broken.breakAt(row.commits, at)
				_, err := w.run(row.step, in)
				w.requireFault(err, "store_unavailable")
				made, err := w.run(row.step, in)
				require.NoError(t, err)
				again, err := w.run(row.step, in)
				require.NoError(t, err)

				require.JSONEq(t, made, again)
				require.Equal(t, want, w.effects(in.OnboardingID))
				require.Equal(t, onboarding.StepDone, w.timeline(in.OnboardingID, row.step).Status)
			})
		}
	}
}

// A worker that is away when it should note the failure must not hide it.
func TestSteps_FailWithTheirCodeWhenTheFailureCannotBeNoted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.submit(w.johnDoe())
	w.broken.breakAt("BeginStep", before)
	_, err := w.run(onboarding.StepValidate, first(id))
	w.requireFault(err, "store_unavailable")

	w.broken.breakAt("FailStep", before)
	_, err = w.run(onboarding.StepSendLetter, first(id)) // there is no account yet
	w.requireFault(err, "internal")
	require.Contains(t, w.logs.String(), `"msg":"failed attempt not noted","onboarding_id":"`+id+`","step":"send_letter","code":"internal"`)
}

func TestSteps_AreTriedAgainAfterTheyWereTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.until(onboarding.StepCreateAccount)
	w.done(in, onboarding.UndoRegisterModule)
	require.Zero(t, w.effects(in.OnboardingID).Registered)

	w.done(in, onboarding.StepRegisterModule)
	require.Equal(t, 1, w.effects(in.OnboardingID).Registered)
	require.Equal(t, 1, w.effects(in.OnboardingID).Registrations)
}

func TestSteps_OfEveryKindOfAccountRunToTheirEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, answers := range map[string]onboarding.Answers{
		"security system": w.liXiaolong(), "automation": w.johnDoe(automation), "standalone video": w.joseNunez(withoutPanel),
		"virtual": w.johnDoe(virtual), "virtual without panel": w.joseNunez(virtual, withoutPanel),
	} {
		t.Run(name, func(t *testing.T) {
			w := w.in(t)
			id := w.has(answers, onboarding.StepSendLetter)
			require.Equal(t, 1, w.sent(id))

			plan, _ := onboarding.PlanFor(answers.Kind, answers.Account.Type)
			for _, step := range slices.Backward(plan.Steps) {
				if undo, leaves := step.Undo(); leaves {
					w.done(first(id), undo)
				}
			}

			left := w.effects(id)
			require.Zero(t, left.Logins+left.Modules+left.Registered+left.Registrations+left.OpenAccounts+left.LedgerCents+left.Templates+left.LettersThatWork)
		})
	}
}
