package e2e

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// pdfText is what a reader sees on the pages.
func pdfText(t *testing.T, path string) string {
	t.Helper()
	text, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", path, "-").Output()
	require.NoError(t, err)
	return string(text)
}
