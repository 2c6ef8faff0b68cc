package worker

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"
)

// names notes what is registered.
type names struct {
	seen map[string]workflow.VersioningBehavior
}

func (n names) RegisterWorkflowWithOptions(_ any, options workflow.RegisterOptions) {
	n.seen[options.Name] = options.VersioningBehavior
}

func TestRegister_SaysOfEveryWorkflowWhatADeployDoesToIt(t *testing.T) {
	t.Parallel()
	registered := names{map[string]workflow.VersioningBehavior{}}
	Register(annotated{registered})
	require.NotEmpty(t, registered.seen)
	for name, behavior := range registered.seen {
		require.NotEqual(t, workflow.VersioningBehaviorUnspecified, behavior, "%s needs a row in behaviors", name)
	}
}

func TestVersion_IsNoneWithoutADeployment(t *testing.T) {
	t.Parallel()
	require.False(t, Version{Build: "v1"}.options().UseVersioning)
	versioned := Version{Deployment: "latchkey", Build: "v1"}.options()
	require.True(t, versioned.UseVersioning)
	require.Equal(t, "latchkey", versioned.Version.DeploymentName)
	require.Equal(t, "v1", versioned.Version.BuildID)
}
