package portal_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/portal"
)

// anybodys are the routes with a parameter that is nobody's secret, or a secret itself.
var anybodys = []string{"/static/*file", "/customer/set-up/:token", "/import/template/:form"}

// helpNumber is a page's own.
var helpNumber = regexp.MustCompile(`give this number: [0-9a-f-]+`)

// objectsOf makes one of everything that a page can be about, and says by which routes it is
// reached: the first of them that a route begins with names it.
func (h *house) objectsOf(t *testing.T, office *visitor) [][2]string {
	t.Helper()
	commitment, _ := office.committed()
	customer, _ := office.completed()
	office.post("/customers/" + customer + "/welcome-letter/email")
	require.NoError(t, h.store.GiveUpLetter(t.Context(), h.engine.again[0].LetterID, onboarding.ReasonRecipientRejected))
	tasks, _, err := h.store.Tasks(t.Context(), onboarding.TaskFilter{Limit: 1})
	require.NoError(t, err)
	h.engine.parkAt, h.engine.parkReason = onboarding.StepRegisterReplacement, onboarding.ReasonModuleInactive
	office.post("/customers/"+customer+"/swap", "/module_serial", h.spare(t), "/panel_type", "", "/reason", "Broken")
	swap := strings.Split(strings.Split(h.signedIn(t, "ops").get("/ops").body, "/swaps/")[1], `"`)[0]
	hook, _ := office.addWebhook()
	office.post(hook + "/test")
	deliveries, _, err := h.store.WebhookDeliveries(t.Context(), onboarding.WebhookDeliveryFilter{Limit: 1})
	require.NoError(t, err)
	imported := office.importFile("commitments", importHeader+importLine("H-1", "john@example.com")).path
	templates, err := h.store.OwnPanelTemplates(t.Context(), h.demo.Dealer.ID)
	require.NoError(t, err)
	sources, err := h.store.CustomerSources(t.Context(), h.demo.Dealer.ID)
	require.NoError(t, err)
	keys, err := h.store.APIKeys(t.Context(), h.demo.Dealer.ID)
	require.NoError(t, err)
	return [][2]string{
		{"/customers/:id/swaps", customer + "," + swap},
		{"/customers/:id/terminations", customer + "," + swap},
		{"/customers/:id", customer},
		{"/drafts/:id", office.draft()},
		{"/commitments/:id", commitment},
		{"/imports/:id", strings.TrimPrefix(imported, "/imports/")},
		{"/to-do/:id", tasks[0].ID},
		{"/settings/:dealer/stations/:id", h.demo.Receivers[0].StationID},
		{"/settings/:dealer/receivers/:id", h.demo.Receivers[0].ID},
		{"/settings/:dealer/panel-templates/:id", templates[0].ID},
		{"/settings/:dealer/customer-sources/:id", sources[0].ID},
		{"/settings/:dealer/api-keys/:id", keys[0].ID},
		{"/settings/:dealer/users/:id", h.demo.Dealer.User.ID},
		{"/settings/:dealer/webhooks/:id", strings.TrimPrefix(hook, h.settings("/webhooks/")) + "," + deliveries[0].ID},
	}
}

// Whoever adds a page is held to this without thinking of it: every route of the site is
// walked by somebody of another dealer.
func TestScope_NoRouteShowsOrChangesWhatIsAnotherDealers(t *testing.T) {
	t.Parallel()
	h := open(t)
	office := h.signedIn(t, "office")
	objects := h.objectsOf(t, office)
	other := h.signedIn(t, "otheroffice")
	before := h.contents(t)
	walked := 0
	for _, route := range portal.Routes() {
		name := route.Method + " " + route.Path
		switch {
		case slices.Contains(anybodys, route.Path):
		case strings.Contains(route.Path, ":"):
			walked++
			ids := idsFor(t, objects, route.Path)
			for _, dealer := range []string{h.demo.Dealer.ID, h.demo.OtherDealer.ID} {
				// A dealer's own page with nothing of anybody else's in its address is theirs.
				if strings.HasPrefix(route.Path, "/settings/:dealer") && dealer == h.demo.OtherDealer.ID && len(ids) == 0 {
					continue
				}
				given := other.ask(route.Method, filled(route.Path, dealer, ids))
				require.Equal(t, http.StatusNotFound, given.status, name)
				unknown := make([]string, len(ids))
				for i := range unknown {
					unknown[i] = uuid.Must(uuid.NewV7()).String()
				}
				missing := other.ask(route.Method, filled(route.Path, dealer, unknown))
				require.Equal(t, helpNumber.ReplaceAllString(missing.body, ""), helpNumber.ReplaceAllString(given.body, ""), "%s says that it is there", name)
			}
		case route.Method == http.MethodGet:
			walked++
			page := other.get(route.Path).body
			for _, theirs := range []string{"John", "JohnDoeExample", h.demo.AvailableModules[0], h.demo.Dealer.ID} {
				require.NotContains(t, page, theirs, name)
			}
		}
	}
	require.Greater(t, walked, 100)
	require.Equal(t, before, h.contents(t), "and nothing has changed")
}

// idsFor are those in a route's address beside the dealer's.
func idsFor(t *testing.T, objects [][2]string, path string) []string {
	t.Helper()
	for _, object := range objects {
		if path == object[0] || strings.HasPrefix(path, object[0]+"/") {
			return strings.Split(object[1], ",")
		}
	}
	require.True(t, strings.HasPrefix(path, "/settings/:dealer") && strings.Count(path, ":") == 1, "%s: say in objectsOf what it is about", path)
	return nil
}

// filled is a route with its parameters.
func filled(path, dealer string, ids []string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		switch {
		case part == ":dealer":
			parts[i] = dealer
		case part == ":section":
			parts[i] = "login"
		case strings.HasPrefix(part, ":"):
			parts[i], ids = ids[0], ids[1:]
		}
	}
	return strings.Join(parts, "/")
}

// ask opens a page, or sends a form that would do something.
func (v *visitor) ask(method, path string) answer {
	v.t.Helper()
	if method == http.MethodGet {
		return v.get(path)
	}
	if strings.HasSuffix(path, "/logo") {
		return v.upload(path, []byte("a picture"))
	}
	return v.post(path, "version", "1", "action", "next", "confirmed", "yes", "/reason", "moving", "/confirmed", "yes", "/action", "retry",
		"step", "register_replacement", "park_no", "1", "/station/name", "Mine", "/receiver/name", "Mine", "/receiver/protocol", "sia",
		"/user/first_name", "Ann", "/user/last_name", "Other", "/user/role", "office", "/name", "Mine", "/login_name", "Mine")
}

// contents is everything in the database but what a visit leaves behind.
func (h *house) contents(t *testing.T) map[string]string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), h.database)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(t.Context())) }()
	rows, err := conn.Query(t.Context(), "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() AND tablename NOT IN ('sessions', 'sign_in_attempts')")
	require.NoError(t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.NotEmpty(t, tables)
	contents := map[string]string{}
	for _, table := range tables {
		var content string
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT coalesce(md5(string_agg(x::text, ' ' ORDER BY x::text)), '') FROM "+table+" x").Scan(&content))
		contents[table] = content
	}
	return contents
}
