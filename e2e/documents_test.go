package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What the documents tell people to type works as it stands there.

func TestReadme_ItsCallMakesACustomer(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	dir := filepath.Join(root, ".latchkey")
	t.Cleanup(func() {
		if elsewhere, err := os.Readlink(filepath.Join(dir, "postgres")); err == nil {
			require.NoError(t, os.RemoveAll(elsewhere))
		}
	})
	d := startDev(t, dir, "--no-demo")
	call := strings.ReplaceAll(codeBlock(t, "README.md", "sh", "key="), "http://127.0.0.1:8080", d.file.APIURL)

	made := shell(t, root, call)

	require.Contains(t, made, `"status":"active"`, made)
}

func TestDeploymentGuide_ItsCommandsMakeADealerWhoCanCall(t *testing.T) {
	t.Parallel()
	dir := devDir(t)
	d := startDev(t, dir, "--no-demo")
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "modules.csv"), []byte("serial,imei,meid\n5200000001,,\n5200000002,,\n"), 0o600))

	printed := shell(t, root, codeBlock(t, "docs/deployment.md", "", "latchkey admin dealer"), "LATCHKEY_DATABASE_URL="+d.file.DatabaseURL)

	key := ""
	for line := range strings.Lines(printed) {
		if strings.HasPrefix(line, "lk_") {
			key = strings.TrimSpace(line)
		}
	}
	require.NotEmpty(t, key, printed)
	newcomer := caller{d.file.APIURL, key}
	require.Contains(t, string(newcomer.get(t, "/v1/modules/5200000002").body), `"available"`)
	require.Contains(t, string(newcomer.get(t, "/v1/receivers").body), "Central Station")
}

// codeBlock is the block of a document, of the given language, in which a text occurs.
func codeBlock(t *testing.T, document, language, with string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", document))
	require.NoError(t, err)
	parts := strings.Split(string(content), "```")
	for i := 1; i < len(parts); i += 2 {
		first, code, _ := strings.Cut(parts[i], "\n")
		if first == language && strings.Contains(code, with) {
			return code
		}
	}
	require.FailNow(t, "no such block", "%s: %s", document, with)
	return ""
}

// shell runs a script as a person would who has `latchkey` on the PATH.
func shell(t *testing.T, dir, script string, environment ...string) string {
	t.Helper()
	return shellWith(t, dir, script, append([]string{"PATH=" + os.Getenv("PATH")}, environment...)...)
}

// shellWith is the same for somebody whose PATH, the first of the environment, has more.
func shellWith(t *testing.T, dir, script string, environment ...string) string {
	t.Helper()
	printed, err := tryShell(t, dir, script, environment...)
	require.NoError(t, err, printed)
	return printed
}

func tryShell(t *testing.T, dir, script string, environment ...string) (string, error) {
	t.Helper()
	built, err := binary()
	require.NoError(t, err)
	command := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", script)
	command.Dir = dir
	path := "PATH=" + filepath.Dir(built) + ":" + strings.TrimPrefix(environment[0], "PATH=")
	command.Env = append(append(os.Environ(), environment...), path)
	printed, err := command.CombinedOutput()
	return string(printed), err
}
