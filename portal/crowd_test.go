package portal_test

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/postgres/postgrestest"
)

// crowdSize is how many customers issue 3 promises its speed for.
const crowdSize = 10_000

// sqlCrowd makes a crowd out of one customer who went through the wizard, so that each has
// what a real one has: application, steps, events, coverage, module, login, charge, letter.
// Of a hundred, 85 are open, 6 wait for the network, 3 are parked for three reasons, 3 were
// given up, 2 are closed and 1 was rejected. All have the words "example" and "street" in
// their addresses, so that there is a search that finds nearly everybody.
//
// Foreign keys and triggers are off while it runs: they would look at every row, and each
// event would wake whoever follows it.
const sqlCrowd = `
SET session_replication_role = replica;

CREATE TEMP TABLE crowd AS
SELECT n, gen_random_uuid() AS id, gen_random_uuid() AS account_id, gen_random_uuid() AS module_id, gen_random_uuid() AS letter_id,
    (ARRAY['Ann', 'Ben', 'Cleo', 'Dan', 'Eve', 'Finn', 'Gina', 'Hugo'])[1 + n % 8] AS first_name,
    (ARRAY['Abbott', 'Barnes', 'Castle', 'Dalton', 'Ellis', 'Foster', 'Grant', 'Hooper', 'Irving', 'Jensen'])[1 + n % 10]
        || (ARRAY['', 'son', 'man', 'ley', 'ton'])[1 + n / 10 % 5] AS last_name,
    'customer' || lpad(n::text, 5, '0') AS login, '42' || lpad(n::text, 8, '0') AS serial,
    '1703555' || lpad((n % 10000)::text, 4, '0') AS phone, n || ' Example Street' AS street,
    now() - (@crowd - n) * interval '11 minutes' AS at,
    CASE WHEN n % 100 < 87 THEN 'completed' WHEN n % 100 < 93 THEN 'waiting' WHEN n % 100 < 96 THEN 'parked'
         WHEN n % 100 < 99 THEN 'cancelled' ELSE 'rejected' END AS status,
    n % 100 < 2 AS closed, (ARRAY['outcome_unknown', 'carrier_unavailable', 'network_not_ready'])[1 + n % 3] AS reason
FROM generate_series(1, @crowd) AS n;

CREATE TEMP TABLE model AS SELECT id AS model_id FROM onboardings WHERE id = '@model';

INSERT INTO modules
SELECT (jsonb_populate_record(m, jsonb_build_object('id', c.module_id, 'serial', c.serial, 'imei', NULL, 'meid', NULL,
    'onboarding_id', CASE WHEN c.status IN ('completed', 'waiting', 'parked') AND NOT c.closed THEN c.id END))).*
FROM crowd c, modules m WHERE m.onboarding_id = (SELECT model_id FROM model);

INSERT INTO onboardings
SELECT (jsonb_populate_record(o, jsonb_build_object('id', c.id, 'status', c.status, 'created_at', c.at, 'started_at', c.at,
    'ready_at', c.at + interval '1 hour', 'transition_at', c.at, 'updated_at', c.at,
    'ended_at', CASE WHEN c.status IN ('completed', 'cancelled', 'rejected') THEN c.at + interval '1 hour' END,
    'accepted_at', CASE WHEN c.status <> 'rejected' THEN c.at END)
  || CASE WHEN c.status = 'parked' THEN jsonb_build_object('step', 'register_module', 'park_step', 'register_module', 'park_no', 1,
    'park_reason', c.reason, 'parked_since', c.at) ELSE '{}' END)).*
FROM crowd c, onboardings o WHERE o.id = (SELECT model_id FROM model);

INSERT INTO applications
SELECT (jsonb_populate_record(p, jsonb_build_object('onboarding_id', c.id, 'module_id', c.module_id, 'typed', p.typed || said.answers,
    'resolved', p.resolved || said.answers))).*
FROM crowd c, applications p, LATERAL (SELECT jsonb_build_object(
    'customer', p.resolved->'customer' || jsonb_build_object('first_name', c.first_name, 'last_name', c.last_name,
        'phone', jsonb_build_object('number', '+' || c.phone, 'type', 'home'),
        'address', p.resolved->'customer'->'address' || jsonb_build_object('street1', c.street)),
    'login', p.resolved->'login' || jsonb_build_object('name', c.login),
    'system', p.resolved->'system' || jsonb_build_object('module', c.serial)) AS answers) AS said
WHERE p.onboarding_id = (SELECT model_id FROM model);

INSERT INTO onboarding_steps
SELECT (jsonb_populate_record(s, jsonb_build_object('onboarding_id', c.id, 'started_at', c.at))).*
FROM crowd c, onboarding_steps s WHERE s.onboarding_id = (SELECT model_id FROM model);

INSERT INTO step_effects
SELECT (jsonb_populate_record(e, jsonb_build_object('onboarding_id', c.id))).*
FROM crowd c, step_effects e WHERE e.onboarding_id = (SELECT model_id FROM model);

INSERT INTO onboarding_events (onboarding_id, at, kind, step, code, by, note, dedupe_key)
SELECT c.id, c.at, e.kind, e.step, e.code, e.by, e.note, e.dedupe_key
FROM crowd c, onboarding_events e WHERE e.onboarding_id = (SELECT model_id FROM model) ORDER BY c.n, e.seq;

INSERT INTO coverage_checks
SELECT (jsonb_populate_record(k, jsonb_build_object('onboarding_id', c.id))).*
FROM crowd c, coverage_checks k WHERE k.onboarding_id = (SELECT model_id FROM model);

INSERT INTO registrations
SELECT (jsonb_populate_record(r, jsonb_build_object('onboarding_id', c.id, 'module_id', c.module_id))).*
FROM crowd c, registrations r WHERE r.onboarding_id = (SELECT model_id FROM model);

INSERT INTO accounts
SELECT (jsonb_populate_record(a, jsonb_build_object('id', c.account_id, 'onboarding_id', c.id, 'first_name', c.first_name,
    'last_name', c.last_name, 'phone', '+' || c.phone, 'module_id', c.module_id, 'account_number', lpad(to_hex(c.n), 6, '0'),
    'created_at', c.at, 'ready_at', c.at + interval '1 hour', 'communicated_at', c.at + interval '2 hours',
    'state', CASE WHEN c.closed THEN 'closed' ELSE 'open' END, 'closed_at', CASE WHEN c.closed THEN c.at + interval '1 day' END))).*
FROM crowd c, accounts a WHERE c.status IN ('completed', 'waiting') AND a.onboarding_id = (SELECT model_id FROM model);

INSERT INTO logins
SELECT (jsonb_populate_record(l, jsonb_build_object('onboarding_id', c.id, 'account_id', a.id, 'name', c.login))).*
FROM crowd c LEFT JOIN accounts a ON a.onboarding_id = c.id, logins l
WHERE c.status IN ('completed', 'waiting', 'parked') AND NOT c.closed AND l.onboarding_id = (SELECT model_id FROM model);

INSERT INTO ledger (onboarding_id, account_id, dealer_id, kind, amount_cents, currency, created_at)
SELECT c.id, c.account_id, g.dealer_id, g.kind, g.amount_cents, g.currency, c.at
FROM crowd c, ledger g WHERE c.status IN ('completed', 'waiting') AND g.onboarding_id = (SELECT model_id FROM model);

INSERT INTO letters (id, onboarding_id, account_id, channel, version, revision, origin, message_id, state, issued_at)
SELECT c.letter_id, c.id, c.account_id, 'email', 1, 1, 'onboarding', c.letter_id || '@example.com', 'accepted', c.at
FROM crowd c WHERE c.status = 'completed';

INSERT INTO emails (letter_id, began_at, ended_at, state, receipt)
SELECT c.letter_id, c.at, c.at, 'accepted', '250 queued' FROM crowd c WHERE c.status = 'completed';

INSERT INTO audit (id, at, user_id, dealer_id, action, object_id)
SELECT gen_random_uuid(), c.at, o.created_by, o.dealer_id, 'onboarding_submitted', c.id::text
FROM crowd c JOIN onboardings o ON o.id = c.id;

INSERT INTO customer_words (onboarding_id, words)
SELECT id, array_to_tsvector(ARRAY[lower(first_name), lower(last_name), login, serial, n::text, 'example', 'street', 'tysons', 'va', '22102',
    phone, substr(phone, 2), substr(phone, 2, 3), substr(phone, 5), substr(phone, 5, 3), substr(phone, 8)])
FROM crowd WHERE status <> 'rejected';

INSERT INTO drafts (id, dealer_id, created_by, kind)
SELECT gen_random_uuid(), o.dealer_id, o.created_by, 'customer' FROM generate_series(1, 500), onboardings o
WHERE o.id = (SELECT model_id FROM model);

SET session_replication_role = DEFAULT`

// withCrowd adds crowdSize customers who are like the one of modelID, and tells where one
// of them is: an open account somewhere in the middle.
func (h *house) withCrowd(t testing.TB, modelID string) (openID string) {
	t.Helper()
	own, err := pgx.ParseConfig(h.database)
	require.NoError(t, err)
	superuser, err := pgx.ParseConfig(postgrestest.Server(t)) // others may not turn foreign keys off
	require.NoError(t, err)
	superuser.Database = own.Database
	connection, err := pgx.ConnectConfig(t.Context(), superuser)
	require.NoError(t, err)
	defer connection.Close(context.Background())
	// Many statements in one go take no parameters.
	_, err = connection.PgConn().Exec(t.Context(), strings.NewReplacer("@crowd", strconv.Itoa(crowdSize), "@model", modelID).Replace(sqlCrowd)).ReadAll()
	require.NoError(t, err)
	// What autovacuum would have done by then.
	_, err = connection.Exec(t.Context(), "VACUUM ANALYZE")
	require.NoError(t, err)
	require.NoError(t, connection.QueryRow(t.Context(), `SELECT onboarding_id FROM logins WHERE name = 'customer05050'`).Scan(&openID))
	return openID
}
