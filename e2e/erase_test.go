package e2e

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func TestErase_TakesOnePersonOutOfEveryTableAndLeavesTheLedger(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	c := s.newCustomer(t)
	release := s.registerElsewhere(t, c.serial())
	id := s.submit(t, c, "Idempotency-Key", "order-"+c.Login.Name).ID
	parked := s.awaitPark(t, id, "register_module", "module_already_registered")
	release()
	s.sendOn(t, id, decisionOn(parked, "retry", "Agreed with "+c.Customer.FirstName+"."))
	accountID := s.complete(t, id).AccountID
	s.printedPassword(t, accountID)

	said, code := s.erase(t, accountID, "--reason", "Request 14")
	require.Equal(t, 1, code)
	require.Contains(t, said, "This customer is still served")
	require.NotEmpty(t, s.tablesWith(t, c)["accounts"], "nothing is gone yet")

	s.terminate(t, accountID)
	before := s.tablesWith(t, c)
	for _, table := range []string{"accounts", "applications", "audit", "customer_words", "idempotency_keys"} {
		require.Contains(t, before, table, "the search would find what is kept there")
	}
	charged := s.ledgerOf(t, id)
	require.NotEmpty(t, charged)

	said, code = s.erase(t, accountID, "--reason", "Request 14")
	require.Zero(t, code, said)
	require.Equal(t, id, said, "under which the audit trail has it")
	require.Empty(t, s.tablesWith(t, c))
	require.Equal(t, charged, s.ledgerOf(t, id))
	require.Equal(t, 1, s.count(t, "audit WHERE action = 'customer.erase' AND object_id = $1 AND reason = 'Request 14'", id))
	require.Equal(t, 1, s.count(t, "audit WHERE action LIKE '%decide%' AND object_id = $1 AND reason = 'erased'", id), "that somebody decided stays")
	shown := s.office.get(t, "/v1/accounts/"+accountID)
	require.Equal(t, http.StatusOK, shown.status)
	require.Contains(t, string(shown.body), `"Erased"`)
	require.True(t, s.moduleFree(t, c.serial()))

	said, code = s.erase(t, id, "--reason", "Request 14")
	require.Zero(t, code, said)
	require.Contains(t, said, "erased before, on ")
	require.Contains(t, said, id)
}

func TestErase_TakesOutACommitmentThatNobodyActivated(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	c := s.newCustomer(t)
	made := s.office.post(t, "/v1/commitments", c.Application, "Idempotency-Key", "commit-"+c.Login.Name)
	require.Equal(t, http.StatusCreated, made.status, string(made.body))
	id := as[struct {
		ID string `json:"id"`
	}](t, made, http.StatusCreated).ID
	said, code := s.erase(t, id, "--reason", "Request 15")
	require.Equal(t, 1, code)
	require.Contains(t, said, "the commitment is waiting")

	cancelled, err := s.office.try(t.Context(), http.MethodDelete, "/v1/commitments/"+id, nil, "If-Match", made.header.Get("ETag"))
	require.NoError(t, err)
	require.Less(t, cancelled.status, 300, string(cancelled.body))
	require.Contains(t, s.tablesWith(t, c), "commitments")
	said, code = s.erase(t, id, "--reason", "Request 15")
	require.Zero(t, code, said)
	require.Empty(t, s.tablesWith(t, c))
}

func TestErase_SaysWhatToDoWhenItCannot(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	for _, test := range []struct {
		args []string
		says string
	}{
		{[]string{"01900000-0000-7000-8000-000000000000", "--reason", "Request 16"}, "no account, onboarding or commitment has the ID 01900000-0000-7000-8000-000000000000: copy it whole from the customer's page"},
		{[]string{"Loginwexd", "--reason", "Request 16"}, "a login name, a serial number or a Commitment ID is not one"},
		{[]string{"01900000-0000-7000-8000-000000000000", "--reason", " "}, "say why, such as the number of the request"},
		{[]string{"01900000-0000-7000-8000-000000000000"}, "--reason"},
	} {
		said, code := s.erase(t, test.args[0], test.args[1:]...)
		require.NotZero(t, code)
		require.Contains(t, said, test.says)
	}
}

// erase is `latchkey erase`, signed in as the role that owns nothing.
func (s *stack) erase(t *testing.T, id string, args ...string) (said string, code int) {
	t.Helper()
	command, err := launch(append(append([]string{"erase", id}, args...), s.databaseFlags()...)...)
	require.NoError(t, err)
	code = command.exitCode(t)
	return strings.TrimSpace(command.output.String()), code
}

// terminate ends an account and waits until the carrier has its module back.
func (s *stack) terminate(t *testing.T, accountID string) {
	t.Helper()
	ended := s.office.post(t, "/v1/accounts/"+accountID+"/terminate", map[string]string{"reason": "moving"})
	require.Equal(t, http.StatusCreated, ended.status, string(ended.body))
	await(t, "the release of the module", func() (termination, bool) {
		seen := fetch[termination](t, s.office, "/v1/terminations/%s", accountID)
		return seen, seen.ReleasedAt != nil
	})
}

func (s *stack) ledgerOf(t *testing.T, id string) (lines string) {
	t.Helper()
	require.NoError(t, s.rows.QueryRow(t.Context(), "SELECT coalesce(string_agg(l::text, ' ' ORDER BY l::text), '') FROM ledger l WHERE onboarding_id = $1", id).Scan(&lines))
	return lines
}

// tablesWith are the tables of the record that have a word of this customer's, and the word.
// The module is not theirs: it stays in the inventory.
func (s *stack) tablesWith(t *testing.T, c customer) map[string]string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.database.URL)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(t.Context())) }()
	_, err = conn.Exec(t.Context(), "SET bytea_output = escape") // so that words in bytes are found as well
	require.NoError(t, err)
	rows, err := conn.Query(t.Context(), "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
	require.NoError(t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)

	found := map[string]string{}
	for _, table := range tables {
		var content string
		require.NoError(t, conn.QueryRow(t.Context(), fmt.Sprintf("SELECT coalesce(string_agg(x::text, E'\\n'), '') FROM %s x", table)).Scan(&content))
		for _, word := range []string{
			c.Customer.FirstName, c.Customer.LastName, c.email(), c.Customer.SystemDescription, c.Customer.Address.Street1, c.Login.Name,
			c.Forwarding.AccountNumber, c.serial(),
		} {
			// Whole words: another customer's name may begin with this one's.
			if table != "modules" && regexp.MustCompile(`(?i)\b`+regexp.QuoteMeta(word)+`\b`).MatchString(content) {
				found[table] = word
			}
		}
	}
	return found
}
