package migrations

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"
)

// firstExpanding is the first migration that may meet programs of the version before.
const firstExpanding = 12

// contractions are statements that take something away from the version before, or
// refuse what it may write, each with the reason why it is safe.
var contractions = map[string]string{
	"ALTER TABLE onboardings ADD CONSTRAINT onboardings_of_commitment FOREIGN KEY (commitment_id) REFERENCES commitments":                                                                                                                            alwaysNull,
	"ALTER TABLE announcements ADD CONSTRAINT announcements_of_commitment FOREIGN KEY (commitment_id) REFERENCES commitments":                                                                                                                        alwaysNull,
	"ALTER TABLE accounts ADD CONSTRAINT accounts_of_one_dealer UNIQUE (id, dealer_id)":                                                                                                                                                              "id is unique alone, so this refuses nothing",
	"ALTER TABLE accounts ADD COLUMN enterprise_group_id uuid, ADD CONSTRAINT accounts_enterprise_group FOREIGN KEY (enterprise_group_id, dealer_id) REFERENCES enterprise_groups (id, dealer_id)":                                                   alwaysNull,
	"ALTER TABLE modules ADD CONSTRAINT modules_one_owner CHECK (num_nonnulls(onboarding_id, change_id) <= 1)":                                                                                                                                       alwaysNull,
	"CREATE UNIQUE INDEX modules_change ON modules (change_id) WHERE change_id IS NOT NULL":                                                                                                                                                          alwaysNull,
	"ALTER TABLE letters ADD COLUMN origin text NOT NULL DEFAULT 'office' CHECK (origin IN ('onboarding', 'office', 'customer', 'correction')), ADD COLUMN begun_at timestamptz, ADD COLUMN settled_at timestamptz, DROP CONSTRAINT letters_channel": unreleased,
	"UPDATE letters SET origin = 'onboarding' WHERE revision IS NOT NULL":                                                                                                                                                                            unreleased,
	"ALTER TABLE letters ALTER COLUMN origin DROP DEFAULT, ADD CONSTRAINT letters_origin CHECK ((origin = 'onboarding') = (revision IS NOT NULL)), ADD CONSTRAINT letters_channel CHECK (channel = 'email' OR origin = 'office')":                    unreleased,
	"ALTER TABLE notices ADD COLUMN claimed_at timestamptz NOT NULL DEFAULT now(), ALTER COLUMN sent_at DROP NOT NULL, ALTER COLUMN sent_at DROP DEFAULT":                                                                                            unreleased,
	"ALTER TABLE onboardings ADD COLUMN erased_at timestamptz, ADD CONSTRAINT onboardings_erased CHECK (erased_at IS NULL OR ended_at IS NOT NULL)":                                                                                                  unreleased,
	"ALTER TABLE commitments ADD COLUMN erased_at timestamptz, ADD CONSTRAINT commitments_erased CHECK (erased_at IS NULL OR state NOT IN ('open', 'needs_serial'))":                                                                                 unreleased,
	"CREATE OR REPLACE FUNCTION applications_immutable() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE erased jsonb; BEGIN IF TG_OP = 'UPDATE' THEN SELECT erased_answers(kind, account_type) INTO erased FROM onboardings WHERE id = OLD.onboarding_id AND erased_at IS NOT NULL; IF NEW.typed = erased AND coalesce(NEW.resolved, erased) = erased AND to_jsonb(NEW) - '{typed,resolved}'::text[] = to_jsonb(OLD) - '{typed,resolved}'::text[] THEN RETURN NEW; END IF; END IF; IF TG_OP = 'DELETE' OR OLD.resolved IS NOT NULL OR NEW.typed IS DISTINCT FROM OLD.typed OR (NEW.onboarding_id, NEW.revision) IS DISTINCT FROM (OLD.onboarding_id, OLD.revision) THEN RAISE EXCEPTION 'an application is never changed: write the next revision' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'applications_immutable'; END IF; RETURN NEW; END $$;": unreleased,
	"DROP TRIGGER audit_append_only ON audit": unreleased,
	"CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_append_only()":                                     unreleased,
	"DROP TRIGGER onboarding_events_append_only ON onboarding_events":                                                                                         unreleased,
	"CREATE TRIGGER onboarding_events_append_only BEFORE UPDATE OR DELETE ON onboarding_events FOR EACH ROW EXECUTE FUNCTION onboarding_events_append_only()": unreleased,
	"REVOKE ALL ON FUNCTION erase_customer(uuid) FROM PUBLIC":                                                                                                 unreleased,
}

const alwaysNull = "it is about a column that the version before leaves empty"

const unreleased = "no version was released before it"

var (
	comments = regexp.MustCompile(`(?m)--.*$`)
	blanks   = regexp.MustCompile(`\s+`)
	created  = regexp.MustCompile(`(?i)^CREATE TABLE (?:IF NOT EXISTS )?(\w+)`)
	onTable  = regexp.MustCompile(`(?i)^CREATE (UNIQUE )?INDEX (?:IF NOT EXISTS )?\w+ ON (\w+)`)
	trigger  = regexp.MustCompile(`(?i)^CREATE (?:CONSTRAINT )?TRIGGER .* ON (\w+)`)
	altered  = regexp.MustCompile(`(?i)^ALTER TABLE (?:ONLY )?(\w+) (.*)$`)
	column   = regexp.MustCompile(`(?i)^ADD COLUMN \w+ .*$`)
)

// contraction says why the version before could not live with a statement; empty when it
// can. fresh are the tables that the same migration makes: nobody else knows them.
func contraction(statement string, fresh map[string]bool) string {
	if found := created.FindStringSubmatch(statement); found != nil {
		fresh[found[1]] = true
		return ""
	}
	if found := onTable.FindStringSubmatch(statement); found != nil {
		if found[1] != "" && !fresh[found[2]] {
			return "refuses rows that the version before may write"
		}
		return ""
	}
	if found := trigger.FindStringSubmatch(statement); found != nil {
		if !fresh[found[1]] {
			return "does something to rows that the version before writes"
		}
		return ""
	}
	if found := altered.FindStringSubmatch(statement); found != nil {
		if fresh[found[1]] {
			return ""
		}
		for change := range strings.SplitSeq(found[2], ", ADD ") {
			if !strings.HasPrefix(strings.ToUpper(change), "ADD ") && !strings.Contains(strings.ToUpper(change), "DROP ") {
				change = "ADD " + change
			}
			if why := alteration(change); why != "" {
				return why
			}
		}
		return ""
	}
	upper := strings.ToUpper(statement)
	if strings.HasPrefix(upper, "CREATE FUNCTION ") || strings.HasPrefix(upper, "INSERT INTO ") || strings.HasPrefix(upper, "COMMENT ON ") {
		return ""
	}
	return "is not known to be harmless"
}

func alteration(change string) string {
	upper := strings.ToUpper(change)
	switch {
	case !column.MatchString(change):
		return "changes a table that the version before uses"
	case strings.Contains(upper, " DROP "):
		return "takes something away"
	case strings.Contains(upper, "NOT NULL") && !strings.Contains(upper, "DEFAULT"):
		return "refuses rows of the version before, which does not know the column"
	default:
		return ""
	}
}

// statementsOf are those of a file's Up part, each on one line and without comments.
func statementsOf(t *testing.T, name string) (statements []string) {
	t.Helper()
	content, err := files.ReadFile(name)
	require.NoError(t, err)
	up, _, found := strings.Cut(string(content), "-- +goose Down")
	require.True(t, found, name)
	_, up, found = strings.Cut(up, "-- +goose Up")
	require.True(t, found, name)
	// A function's body has semicolons of its own.
	for i, part := range regexp.MustCompile(`-- \+goose Statement(?:Begin|End)`).Split(up, -1) {
		part = comments.ReplaceAllString(part, "")
		pieces := []string{part}
		if isPlain := i%2 == 0; isPlain {
			pieces = strings.Split(part, ";")
		}
		for _, piece := range pieces {
			if statement := strings.TrimSpace(blanks.ReplaceAllString(piece, " ")); statement != "" {
				statements = append(statements, statement)
			}
		}
	}
	return statements
}

func TestExpand_MigrationsLeaveTheVersionBeforeWorking(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(files, "*.sql")
	require.NoError(t, err)
	checked := 0
	for _, name := range names {
		version, err := goose.NumericComponent(name)
		require.NoError(t, err)
		if version < firstExpanding {
			continue
		}
		fresh := map[string]bool{}
		for _, statement := range statementsOf(t, name) {
			checked++
			if why := contraction(statement, fresh); why != "" {
				require.NotEmpty(t, contractions[statement], "%s %s: %q\nadd it in two steps (docs/deploy.md), or give the reason why it is safe", name, why, statement)
			}
		}
	}
	require.NotZero(t, checked)
}

func TestExpand_NoticesWhatTheVersionBeforeCannotLiveWith(t *testing.T) {
	t.Parallel()
	for statement, harmless := range map[string]bool{
		"CREATE TABLE news (id uuid NOT NULL)":                                         true,
		"CREATE INDEX a ON accounts (id)":                                              true,
		"CREATE UNIQUE INDEX a ON accounts (id)":                                       false,
		"CREATE UNIQUE INDEX a ON fresh (id)":                                          true,
		"ALTER TABLE accounts ADD COLUMN a text":                                       true,
		"ALTER TABLE accounts ADD COLUMN a text NOT NULL DEFAULT ''":                   true,
		"ALTER TABLE accounts ADD COLUMN a text NOT NULL":                              false,
		"ALTER TABLE accounts ADD COLUMN a text, ADD COLUMN b text NOT NULL":           false,
		"ALTER TABLE accounts ADD COLUMN a text, ADD CONSTRAINT b CHECK (a <> '')":     false,
		"ALTER TABLE accounts ADD COLUMN a text, DROP COLUMN b":                        false,
		"ALTER TABLE accounts DROP COLUMN a":                                           false,
		"ALTER TABLE accounts RENAME COLUMN a TO b":                                    false,
		"ALTER TABLE accounts ALTER COLUMN a SET NOT NULL":                             false,
		"ALTER TABLE fresh ADD CONSTRAINT b CHECK (a <> '')":                           true,
		"DROP TABLE accounts":                                                          false,
		"UPDATE accounts SET a = b":                                                    false,
		"CREATE TRIGGER t BEFORE UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION f()": false,
	} {
		why := contraction(statement, map[string]bool{"fresh": true})
		require.Equal(t, harmless, why == "", "%s: %s", statement, why)
	}
}
