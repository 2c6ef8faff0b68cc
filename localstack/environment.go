package localstack

import (
	"os"
	"slices"
	"strings"
)

// childEnvironment is this process's environment less the variables whose names begin with one of the prefixes, plus
// more.
func childEnvironment(without []string, more ...string) []string {
	kept := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return slices.ContainsFunc(without, func(prefix string) bool { return strings.HasPrefix(variable, prefix) })
	})
	return append(kept, more...)
}
