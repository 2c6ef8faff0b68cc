package portal_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"
)

// BenchmarkPortal reports how long the pages that people look at most take, beside the same
// bytes that lie ready and are sent by nothing but gin. BENCH_PORTAL_VISITS says how often each
// is asked for.
func BenchmarkPortal(b *testing.B) {
	visits := 300
	if asked := os.Getenv("BENCH_PORTAL_VISITS"); asked != "" {
		var err error
		visits, err = strconv.Atoi(asked)
		require.NoError(b, err)
	}
	h := open(b)
	office, ops, other := h.signedIn(b, "office"), h.signedIn(b, "ops"), h.signedIn(b, "otheroffice")
	created := office.created()
	customer := h.withCrowd(b, created)
	main := []string{"customers", "search, last name", "operations", "customer file", "create customer, 500 drafts", "wizard, customer", "confirmation", "settings"}
	for _, page := range slices.Concat(h.listedPages(office, ops, other), h.otherPages(office, ops, customer, created)) {
		if !slices.Contains(main, page.name) {
			continue
		}
		page.reader.post("/customers/search", "q", page.query)
		shown := page.reader.get(page.path)
		require.Equal(b, http.StatusOK, shown.status, page.path)
		b.Run(page.name, func(b *testing.B) {
			b.Run("latchkey", func(b *testing.B) { page.reader.visit(b, page.path, visits, len(shown.body)) })
			b.Run("static", func(b *testing.B) {
				lying := h.visitor(b)
				lying.house = &house{url: serveStatic(b, shown)}
				lying.visit(b, page.path, visits, len(shown.body))
			})
		})
	}
}

// visit asks for a page many times, one after the other.
func (v *visitor) visit(b *testing.B, path string, times, about int) {
	b.Helper()
	for b.Loop() {
		clock := &stopwatch{}
		for range times {
			clock.time(func() int {
				page := v.get(path)
				require.Equal(b, http.StatusOK, page.status, path)
				return len(page.body)
			})
		}
		require.InDelta(b, about, clock.bytes, 100, "times and tokens may differ in length, the page may not")
		clock.report(b)
	}
}

// serveStatic serves a page that is ready.
func serveStatic(b *testing.B, page answer) (url string) {
	b.Helper()
	engine := gin.New()
	body := []byte(page.body)
	engine.NoRoute(func(c *gin.Context) { c.Data(http.StatusOK, page.header.Get("Content-Type"), body) })
	server := httptest.NewServer(engine)
	b.Cleanup(server.Close)
	return server.URL
}
