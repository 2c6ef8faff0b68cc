package activities_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/carrier/carriertest"
	"github.com/latchkey/latchkey/onboarding"
)

// lostAnswer is an onboarding whose module the carrier registered, but nobody heard of it.
func (w *world) lostAnswer() (id, module string) {
	w.t.Helper()
	in := w.until(onboarding.StepRegisterModule)
	require.NoError(w.t, w.carrier.Script(carriertest.Row{Call: carrier.RegisterModule, Times: 1, Fault: "answer_then_drop"}))
	_, err := w.run(onboarding.StepRegisterModule, in)
	w.requireFault(err, carrier.TimedOut)
	application, err := w.store.Application(w.t.Context(), in.OnboardingID, 1)
	require.NoError(w.t, err)
	module = application.Answers.System.Module
	require.Equal(w.t, []string{keyOf(in.OnboardingID, 1)}, w.registeredUnder(module))
	return in.OnboardingID, module
}

func keyOf(id string, revision int) string {
	return onboarding.EffectKey{OnboardingID: id, Step: onboarding.StepRegisterModule, Revision: revision}.String()
}

func TestRegisterModule_FindsWhatALostAnswerLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, module := w.lostAnswer()

	w.done(first(id), onboarding.StepRegisterModule)

	require.Equal(t, 1, w.calls(carrier.RegisterModule))
	require.Equal(t, []string{keyOf(id, 1)}, w.registeredUnder(module))
	require.Equal(t, w.carrier.Registrations()[0].ID, valueOf[string](w, `SELECT registration_id FROM registrations WHERE onboarding_id = $1`, id))
}

func TestRegisterModule_TakesTheSameModuleUnderAnOlderKeyForItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, module := w.lostAnswer()
	amended := w.amend(id, func(answers *onboarding.Answers) { answers.Customer.Phone.Number = "+1 571 555 0101" })

	w.done(amended, onboarding.StepRegisterModule)

	require.Equal(t, 1, w.calls(carrier.RegisterModule))
	require.Equal(t, []string{keyOf(id, 1)}, w.registeredUnder(module))
	require.Equal(t, 1, w.effects(id).Registrations)
	w.done(amended, onboarding.UndoRegisterModule)
	require.Empty(t, w.registeredUnder(module))
}

func TestRegisterModule_GivesAnotherModuleBackFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, older := w.lostAnswer()
	newer := w.module()
	amended := w.amend(id, withModule(newer))

	require.NoError(t, w.carrier.Script(carriertest.Row{Call: carrier.DeregisterModule, Times: 1, Fault: "unavailable"}))
	_, err := w.run(onboarding.StepRegisterModule, amended)
	w.requireFault(err, carrier.Unavailable)
	require.Empty(t, w.registeredUnder(newer), "no second module while the first is not given back")
	w.done(amended, onboarding.StepRegisterModule)

	require.Empty(t, w.registeredUnder(older))
	require.Equal(t, []string{keyOf(id, 2)}, w.registeredUnder(newer))
	require.Equal(t, 1, w.effects(id).Registrations)

	// Whoever installs the module that was given back finds it free.
	other := w.has(w.joseNunez(withModule(older)), onboarding.StepRegisterModule)
	require.Equal(t, []string{keyOf(other, 1)}, w.registeredUnder(older))
}

// The carrier must know the panel that is installed, not the one that was typed first.
func TestRegisterModule_RegistersTheSameModuleAnewForAnotherPanel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, module := w.lostAnswer()
	amended := w.amend(id, func(answers *onboarding.Answers) {
		answers.System.PanelType, answers.Templates.PanelTemplateID = "simon_xti", ""
	})

	w.done(amended, onboarding.StepRegisterModule)

	require.Equal(t, []string{keyOf(id, 2)}, w.registeredUnder(module))
	require.Equal(t, "simon_xti", w.carrier.Registrations()[0].Request.PanelType)
	require.Equal(t, 1, w.effects(id).Registrations)
}

func TestRegisterModule_IsDoneForLaterRevisionsToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.until(onboarding.StepCreateAccount)
	amended := w.amend(in.OnboardingID, func(answers *onboarding.Answers) { answers.Customer.Phone.Number = "+1 571 555 0101" })

	w.done(amended, onboarding.StepRegisterModule)

	require.Equal(t, 1, w.calls(carrier.RegisterModule))
	require.Equal(t, 1, w.effects(in.OnboardingID).Registered)
}

func TestRegisterModule_LeavesWhatIsRegisteredByOthersAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	serial := w.module()
	elsewhere, err := carrier.New(carrier.Config{BaseURL: w.carrier.URL()})
	require.NoError(t, err)
	t.Cleanup(elsewhere.Close)
	_, err = elsewhere.RegisterModule(t.Context(), "another-system", carrier.RegistrationRequest{Module: serial, PanelType: "simon_xt"})
	require.NoError(t, err)
	in := first(w.has(w.johnDoe(withModule(serial)), onboarding.StepValidate))

	_, err = w.run(onboarding.StepRegisterModule, in)
	w.requireFault(err, carrier.ModuleAlreadyRegistered)
	w.done(in, onboarding.UndoRegisterModule)

	require.Equal(t, []string{"another-system"}, w.registeredUnder(serial))
}

// A request that was given up may still reach the carrier, after the next revision's.
func TestUndoRegisterModule_GivesBackEveryRegistration(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.until(onboarding.StepRegisterModule)
	require.NoError(t, w.carrier.Script(carriertest.Row{Call: carrier.RegisterModule, Times: 1, Fault: "unavailable"}))
	_, err := w.run(onboarding.StepRegisterModule, in)
	w.requireFault(err, carrier.Unavailable)
	newer, late := w.module(), w.module()
	amended := w.amend(in.OnboardingID, withModule(newer))
	w.done(amended, onboarding.StepRegisterModule)
	network, err := carrier.New(carrier.Config{BaseURL: w.carrier.URL()})
	require.NoError(t, err)
	t.Cleanup(network.Close)
	_, err = network.RegisterModule(t.Context(), keyOf(in.OnboardingID, 1), carrier.RegistrationRequest{Module: late, PanelType: "simon_xt"})
	require.NoError(t, err)
	require.Equal(t, 2, w.effects(in.OnboardingID).Registered)

	w.done(amended, onboarding.UndoRegisterModule)

	require.Zero(t, w.effects(in.OnboardingID).Registered)
	require.Zero(t, w.effects(in.OnboardingID).Registrations)
}

func TestUndoRegisterModule_OfWhatNeverReachedTheCarrierIsSuccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.until(onboarding.StepRegisterModule)
	w.done(in, onboarding.UndoRegisterModule)
	require.Zero(t, w.calls(carrier.DeregisterModule))

	require.NoError(t, w.carrier.Script(carriertest.Row{Call: carrier.RegisterModule, Times: 1, Fault: "unavailable"}))
	other := w.until(onboarding.StepRegisterModule)
	_, err := w.run(onboarding.StepRegisterModule, other)
	w.requireFault(err, carrier.Unavailable)
	w.done(other, onboarding.UndoRegisterModule)
	require.Equal(t, 1, w.calls(carrier.DeregisterModule))
}

func TestUndoRegisterModule_GoesOnAfterALostAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.until(onboarding.StepCreateAccount)
	require.NoError(t, w.carrier.Script(carriertest.Row{Call: carrier.DeregisterModule, Times: 1, Fault: "answer_then_drop"}))
	_, err := w.run(onboarding.UndoRegisterModule, in)
	w.requireFault(err, carrier.TimedOut)
	w.done(in, onboarding.UndoRegisterModule)
	require.Zero(t, w.effects(in.OnboardingID).Registered)
	require.Zero(t, w.effects(in.OnboardingID).Registrations)
}
