package api_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/api"
	"github.com/latchkey/latchkey/onboarding"
)

func TestRateLimit_IsPerKeyAndSparesProbes(t *testing.T) {
	t.Parallel()
	o := open(t, func(c *api.Config) { c.RequestsPerMinute = 3 })
	var last reply
	for range 4 {
		last = o.call(t, http.MethodGet, "/v1/onboardings", o.key, nil)
	}
	require.Equal(t, http.StatusTooManyRequests, last.status)
	require.NotEmpty(t, last.header.Get("Retry-After"))
	require.Equal(t, "rate_limited", last.problem(t).Code)
	require.Equal(t, http.StatusOK, o.call(t, http.MethodGet, "/v1/onboardings", o.otherKey, nil).status)
	for range 10 {
		require.Equal(t, http.StatusOK, o.call(t, http.MethodGet, "/healthz", "", nil).status)
	}
}

func TestPanic_AnswersAProblemWithoutDetails(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.coverage = func(context.Context, onboarding.AddressAnswers) ([]onboarding.NetworkCoverage, error) {
		panic("john.doe@example.com")
	}
	answer := o.call(t, http.MethodGet, "/v1/coverage?country=US&postal_code=22102", o.key, nil)
	require.Equal(t, http.StatusInternalServerError, answer.status)
	require.Equal(t, "internal", answer.problem(t).Code)
	require.NotContains(t, string(answer.body)+o.log.String(), "john.doe")
	require.Contains(t, o.log.String(), answer.problem(t).RequestID)
}

func TestHealth_SaysWhetherRequestsMayCome(t *testing.T) {
	t.Parallel()
	failing := errors.New("secret detail")
	o := open(t, func(c *api.Config) {
		c.Ready = append(c.Ready, api.Check{Name: "temporal", Func: func(context.Context) error { return failing }})
	})
	require.Equal(t, http.StatusOK, o.call(t, http.MethodGet, "/healthz", "", nil).status)
	ready := o.call(t, http.MethodGet, "/readyz", "", nil)
	require.Equal(t, http.StatusServiceUnavailable, ready.status)
	require.JSONEq(t, `{"status": "not_ready", "checks": {"postgres": "ok", "temporal": "failing"}}`, string(ready.body))
}

func TestMetrics_CountByRouteNotByPath(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.call(t, http.MethodGet, "/v1/onboardings/"+o.otherID, o.key, nil)
	o.call(t, http.MethodGet, "/v1/login-names/JohnDoe", o.key, nil)
	metrics := string(o.call(t, http.MethodGet, "/metrics", "", nil).body)
	require.Contains(t, metrics, `latchkey_http_request_duration_seconds_count{method="GET",route="/v1/onboardings/:id",status="404"} 1`)
	require.NotContains(t, metrics, "JohnDoe")
	require.NotContains(t, o.log.String(), "JohnDoe")
}

func TestLog_HasALineARequestAndNoPersonalData(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.submit(t)
	o.call(t, http.MethodGet, "/v1/coverage?country=US&postal_code=22102&street1=8281+Greensboro+Drive", o.key, nil)
	for _, word := range []string{"John", "Doe", "john.doe", "Greensboro", "22102", "5715550100", "571 555", "4100000017", o.key} {
		require.NotContains(t, o.log.String(), word)
	}
	var line map[string]any
	require.NoError(t, json.Unmarshal([]byte(strings.Split(o.log.String(), "\n")[0]), &line))
	require.Equal(t, "/v1/onboardings", line["route"])
	require.Equal(t, o.dealerID, line["dealer_id"])
	require.NotEmpty(t, line["user_id"])
	require.NotEmpty(t, line["request_id"])
}

func TestRequestID_IsOurOwnUnlessASaneOneCame(t *testing.T) {
	t.Parallel()
	o := open(t)
	for _, bad := range []string{"a", strings.Repeat("a", 200), "a b c d e f g h", `"><script>`} {
		id := o.call(t, http.MethodGet, "/healthz", "", nil, "X-Request-Id", bad).header.Get("X-Request-Id")
		require.NotEqual(t, bad, id)
		require.Len(t, id, 36)
	}
}

func TestDocs_LoadNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	o := open(t)
	page := o.call(t, http.MethodGet, "/docs", "", nil)
	require.Equal(t, http.StatusOK, page.status)
	require.NotContains(t, string(page.body), "://")
	require.Contains(t, page.header.Get("Content-Security-Policy"), "script-src 'self';")
	for _, file := range []string{"web-components.min.js", "styles.min.css"} {
		require.Contains(t, string(page.body), "/docs/elements-9.0.25/"+file)
		require.Equal(t, http.StatusOK, o.call(t, http.MethodGet, "/docs/elements-9.0.25/"+file, "", nil).status)
	}
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodGet, "/docs/elements-9.0.25/none", "", nil).status)
}

func TestDocs_AreTheFilesThatWereVendored(t *testing.T) {
	t.Parallel()
	sums, err := os.ReadFile("docs/SHA256SUMS")
	require.NoError(t, err)
	lines := bufio.NewScanner(bytes.NewReader(sums))
	files := 0
	for lines.Scan() {
		want, name, _ := strings.Cut(lines.Text(), "  ")
		content, err := os.ReadFile("docs/" + name)
		require.NoError(t, err)
		sum := sha256.Sum256(content)
		require.Equal(t, want, hex.EncodeToString(sum[:]), name)
		files++
	}
	vendored, err := os.ReadDir("docs/elements-9.0.25")
	require.NoError(t, err)
	require.Len(t, vendored, files)
}
