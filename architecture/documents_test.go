package architecture

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// document is a Markdown file of ours.
type document struct {
	path string
	text string
}

func documents(t *testing.T) []document {
	t.Helper()
	var all []document
	require.NoError(t, walk(".md", func(path string) error {
		text, err := os.ReadFile(filepath.Join(root, path))
		all = append(all, document{path, string(text)})
		return err
	}))
	require.NotEmpty(t, all)
	return all
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	require.NoError(t, err)
	return string(text)
}

var (
	quoted     = regexp.MustCompile("`([^`\\s]+)`")
	pathLike   = regexp.MustCompile(`^[\w.-]+(/[\w.*-]+)*/?$`)
	fileEnding = regexp.MustCompile(`\.(go|md|sql|sh|yml|yaml|json|html|tmpl|txt|mod|sum)$`)
	link       = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading    = regexp.MustCompile(`(?m)^#+ +(.*)$`)
)

// fleeting are paths that running or building makes.
var fleeting = []string{".latchkey", "bin", ".env"}

// namesFile reports whether a quoted word means a file or folder of this repository.
func namesFile(word string, topLevel []string) bool {
	if !pathLike.MatchString(word) {
		return false
	}
	first, _, isDeep := strings.Cut(word, "/")
	if slices.Contains(fleeting, first) {
		return false
	}
	return fileEnding.MatchString(word) || isDeep && slices.Contains(topLevel, first)
}

func TestDocuments_NamePathsThatExist(t *testing.T) {
	t.Parallel()
	var topLevel []string
	entries, err := os.ReadDir(root)
	require.NoError(t, err)
	for _, entry := range entries {
		topLevel = append(topLevel, entry.Name())
	}
	byName := map[string]bool{}
	require.NoError(t, walk("", func(p string) error {
		byName[path.Base(p)] = true
		return nil
	}))
	checked := 0
	for _, document := range documents(t) {
		for _, found := range quoted.FindAllStringSubmatch(document.text, -1) {
			word := found[1]
			if !namesFile(word, topLevel) {
				continue
			}
			checked++
			if !strings.Contains(word, "/") {
				_, err := os.Stat(filepath.Join(root, word))
				assert.True(t, byName[word] || err == nil, "%s names %s, which is nowhere", document.path, word)
				continue
			}
			fromRoot, err := fs.Glob(os.DirFS(root), strings.TrimSuffix(word, "/"))
			require.NoError(t, err)
			beside, err := fs.Glob(os.DirFS(root), path.Join(path.Dir(document.path), word))
			require.NoError(t, err)
			assert.NotEmpty(t, append(fromRoot, beside...), "%s names %s, which is not there", document.path, word)
		}
	}
	require.NotZero(t, checked)
}

func TestDocuments_LinkToWhatIsThere(t *testing.T) {
	t.Parallel()
	for _, document := range documents(t) {
		for _, found := range link.FindAllStringSubmatch(document.text, -1) {
			target, anchor, _ := strings.Cut(found[1], "#")
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			to := path.Join(path.Dir(document.path), target)
			if target == "" {
				to = document.path
			}
			if _, err := os.Stat(filepath.Join(root, to)); !assert.NoError(t, err, "%s links to %s", document.path, found[1]) || anchor == "" {
				continue
			}
			assert.Contains(t, anchors(read(t, to)), anchor, "%s links to %s", document.path, found[1])
		}
	}
}

// anchors are the headings of a document as links name them.
func anchors(text string) []string {
	var names []string
	for _, found := range heading.FindAllStringSubmatch(text, -1) {
		name := strings.ReplaceAll(strings.ToLower(found[1]), " ", "-")
		names = append(names, regexp.MustCompile(`[^\w-]`).ReplaceAllString(name, ""))
	}
	return names
}

// Names of this kind are only true on the machine where they were written.
func TestDocuments_NameNoPlaceOfOneMachine(t *testing.T) {
	t.Parallel()
	place := regexp.MustCompile(`(/roo[t]/|/home/\w+/|/Users/\w+/)`)
	for _, document := range documents(t) {
		assert.Empty(t, place.FindString(document.text), document.path)
	}
}
