package migrations

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// privileges is what API and worker may do to each table; every one may be read. What is
// not here they may not do: no table of theirs can be emptied, the record of what happened
// (audit, ledger, onboarding_events, announcements) is only added to, and dealers, modules
// of the inventory and prices come from `latchkey admin`, which runs as the owner.
var privileges = map[string]string{
	"account_changes":       "INSERT, UPDATE",
	"account_notifications": "INSERT",
	"accounts":              "INSERT, UPDATE",
	"announcements":         "INSERT",
	"api_keys":              "INSERT, UPDATE",
	"applications":          "INSERT, UPDATE",
	"audit":                 "INSERT",
	"billing_periods":       "INSERT, UPDATE",
	"commitments":           "INSERT, UPDATE",
	"coverage_checks":       "INSERT, UPDATE",
	"customer_sources":      "INSERT, UPDATE",
	"customer_words":        "INSERT, UPDATE",
	"dealer_prices":         "",
	"dealers":               "UPDATE",
	"default_notifications": "INSERT, UPDATE",
	"draft_sections":        "INSERT, UPDATE",
	"drafts":                "INSERT, UPDATE, DELETE",
	"emails":                "INSERT, UPDATE",
	"enterprise_groups":     "INSERT, UPDATE",
	"goose_db_version":      "",
	"idempotency_keys":      "INSERT, UPDATE, DELETE",
	"imports":               "INSERT, UPDATE, DELETE",
	"installation_checks":   "INSERT, UPDATE, DELETE",
	"ledger":                "INSERT",
	"letters":               "INSERT, UPDATE",
	"logins":                "INSERT, UPDATE, DELETE",
	"modules":               "UPDATE",
	"monitoring_stations":   "INSERT, UPDATE",
	"notices":               "INSERT, UPDATE, DELETE",
	"onboarding_events":     "INSERT",
	"onboarding_steps":      "INSERT, UPDATE",
	"onboardings":           "INSERT, UPDATE",
	"openid_attempts":       "INSERT, UPDATE, DELETE",
	"package_templates":     "",
	"panel_events":          "INSERT, UPDATE, DELETE",
	"panel_templates":       "INSERT, UPDATE",
	"receivers":             "INSERT, UPDATE",
	"registrations":         "INSERT, UPDATE",
	"root_secret":           "INSERT",
	"sessions":              "INSERT, UPDATE, DELETE",
	"sign_in_attempts":      "INSERT, UPDATE, DELETE",
	"step_effects":          "INSERT, UPDATE",
	"tasks":                 "INSERT, UPDATE",
	"template_assignments":  "INSERT, UPDATE, DELETE",
	"user_dealers":          "",
	"user_identities":       "INSERT, DELETE",
	"users":                 "INSERT, UPDATE",
	"webhook_deliveries":    "INSERT, UPDATE, DELETE",
	"webhook_endpoints":     "INSERT, UPDATE",
}

const sqlTables = `SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'`

const sqlRole = `
SELECT rolsuper OR rolcreaterole OR rolbypassrls OR pg_has_role(oid, (SELECT tableowner FROM pg_tables WHERE tablename = 'audit' AND schemaname = 'public'), 'MEMBER')
FROM pg_roles WHERE rolname = $1`

// Grant lets a role do what API and worker do, and nothing else: it takes away first what
// an earlier version gave. A role that does not exist is created, without a login. url is
// the owner's. A role that owns the tables, or could make itself one that does, is refused:
// nothing could be kept from it.
func Grant(ctx context.Context, url, role string, say Say) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return errors.New("grant: the database cannot be reached")
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if err := ensureRole(ctx, tx, role, say); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, sqlTables)
		if err != nil {
			return err
		}
		tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		return grant(ctx, tx, pgx.Identifier{role}.Sanitize(), tables)
	})
	if err != nil {
		return fmt.Errorf("grant: %w", err)
	}
	say("role %s may do what API and worker do", role)
	return nil
}

func ensureRole(ctx context.Context, tx pgx.Tx, role string, say Say) error {
	var mighty bool
	err := tx.QueryRow(ctx, sqlRole, role).Scan(&mighty)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		if _, err := tx.Exec(ctx, "CREATE ROLE "+pgx.Identifier{role}.Sanitize()+" NOLOGIN"); err != nil {
			return fmt.Errorf("role %s does not exist and cannot be created; have it created by one who may: %w", role, err)
		}
		say("role %s was created; let it sign in with: ALTER ROLE %s LOGIN PASSWORD '…'", role, pgx.Identifier{role}.Sanitize())
		return nil
	case err != nil:
		return err
	case mighty:
		return fmt.Errorf("role %s owns the tables or is a superuser, so nothing can be kept from it; name another one", role)
	}
	return nil
}

func grant(ctx context.Context, tx pgx.Tx, role string, tables []string) error {
	statements := []string{
		"REVOKE CREATE ON SCHEMA public FROM PUBLIC",
		"REVOKE ALL ON SCHEMA public FROM " + role,
		"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM " + role,
		"GRANT USAGE ON SCHEMA public TO " + role,
		"GRANT EXECUTE ON FUNCTION erase_customer(uuid) TO " + role,
	}
	for _, table := range tables {
		granted, known := privileges[table]
		if !known {
			return fmt.Errorf("it is not known what API and worker do to table %s", table)
		}
		statements = append(statements, fmt.Sprintf("GRANT %s ON %s TO %s",
			strings.TrimSuffix("SELECT, "+granted, ", "), pgx.Identifier{table}.Sanitize(), role))
	}
	for _, statement := range statements {
		if _, err := tx.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
