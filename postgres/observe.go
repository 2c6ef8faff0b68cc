package postgres

import (
	"regexp"
	"strings"

	"github.com/exaring/otelpgx"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/otel/attribute"
)

// tracer puts each statement into the trace of whoever asked. Never its text or its
// arguments, which are what people typed.
func tracer() pgx.QueryTracer {
	return otelpgx.NewTracer(
		otelpgx.WithSpanNameFunc(summarize),
		otelpgx.WithDisableSQLStatementInAttributes(),
		otelpgx.WithDisableConnectionDetailsInAttributes(),
	)
}

// measure shows how busy the pool is.
func measure(pool *pgxpool.Pool) error {
	// The library's own name for the pool tells where the database is.
	return otelpgx.RecordStats(pool, otelpgx.WithStatsAttributes(attribute.String("db.client.connection.pool.name", "latchkey")))
}

var target = regexp.MustCompile(`(?i)\b(INSERT INTO|UPDATE|DELETE FROM|FROM)\s+([a-z_]+)`)

// summarize is what a statement does to which table first, as "INSERT onboardings".
func summarize(sql string) string {
	found := target.FindStringSubmatch(sql)
	if found == nil {
		verb, _, _ := strings.Cut(strings.TrimSpace(sql), " ")
		return strings.ToUpper(verb)
	}
	verb, _, _ := strings.Cut(strings.ToUpper(found[1]), " ")
	if verb == "FROM" {
		verb = "SELECT"
	}
	return verb + " " + found[2]
}
