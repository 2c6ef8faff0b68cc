package architecture

import (
	"go/ast"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// ban is something of another package that must not be used.
type ban struct {
	path  string // of the package
	names []string
	why   string
	in    func(source) bool
	// except are files that may, each with the reason.
	except map[string]string
}

func outsideTests(s source) bool { return !s.isTest() }

// production is all but tests, fakes, the servers for development and commands.
func production(s source) bool {
	return !s.isForTests() && !s.isCommand() && s.folder() != "localstack" && s.folder() != "architecture"
}

func deterministic(s source) bool {
	return !s.isTest() && slices.Contains([]string{"onboarding", "onboarding/places", "catalog", "workflows"}, s.folder())
}

var bans = []ban{
	{
		path: "net/http", names: []string{"DefaultClient", "Get", "Post", "PostForm", "Head", "DefaultServeMux", "Handle", "HandleFunc", "ListenAndServe"},
		why: "it has no time-out, and everybody in the process shares it", in: outsideTests,
	},
	{
		path: "time", names: []string{"Now", "Since", "Until", "Sleep", "After", "Tick", "NewTimer", "NewTicker", "AfterFunc"},
		why: "a rule gets the time as a value and a workflow from workflow.Now, or a replay differs", in: deterministic,
	},
	{
		path: "context", names: []string{"Background", "TODO"},
		why: "what is done for somebody ends when they leave: pass their context on", in: production,
		except: map[string]string{
			"postgres/watch.go":   "the listening connection belongs to the store, not to whoever watches first; close ends it",
			"telemetry/record.go": "Prometheus hands a collector no context; a count has a time-out of its own",
		},
	},
	{
		path: "time", names: []string{"Sleep"},
		why: "too short on a busy machine and too long on any other: wait for the condition", in: source.isForTests,
	},
	{
		path: "os", names: []string{"Getenv", "LookupEnv", "Environ"},
		why: "settings are read in one place, cmd/latchkey, so that all faults are reported at once", in: production,
	},
}

func TestCalls_AvoidWhatIsBanned(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, file := range allSources(t) {
		packageOf := file.packageOf()
		ast.Inspect(file.File, func(node ast.Node) bool {
			selector, isSelector := node.(*ast.SelectorExpr)
			if !isSelector {
				return true
			}
			name, isName := selector.X.(*ast.Ident)
			if !isName {
				return true
			}
			for _, b := range bans {
				if packageOf[name.Name] != b.path || !slices.Contains(b.names, selector.Sel.Name) || !b.in(file) {
					continue
				}
				if _, excepted := b.except[file.path]; excepted {
					used[file.path] = true
					continue
				}
				assert.Fail(t, "banned", "%s uses %s.%s: %s", file.at(node), name.Name, selector.Sel.Name, b.why)
			}
			return true
		})
	}
	for _, b := range bans {
		for path := range b.except {
			assert.True(t, used[path], "the exception for %s is not needed any more", path)
		}
	}
}

func TestImports_LeaveChanceOutOfWorkflows(t *testing.T) {
	t.Parallel()
	for _, file := range allSources(t) {
		if !deterministic(file) {
			continue
		}
		for _, path := range file.packageOf() {
			assert.NotContains(t, []string{"math/rand", "math/rand/v2", "crypto/rand", "os", "net/http"}, path, "%s: a replay would differ", file.path)
		}
	}
}

// A test that cannot run must fail: one that is skipped looks like one that passed.
func TestTests_AreNeverSkipped(t *testing.T) {
	t.Parallel()
	for _, file := range allSources(t) {
		if !file.isForTests() {
			continue
		}
		ast.Inspect(file.File, func(node ast.Node) bool {
			call, isCall := node.(*ast.CallExpr)
			if !isCall {
				return true
			}
			if selector, isSelector := call.Fun.(*ast.SelectorExpr); isSelector {
				assert.NotContains(t, []string{"Skip", "Skipf", "SkipNow", "Short"}, selector.Sel.Name, "%s skips a test", file.at(node))
			}
			return true
		})
	}
}

// The domain does not know how it is written down; applicationjson and postgres do.
func TestDomain_HasNoStructTags(t *testing.T) {
	t.Parallel()
	for _, file := range allSources(t) {
		if file.isTest() || !slices.Contains(pure, file.folder()) {
			continue
		}
		ast.Inspect(file.File, func(node ast.Node) bool {
			if field, isField := node.(*ast.Field); isField {
				assert.Nil(t, field.Tag, "%s has a struct tag", file.at(node))
			}
			return true
		})
	}
}
