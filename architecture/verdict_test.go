package architecture

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tools/verdict decides whether a run of all tests passes, so it is tested itself.
func TestVerdict_FailsWhatDidNotRun(t *testing.T) {
	t.Parallel()
	const (
		passedTest    = `{"Action":"pass","Package":"p","Test":"TestA","Elapsed":0}`
		passedSubtest = `{"Action":"pass","Package":"p","Test":"TestA/b","Elapsed":0}`
		passedPackage = `{"Action":"pass","Package":"p","Elapsed":0.01}`
		printed       = `{"Action":"output","Package":"p","Test":"TestA","Output":"{\"Action\":\"pass\",\"Test\":\"x\"}\n"}`
	)
	for name, c := range map[string]struct {
		events                  []string
		failed, skipped, errors string
		says                    string
		passes                  bool
	}{
		"all passed":              {[]string{passedTest, passedSubtest, printed, passedPackage}, "0", "0", "0", "2 passed, 0 failed", true},
		"one failed":              {[]string{passedTest}, "1", "0", "0", "1 passed, 1 failed", false},
		"one skipped":             {[]string{passedTest}, "0", "1", "0", "1 passed, 1 failed", false},
		"a fault outside tests":   {[]string{passedTest}, "0", "0", "1", "1 passed, 1 failed", false},
		"nothing ran":             {nil, "0", "0", "0", "0 passed, 0 failed", false},
		"packages without a test": {[]string{passedPackage}, "0", "0", "0", "0 passed, 0 failed", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			events := filepath.Join(t.TempDir(), "events")
			require.NoError(t, os.WriteFile(events, []byte(strings.Join(c.events, "\n")), 0o600))
			verdict := exec.Command("tools/verdict", events)
			verdict.Dir = root
			verdict.Env = append(os.Environ(), "TESTS_FAILED="+c.failed, "TESTS_SKIPPED="+c.skipped, "TESTS_ERRORS="+c.errors)
			output, err := verdict.Output()
			assert.Equal(t, c.says+"\n", string(output))
			assert.Equal(t, c.passes, err == nil)
		})
	}
}
