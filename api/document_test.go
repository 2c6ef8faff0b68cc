package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/stretchr/testify/require"
)

// document is the OpenAPI document as the API serves it.
func document(t *testing.T, base string) []byte {
	t.Helper()
	response, err := http.Get(base + "/openapi.json")
	require.NoError(t, err)
	defer response.Body.Close()
	written, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, "application/openapi+json", response.Header.Get("Content-Type"))
	return written
}

func TestDocument_IsValidOpenAPI(t *testing.T) {
	t.Parallel()
	office := open(t)
	parsed, err := libopenapi.NewDocument(document(t, office.url))
	require.NoError(t, err)
	checker, errs := validator.NewValidator(parsed)
	require.Empty(t, errs)
	valid, problems := checker.ValidateDocument()
	for _, problem := range problems {
		t.Log(problem.Message, problem.Reason)
	}
	require.True(t, valid)
}

func TestDocument_DescribesEveryOperation(t *testing.T) {
	t.Parallel()
	office := open(t)
	var read struct {
		OpenAPI string `json:"openapi"`
		Paths   map[string]map[string]struct {
			OperationID string           `json:"operationId"`
			Summary     string           `json:"summary"`
			Security    []map[string]any `json:"security"`
			Responses   map[string]any   `json:"responses"`
			Tags        []string         `json:"tags"`
		} `json:"paths"`
	}
	require.NoError(t, json.Unmarshal(document(t, office.url), &read))
	require.True(t, strings.HasPrefix(read.OpenAPI, "3.1"))
	for _, line := range []string{
		"post /v1/drafts", "get /v1/drafts", "get /v1/drafts/{id}", "delete /v1/drafts/{id}", "post /v1/drafts/{id}/submit",
		"put /v1/drafts/{id}/account", "put /v1/drafts/{id}/customer", "put /v1/drafts/{id}/login", "put /v1/drafts/{id}/system",
		"put /v1/drafts/{id}/pathway", "put /v1/drafts/{id}/package", "put /v1/drafts/{id}/forwarding", "put /v1/drafts/{id}/templates",
		"post /v1/onboardings", "get /v1/onboardings", "get /v1/onboardings/{id}", "get /v1/onboardings/{id}/events",
		"post /v1/onboardings/{id}/decisions", "post /v1/onboardings/{id}/cancel", "post /v1/onboardings/{id}/wait",
		"post /v1/ops/onboardings/resume", "get /v1/options", "get /v1/packages", "get /v1/package-templates", "post /v1/quotes",
		"post /v1/monitoring-stations", "post /v1/receivers", "post /v1/panel-templates", "put /v1/panel-templates/{id}", "delete /v1/panel-templates/{id}",
		"get /v1/monitoring-stations", "get /v1/receivers", "get /v1/panel-templates", "get /v1/login-names/suggestion",
		"get /v1/login-names/{name}", "get /v1/coverage", "get /v1/time-zones", "get /v1/modules/{identifier}", "get /v1/reps",
		"get /v1/accounts/{id}", "post /v1/accounts/{id}/welcome-letter", "post /v1/accounts/{id}/welcome-letter/email", "post /v1/panel-events",
		"post /v1/webhook-endpoints", "get /v1/webhook-endpoints", "get /v1/webhook-endpoints/{id}", "delete /v1/webhook-endpoints/{id}",
		"post /v1/webhook-endpoints/{id}/rotate-secret", "post /v1/webhook-endpoints/{id}/enable", "post /v1/webhook-endpoints/{id}/disable",
		"post /v1/webhook-endpoints/{id}/test", "get /v1/webhook-deliveries", "post /v1/webhook-deliveries/{id}/replay",
		"post /v1/accounts/{id}/module-swap", "get /v1/module-swaps", "get /v1/module-swaps/{id}", "post /v1/module-swaps/{id}/decisions",
		"post /v1/module-swaps/{id}/cancel", "post /v1/module-swaps/{id}/wait", "post /v1/accounts/{id}/terminate", "post /v1/accounts/{id}/recycle",
		"get /v1/terminations", "get /v1/terminations/{id}", "post /v1/terminations/{id}/decisions",
	} {
		method, path, _ := strings.Cut(line, " ")
		require.Contains(t, read.Paths[path], method, line)
	}
	for path, operations := range read.Paths {
		for method, operation := range operations {
			name := method + " " + path
			require.NotEmpty(t, operation.OperationID, name)
			require.NotEmpty(t, operation.Summary, name)
			require.NotEmpty(t, operation.Tags, name)
			require.NotEmpty(t, operation.Security, name)
			for _, status := range []string{"401", "422", "429", "500"} {
				require.Contains(t, operation.Responses, status, name)
			}
		}
	}
}
