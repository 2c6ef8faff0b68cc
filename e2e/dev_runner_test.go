package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// dev is a running `latchkey dev`, which is what `make run` starts.
type dev struct {
	*program
	dir  string
	file devFile
}

// devFile is what scripts find in dev.json, as far as these tests need it.
type devFile struct {
	APIURL          string  `json:"api_url"`
	TemporalAddress string  `json:"temporal_address"`
	TemporalUIURL   string  `json:"temporal_ui_url"`
	MailURL         string  `json:"mail_url"`
	SimulatorURL    string  `json:"simulator_url"`
	DatabaseURL     string  `json:"database_url"`
	Dealer          devUser `json:"dealer"`
	Ops             devUser `json:"ops"`
	Modules         struct {
		Available []string `json:"available"`
	} `json:"modules"`
	Receivers []struct {
		ID       string `json:"id"`
		Protocol string `json:"protocol"`
	} `json:"receivers"`
}

type devUser struct {
	APIKey string `json:"api_key"`
}

func (d *dev) office() caller { return caller{d.file.APIURL, d.file.Dealer.APIKey} }

func (d *dev) filePath() string { return filepath.Join(d.dir, "dev.json") }

// devDir is a state folder that leaves nothing behind. Under root the database is
// elsewhere, in a folder that its own user can reach, and linked.
func devDir(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "latchkey")
	t.Cleanup(func() {
		if elsewhere, err := os.Readlink(filepath.Join(dir, "postgres")); err == nil {
			require.NoError(t, os.RemoveAll(elsewhere))
		}
	})
	return dir
}

// startDev starts `latchkey dev` on the folder and waits until it says that everything answers.
func startDev(t *testing.T, dir string, args ...string) *dev {
	t.Helper()
	d := launchDev(t, dir, args...)
	d.file = await(t, "a dev.json whose addresses answer", func() (devFile, bool) {
		require.False(t, d.over(), "latchkey dev has ended:\n%s", d.output.String())
		var file devFile
		content, err := os.ReadFile(d.filePath())
		if err != nil || json.Unmarshal(content, &file) != nil {
			return file, false
		}
		ready, err := caller{url: file.APIURL}.try(t.Context(), http.MethodGet, "/readyz", nil)
		return file, err == nil && ready.status == http.StatusOK
	})
	return d
}

// launchDev starts `latchkey dev` without waiting for anything.
func launchDev(t *testing.T, dir string, args ...string) *dev {
	t.Helper()
	p, err := launch(append([]string{"dev", "--dir", dir, "--port", "0"}, args...)...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.stop()) })
	p.showIfFailed(t)
	return &dev{program: p, dir: dir}
}
