package architecture

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mayImport is the table of ARCHITECTURE.md: every package of ours, and which of ours it
// may import. Imports go strictly down; adapters (postgres, carrier, letter, mail) never
// import one another.
var mayImport = map[string][]string{
	// The domain.
	"onboarding/places": {},
	"catalog":           {},
	"onboarding":        {"catalog", "onboarding/places"},
	"applicationjson":   {"onboarding"},
	"applicationcsv":    {"onboarding"},

	// Adapters.
	"migrations": {},
	"postgres":   {"onboarding", "catalog", "applicationjson", "migrations"},
	"carrier":    {"onboarding"},
	"letter":     {"onboarding", "catalog", "letter/truetype"},
	"mail":       {"onboarding"},
	"webhook":    {"onboarding"},
	"openid":     {"onboarding"},

	// What is kept unreadable.
	"sealing":      {},
	"payloadcodec": {"sealing"},

	// Durable work.
	"activities": {"onboarding", "catalog", "carrier", "letter", "mail", "webhook"},
	"workflows":  {"onboarding", "activities"},
	"worker":     {"onboarding", "activities", "workflows"},

	// Requests.
	"dealing": {"onboarding", "onboarding/places", "catalog"},
	"trail":   {"dealing"},
	"api":     {"onboarding", "onboarding/places", "catalog", "applicationjson", "applicationcsv", "dealing", "telemetry", "trail"},
	"portal":  {"onboarding", "onboarding/places", "catalog", "applicationjson", "applicationcsv", "dealing", "trail"},

	// What a program shows of itself.
	"telemetry": {"onboarding"},

	// Fakes and servers for tests and development.
	"localstack":             {},
	"localstack/fetch":       {"localstack"},
	"postgres/postgrestest":  {"localstack", "migrations", "postgres"},
	"workflows/temporaltest": {"localstack", "workflows"},
	"carrier/carriertest":    {"carrier"},
	"mail/mailtest":          {},
	"webhook/webhooktest":    {},
	"letter/truetype":        {},
	"letter/fonts/slim":      {"letter/truetype"},
	"openid/openidtest":      {},

	// Only tests: of the rules, and of the whole.
	"architecture": {},
	"e2e":          {},
	// Runs benchmarks and draws their table.
	"bench": {},
	// Wires everything.
	"cmd/latchkey": {
		"onboarding", "catalog", "applicationjson", "applicationcsv", "migrations", "postgres", "carrier", "carrier/carriertest", "letter", "mail",
		"mail/mailtest", "webhook", "openid", "activities", "workflows", "worker", "dealing", "api", "portal", "localstack", "telemetry",
		"payloadcodec", "sealing",
	},
}

// adapters each know one technology, and are tested without the others.
var adapters = []string{"postgres", "carrier", "letter", "mail", "webhook", "openid"}

// outside are libraries that only some packages may import. A library that only one
// package knows can be replaced by changing that package.
var outside = map[string][]string{
	"go.temporal.io/sdk":                   {"workflows", "worker", "activities", "payloadcodec", "cmd/latchkey"},
	"go.temporal.io/api":                   {"workflows", "payloadcodec", "cmd/latchkey", "localstack"},
	"google.golang.org/grpc":               {"localstack"},
	"github.com/jackc/pgx":                 {"postgres", "migrations", "localstack", "postgres/postgrestest"},
	"github.com/peterldowns/pgtestdb":      {"postgres/postgrestest"},
	"database/sql":                         {"postgres", "migrations", "postgres/postgrestest"},
	"github.com/pressly/goose":             {"migrations"},
	"github.com/gin-gonic/gin":             {"api", "portal", "trail"},
	"github.com/danielgtaylor/huma":        {"api"},
	"github.com/go-chi/httprate":           {"api", "portal"},
	"github.com/alexedwards/scs":           {"portal"},
	"github.com/jung-kurt/gofpdf":          {"letter"},
	"golang.org/x/image":                   {"letter", "letter/fonts/slim"},
	"github.com/wneessen/go-mail":          {"mail"},
	"github.com/emersion/go-smtp":          {"mail/mailtest"},
	"github.com/emersion/go-sasl":          {"mail/mailtest"},
	"github.com/nyaruka/phonenumbers":      {"onboarding"},
	"github.com/alexedwards/argon2id":      {"dealing"},
	"github.com/alecthomas/kong":           {"cmd/latchkey"},
	"github.com/prometheus/client_golang":  {"api", "telemetry", "cmd/latchkey"},
	"github.com/prometheus/otlptranslator": {"telemetry"},
	"go.opentelemetry.io/otel":             {"telemetry", "trail", "postgres", "carrier", "mail", "webhook"},
	"go.opentelemetry.io/otel/sdk":         {"telemetry"},
	"go.opentelemetry.io/otel/exporters":   {"telemetry"},
	"github.com/exaring/otelpgx":           {"postgres"},
	"golang.org/x/perf":                    {"bench"},
	"github.com/coreos/go-oidc":            {"openid"},
	"golang.org/x/oauth2":                  {"openid"},
	"net/smtp":                             {},
	"text/template":                        {"mail"},
}

// pure packages have no I/O, clock, chance or environment, nor anything that stands for
// them.
var (
	pure   = []string{"onboarding", "onboarding/places", "catalog"}
	impure = []string{
		"context", "crypto/rand", "database/sql", "log", "math/rand", "math/rand/v2", "net", "net/http", "os", "os/exec", "syscall",
		"testing",
	}
)

// vagueNames say nothing about what is inside, so anything ends up there.
var vagueNames = []string{"util", "utils", "common", "helper", "helpers", "manager", "managers", "type", "types", "model", "models", "base", "misc", "shared", "x"}

func TestImports_GoStrictlyDown(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, p := range ourPackages(t) {
		seen[p.folder()] = true
		allowed, known := mayImport[p.folder()]
		if !assert.True(t, known, "%s is new: give it a row in mayImport and in ARCHITECTURE.md", p.folder()) {
			continue
		}
		for _, path := range p.Imports {
			if target, isOurs := strings.CutPrefix(path, module+"/"); isOurs {
				assert.Contains(t, allowed, target, "%s must not import %s", p.folder(), target)
			}
		}
	}
	for folder := range mayImport {
		assert.True(t, seen[folder], "mayImport has a row for %s, which is not there", folder)
	}
}

func TestImports_OfTestsKeepDomainAndAdaptersApart(t *testing.T) {
	t.Parallel()
	for _, p := range ourPackages(t) {
		for _, path := range append(slices.Clone(p.TestImports), p.XTestImports...) {
			target, isOurs := strings.CutPrefix(path, module+"/")
			if !isOurs || target == p.folder() {
				continue
			}
			if slices.Contains(pure, p.folder()) {
				assert.Contains(t, mayImport[p.folder()], target, "tests of %s must not import %s", p.folder(), target)
			}
			if slices.Contains(adapters, p.folder()) {
				assert.NotContains(t, adapters, target, "tests of %s must not import %s", p.folder(), target)
			}
		}
	}
}

func TestImports_KeepLibrariesWhereTheyBelong(t *testing.T) {
	t.Parallel()
	for _, p := range ourPackages(t) {
		for _, path := range p.Imports {
			for library, users := range outside {
				if path == library || strings.HasPrefix(path, library+"/") {
					assert.Contains(t, users, p.folder(), "%s must not import %s", p.folder(), path)
				}
			}
		}
	}
}

func TestImports_KeepTestLibrariesInTests(t *testing.T) {
	t.Parallel()
	for _, p := range ourPackages(t) {
		if p.forTests() {
			continue
		}
		for _, path := range p.Imports {
			for _, library := range []string{"testing", "github.com/stretchr/testify", "pgregory.net/rapid", "go.uber.org/goleak", "net/http/httptest"} {
				assert.False(t, path == library || strings.HasPrefix(path, library+"/"), "%s must not import %s outside tests", p.folder(), path)
			}
		}
	}
}

func TestImports_KeepTheDomainPure(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, p := range ourPackages(t) {
		if !slices.Contains(pure, p.folder()) {
			continue
		}
		checked++
		for _, path := range p.Imports {
			assert.NotContains(t, impure, path, "%s is pure and must not import %s", p.folder(), path)
		}
	}
	require.Len(t, pure, checked)
}

func TestPackages_HaveNamesThatSaySomething(t *testing.T) {
	t.Parallel()
	for _, p := range ourPackages(t) {
		for part := range strings.SplitSeq(p.folder(), "/") {
			assert.NotContains(t, vagueNames, part, "folder %s", p.folder())
		}
		assert.NotContains(t, vagueNames, p.Name, "package in %s", p.folder())
	}
}
