package onboarding

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/catalog"
)

func TestMayJoinGroup_WantsACommercialPackageWithTheConsole(t *testing.T) {
	t.Parallel()
	console := []AddOnAnswer{{ID: "enterprise_security_console", Quantity: 1}}
	for name, c := range map[string]struct {
		plan PackageAnswers
		may  bool
	}{
		"Commercial with the console":      {PackageAnswers{PackageID: "commercial", AddOns: console}, true},
		"Commercial Plus with the console": {PackageAnswers{PackageID: "commercial_plus", AddOns: console}, true},
		"Commercial alone":                 {PackageAnswers{PackageID: "commercial"}, false},
		"with another add-on":              {PackageAnswers{PackageID: "commercial_plus", AddOns: []AddOnAnswer{{ID: "locks", Quantity: 1}}}, false},
		"Interactive Gold":                 {PackageAnswers{PackageID: "interactive_gold"}, false},
	} {
		answers := johnDoe()
		answers.Package = c.plan
		application, problems := Check(answers, sampleFacts())
		require.Empty(t, problems, name)
		require.Equal(t, c.may, MayJoinGroup(application.Quote), name)
	}
	require.False(t, MayJoinGroup(catalog.Quote{}))
	require.False(t, MayJoinGroup(catalog.Quote{PackageID: "interactive_gold", AddOns: []catalog.QuoteLine{{ID: "enterprise_security_console"}}}))
}
