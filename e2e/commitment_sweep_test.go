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
	// dueAtOnce is how many commitments have the same date. BenchmarkCommitmentsDue has more.
	dueAtOnce = 60
	// activatedByHand are those that a person activates while the sweep is at work.
	activatedByHand = 10
	// singles are the customers that another dealer creates meanwhile, one after the other.
	singles = 5
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
	for _, id := range slices.Repeat(ids[len(ids)-activatedByHand:], 3) {
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

	s.requireEachOnce(t, dueAtOnce)
}

// requireEachOnce holds what a commitment promises: one onboarding, one account, one charge.
func (s *stack) requireEachOnce(t testing.TB, commitments int) {
	t.Helper()
	const ofCommitments = " JOIN onboardings o ON o.id = x.onboarding_id WHERE o.commitment_id IS NOT NULL"
	require.Equal(t, commitments, s.count(t, "commitments WHERE state = 'activated'"))
	require.Equal(t, commitments, s.count(t, "onboardings WHERE commitment_id IS NOT NULL"))
	require.Equal(t, commitments, s.count(t, "(SELECT DISTINCT commitment_id FROM onboardings) AS named WHERE commitment_id IS NOT NULL"))
	require.Equal(t, commitments, s.count(t, "accounts x"+ofCommitments))
	require.Equal(t, commitments, s.count(t, "ledger x"+ofCommitments))
}

// commitmentsDueNow stores commitments of the first dealer, with modules of their own.
func (s *stack) commitmentsDueNow(t testing.TB, count int) (ids []string) {
	t.Helper()
	store, err := postgres.Open(t.Context(), s.database.URL)
	require.NoError(t, err)
	defer store.Close()
	modules := make([]postgres.NewModule, count)
	commitments := make([]domain.NewCommitment, count)
	for i := range count {
		c := s.newCustomerWith(t, fmt.Sprintf("43%08d", i))
		c.Login.Name = ""
		modules[i] = anybodysModule(c.serial())
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
func (s *stack) sweep(t testing.TB) {
	t.Helper()
	schedule := s.client.ScheduleClient().GetHandle(t.Context(), workflows.ScheduleCommitmentSweep)
	require.NoError(t, schedule.Trigger(t.Context(), client.ScheduleTriggerOptions{}))
}

// anybodysModule is one of no dealer.
func anybodysModule(serial string) postgres.NewModule {
	return postgres.NewModule{Module: domain.Module{
		Serial: serial, Network: "AT&T", PanelTypes: []string{"simon_xt"}, DefaultPathway: "cell", Pathways: []string{"cell"},
	}}
}

// startSingles has another dealer create customers.
func (s *stack) startSingles(t *testing.T) (took []time.Duration) {
	t.Helper()
	for range singles {
		took = append(took, s.startSingle(t, s.newCustomer(t)))
	}
	return took
}

// startSingle has another dealer create a customer, and tells how long it took from the
// order to the answer of its first step.
func (s *stack) startSingle(t testing.TB, c customer) time.Duration {
	t.Helper()
	c.Forwarding.Option, c.Forwarding.ReceiverID, c.Forwarding.AccountNumber = "never", "", ""
	ordered := time.Now()
	made := s.other.post(t, "/v1/onboardings", c.Application)
	require.Contains(t, []int{http.StatusCreated, http.StatusAccepted}, made.status, string(made.body))
	await(t, "the first step of a single customer", func() (int, bool) {
		begun := s.count(t, "logins WHERE name = $1", c.Login.Name) // reserved by it
		return begun, begun == 1
	})
	return time.Since(ordered).Round(time.Millisecond)
}
