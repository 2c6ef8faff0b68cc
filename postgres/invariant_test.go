package postgres_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

// What must be true whatever the program does is held by the schema itself.
func TestInvariants_AreHeldByTheSchema(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := w.opened(w.johnDoe(w.modules[0]))
	second := w.opened(w.johnDoe(w.modules[1]))
	letter := w.prepared(account.OnboardingID, 1, 0)
	w.sending(letter)

	for constraint, sql := range map[string]string{
		"logins_name":                      `UPDATE logins SET name = (SELECT upper(name) FROM logins WHERE onboarding_id = $1) WHERE onboarding_id <> $1`,
		"modules_onboarding":               `UPDATE modules SET onboarding_id = $1`,
		"accounts_module":                  `UPDATE accounts SET module_id = (SELECT module_id FROM accounts WHERE onboarding_id = $1)`,
		"accounts_account_number":          `UPDATE accounts SET account_number = (SELECT account_number FROM accounts WHERE onboarding_id = $1)`,
		"accounts_onboarding":              `UPDATE accounts SET onboarding_id = $1`,
		"accounts_closed":                  `UPDATE accounts SET state = 'closed' WHERE onboarding_id = $1`,
		"accounts_forwarding":              `UPDATE accounts SET account_number = NULL WHERE onboarding_id = $1`,
		"accounts_virtual":                 `UPDATE accounts SET kind = 'virtual' WHERE onboarding_id = $1`,
		"ledger_once":                      `INSERT INTO ledger (onboarding_id, account_id, dealer_id, kind, amount_cents, currency) SELECT onboarding_id, id, dealer_id, 'activation', 1, 'USD' FROM accounts WHERE onboarding_id = $1`,
		"ledger_sign":                      `INSERT INTO ledger (onboarding_id, account_id, dealer_id, kind, amount_cents, currency) SELECT onboarding_id, id, dealer_id, 'activation_reversal', 1, 'USD' FROM accounts WHERE onboarding_id = $1`,
		"ledger_append_only":               `DELETE FROM ledger WHERE onboarding_id = $1`,
		"onboarding_events_append_only":    `UPDATE onboarding_events SET note = 'changed' WHERE onboarding_id = $1`,
		"audit_append_only":                `DELETE FROM audit WHERE object_id = $1::text`,
		"onboarding_events_once":           `INSERT INTO onboarding_events (onboarding_id, kind, dedupe_key) VALUES ($1, 'submitted', 'submitted')`,
		"applications_immutable":           `UPDATE applications SET module_id = NULL WHERE onboarding_id = $1`,
		"onboardings_parked":               `UPDATE onboardings SET status = 'parked' WHERE id = $1`,
		"onboardings_ended":                `UPDATE onboardings SET status = 'completed' WHERE id = $1`,
		"onboardings_problems":             `UPDATE onboardings SET problems = '[{}]' WHERE id = $1`,
		"onboardings_accepted":             `UPDATE onboardings SET kind = 'gift' WHERE id = $1`,
		"onboardings_alternate_id":         `UPDATE onboardings SET alternate_id = $1::uuid::text`,
		"onboarding_steps_ended":           `UPDATE onboarding_steps SET ended_at = NULL WHERE onboarding_id = $1`,
		"step_effects_done":                `UPDATE step_effects SET done_at = NULL WHERE onboarding_id = $1`,
		"letters_channel":                  `UPDATE letters SET channel = 'print' WHERE onboarding_id = $1`,
		"letters_token_expires":            `UPDATE letters SET token_expires = NULL WHERE onboarding_id = $1`,
		"emails_ended":                     `UPDATE emails SET state = 'accepted' FROM letters l WHERE l.id = letter_id AND l.onboarding_id = $1`,
		"users_dealer":                     `UPDATE users SET role = 'operator' WHERE $1::uuid IS NOT NULL`,
		"dealers_not_own_parent":           `UPDATE dealers SET parent_id = id WHERE $1::uuid IS NOT NULL`,
		"modules_identified":               `UPDATE modules SET serial = NULL WHERE onboarding_id = $1`,
		"modules_default_pathway":          `UPDATE modules SET default_pathway = 'smoke' WHERE onboarding_id = $1`,
		"receivers_protocol_check":         `UPDATE receivers SET protocol = 'morse' WHERE $1::uuid IS NOT NULL`,
		"idempotency_keys_body_hash_check": `INSERT INTO idempotency_keys (user_id, key, body_hash, onboarding_id) SELECT created_by, 'k', '', id FROM onboardings WHERE id = $1`,
	} {
		_, err := w.conn.Exec(t.Context(), sql, account.OnboardingID)
		var refused *pgconn.PgError
		require.ErrorAs(t, err, &refused, constraint)
		require.Equal(t, constraint, refused.ConstraintName)
	}
	require.NotEqual(t, account.ID, second.ID)
}
