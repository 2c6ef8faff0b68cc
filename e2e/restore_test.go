package e2e

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/latchkey/latchkey/workflows"
)

// docs/backup.md: only PostgreSQL is backed up. Temporal comes back empty, the reconciler
// finds what it has lost, and one command begins it anew.
func TestRestore_OfAnOlderDatabaseAndAnEmptyTemporalFinishesEverythingOnce(t *testing.T) {
	t.Parallel()
	s := startStack(t)
	waiting, parked, done := s.newCustomer(t), s.uncovered(t), s.newCustomer(t)
	idWaiting, idParked, idDone := s.submit(t, waiting).ID, s.submit(t, parked).ID, s.submit(t, done).ID
	s.awaitStatus(t, idWaiting, "waiting")
	s.awaitPark(t, idParked, "check_coverage", "no_coverage")
	s.complete(t, idDone)

	s.backUp(t)
	// What happens after the backup is lost to the database, but not to the world outside.
	s.complete(t, idWaiting)
	require.Len(t, s.lettersTo(waiting.email()), 1)
	s.restore(t)

	require.Equal(t, "waiting", s.onboarding(t, idWaiting).Status, "as in the backup")
	for _, id := range []string{idWaiting, idParked} {
		require.Equal(t, []string{"retry"}, s.reconcileUntilLost(t, id).AllowedActions)
	}
	require.Equal(t, "completed", s.onboarding(t, idDone).Status, "what is over stays over")

	again := s.ops.post(t, "/v1/ops/onboardings/resume", map[string]string{"reason": "workflow_lost", "note": "Restored from the backup."})
	require.Equal(t, http.StatusAccepted, again.status, string(again.body))

	await(t, "the lost run to go on", func() (onboarding, bool) {
		row := s.onboarding(t, idWaiting)
		return row, row.Parked == nil
	})
	s.complete(t, idWaiting)
	s.requireOneAccount(t, idWaiting, waiting)
	letters := s.lettersTo(waiting.email())
	require.Len(t, letters, 2)
	require.Equal(t, letters[0].MessageID, letters[1].MessageID)
	require.Equal(t, setupLink.FindString(letters[0].Text), setupLink.FindString(letters[1].Text), "the first letter's link works as well")
	park := await(t, "the other to ask for its person again", func() (*park, bool) {
		row := s.onboarding(t, idParked)
		return row.Parked, row.Parked != nil && row.Parked.Reason == "no_coverage"
	})
	s.sendOn(t, idParked, decisionOn(park, "override", "Tested with an active module."))
	s.complete(t, idParked)
	s.requireOneOfEach(t, idParked, parked)
	s.requireOneOfEach(t, idDone, done)
}

// backUp copies the stopped database, as a snapshot of its volume would. API and worker
// live through it.
func (s *stack) backUp(t *testing.T) {
	t.Helper()
	port := s.database.Port
	require.NoError(t, s.database.Stop())
	copyFolder(t, filepath.Join(s.database.Dir, "data"), s.copyOfData())
	require.NoError(t, s.startDatabase(t.Context(), port))
	await(t, "the API to be back", func() (struct{}, bool) { return struct{}{}, s.apiReady(t.Context()) })
}

func (s *stack) copyOfData() string { return filepath.Join(s.database.Dir, "backup") }

// restore brings the database back as it was and Temporal without anything, then sets
// Temporal up as for a new installation.
func (s *stack) restore(t *testing.T) {
	t.Helper()
	require.NoError(t, s.api.stop())
	require.NoError(t, s.worker.stop())
	port := s.database.Port
	require.NoError(t, s.database.Stop())
	require.NoError(t, os.RemoveAll(filepath.Join(s.database.Dir, "data")))
	copyFolder(t, s.copyOfData(), filepath.Join(s.database.Dir, "data"))
	require.NoError(t, s.startDatabase(t.Context(), port))

	s.killTemporal()
	for _, file := range []string{"temporal.db", "temporal.db-wal", "temporal.db-shm"} {
		require.NoError(t, os.RemoveAll(filepath.Join(s.dir, file)))
	}
	s.bringBackTemporal(t)
	require.NoError(t, s.migrate(t.Context()))
	require.NoError(t, s.worker.start())
	require.NoError(t, s.api.start())
	s.awaitWorkflows(t)
}

// copyFolder keeps owners and modes: PostgreSQL insists on both.
func copyFolder(t *testing.T, from, to string) {
	t.Helper()
	said, err := exec.CommandContext(t.Context(), "cp", "-a", from, to).CombinedOutput()
	require.NoError(t, err, string(said))
}

// reconcileUntilLost lets rounds of the reconciler pass until it reports the onboarding.
func (s *stack) reconcileUntilLost(t *testing.T, id string) *park {
	t.Helper()
	_, err := s.rows.Exec(t.Context(), "UPDATE onboardings SET created_at = created_at - $2::interval WHERE id = $1", id, 5*time.Minute)
	require.NoError(t, err)
	return await(t, "the reconciler to report it", func() (*park, bool) {
		schedule := s.client.ScheduleClient().GetHandle(t.Context(), workflows.ScheduleReconcile)
		require.NoError(t, schedule.Trigger(t.Context(), client.ScheduleTriggerOptions{}))
		row := s.onboarding(t, id)
		return row.Parked, row.Parked != nil && row.Parked.Reason == "workflow_lost"
	})
}
