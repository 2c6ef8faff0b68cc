package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/mail/mailtest"
)

// What a dealer or an operator does with an onboarding, as these tests do it.

// submit orders an account and expects the order to be accepted.
func (s *stack) submit(t *testing.T, c customer, headers ...string) onboarding {
	t.Helper()
	return as[onboarding](t, s.office.post(t, "/v1/onboardings", c.Application, headers...), http.StatusCreated)
}

func (s *stack) onboarding(t *testing.T, id string) onboarding {
	t.Helper()
	return fetch[onboarding](t, s.office, "/v1/onboardings/%s", id)
}

func (s *stack) account(t *testing.T, id string) account {
	t.Helper()
	return fetch[account](t, s.office, "/v1/accounts/%s", id)
}

// awaitStatus reads the onboarding until it has the status. An onboarding that is parked
// or over for another reason will not get there.
func (s *stack) awaitStatus(t *testing.T, id, status string) onboarding {
	t.Helper()
	return await(t, "an onboarding that is "+status, func() (onboarding, bool) {
		row := s.onboarding(t, id)
		if row.Status != status && slices.Contains([]string{"parked", "rejected", "cancelled", "completed"}, row.Status) {
			require.Failf(t, "the onboarding took another way", "waited for %s, it is %s: %+v", status, row.Status, row.Parked)
		}
		return row, row.Status == status
	})
}

// awaitPark reads the onboarding until it waits for a person because of the reason.
func (s *stack) awaitPark(t *testing.T, id, step, reason string) *park {
	t.Helper()
	parked := s.awaitStatus(t, id, "parked").Parked
	require.Equal(t, step, parked.Step)
	require.Equal(t, reason, parked.Reason)
	require.NotEmpty(t, parked.Message)
	return parked
}

func (s *stack) decide(t *testing.T, id string, d decision) answer {
	t.Helper()
	return s.office.post(t, "/v1/onboardings/"+id+"/decisions", d)
}

// sendOn decides what fits, and waits until the run has taken it up.
func (s *stack) sendOn(t *testing.T, id string, d decision) {
	t.Helper()
	decided := s.decide(t, id, d)
	require.Equal(t, http.StatusOK, decided.status, string(decided.body))
	s.awaitEndOfPark(t, id, d.ParkNo)
}

func (s *stack) awaitEndOfPark(t *testing.T, id string, parkNo int) {
	t.Helper()
	await(t, "the run to go on", func() (onboarding, bool) {
		row := s.onboarding(t, id)
		return row, row.Parked == nil || row.Parked.ParkNo != parkNo
	})
}

// endHour ends the network hour, as an operator may.
func (s *stack) endHour(t *testing.T, id string) {
	t.Helper()
	s.awaitStatus(t, id, "waiting")
	moved := s.ops.post(t, "/v1/onboardings/"+id+"/wait", map[string]any{"ready_at": time.Now(), "reason": "The carrier confirmed the activation."})
	require.Equal(t, http.StatusAccepted, moved.status, string(moved.body))
	await(t, "the end of the network hour", func() (onboarding, bool) {
		row := s.onboarding(t, id)
		return row, row.Status != "waiting"
	})
}

// complete waits for the hour, ends it, and sees the onboarding through.
func (s *stack) complete(t *testing.T, id string) onboarding {
	t.Helper()
	s.endHour(t, id)
	return s.awaitStatus(t, id, "completed")
}

// lettersTo are the welcome letters that arrived at an address.
func (s *stack) lettersTo(email string) (letters []mailtest.Received) {
	for _, mail := range s.mails.Messages() {
		if slices.Contains(mail.To, email) {
			letters = append(letters, mail)
		}
	}
	return letters
}

// count asks the database how many rows there are.
func (s *stack) count(t testing.TB, fromWhere string, args ...any) (n int) {
	t.Helper()
	require.NoError(t, s.rows.QueryRow(t.Context(), "SELECT count(*) FROM "+fromWhere, args...).Scan(&n))
	return n
}

// requireOneOfEach holds the promise: one account, one charge, one registration, one mail.
func (s *stack) requireOneOfEach(t *testing.T, id string, c customer) {
	t.Helper()
	s.requireOneAccount(t, id, c)
	require.Len(t, s.lettersTo(c.email()), 1, "letters")
}

// requireOneAccount is the same but for the mail.
func (s *stack) requireOneAccount(t *testing.T, id string, c customer) {
	t.Helper()
	require.Equal(t, 1, s.count(t, "accounts WHERE onboarding_id = $1 AND state = 'open'", id), "accounts")
	require.Equal(t, 1, s.count(t, "accounts WHERE email = $1", c.email()), "accounts of the customer")
	require.Equal(t, 1, s.count(t, "ledger WHERE onboarding_id = $1", id), "charges")
	require.Equal(t, 1, s.registrationsOf(c.serial()), "registrations")
}

func (s *stack) registrationsOf(serial string) (n int) {
	for _, registered := range s.carrier.Registrations() {
		if registered.Request.Module == serial {
			n++
		}
	}
	return n
}

// moduleFree tells whether the dealer could use the module for somebody else now.
func (s *stack) moduleFree(t *testing.T, serial string) bool {
	t.Helper()
	return fetch[availability](t, s.office, "/v1/modules/%s", serial).Available
}

func (s *stack) loginFree(t *testing.T, name string) bool {
	t.Helper()
	return fetch[availability](t, s.office, "/v1/login-names/%s", name).Available
}

// registerElsewhere makes the carrier hold the module for another account, until the
// returned function releases it.
func (s *stack) registerElsewhere(t *testing.T, serial string) (release func()) {
	t.Helper()
	path := fmt.Sprintf("/v1/registrations/another-account-%s", serial)
	carrier := caller{url: s.carrier.URL()}
	key := []string{"Idempotency-Key", "another-account-" + serial}
	made, err := carrier.try(t.Context(), http.MethodPut, path, map[string]string{"module": serial, "panel_type": "other"}, key...)
	require.NoError(t, err)
	require.Equal(t, http.StatusCreated, made.status, string(made.body))
	return func() {
		released, err := carrier.try(t.Context(), http.MethodDelete, path, nil, key...)
		require.NoError(t, err)
		require.Equal(t, http.StatusNoContent, released.status, string(released.body))
	}
}
