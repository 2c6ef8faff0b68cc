package postgres_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/postgres/postgrestest"
)

// What a query generator would give: every statement is held against the schema.
func TestEveryStatement_PreparesAgainstTheMigratedSchema(t *testing.T) {
	t.Parallel()
	statements := sqlConstants(t)
	require.Greater(t, len(statements), 80, "the constants are not found any more")

	conn := connect(t, postgrestest.URL(t))
	for name, sql := range statements {
		numbered, _, err := pgx.NamedArgs{}.RewriteQuery(t.Context(), conn, sql, nil)
		require.NoError(t, err, name)
		_, err = conn.Prepare(t.Context(), name, numbered)
		require.NoError(t, err, name)
	}
}

// sqlConstants evaluates every constant of this package whose name begins with sql.
func sqlConstants(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]ast.Expr{}
	entries, err := fs.Glob(os.DirFS("."), "*.go")
	require.NoError(t, err)
	for _, entry := range entries {
		if strings.HasSuffix(entry, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), entry, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(node ast.Node) bool {
			if spec, ok := node.(*ast.ValueSpec); ok && len(spec.Values) == len(spec.Names) {
				for i, name := range spec.Names {
					all[name.Name] = spec.Values[i]
				}
			}
			return true
		})
	}
	statements := map[string]string{}
	for name, value := range all {
		// LISTEN is a command that cannot be prepared; a test of its own runs it.
		if strings.HasPrefix(name, "sql") && name != "sqlListen" {
			statements[name] = evaluate(t, all, value)
		}
	}
	return statements
}

func evaluate(t *testing.T, all map[string]ast.Expr, value ast.Expr) string {
	t.Helper()
	switch value := value.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(value.Value)
		require.NoError(t, err)
		return text
	case *ast.BinaryExpr:
		return evaluate(t, all, value.X) + evaluate(t, all, value.Y)
	case *ast.Ident:
		require.Contains(t, all, value.Name)
		return evaluate(t, all, all[value.Name])
	default:
		t.Fatalf("a statement is built from %T: keep them constant", value)
		return ""
	}
}
