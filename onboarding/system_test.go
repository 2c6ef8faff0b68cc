package onboarding

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSystem_HoldsModuleAndPanelAgainstTheInventory(t *testing.T) {
	t.Parallel()
	module := func(code string) []found { return []found{{"/system/module", code}} }
	panel := func(code string) []found { return []found{{"/system/panel_type", code}} }
	inState := func(state ModuleState) func(*Answers, *Facts) {
		return func(_ *Answers, f *Facts) { f.Module.State = state }
	}
	for name, test := range map[string]struct {
		change func(*Answers, *Facts)
		want   []found
	}{
		"all well":                   {func(*Answers, *Facts) {}, nil},
		"no module":                  {func(a *Answers, f *Facts) { a.System.Module, f.Module = "", nil }, module("required")},
		"unreadable module":          {func(a *Answers, f *Facts) { a.System.Module, f.Module = "41", nil }, module("malformed")},
		"unknown module":             {func(_ *Answers, f *Facts) { f.Module = nil }, module("module_unknown")},
		"in use":                     {inState(ModuleInUse), module("module_in_use")},
		"held":                       {inState(ModuleHeld), module("module_held")},
		"another dealer's":           {inState(ModuleOtherDealer), module("module_other_dealer")},
		"sunset by its state":        {inState(ModuleSunset), module("module_sunset")},
		"retired":                    {inState(ModuleRetired), module("module_retired")},
		"in no state we know":        {inState(""), module("module_unknown")},
		"sunset today":               {func(_ *Answers, f *Facts) { f.Module.SunsetOn = f.Now }, module("module_sunset")},
		"sunset later":               {func(_ *Answers, f *Facts) { f.Module.SunsetOn = f.Now.Add(time.Second) }, nil},
		"panel given":                {func(a *Answers, _ *Facts) { a.System.PanelType = " gc3 " }, nil},
		"no such panel":              {func(a *Answers, _ *Facts) { a.System.PanelType = "toaster" }, panel("invalid_choice")},
		"panel of another module":    {func(a *Answers, _ *Facts) { a.System.PanelType = "neo" }, panel("panel_unsupported")},
		"nothing to detect":          {func(_ *Answers, f *Facts) { f.Module.PanelTypes = nil }, panel("panel_type_undetected")},
		"detects what we lack":       {func(_ *Answers, f *Facts) { f.Module.PanelTypes = []string{"toaster"} }, panel("invalid_choice")},
		"both wrong":                 {func(a *Answers, f *Facts) { a.System.PanelType, f.Module.State = "neo", ModuleHeld }, append(module("module_held"), panel("panel_unsupported")...)},
		"no module, a panel we lack": {func(a *Answers, f *Facts) { a.System, f.Module = SystemAnswers{PanelType: "toaster"}, nil }, append(module("required"), panel("invalid_choice")...)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, problemsOf(SectionSystem, test.change))
		})
	}
}

func TestSystem_SaysWhatToDoAboutAModule(t *testing.T) {
	t.Parallel()
	for state, says := range map[ModuleState]string{
		ModuleInUse:       "Swap the module",
		ModuleHeld:        "another onboarding",
		ModuleOtherDealer: "not registered to your account",
		ModuleSunset:      "2G/3G modules can no longer be activated",
		ModuleRetired:     "out of service",
	} {
		require.Contains(t, ModuleFault(state).Message, says)
	}
	require.Equal(t, Fault{}, ModuleFault(ModuleAvailable))
}

func TestSystem_KeepsTheSerialNumberOfTheInventory(t *testing.T) {
	t.Parallel()
	answers, facts := johnDoe(), sampleFacts()
	answers.System.Module = "49-015420-323751-8"
	application, problems := Check(answers, facts)
	require.Empty(t, problems)
	require.Equal(t, "4100000017", application.Answers.System.Module)

	facts.Module.Serial = ""
	application, problems = Check(answers, facts)
	require.Empty(t, problems)
	require.Equal(t, "490154203237518", application.Answers.System.Module)
}
