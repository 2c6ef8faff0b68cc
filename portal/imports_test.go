package portal_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

const importHeader = "customer.operations.alternate_id,account.type,customer.property_type,customer.first_name,customer.last_name,customer.email," +
	"customer.phone.number,customer.address.street1,customer.address.city,customer.address.state,customer.address.postal_code,package.package_id,forwarding.option\n"

// importLine is the seed's customer as a row of a file.
func importLine(alternateID, email string) string {
	return alternateID + ",security_system,single_family_house,John,Doe," + email + ",571 555 0100,8281 Greensboro Drive,Tysons,VA,22102,interactive_gold,never\n"
}

// importFile sends a file to be looked at.
func (v *visitor) importFile(kind, content string) answer {
	v.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	require.NoError(v.t, form.WriteField("/kind", kind))
	part, err := form.CreateFormFile("/file", "houses.csv")
	require.NoError(v.t, err)
	_, _ = part.Write([]byte(content))
	require.NoError(v.t, form.Close())
	request, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.house.url+"/import", &body)
	require.NoError(v.t, err)
	request.Header.Set("Content-Type", form.FormDataContentType())
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.do(request)
}

// done waits until an import is over.
func (v *visitor) done(path string) answer {
	v.t.Helper()
	var page answer
	require.Eventually(v.t, func() bool {
		page = v.get(path)
		return !strings.Contains(page.body, "The import is running")
	}, 20*time.Second, 50*time.Millisecond)
	return page
}

func (h *house) commitments(t *testing.T) int {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), h.database)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	var n int
	require.NoError(t, conn.QueryRow(t.Context(), `SELECT count(*) FROM commitments`).Scan(&n))
	return n
}

func TestImport_IsLookedAtAndThenConfirmed(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "office")
	require.Contains(t, v.get("/customers").body, `href="/import"`)

	looked := v.importFile("commitments", importHeader+importLine("H-1", "john@example.com")+importLine("H-2", "zebra")+importLine("H-3", "jane@example.com"))
	require.Equal(t, http.StatusOK, looked.status, looked.body)
	require.Contains(t, looked.body, "Nothing is imported yet")
	require.Contains(t, looked.body, "customer.email")
	require.NotContains(t, looked.body, "zebra")
	require.Zero(t, h.commitments(t))

	rejects := v.get(looked.path + "/rejects.csv")
	require.Equal(t, "text/csv; charset=utf-8", rejects.header.Get("Content-Type"))
	require.Contains(t, rejects.body, "zebra")
	require.Contains(t, rejects.body, "\n3,")

	undecided := v.post(looked.path + "/confirm")
	require.Equal(t, http.StatusUnprocessableEntity, undecided.status)
	require.Contains(t, undecided.body, `href="#keep"`)
	require.Zero(t, h.commitments(t))

	require.NotContains(t, v.post(looked.path+"/confirm", "/keep", "good").path, "confirm")
	over := v.done(looked.path)
	require.Contains(t, over.body, "The import is done")
	require.Equal(t, 2, h.commitments(t))
	require.Equal(t, looked.path, v.post(looked.path+"/confirm", "/keep", "good").path, "pressed twice")

	corrected := v.importFile("commitments", strings.ReplaceAll(rejects.body, "zebra", "zoe@example.com"))
	require.Contains(t, corrected.body, "Import 1 row<")
	v.post(corrected.path + "/confirm")
	require.Contains(t, v.done(corrected.path).body, "The import is done")
	require.Equal(t, 3, h.commitments(t))
}

func TestImport_AddsNothingWhenAllRowsMustBeGood(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "office")
	looked := v.importFile("commitments", importHeader+importLine("H-1", "john@example.com")+importLine("H-2", "zebra"))
	told := v.post(looked.path+"/confirm", "/keep", "all_or_nothing")
	require.Contains(t, told.body, "Nothing was imported.")
	require.Zero(t, h.commitments(t))
}

func TestImport_SaysWhatIsWrongWithAFile(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "office")
	for name, c := range map[string]struct{ kind, content, want string }{
		"no kind":           {"", importHeader, "Choose what the rows are"},
		"another kind":      {"castles", importHeader, "Choose what the rows are"},
		"nothing":           {"commitments", "", "The file is empty."},
		"an unknown column": {"commitments", "customer.nickname\n", "customer.nickname"},
		"a picture":         {"commitments", "\x89PNG\r\n\x1a\n\x00\x00", "column 1"},
		"too many rows":     {"commitments", importHeader + strings.Repeat(importLine("H-1", "john@example.com"), onboarding.MaxImportRows+1), "more than 10000 rows"},
	} {
		wrong := v.importFile(c.kind, c.content)
		require.Equal(t, http.StatusUnprocessableEntity, wrong.status, name)
		require.Contains(t, wrong.body, "There is a problem", name)
		require.Contains(t, wrong.body, c.want, name)
	}
	none := v.post("/import", "/kind", "commitments")
	require.Equal(t, http.StatusBadRequest, none.status, "a form without a file")
	huge := v.importFile("commitments", strings.Repeat("x", 21<<20))
	require.Equal(t, http.StatusRequestEntityTooLarge, huge.status)
}

func TestImport_IsTheOfficesOwn(t *testing.T) {
	t.Parallel()
	h := open(t)
	looked := h.signedIn(t, "office").importFile("commitments", importHeader+importLine("H-1", "john@example.com"))
	for login, want := range map[string]int{"otheroffice": http.StatusNotFound, "itaylor": http.StatusForbidden, "ops": http.StatusForbidden} {
		v := h.signedIn(t, login)
		require.Equal(t, want, v.get(looked.path).status, login)
		require.Equal(t, want, v.get(looked.path+"/rejects.csv").status, login)
		require.Equal(t, want, v.post(looked.path+"/confirm").status, login)
	}
	tech := h.signedIn(t, "itaylor")
	require.Equal(t, http.StatusForbidden, tech.get("/import").status)
	require.Equal(t, http.StatusForbidden, tech.get("/export/accounts.csv").status)
	require.Equal(t, http.StatusForbidden, tech.importFile("commitments", importHeader+importLine("H-1", "john@example.com")).status)
	require.Zero(t, h.commitments(t))
}

func TestImport_GoesOnAfterItsProcessDied(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "office")
	looked := v.importFile("commitments", importHeader+importLine("H-1", "john@example.com"))
	id := strings.TrimPrefix(looked.path, "/imports/")
	require.NoError(t, h.store.ClaimImport(t.Context(), id, time.Minute))
	require.Contains(t, v.get(looked.path).body, "The import is running")
	require.ErrorIs(t, h.store.ClaimImport(t.Context(), id, time.Minute), dealing.ErrStale)

	conn, err := pgx.Connect(t.Context(), h.database)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), `UPDATE imports SET updated_at = now() - interval '2 minutes'`)
	require.NoError(t, err)
	require.Contains(t, v.get(looked.path).body, "The import was cut short")
	v.post(looked.path + "/confirm")
	require.Contains(t, v.done(looked.path).body, "The import is done")
	require.Equal(t, 1, h.commitments(t))
}

func TestExport_IsAFileOfWhatOneMaySee(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "office")
	id := v.created()
	for _, what := range []string{"accounts", "onboardings", "commitments"} {
		file := v.get("/export/" + what + ".csv")
		require.Equal(t, http.StatusOK, file.status)
		require.Equal(t, "text/csv; charset=utf-8", file.header.Get("Content-Type"))
		require.Equal(t, what != "commitments", strings.Contains(file.body, id), what)
		require.NotContains(t, h.signedIn(t, "otheroffice").get("/export/"+what+".csv").body, id)
	}
	template := v.get("/import/template/customers.csv")
	require.True(t, strings.HasPrefix(template.body, "kind,account.type,"), template.body)
	require.Equal(t, http.StatusNotFound, v.get("/import/template/castles.csv").status)
}

func TestWalk_ImportsAFile(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, wide := range []width{desktop, phone} {
		var rows strings.Builder
		rows.WriteString(importHeader)
		for i := range 30 {
			rows.WriteString(importLine(fmt.Sprintf("H-%d-%d", wide, i), []string{"john@example.com", "zebra"}[i%10/9]))
		}
		path := filepath.Join(t.TempDir(), "houses.csv")
		require.NoError(t, os.WriteFile(path, []byte(rows.String()), 0o600))
		b := h.browser(t, wide)
		b.signIn("office")
		b.open("/customers")
		b.press("Import and export")
		b.look("import")
		b.do(chromedp.SetUploadFiles(named("/file"), []string{path}))
		b.press("Look at the file")
		b.sees("What is wrong")
		b.look("import-looked")
		b.pick("/keep", "good")
		b.press("Continue")
		b.awaits("The import is done")
		b.look("import-done")
	}
	require.Equal(t, 2*27, h.commitments(t))
}
