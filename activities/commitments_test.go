package activities_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

// due stores a commitment whose date has come, changed as the test needs it.
func (w *world) due(answers onboarding.Answers, changes ...func(*onboarding.NewCommitment)) string {
	w.t.Helper()
	commitment := onboarding.NewCommitment{
		ID: uuid.Must(uuid.NewV7()).String(), DealerID: w.demo.Dealer.ID, UserID: w.demo.Dealer.User.ID, ActivateAt: time.Now().Add(-time.Second),
		Terms: onboarding.CommitmentTerms{
			Answers: answers, TimeZone: "America/New_York", ExpiresAt: time.Now().Add(time.Hour), Words: onboarding.SearchableWords(answers),
		},
	}
	for _, change := range changes {
		change(&commitment)
	}
	require.NoError(w.t, w.store.AddCommitment(w.t.Context(), commitment))
	return commitment.ID
}

func (w *world) commitment(id string) onboarding.Commitment {
	w.t.Helper()
	commitment, err := w.store.Commitment(w.t.Context(), nil, id)
	require.NoError(w.t, err)
	return commitment
}

func (w *world) sweep(name string) activities.SweepResult {
	w.t.Helper()
	raw, err := w.call(name, nil)
	require.NoError(w.t, err)
	return decoded[activities.SweepResult](w.t, raw)
}

func withoutModule(answers onboarding.Answers) onboarding.Answers {
	answers.System.Module = ""
	return answers
}

func TestActivateDue_StartsWhatIsInOrderAndAsksForTheRest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	held := w.johnDoe()
	w.has(held, onboarding.StepValidate)

	ready := w.due(w.johnDoe())
	bare := w.due(withoutModule(w.joseNunez()))
	refusedAnswers := w.liXiaolong()
	refusedAnswers.System.Module = held.System.Module
	refused := w.due(refusedAnswers)
	later := w.due(w.joseNunez(), func(c *onboarding.NewCommitment) { c.ActivateAt = time.Now().Add(time.Hour) })
	undated := w.due(w.joseNunez(), func(c *onboarding.NewCommitment) { c.ActivateAt = time.Time{} })

	require.Equal(t, activities.SweepResult{Due: 3, Activated: 1, NeedsSerial: 1, Refused: 1}, w.sweep(activities.ActivateDueName))
	require.Equal(t, activities.SweepResult{}, w.sweep(activities.ActivateDueName))

	started := w.commitment(ready)
	require.Equal(t, onboarding.CommitmentActivated, started.State)
	require.Equal(t, []onboarding.StartRun{{
		OnboardingID: started.OnboardingID, DealerID: w.demo.Dealer.ID, Source: onboarding.SourceCommitment, CommitmentID: ready,
	}}, w.runner.begun)
	w.done(first(started.OnboardingID), onboarding.StepValidate)
	require.Equal(t, onboarding.CommitmentNeedsSerial, w.commitment(bare).State)
	require.Equal(t, onboarding.CommitmentOpen, w.commitment(refused).State)
	require.Zero(t, w.commitment(refused).ActivateAt)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM tasks WHERE object_id = $1 AND kind = 'commitment_needs_serial'`, bare))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM tasks WHERE object_id = $1 AND kind = 'commitment_refused' AND code = 'module_held'`, refused))
	for _, id := range []string{later, undated} {
		require.Equal(t, 1, w.commitment(id).Version)
	}
}

func TestActivateDue_OpensAgainWhatItsRunRejects(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	answers := w.johnDoe()
	id := w.due(answers)
	w.sweep(activities.ActivateDueName)
	onboardingID := w.commitment(id).OnboardingID
	w.has(func() onboarding.Answers { a := w.joseNunez(); a.System.Module = answers.System.Module; return a }(), onboarding.StepValidate)

	w.done(first(onboardingID), onboarding.StepValidate)
	require.Equal(t, onboarding.StatusRejected, w.row(onboardingID).Status)
	open := w.commitment(id)
	require.Equal(t, onboarding.CommitmentOpen, open.State)
	require.NotEqual(t, onboardingID, open.OnboardingID)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM tasks WHERE object_id = $1 AND kind = 'commitment_refused' AND code = 'module_held'`, id))
}

func TestActivateDue_ActivatesEachOnceHoweverManySweepsThereAre(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ids := map[string]bool{}
	for range 12 {
		ids[w.due(w.johnDoe())] = true
	}
	results := concurrently(4, func(int) activities.SweepResult { return w.sweep(activities.ActivateDueName) })
	total := 0
	for _, result := range results {
		total += result.Activated
	}
	require.Equal(t, len(ids), total)
	require.Len(t, w.runner.begun, len(ids))
	require.Equal(t, len(ids), w.count(`SELECT count(*) FROM onboardings WHERE commitment_id IS NOT NULL`))
}

func TestActivateDue_LeavesWhatCouldNotBeginToTheReconciler(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, next := w.due(w.johnDoe()), w.due(w.johnDoe())
	w.runner.err = errors.New("no answer about John Doe")
	require.Equal(t, activities.SweepResult{Due: 2, Failed: 2}, w.sweep(activities.ActivateDueName), "one does not hold up the other")
	w.runner.err = nil

	w.clock.advance(time.Minute)
	require.Equal(t, activities.ReconcileResult{Started: 2}, w.reconcile(activities.StartSubmittedName))
	require.Equal(t, id, w.runner.begun[0].CommitmentID)
	require.Equal(t, next, w.runner.begun[1].CommitmentID)
}

func TestActivateDue_IsWholeAfterABrokenCommit(t *testing.T) {
	t.Parallel()
	for _, at := range []moment{before, after} {
		t.Run(string(at), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id := w.due(w.johnDoe())
			w.broken.breakAt("ActivateCommitment", at)
			_, err := w.call(activities.ActivateDueName, nil)
			w.requireFault(err, "store_unavailable")

			_, err = w.pool.Exec(t.Context(), `UPDATE commitments SET claimed_until = now() - interval '1 second' WHERE claimed_until IS NOT NULL`)
			require.NoError(t, err)
			w.sweep(activities.ActivateDueName)
			w.clock.advance(time.Minute)
			w.reconcile(activities.StartSubmittedName)
			require.Equal(t, onboarding.CommitmentActivated, w.commitment(id).State)
			require.Equal(t, 1, w.count(`SELECT count(*) FROM onboardings WHERE commitment_id = $1`, id))
			require.NotEmpty(t, w.runner.begun)
		})
	}
}

func TestExpireCommitments_CountsWhatItEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.due(withoutModule(w.johnDoe()), func(c *onboarding.NewCommitment) {
		c.ActivateAt, c.Terms.ExpiresAt = time.Time{}, time.Now().Add(-time.Second)
	})
	require.Equal(t, activities.SweepResult{Expired: 1}, w.sweep(activities.ExpireCommitmentsName))
	require.Equal(t, activities.SweepResult{}, w.sweep(activities.ExpireCommitmentsName))
	require.Equal(t, onboarding.CommitmentExpired, w.commitment(old).State)
}
