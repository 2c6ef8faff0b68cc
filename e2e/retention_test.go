package e2e

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/workflows"
)

// requireRetention makes some of what is kept old, and has the schedule take it away as
// docs/privacy.md says. Here customers are kept for a year.
func (s *stack) requireRetention(t *testing.T) {
	t.Helper()
	require.NoError(t, s.worker.stop())
	s.worker.args = append(s.worker.args, "--keep-customers", "8760h")
	require.NoError(t, s.worker.start())
	s.awaitWorkflows(t)
	old, oldID, oldAccount := s.gone(t)
	young, youngID, youngAccount := s.gone(t)
	oldDraft, youngDraft := s.draft(t), s.draft(t)
	for _, change := range []struct {
		sql string
		id  string
	}{
		{"UPDATE accounts SET closed_at = closed_at - interval '2 years' WHERE onboarding_id = $1", oldID},
		{"UPDATE onboardings SET ended_at = ended_at - interval '2 years' WHERE id = $1", oldID},
		{"UPDATE idempotency_keys SET created_at = created_at - interval '31 days' WHERE onboarding_id = $1", oldID},
		{"UPDATE drafts SET updated_at = updated_at - interval '31 days' WHERE id = $1", oldDraft},
		{`INSERT INTO imports (id, dealer_id, kind, content, report, created_at)
			SELECT gen_random_uuid(), $1, 'commitments', 'a file', '{}', now() - age FROM unnest(ARRAY[interval '8 days', interval '6 days']) age`, s.demo.Dealer.ID},
	} {
		_, err := s.rows.Exec(t.Context(), change.sql, change.id)
		require.NoError(t, err, change.sql)
	}

	schedule := s.client.ScheduleClient().GetHandle(t.Context(), workflows.ScheduleRetention)
	require.NoError(t, schedule.Trigger(t.Context(), client.ScheduleTriggerOptions{}))
	await(t, "the old customer to be erased", func() (int, bool) {
		erased := s.count(t, "onboardings WHERE id = $1 AND erased_at IS NOT NULL", oldID)
		return erased, erased == 1
	})
	took := s.lastResult(t, schedule)

	require.Equal(t, activities.RetentionResult{Drafts: 1, Imports: 1, Answers: 1, Erased: 1}, took)
	require.Empty(t, s.tablesWith(t, old))
	require.Contains(t, string(s.office.get(t, "/v1/accounts/"+oldAccount).body), `"Erased"`)
	require.Contains(t, string(s.office.get(t, "/v1/accounts/"+youngAccount).body), young.Customer.FirstName)
	require.Equal(t, http.StatusNotFound, s.office.get(t, "/v1/drafts/"+oldDraft).status)
	require.Equal(t, http.StatusOK, s.office.get(t, "/v1/drafts/"+youngDraft).status)
	require.Equal(t, 1, s.count(t, "imports"))
	require.Equal(t, youngID, s.submit(t, young, "Idempotency-Key", "order-"+young.Login.Name).ID, "a request of today can be repeated")
	require.Equal(t, 1, s.count(t, "audit WHERE action = 'customer.erase' AND object_id = $1 AND reason = 'retention'", oldID))
}

// gone is a customer whose account has ended.
func (s *stack) gone(t *testing.T) (c customer, id, accountID string) {
	t.Helper()
	c = s.newCustomer(t)
	id = s.submit(t, c, "Idempotency-Key", "order-"+c.Login.Name).ID
	accountID = s.complete(t, id).AccountID
	s.terminate(t, accountID)
	return c, id, accountID
}

func (s *stack) draft(t *testing.T) (id string) {
	t.Helper()
	return as[struct {
		ID string `json:"id"`
	}](t, s.office.post(t, "/v1/drafts", map[string]string{"kind": "customer"}), http.StatusCreated).ID
}

// lastResult waits for the run that a schedule was triggered for, and reads what it did.
func (s *stack) lastResult(t *testing.T, schedule client.ScheduleHandle) (result activities.RetentionResult) {
	t.Helper()
	described, err := schedule.Describe(t.Context())
	require.NoError(t, err)
	recent := described.Info.RecentActions
	require.NotEmpty(t, recent)
	require.NoError(t, s.client.GetWorkflow(t.Context(), recent[len(recent)-1].StartWorkflowResult.WorkflowID, "").Get(t.Context(), &result))
	return result
}
