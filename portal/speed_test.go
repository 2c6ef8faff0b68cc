package portal_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/api"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/postgres"
)

// timedPage is a page, who reads it and what they searched for before.
type timedPage struct {
	name   string
	reader *visitor
	path   string
	query  string
}

// BenchmarkPages reports how long each page takes with crowdSize customers in the database,
// from the request's first byte to the answer's last, and what it weighs. It checks that the
// pages come, not how fast: docs/performance.md has the numbers and how they were taken.
func BenchmarkPages(b *testing.B) {
	h := open(b)
	office, ops, other := h.signedIn(b, "office"), h.signedIn(b, "ops"), h.signedIn(b, "otheroffice")
	created := office.created()
	customer := h.withCrowd(b, created)
	for _, page := range slices.Concat(h.listedPages(office, ops, other), h.otherPages(office, ops, customer, created), h.websitePages(b, created)) {
		b.Run(page.name, func(b *testing.B) {
			page.reader.post("/customers/search", "q", page.query)
			clock := &stopwatch{}
			for b.Loop() {
				clock.time(func() int {
					answer := page.reader.get(page.path)
					require.Equal(b, http.StatusOK, answer.status, page.path)
					require.Equal(b, page.path, pathAsAsked(page.path, answer.path), "led elsewhere")
					return len(answer.body)
				})
			}
			clock.report(b)
		})
	}
	b.Run("first visit, with its files", func(b *testing.B) {
		clock := &stopwatch{}
		for b.Loop() {
			clock.time(func() int { return office.firstVisit("/customers") })
		}
		clock.report(b)
	})
}

// BenchmarkLists is BenchmarkPages for the lists of the API.
func BenchmarkLists(b *testing.B) {
	h := open(b)
	h.withCrowd(b, h.signedIn(b, "office").created())
	for _, list := range []struct{ name, path string }{
		{"onboardings, 50", "/v1/onboardings"},
		{"onboardings, 200", "/v1/onboardings?limit=200"},
		{"onboardings, parked", "/v1/onboardings?status=parked"},
		{"onboardings, waiting", "/v1/onboardings?status=waiting"},
		{"onboardings, cancelled", "/v1/onboardings?status=cancelled"},
		{"onboardings, a status nobody has", "/v1/onboardings?status=compensating"},
		{"onboardings, parked for a reason", "/v1/onboardings?park_reason=carrier_unavailable"},
		{"onboardings, from one source", "/v1/onboardings?source=commitment"},
		{"drafts", "/v1/drafts"},
	} {
		b.Run(list.name, func(b *testing.B) {
			get := h.apiClient(b)
			clock := &stopwatch{}
			for b.Loop() {
				clock.time(func() int { return get(list.path) })
			}
			clock.report(b)
		})
	}
}

func (h *house) listedPages(office, ops, other *visitor) []timedPage {
	second := regexp.MustCompile(`/customers\?cursor=[^"]+`).FindString(strings.ReplaceAll(office.get("/customers").body, "&amp;", "&"))
	require.NotEmpty(office.t, second)
	return []timedPage{
		{"customers", office, "/customers", ""},
		{"customers, page 2", office, second, ""},
		{"customers, in progress", office, "/customers?state=in_progress", ""},
		{"customers, parked", office, "/customers?state=parked", ""},
		{"customers, open", office, "/customers?state=open", ""},
		{"customers, closed", office, "/customers?state=closed", ""},
		{"customers of a small dealer", other, "/customers", ""},
		{"customers of every dealer", ops, "/customers", ""},
		{"search, last name", office, "/customers", "castleman"},
		{"search, beginning of a last name", office, "/customers", "ca"},
		{"search, login", office, "/customers", "customer04242"},
		{"search, serial", office, "/customers", "4200004242"},
		{"search, phone", office, "/customers", "703 555 4242"},
		{"search, street", office, "/customers", "4242 example street"},
		{"search, word everybody has", office, "/customers", "example"},
		{"search, closed with a word everybody has", office, "/customers?state=closed", "example"},
		{"search, nobody", office, "/customers", "zanzibar"},
		{"search, at every dealer", ops, "/customers", "castleman"},
		{"operations", ops, "/ops", ""},
		{"operations, one reason", ops, "/ops?reason=carrier_unavailable", ""},
	}
}

func (h *house) otherPages(office, ops *visitor, customer, created string) []timedPage {
	draft := "/drafts/" + office.filledAnew()
	pages := []timedPage{
		{"customer file", office, "/customers/" + customer, ""},
		{"customer file, for an operator", ops, "/customers/" + customer, ""},
		{"customer file, under way", office, "/customers/" + created, ""},
		{"account created", office, "/customers/" + created + "/created", ""},
		{"create customer, 500 drafts", office, "/customers/new", ""},
		{"wizard, task list", office, draft, ""},
	}
	for _, page := range h.pages() {
		pages = append(pages, timedPage{"wizard, " + page.section, office, draft + "/section/" + page.section, ""})
	}
	pages = append(pages, timedPage{"confirmation", office, draft + "/confirmation", ""})
	for _, part := range []string{"", "/stations", "/panel-templates", "/package-templates", "/customer-sources", "/users", "/api-keys"} {
		pages = append(pages, timedPage{"settings" + strings.ReplaceAll(part, "/", ", "), office, h.settings(part), ""})
	}
	return pages
}

// websitePages are the customer's own, and those of nobody yet.
func (h *house) websitePages(t testing.TB, onboardingID string) []timedPage {
	t.Helper()
	john, nobody := h.visitor(t), h.visitor(t)
	const chosen = "a new 1 password!"
	john.post("/customer/set-up/"+h.setUpToken(t, onboardingID), "/password", chosen, "/repeat", chosen)
	require.NoError(t, h.store.PanelCommunicated(t.Context(), onboardingID, time.Now()))
	home := john.post("/customer/sign-in", "/login_name", "JohnDoeExample", "/password", chosen)
	require.Contains(t, home.body, "Welcome, John")
	return []timedPage{
		{"website", john, "/customer", ""},
		{"website, password", john, "/customer/password", ""},
		{"website, login name", john, "/customer/login-name", ""},
		{"website, sign in", nobody, "/customer/sign-in", ""},
		{"sign in", nobody, "/sign-in", ""},
	}
}

// filledAnew is filled for one who comes after John Doe: what is his alone is replaced.
func (v *visitor) filledAnew() string {
	v.t.Helper()
	id := v.draft()
	modules := v.house.demo.AvailableModules
	anew := strings.NewReplacer("JohnDoeExample", "JaneDoeExample", modules[0], modules[1], "1234", "1235")
	for _, page := range v.house.pages() {
		typed := []string{"version", "0", "action", "next"}
		for _, text := range page.typed {
			typed = append(typed, anew.Replace(text))
		}
		next := v.post("/drafts/"+id+"/section/"+page.section, typed...)
		require.Equal(v.t, http.StatusOK, next.status, next.body)
	}
	return id
}

// pathAsAsked puts what was asked for behind a path, so that a redirect is noticed.
func pathAsAsked(asked, came string) string {
	if _, query, has := strings.Cut(asked, "?"); has {
		return came + "?" + query
	}
	return came
}

// firstVisit weighs a page with all its files, as they travel.
func (v *visitor) firstVisit(path string) (bytes int) {
	v.t.Helper()
	page := v.get(path)
	bytes = len(page.body)
	for _, file := range regexp.MustCompile(`(?:src|href)="(/static/[^"]+)"`).FindAllStringSubmatch(page.body, -1) {
		request, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.house.url+file[1], http.NoBody)
		require.NoError(v.t, err)
		request.Header.Set("Accept-Encoding", "gzip") // asked for by hand, it is not unpacked
		answer := v.do(request)
		require.Equal(v.t, http.StatusOK, answer.status, file[1])
		bytes += len(answer.body)
	}
	return bytes
}

// apiClient is the API for the office's key, with a rate limit of its own.
func (h *house) apiClient(b *testing.B) (get func(path string) (bytes int)) {
	b.Helper()
	log := slog.New(slog.DiscardHandler)
	handler, err := api.New(api.Config{Desk: h.desk, Log: log, Metrics: prometheus.NewRegistry(), Version: "test", PanelSecret: "bm90LWEtc2VjcmV0LW9ubHktZm9yLXRlc3Rz"})
	require.NoError(b, err)
	server := httptest.NewServer(handler)
	b.Cleanup(server.Close)
	key := dealing.NewAPIKey()
	_, err = h.store.CreateAPIKey(b.Context(), postgres.NewAPIKey{UserID: h.demo.Dealer.User.ID, Key: key, Label: b.Name()})
	require.NoError(b, err)
	return func(path string) int {
		request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, server.URL+path, http.NoBody)
		require.NoError(b, err)
		request.Header.Set("Authorization", "Bearer "+key)
		response, err := server.Client().Do(request)
		require.NoError(b, err)
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		require.NoError(b, err)
		require.Equal(b, http.StatusOK, response.StatusCode, string(body))
		return len(body)
	}
}

// stopwatch keeps every single time: an average hides the slow ones.
type stopwatch struct {
	times []time.Duration
	bytes int
}

func (s *stopwatch) time(do func() (bytes int)) {
	began := time.Now()
	s.bytes = do()
	s.times = append(s.times, time.Since(began))
}

func (s *stopwatch) report(b *testing.B) {
	slices.Sort(s.times)
	at := func(percent int) float64 {
		return float64(s.times[(len(s.times)-1)*percent/100]) / float64(time.Millisecond)
	}
	b.ReportMetric(at(50), "p50-ms")
	b.ReportMetric(at(95), "p95-ms")
	b.ReportMetric(float64(s.bytes)/1000, "kB")
	b.ReportMetric(0, "ns/op") // the average, which says less
}
