package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

func (o *office) draft(t *testing.T) (path string) {
	t.Helper()
	begun := o.call(t, http.MethodPost, "/v1/drafts", o.key, map[string]any{})
	require.Equal(t, http.StatusCreated, begun.status, string(begun.body))
	path = begun.header.Get("Location")
	require.Equal(t, "/v1/drafts/"+begun.json(t)["id"].(string), path)
	return path
}

// fill saves every section of an application for the first time.
func (o *office) fill(t *testing.T, path string, application map[string]any) {
	t.Helper()
	for _, section := range onboarding.Sections {
		saved := o.call(t, http.MethodPut, path+"/"+string(section), o.key, application[string(section)])
		require.Equal(t, http.StatusOK, saved.status, string(saved.body))
		require.Equal(t, `"1"`, saved.header.Get("ETag"))
	}
}

func TestDraft_IsFilledInSectionBySectionAndSubmitted(t *testing.T) {
	t.Parallel()
	o := open(t)
	path := o.draft(t)
	typed := o.johnDoe(change{"customer.email", "not an address"})
	saved := o.call(t, http.MethodPut, path+"/customer", o.key, typed["customer"])
	require.Equal(t, http.StatusOK, saved.status, string(saved.body))
	problems := saved.json(t)["problems"].([]any)
	require.Equal(t, "/customer/email", problems[0].(map[string]any)["field"])

	early := o.call(t, http.MethodPost, path+"/submit", o.key, nil)
	require.Equal(t, http.StatusUnprocessableEntity, early.status)
	require.NotEmpty(t, early.problem(t).Errors)

	o.call(t, http.MethodPut, path+"/customer", o.key, o.johnDoe()["customer"], "If-Match", `"1"`)
	for _, section := range onboarding.Sections {
		if section != onboarding.SectionCustomer {
			o.call(t, http.MethodPut, path+"/"+string(section), o.key, o.johnDoe()[string(section)])
		}
	}
	draft := o.call(t, http.MethodGet, path, o.key, nil).json(t)
	require.Empty(t, draft["problems"])
	require.Equal(t, "John", draft["application"].(map[string]any)["customer"].(map[string]any)["first_name"])
	require.Len(t, draft["sections"], len(onboarding.Sections))
	require.Nil(t, draft["onboarding_id"])

	first := o.call(t, http.MethodPost, path+"/submit", o.key, nil)
	require.Equal(t, http.StatusCreated, first.status, string(first.body))
	again := o.call(t, http.MethodPost, path+"/submit", o.key, nil)
	require.Equal(t, http.StatusCreated, again.status)
	require.Equal(t, first.header.Get("Location"), again.header.Get("Location"))
	require.Equal(t, 1, o.counts(t)["onboardings"])

	require.Equal(t, http.StatusConflict, o.call(t, http.MethodPut, path+"/login", o.key, map[string]any{}, "If-Match", `"1"`).status)
	require.Equal(t, http.StatusConflict, o.call(t, http.MethodDelete, path, o.key, nil).status)
	require.Equal(t, first.json(t)["id"], o.call(t, http.MethodGet, path, o.key, nil).json(t)["onboarding_id"])
}

func TestDraft_IsNotOverwrittenUnseen(t *testing.T) {
	t.Parallel()
	o := open(t)
	path := o.draft(t)
	put := func(name string, headers ...string) reply {
		return o.call(t, http.MethodPut, path+"/login", o.key, map[string]any{"name": name}, headers...)
	}
	require.Equal(t, http.StatusOK, put("JohnDoe").status)

	missing := put("JaneDoe")
	require.Equal(t, http.StatusPreconditionRequired, missing.status)
	require.Equal(t, "if_match_required", missing.problem(t).Code)
	require.Equal(t, `"1"`, missing.header.Get("ETag"))

	require.Equal(t, `"2"`, put("JaneDoe", "If-Match", `"1"`).header.Get("ETag"))
	stale := put("JimDoe", "If-Match", `"1"`)
	require.Equal(t, http.StatusPreconditionFailed, stale.status)
	require.Equal(t, "stale", stale.problem(t).Code)
	require.Equal(t, `"2"`, stale.header.Get("ETag"))

	for _, malformed := range []string{"1", `W/"1"`, `"x"`, `"-1"`, `"99999999999999999999"`, "*", `""1""`} {
		answer := put("JimDoe", "If-Match", malformed)
		require.Equal(t, http.StatusUnprocessableEntity, answer.status, malformed)
		require.Equal(t, "If-Match", answer.problem(t).Errors[0].Field)
	}
	draft := o.call(t, http.MethodGet, path, o.key, nil).json(t)
	require.Equal(t, "JaneDoe", draft["application"].(map[string]any)["login"].(map[string]any)["name"])
}

func TestDrafts_AreListedAndDiscarded(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.draft(t)
	path := o.draft(t)
	o.fill(t, path, o.johnDoe())
	first := o.call(t, http.MethodGet, "/v1/drafts?limit=1&mine=true", o.key, nil).json(t)
	require.Equal(t, "Doe", first["items"].([]any)[0].(map[string]any)["last_name"])
	second := o.call(t, http.MethodGet, "/v1/drafts?limit=1&cursor="+first["next_cursor"].(string), o.key, nil).json(t)
	require.Len(t, second["items"], 1)
	require.Nil(t, second["next_cursor"])

	require.Equal(t, http.StatusNoContent, o.call(t, http.MethodDelete, path, o.key, nil).status)
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodGet, path, o.key, nil).status)
}

func TestDraft_DoesNotExistForOthers(t *testing.T) {
	t.Parallel()
	o := open(t)
	path := o.draft(t)
	for _, key := range []string{o.otherKey, o.subKey} {
		require.Equal(t, http.StatusNotFound, o.call(t, http.MethodGet, path, key, nil).status)
		require.Equal(t, http.StatusNotFound, o.call(t, http.MethodDelete, path, key, nil).status)
		require.Equal(t, http.StatusNotFound, o.call(t, http.MethodPut, path+"/login", key, map[string]any{}).status)
		require.Equal(t, http.StatusNotFound, o.call(t, http.MethodPost, path+"/submit", key, nil).status)
		require.Empty(t, o.call(t, http.MethodGet, "/v1/drafts", key, nil).json(t)["items"])
	}
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPost, "/v1/drafts?dealer_id="+o.dealerID, o.opsKey, map[string]any{}).status)
	require.Equal(t, http.StatusUnprocessableEntity, o.call(t, http.MethodPost, "/v1/drafts", o.key, map[string]any{"kind": "gift"}).status)
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodGet, "/v1/drafts/x", o.key, nil).status)
}

func TestDrafts_TakeTheReasonToGoOnWithoutCoverageWithTheSystem(t *testing.T) {
	t.Parallel()
	o := open(t)
	draft := o.draft(t)
	saved := o.call(t, http.MethodPut, draft+"/system", o.key, map[string]any{"panel_type": "auto", "coverage_override_reason": "Tested on site"})
	require.Equal(t, http.StatusOK, saved.status, string(saved.body))
	kept := o.call(t, http.MethodGet, draft, o.key, nil).json(t)["application"].(map[string]any)
	require.Equal(t, "Tested on site", kept["coverage_override_reason"])
	require.Equal(t, map[string]any{"panel_type": "auto"}, kept["system"])
	wrong := o.call(t, http.MethodPut, draft+"/system", o.key, map[string]any{"coverage_override_reason": strings.Repeat("x", 501)}, "If-Match", `"1"`)
	require.Contains(t, string(wrong.body), `"field":"/coverage_override_reason"`)
}
