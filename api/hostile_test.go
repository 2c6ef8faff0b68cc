package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

// hostile values go into every field in turn. Whatever one holds, the answer is that it
// is taken or what is wrong with it: never a fault of ours.
var hostile = []any{
	nil, true, 0, -1, json.Number("1e999"), json.Number("99999999999999999999"), "", " ", "null", "\x00", "a\x00b", "\u202e", "\ufeff",
	"😀", "é", "𝒳", "<script>alert(1)</script>", "'; DROP TABLE onboardings; --", `\`, `"`, "../../../etc/passwd", "%s%n", "{{.}}",
	strings.Repeat("x", 70_000), "2027-02-30",
	[]any{},
	[]any{nil},
	[]any{[]any{}},
	map[string]any{},
	map[string]any{"$ref": "#"},
	map[string]any{"a": nil},
}

func TestSubmit_NeverFailsWhateverAFieldHolds(t *testing.T) {
	t.Parallel()
	o := open(t)
	// Nothing is held, so that what is taken does not stand in the way of what comes after it.
	o.engine.accept = func(context.Context, onboarding.StartRun) (onboarding.Verdict, error) {
		return onboarding.Verdict{}, onboarding.ErrNoAnswerYet
	}
	for _, path := range leaves("", o.johnDoe()) {
		for _, value := range hostile {
			answer := o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.johnDoe(change{path, value}))
			require.Contains(t, []int{http.StatusAccepted, http.StatusUnprocessableEntity}, answer.status, "%s: %.80v: %s", path, value, answer.body)
		}
	}
}

// leaves are the paths of an application, its sections included.
func leaves(at string, object map[string]any) []string {
	var paths []string
	for name, value := range object {
		path := strings.TrimPrefix(at+"."+name, ".")
		paths = append(paths, path)
		if inner, ok := value.(map[string]any); ok {
			paths = append(paths, leaves(path, inner)...)
		}
	}
	return paths
}
