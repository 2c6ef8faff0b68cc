package workflows_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

func TestLives_TellsOpenFromOver(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	run := l.newRun(t)
	lives := func() bool {
		alive, err := l.Lives(run.context(), run.start.OnboardingID)
		require.NoError(t, err)
		return alive
	}
	require.False(t, lives(), "never begun")
	run.coverage = []onboarding.Reason{onboarding.ReasonNoCoverage}
	run.begin()
	run.awaitParked(1)
	require.True(t, lives())
	run.mustDecide(onboarding.ActionOverride)
	run.requireCompleted()
	require.False(t, lives())
}

func TestRestart_GoesOnAfterTheRunWasTerminated(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	run := l.newRun(t)
	run.fail("RegisterModule", "module_unknown")
	run.begin()
	run.awaitParked(1)
	require.NoError(t, l.temporal.TerminateWorkflow(run.context(), run.workflowID(), "", "audit 1"))
	require.NoError(t, l.Begin(run.context(), run.start), "a late repetition of the first start begins nothing")
	lives, err := l.Lives(run.context(), run.start.OnboardingID)
	require.NoError(t, err)
	require.False(t, lives)

	run.start.Revision = 2
	var wg sync.WaitGroup
	errs := make([]error, 5)
	for i := range errs {
		wg.Go(func() { errs[i] = l.Restart(run.context(), run.start) })
	}
	wg.Wait()
	for _, err := range errs {
		require.NoError(t, err, "begun anew once, however often that is asked for")
	}
	run.requireCompleted()
	require.Equal(t, 1, run.count("Validate:2"))
}

func TestRestart_LeavesAnOpenRunAlone(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	run := l.newRun(t)
	run.coverage = []onboarding.Reason{onboarding.ReasonNoCoverage}
	run.begin()
	run.awaitParked(1)
	require.NoError(t, l.Restart(run.context(), run.start))
	run.mustDecide(onboarding.ActionOverride)
	run.requireCompleted()
	require.Equal(t, 1, run.count("Validate"))
}
