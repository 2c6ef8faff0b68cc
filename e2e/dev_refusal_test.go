package e2e

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDev_SaysInOneSentenceWhatToDo(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args func(t *testing.T, dir string) []string
		says []string
	}{
		"about a port that is taken": {
			args: func(t *testing.T, dir string) []string {
				taken, err := net.Listen("tcp", "127.0.0.1:0")
				require.NoError(t, err)
				t.Cleanup(func() { require.NoError(t, taken.Close()) })
				return []string{"--dir", dir, "--port", strconv.Itoa(taken.Addr().(*net.TCPAddr).Port)}
			},
			says: []string{"is taken by another program", "choose another with --port"},
		},
		"about a state folder that is a file": {
			args: func(t *testing.T, dir string) []string {
				require.NoError(t, os.WriteFile(dir, nil, 0o600))
				return []string{"--dir", dir, "--port", "0"}
			},
			says: []string{"the state folder", "choose another with --dir"},
		},
		"about secrets that are damaged": {
			args: func(t *testing.T, dir string) []string {
				require.NoError(t, os.Mkdir(dir, 0o700))
				require.NoError(t, os.WriteFile(filepath.Join(dir, "secrets.json"), []byte(`{"dealer_key": `), 0o600))
				return []string{"--dir", dir, "--port", "0"}
			},
			says: []string{"secrets.json is damaged", "remove the state folder", "choose another with --dir"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "latchkey")
			refused, err := launch(append([]string{"dev"}, test.args(t, dir)...)...)
			require.NoError(t, err)
			require.Equal(t, 1, refused.exitCode(t))
			said := strings.TrimSpace(refused.output.String())
			require.NotContains(t, said, "\n")
			for _, part := range append(test.says, "latchkey: ") {
				require.Contains(t, said, part)
			}
		})
	}
}
