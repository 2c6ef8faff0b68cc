package e2e

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/workflows"
)

// buildOf is the build that an open run is on; empty for an unversioned one.
func (s *stack) buildOf(t *testing.T, id string) string {
	t.Helper()
	described, err := s.client.DescribeWorkflowExecution(t.Context(), workflows.OnboardingWorkflowID(id), "")
	require.NoError(t, err)
	return described.GetWorkflowExecutionInfo().GetVersioningInfo().GetDeploymentVersion().GetBuildId()
}

// The commands are those of docs/deploy.md, each once for each build.
func TestDeploy_MovesWhatIsParkedToTheNewBuild(t *testing.T) {
	t.Parallel()
	r := newReader(t)
	guide, err := os.ReadFile("../docs/deploy.md")
	require.NoError(t, err)
	var setCurrent, setRamping string
	for _, block := range fenced.FindAllStringSubmatch(string(guide), -1) {
		switch {
		case strings.Contains(block[2], "set-current-version"):
			setCurrent = block[2]
		case strings.Contains(block[2], "set-ramping-version"):
			setRamping = block[2]
		}
	}
	start := func(build string) *program {
		worker, err := launch(append(r.worker.args, "--deployment", "latchkey", "--build-id", build, "--metrics-listen", "")...)
		require.NoError(t, err)
		worker.showIfFailed(t)
		return worker
	}
	// A build is known to the server from its worker's first poll on.
	rollOut := func(block, build string) {
		await(t, "build "+build+" to be known", func() (string, bool) {
			printed, err := tryShell(t, t.TempDir(), block, append(r.environment, "build="+build)...)
			return printed, err == nil
		})
	}

	require.NoError(t, r.worker.stop())
	first := start("v1")
	rollOut(setCurrent, "v1")
	c, id, release := r.stuck(t)
	require.Equal(t, "v1", r.buildOf(t, id))

	second := start("v2")
	t.Cleanup(func() { require.NoError(t, second.stop()) })
	rollOut(setRamping, "v2")
	rollOut(setCurrent, "v2")
	require.NoError(t, first.stop())
	require.Zero(t, first.cmd.ProcessState.ExitCode(), "it stops cleanly")
	release()
	r.sendOn(t, id, decisionOn(r.onboarding(t, id).Parked, "retry", ""))
	r.awaitStatus(t, id, "waiting")
	require.Equal(t, "v2", r.buildOf(t, id), "parked under the old build, it goes on with the new one")

	r.worker = start("v1") // the stack's own from here on, which stops it
	rollOut(setCurrent, "v1")
	r.complete(t, id)
	require.Equal(t, "v1", r.buildOf(t, id), "and back again")
	r.requireOneOfEach(t, id, c)
}
