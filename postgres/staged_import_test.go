package postgres_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

func (w *world) staged(content string) onboarding.StagedImport {
	return onboarding.StagedImport{
		ID: newID(), DealerID: w.dealer, UserID: w.user, Kind: onboarding.ImportCommitments, Content: []byte(content),
		Report: onboarding.ImportReport{Rows: 2, Accepted: 1, Rejected: 1, Problems: []onboarding.RowProblem{
			{Line: 3, Problem: onboarding.Problem{Field: "/customer/email", Code: "malformed", Message: "Enter one."}},
		}},
	}
}

func TestStagedImport_RunsOnceAndCanGoOnWhenItDied(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	staged := w.staged("a,b\n")
	require.NoError(t, w.StageImport(t.Context(), staged))
	kept, err := w.StagedImport(t.Context(), []string{w.dealer}, staged.ID)
	require.NoError(t, err)
	require.Equal(t, onboarding.ImportExamined, kept.State)
	require.Equal(t, staged.Content, kept.Content)
	require.Equal(t, staged.Report, kept.Report)
	_, err = w.StagedImport(t.Context(), []string{w.newDealer("Other Dealer")}, staged.ID)
	require.ErrorIs(t, err, onboarding.ErrNotFound)

	require.NoError(t, w.ClaimImport(t.Context(), staged.ID, time.Minute))
	require.ErrorIs(t, w.ClaimImport(t.Context(), staged.ID, time.Minute), onboarding.ErrStale)
	require.NoError(t, w.ClaimImport(t.Context(), staged.ID, 0), "nothing was heard of it since")

	require.NoError(t, w.ImportProgress(t.Context(), staged.ID, 1))
	require.NoError(t, w.EndImport(t.Context(), staged.ID, onboarding.ImportStopped, onboarding.ImportReport{}))
	stopped, err := w.StagedImport(t.Context(), nil, staged.ID)
	require.NoError(t, err)
	require.Equal(t, 1, stopped.DoneRows)
	require.Equal(t, staged.Report, stopped.Report, "what was seen at the look")

	require.NoError(t, w.ClaimImport(t.Context(), staged.ID, time.Minute))
	report := onboarding.ImportReport{Rows: 2, Accepted: 2, Added: true}
	require.NoError(t, w.EndImport(t.Context(), staged.ID, onboarding.ImportDone, report))
	done, err := w.StagedImport(t.Context(), nil, staged.ID)
	require.NoError(t, err)
	require.Equal(t, report, done.Report)
	require.ErrorIs(t, w.ClaimImport(t.Context(), staged.ID, 0), onboarding.ErrStale)
}

func TestStageImport_ForgetsFilesAfterAWeek(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.staged("a,b\n")
	require.NoError(t, w.StageImport(t.Context(), old))
	_, err := w.conn.Exec(t.Context(), `UPDATE imports SET created_at = now() - interval '8 days'`)
	require.NoError(t, err)
	require.NoError(t, w.StageImport(t.Context(), w.staged("c,d\n")))
	_, err = w.StagedImport(t.Context(), nil, old.ID)
	require.ErrorIs(t, err, onboarding.ErrNotFound)
}
