package e2e

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/carrier/carriertest"
)

// swap is what the API tells of a module swap, and termination of an account's end.
type swap struct {
	ID                  string     `json:"id"`
	Status              string     `json:"status"`
	NewModule           string     `json:"new_module"`
	PanelCommunicatedAt *time.Time `json:"panel_communicated_at"`
	Parked              *park      `json:"parked"`
}

type termination struct {
	ID         string     `json:"id"`
	Status     string     `json:"status"`
	ReleasedAt *time.Time `json:"released_at"`
}

type recycling struct {
	Termination termination `json:"termination"`
	DraftID     string      `json:"draft_id"`
}

func (s *stack) awaitSwap(t *testing.T, id, status string) swap {
	t.Helper()
	return await(t, "a module swap that is "+status, func() (swap, bool) {
		seen := fetch[swap](t, s.office, "/v1/module-swaps/%s", id)
		return seen, seen.Status == status
	})
}

// endSwapHour ends the network hour of a swap, as an operator may.
func (s *stack) endSwapHour(t *testing.T, id string) {
	t.Helper()
	s.awaitSwap(t, id, "waiting")
	moved := s.ops.post(t, "/v1/module-swaps/"+id+"/wait", map[string]any{"ready_at": time.Now(), "reason": "INC-42"})
	require.Equal(t, http.StatusAccepted, moved.status, string(moved.body))
}

// modulesOfOnePanel are two modules that fit the same control panel.
func (s *stack) modulesOfOnePanel(t *testing.T) (first, second string) {
	t.Helper()
	first = s.nextModule(t)
	module := fetch[struct {
		PanelType string `json:"panel_type"`
	}](t, s.office, "/v1/modules/%s", first)
	return first, s.nextModuleFor(t, module.PanelType)
}

func TestModuleSwap_ParkedByTheCarrierIsSentOnInABatchAndReleasesTheOldModule(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	old, replacement := s.modulesOfOnePanel(t)
	c := s.newCustomerWith(t, old)
	s.addFault(t, carriertest.Row{Call: carrier.RegisterModule, Times: 1, Fault: "module_inactive", Module: replacement})
	done := s.complete(t, s.submit(t, c).ID)
	s.communicate(t, old, "evt-first-"+done.ID)
	s.awaitLogin(t, done.AccountID)

	body := map[string]any{"module_serial": replacement, "reason": "Water in the panel."}
	begun := as[swap](t, s.office.post(t, "/v1/accounts/"+done.AccountID+"/module-swap", body, "Idempotency-Key", "swap-"+done.ID), http.StatusCreated)
	again := as[swap](t, s.office.post(t, "/v1/accounts/"+done.AccountID+"/module-swap", body, "Idempotency-Key", "swap-"+done.ID), http.StatusCreated)
	require.Equal(t, begun.ID, again.ID)
	parked := s.awaitSwap(t, begun.ID, "parked").Parked
	require.Equal(t, "register_replacement", parked.Step)
	require.Equal(t, "module_inactive", parked.Reason)
	require.Equal(t, 1, s.count(t, "tasks WHERE kind = 'swap_parked' AND object_id = $1 AND closed_at IS NULL", done.AccountID))
	require.Equal(t, 1, s.registrationsOf(old), "the account works on with its old module")

	await(t, "the batch to send the swap on", func() (swap, bool) {
		// The batch finds what Temporal's index has heard of, so it may be a moment early.
		s.ops.post(t, "/v1/ops/onboardings/resume", map[string]any{"reason": "module_inactive", "step": "register_replacement", "note": "INC-42 is over"})
		seen := fetch[swap](t, s.office, "/v1/module-swaps/%s", begun.ID)
		return seen, seen.Parked == nil
	})
	s.awaitSwap(t, begun.ID, "waiting")
	require.Equal(t, 1, s.registrationsOf(replacement))
	require.Equal(t, 1, s.registrationsOf(old), "until the hour is over")
	require.False(t, s.account(t, done.AccountID).LoginBlocked, "the customer keeps the login")

	s.endSwapHour(t, begun.ID)
	s.awaitSwap(t, begun.ID, "completed")
	require.Zero(t, s.registrationsOf(old))
	require.True(t, s.moduleFree(t, old))
	require.False(t, s.moduleFree(t, replacement))
	require.Equal(t, 1, s.count(t, "billing_periods WHERE account_id = $1 AND ended_at IS NULL", done.AccountID))
	require.Equal(t, 1, s.count(t, "announcements WHERE account_id = $1 AND kind = 'account.module_swapped'", done.AccountID))
	require.Zero(t, s.count(t, "tasks WHERE kind = 'swap_parked' AND object_id = $1 AND closed_at IS NULL", done.AccountID))

	s.communicate(t, replacement, "evt-again-"+done.ID)
	await(t, "the panel to be heard through its new module", func() (swap, bool) {
		seen := fetch[swap](t, s.office, "/v1/module-swaps/%s", begun.ID)
		return seen, seen.PanelCommunicatedAt != nil
	})
	s.awaitNotice(t, done.ID, "A panel communicates through its new module")
}

func TestRecycledModule_GoesToTheNextCustomerOnceTheCarrierHasReleasedIt(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	c := s.newCustomer(t)
	done := s.complete(t, s.submit(t, c).ID)
	s.addFault(t, carriertest.Row{Call: carrier.DeregisterModule, Times: 1, Fault: "module_not_owned", Module: c.serial()})

	ended := as[recycling](t, s.office.post(t, "/v1/accounts/"+done.AccountID+"/recycle", map[string]any{"reason": "moving"}), http.StatusCreated)
	require.Equal(t, "closed", s.account(t, done.AccountID).State)
	require.True(t, s.loginFree(t, c.Login.Name))
	parked := await(t, "a termination that is parked", func() (swap, bool) {
		seen := fetch[swap](t, s.office, "/v1/terminations/%s", done.AccountID)
		return seen, seen.Parked != nil
	}).Parked
	require.Equal(t, "release_module", parked.Step)
	require.False(t, s.moduleFree(t, c.serial()), "while the carrier may still have it")
	require.Equal(t, http.StatusOK, s.office.post(t, "/v1/terminations/"+done.AccountID+"/decisions", decisionOn(parked, "retry", "")).status)
	await(t, "the release of the module", func() (termination, bool) {
		seen := fetch[termination](t, s.office, "/v1/terminations/%s", done.AccountID)
		return seen, seen.Status == "completed" && seen.ReleasedAt != nil
	})
	require.Zero(t, s.registrationsOf(c.serial()))
	require.True(t, s.moduleFree(t, c.serial()))

	draft := fetch[map[string]any](t, s.office, "/v1/drafts/%s", ended.DraftID)
	require.Equal(t, ended.DraftID, draft["id"])
	next := s.newCustomerWith(t, c.serial())
	s.complete(t, s.submit(t, next).ID)
	require.Equal(t, 1, s.registrationsOf(next.serial()), "one system, its second customer")
}
