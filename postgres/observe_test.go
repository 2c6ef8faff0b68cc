package postgres

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSummarize_NamesVerbAndTableAndNothingElse(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]string{
		sqlStuck:   "SELECT onboardings",
		"begin":    "BEGIN",
		"commit;":  "COMMIT;",
		"SELECT 1": "SELECT",
		"\nINSERT INTO onboardings (id) VALUES ($1)":                    "INSERT onboardings",
		"UPDATE letters SET state = $1":                                 "UPDATE letters",
		"DELETE FROM drafts WHERE id = $1":                              "DELETE drafts",
		"WITH due AS (SELECT id FROM modules) UPDATE modules SET x = 1": "SELECT modules",
	} {
		require.Equal(t, want, summarize(sql), sql)
	}
}
