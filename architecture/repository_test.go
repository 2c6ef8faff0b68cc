package architecture

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	root   = ".." // tests run in their package's folder
	module = "github.com/latchkey/latchkey"
)

// listed is a package as `go list` tells it.
type listed struct {
	ImportPath, Name                   string
	Imports, TestImports, XTestImports []string
	Module                             *struct {
		Path string
		Main bool
	}
}

// folder is where the package lies, from the root.
func (p listed) folder() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

func (p listed) ours() bool { return p.Module != nil && p.Module.Main }

// forTests reports whether the package exists for tests and development: another's fake
// or its server.
func (p listed) forTests() bool { return strings.HasSuffix(p.Name, "test") || p.Name == "localstack" }

// everything is our packages and all that they and their tests depend on.
var everything = sync.OnceValues(func() ([]listed, error) {
	list := exec.Command("go", "list", "-deps", "-test", "-json=ImportPath,Name,Imports,TestImports,XTestImports,Module", "./...")
	list.Dir = root
	var output, faults bytes.Buffer
	list.Stdout, list.Stderr = &output, &faults
	if err := list.Run(); err != nil {
		return nil, errors.Join(err, errors.New(faults.String()))
	}
	var packages []listed
	for decoder := json.NewDecoder(&output); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
})

func allPackages(t *testing.T) []listed {
	t.Helper()
	packages, err := everything()
	require.NoError(t, err)
	return packages
}

// ourPackages leaves out the variants that `go list -test` makes of a package for its tests.
func ourPackages(t *testing.T) []listed {
	t.Helper()
	variant := func(p listed) bool {
		return !p.ours() || strings.Contains(p.ImportPath, " ") || strings.HasSuffix(p.ImportPath, ".test")
	}
	ours := slices.DeleteFunc(slices.Clone(allPackages(t)), variant)
	require.NotEmpty(t, ours)
	return ours
}

// source is a parsed Go file.
type source struct {
	*ast.File
	path  string // from the root, with slashes
	files *token.FileSet
}

func (s source) folder() string   { return filepath.ToSlash(filepath.Dir(s.path)) }
func (s source) isTest() bool     { return strings.HasSuffix(s.path, "_test.go") }
func (s source) isCommand() bool  { return s.Name.Name == "main" }
func (s source) isForTests() bool { return s.isTest() || strings.HasSuffix(s.Name.Name, "test") }

// at says where something stands, for a person to find.
func (s source) at(node ast.Node) string {
	return fmt.Sprintf("%s:%d", s.path, s.files.Position(node.Pos()).Line)
}

// packageOf maps the names by which a file knows its imports to their paths.
func (s source) packageOf() map[string]string {
	names := map[string]string{}
	for _, spec := range s.Imports {
		path := strings.Trim(spec.Path.Value, `"`)
		name := path[strings.LastIndex(path, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = path
	}
	return names
}

var sources = sync.OnceValues(func() ([]source, error) {
	var parsed []source
	files := token.NewFileSet()
	err := walk(".go", func(path string) error {
		file, err := parser.ParseFile(files, filepath.Join(root, path), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		parsed = append(parsed, source{File: file, path: path, files: files})
		return nil
	})
	return parsed, err
})

func allSources(t *testing.T) []source {
	t.Helper()
	parsed, err := sources()
	require.NoError(t, err)
	require.NotEmpty(t, parsed)
	return parsed
}

// walk visits the files with this ending, hidden folders and what is built left out.
func walk(ending string, visit func(path string) error) error {
	return fs.WalkDir(os.DirFS(root), ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != "." && (strings.HasPrefix(entry.Name(), ".") || path == "bin"):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(path, ending):
			return nil
		}
		return visit(path)
	})
}
