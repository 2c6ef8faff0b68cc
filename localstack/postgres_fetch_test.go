package localstack

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDebianBinDirs_ComeNewestFirstByNumber(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, version := range []string{"9", "15", "100"} {
		require.NoError(t, os.MkdirAll(filepath.Join(root, version, "bin"), 0o755))
	}
	var versions []string
	for _, dir := range debianBinDirs(filepath.Join(root, "*", "bin")) {
		versions = append(versions, filepath.Base(filepath.Dir(dir)))
	}
	assert.Equal(t, []string{"100", "15", "9"}, versions)
}

func TestLinkSharedLibraries_MakesTheListedLinksAndMayRunAgain(t *testing.T) {
	t.Parallel()
	dir := packageWithLinks(t, `[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so.5"}]`)

	require.NoError(t, linkSharedLibraries(dir))
	require.NoError(t, linkSharedLibraries(dir))

	text, err := os.ReadFile(filepath.Join(dir, "native", "lib", "libpq.so.5"))
	require.NoError(t, err)
	assert.Equal(t, "library", string(text))
}

func TestLinkSharedLibraries_MakesNoneOutsideThePackage(t *testing.T) {
	t.Parallel()
	dir := packageWithLinks(t, `[{"source":"native/lib/libpq.so.5.18","target":"../escaped"}]`)
	assert.Error(t, linkSharedLibraries(dir))
	assert.NoFileExists(t, filepath.Join(dir, "..", "escaped"))
}

func packageWithLinks(t *testing.T, list string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "package")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "native", "lib"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "native", "lib", "libpq.so.5.18"), []byte("library"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "native", "pg-symlinks.json"), []byte(list), 0o644))
	return dir
}
