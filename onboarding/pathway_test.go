package onboarding

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPathway_IsOneOfTheModules(t *testing.T) {
	t.Parallel()
	choose := func(value string) func(*Answers, *Facts) {
		return func(a *Answers, _ *Facts) { a.Pathway.Value = value }
	}
	for name, test := range map[string]struct {
		change func(*Answers, *Facts)
		code   string
	}{
		"none":              {choose(""), ""},
		"the default":       {choose("cell"), ""},
		"another it has":    {choose(" cell_and_broadband "), ""},
		"one it lacks":      {choose("broadband"), "pathway_unsupported"},
		"none of ours":      {choose("pigeon"), "invalid_choice"},
		"the default alone": {func(a *Answers, f *Facts) { a.Pathway.Value, f.Module.Pathways = "cell", nil }, ""},
		"no module yet":     {func(a *Answers, f *Facts) { a.Pathway.Value, f.Module = "broadband", nil }, ""},
		"not a dual path": {func(a *Answers, f *Facts) {
			a.Pathway.Value, f.Module.DefaultPathway = "non_dual_path", "non_dual_path"
		}, ""},
		"no module, nonsense": {func(a *Answers, f *Facts) { a.Pathway.Value, f.Module = "pigeon", nil }, "invalid_choice"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var want []found
			if test.code != "" {
				want = append(want, found{"/pathway/value", test.code})
			}
			require.Equal(t, want, problemsOf(SectionPathway, test.change))
		})
	}
}

func TestPathway_FallsBackToTheModulesDefault(t *testing.T) {
	t.Parallel()
	facts := sampleFacts()
	facts.Module.DefaultPathway = "cell_and_broadband"
	application, problems := Check(johnDoe(), facts)
	require.Empty(t, problems)
	require.Equal(t, "cell_and_broadband", application.Answers.Pathway.Value)
	require.Equal(t, "cell", DefaultPathwayOf(nil))
	require.Equal(t, "cell", DefaultPathwayOf(&Module{}))
}
