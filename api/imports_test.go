package api_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/api"
	"github.com/latchkey/latchkey/onboarding"
)

const importHeader = "customer.operations.alternate_id,account.type,customer.property_type,customer.first_name,customer.last_name," +
	"customer.email,customer.phone.number,customer.address.street1,customer.address.city,customer.address.state,customer.address.postal_code," +
	"package.package_id,forwarding.option,system.module\n"

// johnsLine is the seed's customer as a row of a file.
func johnsLine(alternateID, email, module string) string {
	return alternateID + ",security_system,single_family_house,John,Doe," + email +
		",+1 571 555 0100,8281 Greensboro Drive,Tysons,VA,22102,interactive_gold,never," + module + "\n"
}

func (r reply) imported(t *testing.T) api.ImportResult {
	t.Helper()
	require.Equal(t, http.StatusOK, r.status, string(r.body))
	var result api.ImportResult
	require.NoError(t, json.Unmarshal(r.body, &result))
	return result
}

func (o *office) rows(t *testing.T, table string) int {
	t.Helper()
	var n int
	require.NoError(t, o.pool.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n))
	return n
}

func TestImport_ExaminesFirstAndAddsGoodRowsWhenAsked(t *testing.T) {
	t.Parallel()
	o := open(t)
	file := csvBody(importHeader + johnsLine("CRM-1", "john.doe@example.com", "") + johnsLine("CRM-2", "zebra", "") + johnsLine("CRM-3", "jane@example.com", ""))

	examined := o.call(t, http.MethodPost, "/v1/commitments/import?dry_run=true", o.key, file).imported(t)
	require.True(t, examined.DryRun)
	require.False(t, examined.Added)
	require.Equal(t, []int{3, 2, 0, 1}, []int{examined.Rows, examined.Accepted, examined.Known, examined.Rejected})
	require.Equal(t, 3, examined.Problems[0].Line)
	require.Equal(t, "customer.email", examined.Problems[0].Field)
	require.Equal(t, "malformed", examined.Problems[0].Code)
	require.NotContains(t, examined.Problems[0].Message, "zebra")
	require.Zero(t, o.rows(t, "commitments"))

	require.False(t, o.call(t, http.MethodPost, "/v1/commitments/import", o.key, file).imported(t).Added, "all or nothing, unless it is said")
	require.Zero(t, o.rows(t, "commitments"))

	imported := o.call(t, http.MethodPost, "/v1/commitments/import?keep=good", o.key, file).imported(t)
	require.True(t, imported.Added)
	require.Equal(t, examined.Problems, imported.Problems)
	require.Equal(t, 2, o.rows(t, "commitments"))

	corrected := csvBody(strings.ReplaceAll(imported.RejectsCSV, "zebra", "john.zebra@example.com"))
	again := o.call(t, http.MethodPost, "/v1/commitments/import", o.key, corrected).imported(t)
	require.Equal(t, []int{1, 1, 0, 0}, []int{again.Rows, again.Accepted, again.Known, again.Rejected}, again.Problems)
	require.Empty(t, again.RejectsCSV)
	require.Equal(t, 3, o.rows(t, "commitments"))

	twice := o.call(t, http.MethodPost, "/v1/commitments/import?keep=good", o.key, file).imported(t)
	require.Equal(t, 3, twice.Known, "a row that came corrected is known by its number")
	require.Equal(t, 3, o.rows(t, "commitments"))
}

func TestImport_BeginsTheOnboardingOfEachCustomer(t *testing.T) {
	t.Parallel()
	o := open(t)
	file := csvBody(importHeader + johnsLine("CRM-1", "john.doe@example.com", "4100000017") + johnsLine("CRM-2", "jane@example.com", "4100000025"))
	imported := o.call(t, http.MethodPost, "/v1/onboardings/import", o.key, file).imported(t)
	require.Equal(t, 2, imported.Accepted, imported.Problems)
	listed := o.call(t, http.MethodGet, "/v1/onboardings?source=import", o.key, nil).json(t)["items"].([]any)
	require.Len(t, listed, 2)
	require.Len(t, o.engine.begun, 2)
	for _, begun := range o.engine.begun {
		require.Equal(t, onboarding.SourceImport, begun.Source)
		require.Equal(t, o.dealerID, begun.DealerID)
	}
}

func TestImport_RefusesWhatIsNoFileOfOurs(t *testing.T) {
	t.Parallel()
	o := open(t)
	many := importHeader + strings.Repeat(johnsLine("CRM-1", "john.doe@example.com", ""), onboarding.MaxImportRows+1)
	cases := map[string]struct {
		path        string
		body        any
		headers     []string
		status      int
		field, code string
	}{
		"nothing":                {"commitments", csvBody(""), nil, 422, "", "required"},
		"an unknown column":      {"commitments", csvBody("customer.nickname,customer.operations.alternate_id\nA,B\n"), nil, 422, "customer.nickname", "unknown_column"},
		"a commitment's column":  {"onboardings", csvBody("expires_at,customer.operations.alternate_id\nA,B\n"), nil, 422, "expires_at", "unknown_column"},
		"a doubled column":       {"commitments", csvBody("login.name,login.name,customer.operations.alternate_id\n"), nil, 422, "login.name", "duplicate_column"},
		"no alternate ID":        {"commitments", csvBody("login.name\nJohnDoe\n"), nil, 422, "customer.operations.alternate_id", "missing_column"},
		"no header":              {"commitments", csvBody(johnsLine("CRM-1", "john.doe@example.com", "")), nil, 422, "column 1", "unknown_column"},
		"too many rows":          {"commitments", csvBody(many), nil, 422, "", "too_many_rows"},
		"JSON":                   {"commitments", "{}", nil, 415, "", "unsupported_media_type"},
		"no type":                {"commitments", "a", []string{"Content-Type", ""}, 415, "", "unsupported_media_type"},
		"too large":              {"commitments", csvBody(strings.Repeat("x", 20<<20+1)), nil, 413, "", "too_large"},
		"an unknown policy":      {"commitments", csvBody(importHeader), []string{"X-Query", "keep=some"}, 422, "keep", "invalid_choice"},
		"a dry run that is none": {"commitments", csvBody(importHeader), []string{"X-Query", "dry_run=perhaps"}, 422, "dry_run", "malformed"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			path := "/v1/" + c.path + "/import"
			if len(c.headers) == 2 && c.headers[0] == "X-Query" {
				path += "?" + c.headers[1]
			}
			answer := o.call(t, http.MethodPost, path, o.key, c.body, c.headers...)
			require.Equal(t, c.status, answer.status, string(answer.body))
			problem := answer.problem(t)
			if c.status == http.StatusUnprocessableEntity {
				require.True(t, has(problem, c.field, c.code), string(answer.body))
				require.NotContains(t, string(answer.body), "john.doe")
				return
			}
			require.Equal(t, c.code, problem.Code)
		})
	}
	require.Zero(t, o.rows(t, "commitments"))
	require.Equal(t, http.StatusRequestEntityTooLarge, o.call(t, http.MethodPost, "/v1/onboardings", o.key, strings.Repeat(" ", 1<<20)+"{}").status, "other bodies stay short")
}

func TestImport_NamesHostileCellsAndRepeatsNone(t *testing.T) {
	t.Parallel()
	o := open(t)
	var file strings.Builder
	file.WriteString(importHeader)
	for i, name := range []string{"Jo\x00hn", "Jo\xffhn", "Doe\u202eexe", "=cmd|'/C calc'!A0\u202e", strings.Repeat("giraffe", 10_000), `"Jo"hn"`, "'; DROP TABLE onboardings;--\U0001F600"} {
		file.WriteString(strings.Replace(johnsLine(fmt.Sprintf("CRM-%d", i), "john.doe@example.com", "4100000041"), ",John,", ","+name+",", 1))
	}
	result := o.call(t, http.MethodPost, "/v1/onboardings/import?keep=good", o.key, csvBody(file.String())).imported(t)
	require.Equal(t, 7, result.Rejected)
	for _, problem := range result.Problems {
		for _, word := range []string{"giraffe", "DROP", "calc"} {
			require.NotContains(t, problem.Message, word)
		}
	}
	reader := csv.NewReader(strings.NewReader(result.RejectsCSV))
	reader.FieldsPerRecord = -1 // a row that cannot be read stands in one cell
	rows, err := reader.ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 8)
	for _, row := range rows {
		for _, cell := range row {
			require.NotRegexp(t, `^[=+@-]`, cell)
		}
	}
	for _, word := range []string{"giraffe", "john.doe", "Greensboro", "CRM-1"} {
		require.NotContains(t, o.log.String(), word)
	}
}

func TestImport_IsForTheOffice(t *testing.T) {
	t.Parallel()
	o := open(t)
	file := csvBody(importHeader + johnsLine("CRM-1", "john.doe@example.com", ""))
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPost, "/v1/commitments/import", o.subKey, file).status)
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPost, "/v1/commitments/import?dealer_id="+o.dealerID, o.opsKey, file).status)
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodPost, "/v1/commitments/import?dealer_id="+o.dealerID, o.otherKey, file).status)
	require.Zero(t, o.rows(t, "commitments"))
}

func TestImport_TakesTheSamplesOfTheDocumentation(t *testing.T) {
	t.Parallel()
	o := open(t)
	for path, sample := range map[string]string{"commitments": "commitments.csv", "onboardings": "customers.csv"} {
		file, err := os.ReadFile("../docs/samples/" + sample)
		require.NoError(t, err)
		result := o.call(t, http.MethodPost, "/v1/"+path+"/import", o.key, csvBody(file)).imported(t)
		require.Empty(t, result.Problems, sample)
		require.True(t, result.Added)
		require.Equal(t, 3, result.Accepted)
	}
}
