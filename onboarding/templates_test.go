package onboarding

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTemplates_FitThePanel(t *testing.T) {
	t.Parallel()
	apply := func(panelType string) func(*Answers, *Facts) {
		return func(a *Answers, f *Facts) {
			a.Templates.PanelTemplateID = "panel-template-1"
			f.PanelTemplate = &PanelTemplate{ID: "panel-template-1", PanelType: panelType}
		}
	}
	for name, test := range map[string]struct {
		change func(*Answers, *Facts)
		code   string
	}{
		"none":             {func(*Answers, *Facts) {}, ""},
		"of this panel":    {apply("twog_gc2"), ""},
		"of another panel": {apply("neo"), "panel_unsupported"},
		"of the chosen panel": {func(a *Answers, f *Facts) {
			apply("gc3")(a, f)
			a.System.PanelType = "gc3"
		}, ""},
		"unknown": {func(a *Answers, f *Facts) { apply("")(a, f); f.PanelTemplate = nil }, "unknown"},
		"of a panel that takes none": {func(a *Answers, f *Facts) {
			apply("vista")(a, f)
			f.Module.PanelTypes = []string{"vista"}
		}, "panel_unsupported"},
		"panel not known yet": {func(a *Answers, f *Facts) { apply("neo")(a, f); a.System, f.Module = SystemAnswers{}, nil }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var want []found
			if test.code != "" {
				want = append(want, found{"/templates/panel_template_id", test.code})
			}
			require.Equal(t, want, problemsOf(SectionTemplates, test.change))
		})
	}
}

func TestTemplates_LeaveDefaultNotificationsOutWhenAsked(t *testing.T) {
	t.Parallel()
	answers := johnDoe()
	no := false
	answers.Templates.DefaultNotifications = &no
	application, problems := Check(answers, sampleFacts())
	require.Empty(t, problems)
	require.False(t, *application.Answers.Templates.DefaultNotifications)
}

func TestTemplates_KeepTheTemplateUnderItsID(t *testing.T) {
	t.Parallel()
	answers, facts := johnDoe(), sampleFacts()
	answers.Templates.PanelTemplateID = " PANEL-TEMPLATE-1 "
	facts.PanelTemplate = &PanelTemplate{ID: "panel-template-1", PanelType: "twog_gc2"}
	application, problems := Check(answers, facts)
	require.Empty(t, problems)
	require.Equal(t, "panel-template-1", application.Answers.Templates.PanelTemplateID)
}
