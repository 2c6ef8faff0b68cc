package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/latchkey/latchkey/postgres"
)

// recentOfCrowd are those of a crowd whose whole story is kept: what is read of one customer
// alone costs the same however many others there are.
const recentOfCrowd = 10_000

// The people of a crowd, in a table of their own so that several connections can fill the
// record at once. IDs grow with time, as those of real rows do. The oldest was created
// three years ago, the youngest just now.
const sqlCrowdOfPeople = `
CREATE SCHEMA crowd;
CREATE FUNCTION crowd.id(kind text, n integer, at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || kind || '8' || lpad(to_hex(n), 15, '0'))::uuid
$$;
CREATE UNLOGGED TABLE crowd.people AS
SELECT n, crowd.id('001', n, at) AS id, crowd.id('002', n, at) AS account_id, crowd.id('003', n, at) AS module_id, crowd.id('004', n, at) AS letter_id,
    (ARRAY['Ann', 'Ben', 'Cleo', 'Dan', 'Eve', 'Finn', 'Gina', 'Hugo'])[1 + n % 8] AS first_name,
    (ARRAY['Abbott', 'Barnes', 'Castle', 'Dalton', 'Ellis', 'Foster', 'Grant', 'Hooper', 'Irving', 'Jensen'])[1 + n % 10]
        || (ARRAY['', 'son', 'man', 'ley', 'ton'])[1 + n / 10 % 5] AS last_name,
    'customer' || lpad(n::text, 7, '0') AS login, '45' || lpad(n::text, 8, '0') AS serial,
    '1703555' || lpad((n % 10000)::text, 4, '0') AS phone, n || ' Example Street' AS street, at
FROM generate_series(1, @crowd) AS n, LATERAL (SELECT now() - (@crowd - n) * (interval '3 years' / @crowd) AS at) AS created;
ANALYZE crowd.people`

// What every finished onboarding leaves, copied from the model's and changed where no two
// are the same. Each list is filled by one connection.
var sqlCrowd = [][]string{
	{
		`INSERT INTO modules
SELECT made.* FROM crowd.people c, modules m,
    LATERAL jsonb_populate_record(m, jsonb_build_object('id', c.module_id, 'serial', c.serial, 'onboarding_id', c.id, 'created_at', c.at)) AS made
WHERE m.onboarding_id = '@model'`,

		`INSERT INTO onboardings
SELECT made.* FROM crowd.people c, onboardings o,
    LATERAL jsonb_populate_record(o, jsonb_build_object('id', c.id, 'created_at', c.at, 'started_at', c.at, 'accepted_at', c.at,
    'ready_at', c.at + interval '1 hour', 'transition_at', c.at + interval '1 hour', 'updated_at', c.at + interval '1 hour',
    'ended_at', c.at + interval '1 hour')) AS made
WHERE o.id = '@model'`,

		`INSERT INTO accounts
SELECT made.* FROM crowd.people c, accounts a,
    LATERAL jsonb_populate_record(a, jsonb_build_object('id', c.account_id, 'onboarding_id', c.id, 'first_name', c.first_name,
    'last_name', c.last_name, 'email', c.login || '@example.test', 'phone', '+' || c.phone, 'module_id', c.module_id,
    'account_number', upper(lpad(to_hex(c.n), 10, '0')), 'created_at', c.at, 'ready_at', c.at + interval '1 hour',
    'communicated_at', c.at + interval '2 hours')) AS made
WHERE a.onboarding_id = '@model'`,

		`INSERT INTO logins (onboarding_id, account_id, name, created_at)
SELECT c.id, c.account_id, c.login, c.at FROM crowd.people c`,

		`INSERT INTO ledger (onboarding_id, account_id, dealer_id, kind, amount_cents, currency, created_at)
SELECT c.id, c.account_id, g.dealer_id, g.kind, g.amount_cents, g.currency, c.at
FROM crowd.people c, ledger g WHERE g.onboarding_id = '@model'`,

		`INSERT INTO billing_periods (account_id, module_id, began_at)
SELECT c.account_id, c.module_id, c.at FROM crowd.people c`,

		`INSERT INTO letters
SELECT made.* FROM crowd.people c, letters l,
    LATERAL jsonb_populate_record(l, jsonb_build_object('id', c.letter_id, 'onboarding_id', c.id, 'account_id', c.account_id,
    'message_id', 'welcome.' || c.id || '.1@example.test', 'issued_at', c.at, 'token_hash', NULL, 'token_expires', NULL)) AS made
WHERE l.onboarding_id = '@model'`,
	},
	{
		// OFFSET keeps the planner from working the answers out twice.
		`INSERT INTO applications (onboarding_id, revision, typed, resolved, module_id, quote, created_by, created_at, resolved_at)
SELECT c.id, p.revision, p.typed || said.answers, p.resolved || said.answers, c.module_id, p.quote, p.created_by, c.at, c.at
FROM crowd.people c, applications p, LATERAL (SELECT jsonb_build_object(
    'customer', p.resolved->'customer' || jsonb_build_object('first_name', c.first_name, 'last_name', c.last_name,
        'email', c.login || '@example.test', 'email_confirmation', c.login || '@example.test',
        'phone', jsonb_build_object('number', '+' || c.phone, 'type', 'home'),
        'address', p.resolved->'customer'->'address' || jsonb_build_object('street1', c.street)),
    'login', p.resolved->'login' || jsonb_build_object('name', c.login),
    'system', p.resolved->'system' || jsonb_build_object('module', c.serial)) AS answers OFFSET 0) AS said
WHERE p.onboarding_id = '@model'`,
	},
	{
		`INSERT INTO customer_words (onboarding_id, words)
SELECT id, array_to_tsvector(ARRAY[lower(first_name), lower(last_name), login, serial, n::text, 'example', 'street', 'tysons', 'va', '22102',
    phone, substr(phone, 2), substr(phone, 2, 3), substr(phone, 5), substr(phone, 5, 3), substr(phone, 8)])
FROM crowd.people`,

		`SELECT gin_clean_pending_list('customer_words_found')`,
	},
	{
		`INSERT INTO onboarding_steps
SELECT made.* FROM crowd.people c, onboarding_steps s,
    LATERAL jsonb_populate_record(s, jsonb_build_object('onboarding_id', c.id, 'started_at', c.at)) AS made
WHERE c.n > @old AND s.onboarding_id = '@model'`,

		`INSERT INTO step_effects
SELECT made.* FROM crowd.people c, step_effects e,
    LATERAL jsonb_populate_record(e, jsonb_build_object('onboarding_id', c.id)) AS made
WHERE c.n > @old AND e.onboarding_id = '@model'`,

		`INSERT INTO onboarding_events (onboarding_id, at, kind, step, code, by, note, dedupe_key)
SELECT c.id, c.at, e.kind, e.step, e.code, e.by, e.note, e.dedupe_key
FROM crowd.people c, onboarding_events e WHERE c.n > @old AND e.onboarding_id = '@model' ORDER BY c.n, e.seq`,

		`INSERT INTO coverage_checks
SELECT made.* FROM crowd.people c, coverage_checks k,
    LATERAL jsonb_populate_record(k, jsonb_build_object('onboarding_id', c.id)) AS made
WHERE c.n > @old AND k.onboarding_id = '@model'`,

		`INSERT INTO registrations
SELECT made.* FROM crowd.people c, registrations r,
    LATERAL jsonb_populate_record(r, jsonb_build_object('onboarding_id', c.id, 'module_id', c.module_id)) AS made
WHERE c.n > @old AND r.onboarding_id = '@model'`,

		`INSERT INTO account_notifications (account_id, kind)
SELECT c.account_id, k.kind FROM crowd.people c, account_notifications k JOIN accounts a ON a.id = k.account_id
WHERE c.n > @old AND a.onboarding_id = '@model'`,

		`INSERT INTO announcements (id, dealer_id, kind, onboarding_id, account_id, dedupe_key, at)
SELECT gen_random_uuid(), n.dealer_id, n.kind, c.id, CASE WHEN n.account_id IS NOT NULL THEN c.account_id END, n.kind || ':' || c.id, c.at
FROM crowd.people c, announcements n WHERE c.n > @old AND n.onboarding_id = '@model'`,

		`INSERT INTO emails (letter_id, began_at, ended_at, state, receipt)
SELECT c.letter_id, c.at, c.at, 'accepted', '250 queued' FROM crowd.people c WHERE c.n > @old`,

		`INSERT INTO audit (id, at, user_id, dealer_id, action, object_id)
SELECT gen_random_uuid(), c.at, u.user_id, u.dealer_id, u.action, c.id::text FROM crowd.people c, audit u WHERE c.n > @old AND u.object_id = '@model'`,
	},
}

// Foreign keys and triggers are off while a crowd is made: they would look at every row, and
// each event would wake whoever follows it. What they guard holds all the same:
// requireWholeCrowd looks. Sorting the words at once is many times faster than one by one.
const sqlCrowdSession = `SET session_replication_role = replica; SET gin_pending_list_limit = '1GB'; SET work_mem = '512MB'; SET maintenance_work_mem = '512MB'`

// crowd adds that many finished onboardings with their accounts, each like that of a customer
// who is onboarded for it. A million take about a minute.
func (s *stack) crowd(tb testing.TB, accounts int) {
	tb.Helper()
	began := time.Now()
	in := strings.NewReplacer("@crowd", strconv.Itoa(accounts), "@old", strconv.Itoa(max(0, accounts-recentOfCrowd)), "@model", s.modelOfCrowd(tb))
	ctx := tb.Context()
	// Checkpoints and autovacuum would only do early what is done once at the end.
	s.alterServer(tb, "max_wal_size = '16GB'", "autovacuum = off")
	_, err := s.rows.Exec(ctx, in.Replace(sqlCrowdOfPeople), pgx.QueryExecModeSimpleProtocol)
	require.NoError(tb, err)
	var filling errgroup.Group
	for _, statements := range sqlCrowd {
		filling.Go(func() error { return s.fill(ctx, in, statements) })
	}
	require.NoError(tb, filling.Wait())
	s.requireWholeCrowd(tb, accounts)
	_, err = s.rows.Exec(ctx, "DROP SCHEMA crowd CASCADE", pgx.QueryExecModeSimpleProtocol)
	require.NoError(tb, err)
	_, err = s.rows.Exec(ctx, "VACUUM ANALYZE", pgx.QueryExecModeSimpleProtocol)
	require.NoError(tb, err)
	s.alterServer(tb, "max_wal_size = DEFAULT", "autovacuum = DEFAULT")
	_, err = s.rows.Exec(ctx, "CHECKPOINT")
	require.NoError(tb, err)
	tb.Logf("a crowd of %d in %s", accounts, time.Since(began).Round(time.Second))
}

func (s *stack) fill(ctx context.Context, in *strings.Replacer, statements []string) error {
	connection, err := pgx.Connect(ctx, s.database.URL)
	if err != nil {
		return err
	}
	defer connection.Close(context.WithoutCancel(ctx))
	if _, err := connection.Exec(ctx, sqlCrowdSession, pgx.QueryExecModeSimpleProtocol); err != nil {
		return err
	}
	for _, statement := range statements {
		if _, err := connection.Exec(ctx, in.Replace(statement), pgx.QueryExecModeSimpleProtocol); err != nil {
			return fmt.Errorf("%.60s: %w", statement, err)
		}
	}
	return nil
}

func (s *stack) alterServer(tb testing.TB, settings ...string) {
	tb.Helper()
	for _, setting := range settings {
		_, err := s.rows.Exec(tb.Context(), "ALTER SYSTEM SET "+setting)
		require.NoError(tb, err)
	}
	_, err := s.rows.Exec(tb.Context(), "SELECT pg_reload_conf()")
	require.NoError(tb, err)
}

// requireWholeCrowd looks at what foreign keys would have: every part belongs to somebody.
func (s *stack) requireWholeCrowd(tb testing.TB, accounts int) {
	tb.Helper()
	require.Equal(tb, accounts, s.count(tb, `crowd.people c
		JOIN onboardings o USING (id) JOIN applications p ON p.onboarding_id = o.id AND p.revision = o.revision AND p.module_id = c.module_id
		JOIN modules m ON m.id = c.module_id AND m.onboarding_id = o.id
		JOIN accounts a ON a.onboarding_id = o.id AND a.id = c.account_id AND a.module_id = m.id
		JOIN logins l ON l.onboarding_id = o.id AND l.account_id = a.id
		JOIN ledger g ON g.onboarding_id = o.id AND g.account_id = a.id
		JOIN billing_periods b ON b.account_id = a.id AND b.module_id = m.id
		JOIN letters r ON r.onboarding_id = o.id AND r.account_id = a.id
		JOIN customer_words w ON w.onboarding_id = o.id
		WHERE o.status = 'completed' AND a.state = 'open'`))
}

// modelOfCrowd is somebody's finished onboarding. An operator ends its network hour.
func (s *stack) modelOfCrowd(tb testing.TB) (id string) {
	tb.Helper()
	made := s.office.post(tb, "/v1/onboardings", s.newCustomerWith(tb, s.stock(tb, "47", 1)[0]).Application)
	require.Equal(tb, http.StatusCreated, made.status, string(made.body))
	var ordered onboarding
	require.NoError(tb, json.Unmarshal(made.body, &ordered))
	await(tb, "the crowd's model to be an account", func() (status string, completed bool) {
		require.NoError(tb, s.rows.QueryRow(tb.Context(), "SELECT status FROM onboardings WHERE id = $1", ordered.ID).Scan(&status))
		if status == "waiting" {
			s.ops.post(tb, "/v1/onboardings/"+ordered.ID+"/wait", map[string]any{"ready_at": time.Now(), "reason": "The carrier confirmed the activation."})
		}
		return status, status == "completed"
	})
	return ordered.ID
}

// stock adds modules of no dealer to the inventory, with serials that begin with two digits.
func (s *stack) stock(tb testing.TB, prefix string, count int) (serials []string) {
	tb.Helper()
	store, err := postgres.Open(tb.Context(), s.database.URL)
	require.NoError(tb, err)
	defer store.Close()
	modules := make([]postgres.NewModule, count)
	for i := range modules {
		serials = append(serials, fmt.Sprintf("%s%08d", prefix, i))
		modules[i] = anybodysModule(serials[i])
	}
	require.NoError(tb, store.AddModules(tb.Context(), modules))
	return serials
}
