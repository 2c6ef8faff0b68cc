package postgres_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

// private is a word of its own in everything that stands for a person.
const private = "Zyxwaldine"

// cancelled ends an onboarding after its account was closed.
func (w *world) cancelled(account onboarding.Account) {
	w.t.Helper()
	require.NoError(w.t, w.CloseAccount(w.ctx(), keyOf(account.OnboardingID, onboarding.UndoCreateAccount)))
	require.NoError(w.t, w.Release(w.ctx(), keyOf(account.OnboardingID, onboarding.UndoValidate)))
	w.moved("run", onboarding.Transition{
		OnboardingID: account.OnboardingID, No: 9, Kind: onboarding.EventCancelled, Status: onboarding.StatusCancelled, Revision: 1, At: time.Now(),
	})
}

// fill writes the private word wherever words of people are kept about a customer.
func (w *world) fill(account onboarding.Account) {
	w.t.Helper()
	for _, sql := range []string{
		`UPDATE onboardings SET alternate_id = $2 || '1' WHERE id = $1`,
		`UPDATE accounts SET first_name = $2, last_name = $2, company_name = $2, email = $2 || '@example.com', phone = $2 WHERE onboarding_id = $1`,
		`INSERT INTO logins (onboarding_id, name, password_hash) VALUES ($1, $2, $2) ON CONFLICT (onboarding_id) DO UPDATE SET name = $2, password_hash = $2`,
		`INSERT INTO customer_words (onboarding_id, words) VALUES ($1, to_tsvector('simple', $2)) ON CONFLICT (onboarding_id) DO UPDATE SET words = to_tsvector('simple', $2)`,
		`UPDATE step_effects SET detail = $2 WHERE onboarding_id = $1`,
		`INSERT INTO coverage_checks (onboarding_id, revision, report, overridden_by) VALUES ($1, 1, '[]', $2)`,
		`UPDATE emails SET detail = $2, receipt = $2 WHERE letter_id IN (SELECT id FROM letters WHERE onboarding_id = $1)`,
		`INSERT INTO panel_events (event_id, module, onboarding_id, kind, at) VALUES ('evt_1', $2, $1, 'communicated', now())`,
		`WITH draft AS (INSERT INTO drafts (id, dealer_id, kind, onboarding_id) SELECT gen_random_uuid(), dealer_id, 'customer', id FROM onboardings WHERE id = $1 RETURNING id)
			INSERT INTO draft_sections (draft_id, section, content) SELECT id, 'customer', jsonb_build_object('first_name', $2::text) FROM draft`,
		`INSERT INTO idempotency_keys (user_id, key, body_hash, onboarding_id, status, body)
			SELECT created_by, $2, sha256('body'), id, 201, convert_to($2, 'UTF8') FROM onboardings WHERE id = $1`,
		`INSERT INTO audit (id, dealer_id, action, object_id, reason) SELECT gen_random_uuid(), dealer_id, 'test', object, $2 FROM onboardings, objects_of_customer(id) object WHERE id = $1`,
		`INSERT INTO onboarding_events (onboarding_id, kind, note, dedupe_key) VALUES ($1, 'decided', $2, 'by hand')`,
	} {
		w.exec(sql, account.OnboardingID, private)
	}
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	_, err := w.conn.Exec(w.ctx(), sql, args...)
	require.NoError(w.t, err, sql)
}

// dumped is every table of the record as text, by its name.
func (w *world) dumped() map[string]string {
	w.t.Helper()
	rows, err := w.conn.Query(w.ctx(), `SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'`)
	require.NoError(w.t, err)
	tables := map[string]string{}
	for rows.Next() {
		var name string
		require.NoError(w.t, rows.Scan(&name))
		tables[name] = ""
	}
	require.NoError(w.t, rows.Err())
	for name := range tables {
		var text string
		// bytea is shown in hexadecimal, where nobody would find a word.
		err := w.conn.QueryRow(w.ctx(), `SELECT coalesce(string_agg(r::text || CASE WHEN $1 = 'idempotency_keys' THEN encode((to_jsonb(r)->>'body')::bytea, 'escape') ELSE '' END, E'\n'), '') FROM `+name+` r`, name).Scan(&text)
		require.NoError(w.t, err, name)
		tables[name] = text
	}
	return tables
}

// found are the tables that hold a word.
func (w *world) found(word string) []string {
	w.t.Helper()
	var tables []string
	for name, text := range w.dumped() {
		if strings.Contains(strings.ToLower(text), strings.ToLower(word)) {
			tables = append(tables, name)
		}
	}
	return tables
}

func (w *world) erase(id string) error {
	_, err := w.Erase(w.ctx(), id, onboarding.AuditEntry{UserID: w.user, Action: onboarding.EraseAction, Reason: "request 14"})
	return err
}

func TestErase_LeavesNoWordOfAPersonInAnyTable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	commitment := w.committed(func(c *onboarding.NewCommitment) {
		c.Terms.Answers = w.johnDoe(w.modules[0]).Answers
		c.Terms.Answers.Customer.LastName = private
		c.Terms.Words = []string{strings.ToLower(private)}
		c.Terms.AlternateID = private
	})
	w.activate(commitment)
	application := w.johnDoe(w.modules[0])
	application.Answers.Customer.LastName = private
	w.begin(commitment.OnboardingID, onboarding.StepValidate)
	require.NoError(t, w.Accept(w.ctx(), keyOf(commitment.OnboardingID, onboarding.StepValidate), application, []byte(`{}`)))
	w.begin(commitment.OnboardingID, onboarding.StepCreateAccount)
	account, err := w.CreateAccount(w.ctx(), keyOf(commitment.OnboardingID, onboarding.StepCreateAccount), hour, encode)
	require.NoError(t, err)
	require.NoError(t, w.FoundEnterpriseGroup(w.ctx(), w.founded(account, private+" Stores"), w.entry("test", "")))
	letter := w.prepared(account.OnboardingID, 1, 0)
	w.sending(letter)
	neighbour := w.opened(w.johnDoe(w.modules[1]))
	w.exec(`UPDATE accounts SET last_name = 'Neighbour' WHERE id = $1`, neighbour.ID)

	require.ErrorIs(t, w.erase(account.ID), onboarding.ErrStale, "the account is open")
	w.cancelled(account)
	require.NoError(t, w.CancelCommitment(w.ctx(), w.commitment(commitment.ID), w.entry("commitment.cancel", commitment.ID)))
	w.fill(account)
	require.Subset(t, w.found(private), []string{
		"accounts", "applications", "audit", "commitments", "coverage_checks", "customer_words", "draft_sections", "emails", "enterprise_groups",
		"idempotency_keys", "logins", "onboarding_events", "onboardings", "panel_events", "step_effects",
	})
	before := w.dumped()

	require.NoError(t, w.erase(account.ID))

	require.Empty(t, w.found(private))
	for _, word := range []string{"john.doe@example.com", "8281 Greensboro Drive", "5715550100"} {
		for _, table := range w.found(word) {
			require.Contains(t, []string{"applications", "accounts", "customer_words"}, table, "only the neighbour's")
		}
	}
	after := w.dumped()
	require.Equal(t, before["ledger"], after["ledger"])
	require.Equal(t, strings.Replace(before["onboarding_events"], private, "erased", 1), after["onboarding_events"])
	require.Equal(t, before["announcements"], after["announcements"])
	require.Equal(t, strings.Count(before["audit"], "\n")+1, strings.Count(after["audit"], "\n"), "every line stays, and one says who erased")
	require.Contains(t, after["audit"], "request 14")

	file, err := w.CustomerFile(w.ctx(), nil, account.OnboardingID)
	require.NoError(t, err)
	require.Equal(t, "Erased customer", file.Account.FirstName+" "+file.Account.LastName)
	read, err := w.Account(w.ctx(), nil, neighbour.ID)
	require.NoError(t, err)
	require.Equal(t, "Neighbour", read.LastName)
	require.NoError(t, w.erase(account.OnboardingID), "once more, by another of its IDs")
	require.Contains(t, w.dumped()["audit"], "request 14")
}

func TestErase_RefusesWhoIsServed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	open := w.opened(w.johnDoe(w.modules[0]))
	for name, id := range map[string]string{
		"an open account":          open.ID,
		"an onboarding under way":  w.submitted(w.johnDoe(w.modules[1]).Answers),
		"a commitment that waits":  w.committed(nil).ID,
		"the account's onboarding": open.OnboardingID,
	} {
		require.ErrorIs(t, w.erase(id), onboarding.ErrStale, name)
	}
	require.ErrorIs(t, w.erase(newID()), onboarding.ErrNotFound)
	require.ErrorIs(t, w.erase("robert'); --"), onboarding.ErrNotFound)
	require.Zero(t, w.count(`SELECT count(*) FROM audit WHERE action = 'customer.erase'`))
}

func TestErase_IsTheOnlyChangeOfApplicationsAndTheAuditTrail(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := w.opened(w.johnDoe(w.modules[0]))
	w.cancelled(account)
	for name, sql := range map[string]string{
		"a reason without an erasure":   `UPDATE audit SET reason = 'erased' WHERE object_id = $1::uuid::text`,
		"an application not yet erased": `UPDATE applications SET typed = erased_answers('customer', 'security_system') WHERE onboarding_id = $1`,
		"an erasure without a line":     `SELECT erase_customer($1)`,
		"erased while it goes on":       `UPDATE onboardings SET erased_at = now(), ended_at = NULL, status = 'active' WHERE id = $1`,
	} {
		_, err := w.conn.Exec(w.ctx(), sql, account.OnboardingID)
		require.Error(t, err, name)
	}
	w.exec(`SELECT set_config('latchkey.erasing', $1, false)`, account.OnboardingID)
	_, err := w.conn.Exec(w.ctx(), `UPDATE audit SET reason = 'erased' WHERE object_id = $1`, account.OnboardingID)
	require.Error(t, err, "nothing was erased")
	require.NoError(t, w.erase(account.ID))
	_, err = w.conn.Exec(w.ctx(), `UPDATE applications SET quote = '{}' WHERE onboarding_id = $1`, account.OnboardingID)
	require.Error(t, err)
	_, err = w.conn.Exec(w.ctx(), `UPDATE audit SET reason = 'erased', user_id = NULL WHERE object_id = $1::uuid::text`, account.OnboardingID)
	require.Error(t, err)
}
