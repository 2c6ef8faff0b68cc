package architecture

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const dependencies = "docs/dependencies.md"

var moduleRow = regexp.MustCompile("(?m)^\\| `([a-z0-9.]+\\.[a-z]+/[^`]+)`")

// direct are the modules that our packages and tests import.
func direct(t *testing.T) map[string]bool {
	t.Helper()
	moduleOf := map[string]string{}
	for _, p := range allPackages(t) {
		if p.Module != nil && !p.Module.Main {
			moduleOf[p.ImportPath] = p.Module.Path
		}
	}
	modules := map[string]bool{}
	for _, p := range ourPackages(t) {
		for _, imports := range [][]string{p.Imports, p.TestImports, p.XTestImports} {
			for _, path := range imports {
				if of, isModule := moduleOf[path]; isModule {
					modules[of] = true
				}
			}
		}
	}
	return modules
}

func TestDependencies_EachHasItsReason(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, found := range moduleRow.FindAllStringSubmatch(read(t, dependencies), -1) {
		listed[found[1]] = true
	}
	modules := direct(t)
	require.NotEmpty(t, modules)
	for of := range modules {
		assert.True(t, listed[of], "%s has no row for %s: why, licence, what was refused", dependencies, of)
	}
}

func TestDependencies_RowsAreInUse(t *testing.T) {
	t.Parallel()
	required := read(t, "go.mod")
	for _, other := range []string{"tools", "tools/temporal", "tools/promql", "tools/sbom", "bench/peers"} {
		required += read(t, other+"/go.mod")
	}
	for _, found := range moduleRow.FindAllStringSubmatch(read(t, dependencies), -1) {
		assert.True(t, strings.Contains(required, found[1]+" v"), "%s has a row for %s, which no go.mod requires", dependencies, found[1])
	}
}
