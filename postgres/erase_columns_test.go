package postgres_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// erasedColumns are those that erase_customer empties, with their rows or alone.
const erasedColumns = `
accounts.first_name accounts.last_name accounts.company_name accounts.email accounts.phone accounts.account_number
account_changes.detail applications.typed applications.resolved audit.reason
commitments.typed commitments.alternate_id commitments.installer_rep commitments.words
coverage_checks.overridden_by customer_words.words draft_sections.section draft_sections.content drafts.kind
emails.receipt emails.detail enterprise_groups.name idempotency_keys.key idempotency_keys.body idempotency_keys.body_hash
letters.token_hash logins.name logins.password_hash
onboarding_events.note onboardings.kind onboardings.account_type onboardings.alternate_id panel_events.module step_effects.detail`

// impersonalColumns hold codes, IDs, names of things and what dealers say of themselves.
const impersonalColumns = `
account_notifications.kind accounts.kind accounts.type accounts.language accounts.time_zone accounts.package_id accounts.state
account_changes.kind account_changes.panel_type account_changes.pathway account_changes.reason account_changes.status account_changes.step
account_changes.park_step account_changes.park_reason account_changes.code account_changes.run_id account_changes.attempts
announcements.kind announcements.code announcements.dedupe_key applications.quote audit.action audit.object_id audit.request
commitments.number commitments.network commitments.panel_type commitments.state commitments.time_zone coverage_checks.report
customer_sources.name dealer_prices.item_id default_notifications.kinds drafts.purpose emails.state emails.code imports.kind imports.state imports.report installation_checks.item ledger.kind ledger.currency
letters.channel letters.message_id letters.state letters.origin
modules.serial modules.imei modules.meid modules.network modules.panel_types modules.default_pathway modules.pathways modules.firmware_version
monitoring_stations.name monitoring_stations.phone notices.notice
openid_attempts.state_hash openid_attempts.browser_hash openid_attempts.nonce openid_attempts.verifier openid_attempts.next
onboarding_events.kind onboarding_events.step onboarding_events.code onboarding_events.by onboarding_events.dedupe_key
onboarding_steps.step onboarding_steps.status onboarding_steps.code
onboardings.source onboardings.status onboardings.step onboardings.park_step onboardings.park_reason onboardings.problems onboardings.run_id
package_templates.name package_templates.package_id package_templates.add_ons panel_events.event_id panel_events.kind
panel_templates.name panel_templates.panel_type receivers.name receivers.number receivers.protocol registrations.registration_id
root_secret.key_id root_secret.sealed root_secret.sealed_before
sign_in_attempts.door sign_in_attempts.name_hash step_effects.step step_effects.state step_effects.result step_effects.external_ref step_effects.code
tasks.kind tasks.code template_assignments.state template_assignments.code
webhook_deliveries.state webhook_deliveries.last_code webhook_endpoints.url webhook_endpoints.kinds webhook_endpoints.disabled_reason`

// staffColumns are about those who work for a dealer, and their sessions: docs/privacy.md.
const staffColumns = `
api_keys.prefix api_keys.hash api_keys.label sessions.token sessions.data
dealers.name dealers.support_email dealers.support_phone dealers.mail_from dealers.notice_email dealers.website_url dealers.colour dealers.logo dealers.time_zone
users.role users.login_name users.password_hash users.first_name users.last_name users.email user_identities.issuer user_identities.subject`

// briefColumns have people in them who cannot be told apart: the whole row goes after a week.
const briefColumns = `
imports.content`

const sqlTextColumns = `
SELECT table_name || '.' || column_name FROM information_schema.columns
WHERE table_schema = 'public' AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'bytea', 'tsvector', 'ARRAY', 'inet')`

// Whoever adds a column decides whether it is a person's: then erase_customer must know it.
func TestErase_IsDecidedForEveryColumnThatCanHoldWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	decided := map[string]bool{}
	for _, column := range strings.Fields(erasedColumns + impersonalColumns + staffColumns + briefColumns) {
		decided[column] = true
	}
	rows, err := w.conn.Query(w.ctx(), sqlTextColumns)
	require.NoError(t, err)
	for rows.Next() {
		var column string
		require.NoError(t, rows.Scan(&column))
		if !decided[column] {
			t.Errorf("%s: decide in this test and in erase_customer (a new migration) whether it is erased", column)
		}
	}
	require.NoError(t, rows.Err())
}
