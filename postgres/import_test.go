package postgres_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

// imported are submissions of a dealer with the given alternate IDs.
func (w *world) imported(dealerID string, alternateIDs ...string) []onboarding.Submission {
	var submissions []onboarding.Submission
	for _, id := range alternateIDs {
		answers := w.johnDoe(w.modules[0]).Answers
		answers.Customer.Operations.AlternateID = id
		submissions = append(submissions, onboarding.Submission{
			OnboardingID: newID(), DealerID: dealerID, UserID: w.user, Source: onboarding.SourceImport, Answers: answers,
		})
	}
	return submissions
}

func TestSubmitImported_AddsEachAlternateIDOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.imported(w.dealer, "CRM-1", "CRM-2")
	added, err := w.SubmitImported(t.Context(), first)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{first[0].OnboardingID, first[1].OnboardingID}, added)

	second := w.imported(w.dealer, "CRM-2", "CRM-3")
	added, err = w.SubmitImported(t.Context(), second)
	require.NoError(t, err)
	require.Equal(t, []string{second[1].OnboardingID}, added)

	other := w.imported(w.newDealer("Other Dealer"), "CRM-1")
	added, err = w.SubmitImported(t.Context(), other)
	require.NoError(t, err)
	require.Len(t, added, 1, "another dealer's numbers are its own")

	row := w.row(first[0].OnboardingID)
	require.Equal(t, onboarding.SourceImport, row.Source)
	require.Equal(t, onboarding.StatusSubmitted, row.Status)
	_, answers, err := w.SubmittedAnswers(t.Context(), row.ID, 1)
	require.NoError(t, err)
	require.Equal(t, first[0].Answers, answers)
}

func TestSubmitImported_AddsEachAlternateIDOnceWhoeverIsFaster(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var ids []string
	for i := range 50 {
		ids = append(ids, fmt.Sprintf("CRM-%02d", i))
	}
	var all sync.WaitGroup
	added := make([][]string, 4)
	for i := range added {
		submissions := w.imported(w.dealer, ids...)
		all.Go(func() {
			var err error
			added[i], err = w.SubmitImported(t.Context(), submissions)
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	require.Len(t, slices.Concat(added...), len(ids))
}

func TestKnownImports_AreThoseOfImportsThatStand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	submissions := w.imported(w.dealer, "CRM-1", "CRM-2", "CRM-3")
	_, err := w.SubmitImported(t.Context(), submissions)
	require.NoError(t, err)
	w.begin(submissions[0].OnboardingID, onboarding.StepValidate)
	w.begin(submissions[2].OnboardingID, onboarding.StepValidate)
	problems := onboarding.Problems{{Field: "/system/module", Code: "module_unknown", Message: "Correct it."}}
	require.NoError(t, w.Reject(t.Context(), keyOf(submissions[2].OnboardingID, onboarding.StepValidate), problems, []byte(`{}`)))
	direct := w.johnDoe(w.modules[1])
	direct.Answers.Customer.Operations.AlternateID = "CRM-4"
	w.accepted(direct)

	known, err := w.KnownImports(t.Context(), w.dealer, []string{"CRM-1", "CRM-2", "CRM-3", "CRM-4", "CRM-5", ""})
	require.NoError(t, err)
	require.ElementsMatch(t, []onboarding.KnownImport{
		{AlternateID: "CRM-1"},
		{AlternateID: "CRM-2", UnbegunID: submissions[1].OnboardingID},
	}, known)

	again, err := w.SubmitImported(t.Context(), w.imported(w.dealer, "CRM-3"))
	require.NoError(t, err)
	require.Len(t, again, 1, "the row of a rejected onboarding can be imported again")
}
