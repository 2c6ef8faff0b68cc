package localstack_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/localstack"
)

func TestFindPostgres_TakesPGBinAsAnOrderAndNotAHint(t *testing.T) {
	t.Setenv("PG_BIN", t.TempDir())
	_, err := localstack.FindPostgres(t.Context(), t.Logf)
	assert.ErrorContains(t, err, "PG_BIN is set to "+os.Getenv("PG_BIN"))
}

func TestFindTemporal_TakesTemporalCLIAsAnOrderAndNotAHint(t *testing.T) {
	for version, says := range map[string]string{
		"temporal version 1.3.0 (Server 1.27.1, UI 2.36.0)": "its server is 1.27 and 1.29 is needed",
		"something else": "names no server version",
	} {
		t.Setenv("TEMPORAL_CLI", script(t, "echo '"+version+"'"))
		_, err := localstack.FindTemporal(t.Context(), t.Logf)
		assert.ErrorContains(t, err, says)
	}
}

func TestFindTemporal_TakesANewerOne(t *testing.T) {
	path := script(t, "echo 'temporal version 1.9.0 (Server 1.31.0, UI 2.50.0)'")
	t.Setenv("TEMPORAL_CLI", path)
	found, err := localstack.FindTemporal(t.Context(), t.Logf)
	require.NoError(t, err)
	assert.Equal(t, path, found)
}

func TestFindTemporal_TakesTheOneOnPATHBeforeBuilding(t *testing.T) {
	path := script(t, "echo 'temporal version 1.9.0 (Server 1.31.0, UI 2.50.0)'")
	t.Setenv("TEMPORAL_CLI", "")
	t.Setenv("LATCHKEY_CACHE", t.TempDir())
	t.Setenv("PATH", filepath.Dir(path)+":"+os.Getenv("PATH"))
	found, err := localstack.FindTemporal(t.Context(), t.Logf)
	require.NoError(t, err)
	assert.Equal(t, path, found)
}

func TestFindTemporal_SaysWhatToDoWhenThereIsNothingToBuildItFrom(t *testing.T) {
	t.Setenv("TEMPORAL_CLI", "")
	t.Setenv("LATCHKEY_CACHE", t.TempDir())
	t.Setenv("PATH", t.TempDir())
	t.Chdir(t.TempDir())
	_, err := localstack.FindTemporal(t.Context(), t.Logf)
	assert.ErrorContains(t, err, "run this in a clone of Latchkey, or install the Temporal CLI")
}

func script(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "temporal")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o755))
	return path
}
