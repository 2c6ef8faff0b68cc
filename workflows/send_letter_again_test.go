package workflows_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/workflows"
)

func (w *world) sendAgain() {
	w.t.Helper()
	w.ExecuteWorkflow(workflows.SendLetterAgain, activities.LetterInput{OnboardingID: id, LetterID: "letter-1"})
	require.True(w.t, w.IsWorkflowCompleted())
	require.NoError(w.t, w.GetWorkflowError(), "it never fails")
}

// letter is one of the run's; it has the onboarding's ID, by which the stories find it.
func (r *liveRun) letter() onboarding.StartLetter {
	return onboarding.StartLetter{LetterID: r.start.OnboardingID, OnboardingID: r.start.OnboardingID, DealerID: r.start.DealerID}
}

func (r *liveRun) awaitLetterOver() {
	r.t.Helper()
	require.NoError(r.t, r.live.temporal.GetWorkflow(r.context(), workflows.LetterWorkflowID(r.letter().LetterID), "").Get(r.context(), nil))
}

func TestSendLetterAgain_SendsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sendAgain()
	require.Equal(t, []string{"SendLetterAgain"}, w.callsSoFar())
}

func TestSendLetterAgain_GivesUpAtOnceWhatNoRetryMends(t *testing.T) {
	t.Parallel()
	for _, code := range []onboarding.Reason{"recipient_rejected", "message_rejected", "mail_auth_failed", "unknown_outcome", "letter_render_failed", "letter_facts_incomplete"} {
		t.Run(string(code), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.fail("SendLetterAgain", string(code))
			w.sendAgain()
			require.Equal(t, []string{"SendLetterAgain", "GiveUpLetter"}, w.callsSoFar())
			require.Equal(t, []onboarding.Reason{code}, w.givenUp)
		})
	}
}

func TestSendLetterAgain_TriesOnceMoreWhenTheAnswerIsLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fail("SendLetterAgain", "mail_answer_lost")
	w.sendAgain()
	require.Equal(t, []string{"SendLetterAgain", "SendLetterAgain"}, w.callsSoFar())
}

// The budget itself is the row's; the test environment cuts it short.
func TestSendLetterAgain_GivesUpAnOutageThatOutlastsItsBudget(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.down("SendLetterAgain", "mail_server_unavailable")
	w.fail("GiveUpLetter", slices.Repeat([]string{"store_unavailable"}, 9)...)
	w.sendAgain()
	require.Equal(t, []onboarding.Reason{onboarding.ReasonMailServerUnavailable}, w.givenUp)
	require.Greater(t, w.count("SendLetterAgain"), 5)
}

func TestSendLetterAgain_CalledOffTellsTheDealerAllTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.down("SendLetterAgain", "mail_server_unavailable")
	w.after(time.Hour, w.CancelWorkflow)
	w.sendAgain()
	require.Len(t, w.givenUp, 1)
}

func TestBeginLetter_JoinsADeliveryThatIsUnderWay(t *testing.T) {
	t.Parallel()
	r := newLive(t).newRun(t)
	r.down("SendLetterAgain", "mail_server_unavailable")
	runID := func() string {
		description, err := r.live.temporal.DescribeWorkflowExecution(r.context(), workflows.LetterWorkflowID(r.letter().LetterID), "")
		require.NoError(t, err)
		return description.GetWorkflowExecutionInfo().GetExecution().GetRunId()
	}
	require.NoError(t, r.live.BeginLetter(r.context(), r.letter()))
	first := runID()
	require.NoError(t, r.live.BeginLetter(r.context(), r.letter()))
	require.Equal(t, first, runID())
	r.up("SendLetterAgain")
	r.awaitLetterOver()
	require.Empty(t, r.givenUp)
}

func TestBeginLetter_BeginsALostOneAnew(t *testing.T) {
	t.Parallel()
	r := newLive(t).newRun(t)
	r.down("SendLetterAgain", "mail_server_unavailable")
	start := r.letter()
	require.NoError(t, r.live.BeginLetter(r.context(), start))
	require.NoError(t, r.live.temporal.TerminateWorkflow(r.context(), workflows.LetterWorkflowID(start.LetterID), "", "a test"))
	r.up("SendLetterAgain")
	require.NoError(t, r.live.BeginLetter(r.context(), start))
	r.awaitLetterOver()
}
