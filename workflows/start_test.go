package workflows_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/workflows"
)

func TestStart_ManyAtOnceAreOneRunAndOneVerdict(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	run := l.newRun(t)
	run.problems = []activities.Problem{{Field: "/login/name", Code: "login_taken", Message: "m"}}
	var wg sync.WaitGroup
	verdicts := make([]onboarding.Verdict, 20)
	errs := make([]error, len(verdicts))
	for i := range verdicts {
		wg.Go(func() { verdicts[i], errs[i] = l.Start(run.context(), run.start) })
	}
	wg.Wait()
	for i := range verdicts {
		require.NoError(t, errs[i])
		require.Equal(t, verdicts[0], verdicts[i])
	}
	require.Len(t, verdicts[0].Problems, 1)
	require.Equal(t, 1, run.count("Validate"))
}

func TestStart_AfterTheRunIsOverGivesTheRecordedVerdict(t *testing.T) {
	t.Parallel()
	for name, problems := range map[string][]activities.Problem{
		"accepted": nil, "rejected": {{Field: "/login/name", Code: "login_taken", Message: "m"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLive(t)
			run := l.newRun(t)
			run.problems = problems
			first, err := l.Start(run.context(), run.start)
			require.NoError(t, err)
			_, err = run.end()
			require.NoError(t, err)
			again, err := l.Start(run.context(), run.start)
			require.NoError(t, err)
			require.Equal(t, first, again)
			require.NoError(t, l.Begin(run.context(), run.start), "and one that begins it once more begins nothing")
			require.Equal(t, 1, run.count("Validate"))
		})
	}
}

func TestStart_GivesUpWaitingInTimeAndJoinsLater(t *testing.T) {
	t.Parallel()
	l := newLonelyLive(t)
	run := l.newRun(t)
	begun := time.Now()
	_, err := l.Start(run.context(), run.start)
	require.ErrorIs(t, err, onboarding.ErrNoAnswerYet)
	require.Less(t, time.Since(begun), 7*time.Second, "a person is waiting")
	lives, err := l.Lives(run.context(), run.start.OnboardingID)
	require.NoError(t, err)
	require.True(t, lives, "it has begun all the same")

	defer l.startWorker(t)()
	eventually(t, "the verdict", func() bool {
		verdict, err := l.Start(run.context(), run.start)
		return err == nil && verdict.Accepted
	})
	run.requireCompleted()
	require.Equal(t, 1, run.count("Validate"))
}

func TestStart_ReturnsWhenItsCallerGoesAway(t *testing.T) {
	t.Parallel()
	l := newLonelyLive(t)
	run := l.newRun(t)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	begun := time.Now()
	_, err := l.Start(ctx, run.start)
	require.ErrorIs(t, err, onboarding.ErrNoAnswerYet)
	require.Less(t, time.Since(begun), 3*time.Second)
}

func TestStart_PublishesWhatListsAreFilteredBy(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	run := l.newRun(t)
	run.start.Source, run.start.CommitmentID = onboarding.SourceCommitment, uuid.NewString()
	run.coverage = []onboarding.Reason{onboarding.ReasonNoCoverage}
	run.hour = time.Hour
	run.begin()
	run.awaitParked(1)
	attributes := run.attributes()
	requireKeyword(t, attributes, workflows.AttributeDealerID, run.start.DealerID)
	requireKeyword(t, attributes, workflows.AttributeSource, string(onboarding.SourceCommitment))
	requireKeyword(t, attributes, workflows.AttributeCommitmentID, run.start.CommitmentID)
	requireKeyword(t, attributes, workflows.AttributeStatus, "parked")
	requireKeyword(t, attributes, workflows.AttributeParkReason, "no_coverage")
	_, parked := attributes.GetTime(workflows.AttributeParkedSince)
	require.True(t, parked)

	run.mustDecide(onboarding.ActionOverride)
	run.awaitWaiting()
	eventually(t, "the hour is published", func() bool {
		_, known := run.attributes().GetTime(workflows.AttributeReadyAt)
		return known
	})
	attributes = run.attributes()
	requireKeyword(t, attributes, workflows.AttributeStatus, "waiting")
	_, parked = attributes.GetKeyword(workflows.AttributeParkReason)
	require.False(t, parked, "a run that goes on is on no list of parked ones")
	_, parked = attributes.GetTime(workflows.AttributeParkedSince)
	require.False(t, parked)
	count, _ := attributes.GetInt64(workflows.AttributeParkCount)
	require.EqualValues(t, 1, count)
	require.NoError(t, l.Cancel(run.context(), run.start.OnboardingID))
	run.requireCancelled()
}

func (r *liveRun) attributes() temporal.SearchAttributes {
	r.t.Helper()
	description, err := r.live.temporal.DescribeWorkflow(r.context(), r.workflowID(), "")
	require.NoError(r.t, err)
	return description.TypedSearchAttributes
}
