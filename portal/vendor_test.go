package portal

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestVendored_FilesAreThoseThatWereChecked(t *testing.T) {
	t.Parallel()
	list, err := staticFiles.Open("static/vendor/SHA256SUMS")
	require.NoError(t, err)
	defer list.Close()
	listed := map[string]bool{"SHA256SUMS": true}
	lines := bufio.NewScanner(list)
	for lines.Scan() {
		sum, name, ok := strings.Cut(lines.Text(), "  ")
		require.True(t, ok)
		content, err := staticFiles.ReadFile("static/vendor/" + name)
		require.NoError(t, err)
		actual := sha256.Sum256(content)
		require.Equal(t, sum, hex.EncodeToString(actual[:]), name)
		listed[name] = true
	}
	files, err := fs.ReadDir(staticFiles, "static/vendor")
	require.NoError(t, err)
	for _, file := range files {
		require.True(t, listed[file.Name()], "%s is not listed", file.Name())
	}
}

func TestFiles_AskForNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	elsewhere := regexp.MustCompile(`(?i)(src|href|action|hx-[a-z-]+|url|import|from)\s*[=(]?\s*["']?\s*(https?:)?//`)
	inline := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|<script(?:>| type="[a-z/]+">)|javascript:`)
	for _, root := range []fs.FS{templateFiles, staticFiles} {
		require.NoError(t, fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || strings.Contains(name, "/vendor/") {
				return err
			}
			content, err := fs.ReadFile(root, name)
			require.NoError(t, err)
			require.Empty(t, elsewhere.FindString(string(content)), name)
			if path.Ext(name) == ".html" {
				require.Empty(t, inline.FindString(string(content)), "%s: the content policy forbids it", name)
			}
			return nil
		}))
	}
}

func TestLocalPath_LeadsNowhereElse(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"/customers": "/customers", "/drafts/x/section/login": "/drafts/x/section/login", "": "/", "customers": "/",
		"https://evil.example.com/": "/", "//evil.example.com": "/", `/\evil.example.com`: "/", "///evil.example.com": "/", "javascript:alert(1)": "/",
	} {
		require.Equal(t, want, localPath(typed), typed)
	}
}

func TestAgo_SpeaksOfOneUnit(t *testing.T) {
	t.Parallel()
	require.Equal(t, "less than a minute", ago(0))
	require.Equal(t, "1 hour", ago(3_600_000_000_000))
	require.Equal(t, "2 days", ago(50*3_600_000_000_000))
}
