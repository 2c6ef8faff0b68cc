package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"golang.org/x/sync/errgroup"

	domain "github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
	"github.com/latchkey/latchkey/workflows"
)

const (
	// dueAtOnce is how many commitments have the same date. docs/performance.md has the
	// numbers of 2,000.
	dueAtOnce = 100
	// activatedByHand are those that a person activates while the sweep is at work.
	activatedByHand = 10
	// singles are the customers that another dealer creates meanwhile, one after the other.
	singles = 5
	// slower is how much later than in a quiet system one of those may start.
	slower = 5 * time.Second
)

func TestCommitmentsDueInTheSameMinute_AreEachActivatedOnceAndHoldNobodyUp(t *testing.T) {
	t.Parallel()
	s := startStack(t)
	ids := s.commitmentsDueNow(t, dueAtOnce)
	quiet := s.startSingles(t)

	began := time.Now()
	s.sweep(t)
	await(t, "the sweep to be at work", func() (int, bool) {
		activated := s.count(t, "commitments WHERE state = 'activated'")
		return activated, activated > 0
	})
	var byHand errgroup.Group
	for _, id := range ids[len(ids)-activatedByHand:] {
		byHand.Go(func() error {
			answered, err := s.office.try(t.Context(), http.MethodPost, "/v1/commitments/"+id+"/activate", map[string]any{})
			if err == nil && answered.status != http.StatusCreated && answered.status != http.StatusAccepted {
				err = fmt.Errorf("%d: %s", answered.status, answered.body)
			}
			return err
		})
	}
	busy := s.startSingles(t)
	during := s.count(t, "commitments WHERE state = 'open'")
	require.NoError(t, byHand.Wait())
	await(t, "every commitment to be an account", func() (int, bool) {
		waiting := s.count(t, "onboardings WHERE source = 'commitment' AND status = 'waiting'")
		return waiting, waiting == dueAtOnce
	})
	t.Logf("%d commitments in %s; singles: quiet %s, meanwhile %s with %d still to come", dueAtOnce, time.Since(began).Round(time.Millisecond), quiet, busy, during)

	require.Equal(t, dueAtOnce, s.count(t, "commitments WHERE state = 'activated'"))
	require.Equal(t, dueAtOnce, s.count(t, "onboardings WHERE commitment_id IS NOT NULL"))
	require.Equal(t, dueAtOnce, s.count(t, "(SELECT DISTINCT o.commitment_id FROM accounts a JOIN onboardings o ON o.id = a.onboarding_id WHERE o.commitment_id IS NOT NULL) AS made"))
	require.Equal(t, dueAtOnce, s.count(t, "ledger l JOIN onboardings o ON o.id = l.onboarding_id WHERE o.commitment_id IS NOT NULL"))
	require.Less(t, slices.Max(busy), slices.Max(quiet)+slower)
}

// commitmentsDueNow stores commitments of the first dealer, with modules of their own.
func (s *stack) commitmentsDueNow(t *testing.T, count int) (ids []string) {
	t.Helper()
	store, err := postgres.Open(t.Context(), s.database.URL)
	require.NoError(t, err)
	defer store.Close()
	modules := make([]postgres.NewModule, count)
	commitments := make([]domain.NewCommitment, count)
	for i := range count {
		c := s.newCustomerWith(t, fmt.Sprintf("43%08d", i))
		c.Login.Name = ""
		modules[i] = postgres.NewModule{Module: domain.Module{
			Serial: c.serial(), Network: "AT&T", PanelTypes: []string{"simon_xt"}, DefaultPathway: "cell", Pathways: []string{"cell"},
		}}
		commitments[i] = domain.NewCommitment{
			ID: uuid.Must(uuid.NewV7()).String(), DealerID: s.demo.Dealer.ID, UserID: s.demo.Dealer.User.ID, ActivateAt: time.Now(),
			Terms: domain.CommitmentTerms{
				Answers: c.Answers(), TimeZone: "America/New_York", ExpiresAt: time.Now().Add(domain.CommitmentLifetime),
				Words: domain.SearchableWords(c.Answers()),
			},
		}
		ids = append(ids, commitments[i].ID)
	}
	require.NoError(t, store.AddModules(t.Context(), modules))
	added, err := store.AddCommitments(t.Context(), commitments)
	require.NoError(t, err)
	require.Len(t, added, count)
	return ids
}

// sweep does what the schedule does each minute.
func (s *stack) sweep(t *testing.T) {
	t.Helper()
	schedule := s.client.ScheduleClient().GetHandle(t.Context(), workflows.ScheduleCommitmentSweep)
	require.NoError(t, schedule.Trigger(t.Context(), client.ScheduleTriggerOptions{}))
}

// startSingles has another dealer create customers, and tells how long each took from the
// order to the answer of its first step.
func (s *stack) startSingles(t *testing.T) (took []time.Duration) {
	t.Helper()
	for range singles {
		c := s.newCustomer(t)
		c.Forwarding.Option, c.Forwarding.ReceiverID, c.Forwarding.AccountNumber = "never", "", ""
		ordered := time.Now()
		id := as[onboarding](t, s.other.post(t, "/v1/onboardings", c.Application), http.StatusCreated).ID
		took = append(took, time.Since(ordered).Round(time.Millisecond))
		require.NotEmpty(t, id)
	}
	return took
}
