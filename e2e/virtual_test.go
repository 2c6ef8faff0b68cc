package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/applicationjson"
)

// newVirtual invents a virtual customer. The module stays in the list of private words
// alone: a simulated panel has none.
func (s *stack) newVirtual(t *testing.T) customer {
	t.Helper()
	c := s.newCustomerWith(t, "4199999993")
	c.Kind = "virtual"
	c.System, c.Pathway, c.Forwarding = applicationjson.System{}, applicationjson.Pathway{}, applicationjson.Forwarding{}
	return c
}

// panelReport is what a program reads of a panel's activity.
type panelReport struct {
	ID   string    `json:"id"`
	At   time.Time `json:"at"`
	Kind string    `json:"kind"`
	Text string    `json:"text"`
}

func TestVirtualCustomer_LivesWithoutCarrierChargeAndStation(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	c := s.newVirtual(t)
	made := s.awaitStatus(t, s.submit(t, c).ID, "completed") // there is no hour to wait for

	letters := s.lettersTo(c.email())
	require.Len(t, letters, 1)
	require.Contains(t, letters[0].Text, "demonstration account")
	require.Equal(t, 1, s.count(t, "accounts WHERE onboarding_id = $1 AND kind = 'virtual' AND num_nonnulls(module_id, receiver_id, account_number, ready_at) = 0", made.ID))
	require.Zero(t, s.count(t, "ledger WHERE onboarding_id = $1", made.ID))
	require.Zero(t, s.count(t, "registrations WHERE onboarding_id = $1", made.ID))
	require.Zero(t, s.count(t, "coverage_checks WHERE onboarding_id = $1", made.ID))
	for _, call := range s.carrier.Calls() {
		require.NotContains(t, call.Key, made.ID, "nothing of a simulation reaches a carrier")
	}

	path := "/v1/accounts/" + made.AccountID
	reports := await(t, "the simulated panel's first communication", func() ([]panelReport, bool) {
		page := fetch[struct {
			Items []panelReport `json:"items"`
		}](t, s.office, "%s/panel-activity", path)
		return page.Items, len(page.Items) > 0
	})
	first := reports[len(reports)-1]
	require.Equal(t, "communicated", first.Kind)
	require.Equal(t, first.At, *s.account(t, made.AccountID).CommunicatedAt)

	// A replica that has just started tells the same: nothing of it is kept anywhere.
	require.Zero(t, s.count(t, "panel_events WHERE onboarding_id = $1", made.ID))
	require.Zero(t, s.count(t, "accounts WHERE id = $1 AND communicated_at IS NOT NULL", made.AccountID))

	removed, err := s.office.try(t.Context(), http.MethodDelete, path, nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusNoContent, removed.status, string(removed.body))
	require.Equal(t, "closed", s.account(t, made.AccountID).State)
	require.True(t, s.loginFree(t, c.Login.Name))
}

func TestVirtualCustomer_CannotHaveARealModuleOrReceiver(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	c := s.newVirtual(t)
	c.System.Module, c.Forwarding = s.nextModule(t), applicationjson.Forwarding{Option: "always", ReceiverID: s.longNumberReceiver(t), AccountNumber: "ABCDEF"}
	refused := as[problem](t, s.office.post(t, "/v1/onboardings", c.Application), http.StatusUnprocessableEntity)
	var fields []string
	for _, fault := range refused.Errors {
		fields = append(fields, fault.Field+" "+fault.Code)
	}
	require.Equal(t, "/system not_applicable, /forwarding not_applicable", strings.Join(fields, ", "))
	require.True(t, s.moduleFree(t, c.System.Module))
}
