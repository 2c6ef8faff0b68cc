package applicationcsv_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/applicationcsv"
)

// The documentation of the columns is written by the code: what the test expects is what
// belongs there.
func TestDocument_HasEveryColumn(t *testing.T) {
	t.Parallel()
	var table strings.Builder
	table.WriteString("| column | |\n| --- | --- |\n")
	customers := map[string]bool{}
	for _, column := range applicationcsv.Customers.Columns() {
		customers[column.Name] = true
	}
	for _, column := range applicationcsv.Commitments.Columns() {
		about := strings.ReplaceAll(column.About, "|", `\|`)
		if !customers[column.Name] {
			about = "commitments only: " + about
		}
		fmt.Fprintf(&table, "| `%s` | %s |\n", column.Name, about)
	}
	document, err := os.ReadFile("../docs/import.md")
	require.NoError(t, err)
	_, columns, found := strings.Cut(string(document), "## Columns\n\n")
	require.True(t, found)
	require.Equal(t, table.String(), columns)
}
