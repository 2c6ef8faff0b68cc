package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

func terminate(reason string, changes ...change) map[string]any {
	body := map[string]any{"reason": reason}
	for _, c := range changes {
		c.apply(body)
	}
	return body
}

func TestTerminate_ClosesTheAccountAndReleasesTheModule(t *testing.T) {
	t.Parallel()
	o := open(t)
	account := o.completedAccount(t)
	path := "/v1/accounts/" + account
	answer := o.call(t, http.MethodPost, path+"/terminate", o.key, terminate("moving", change{"note", "Moves to Reston."}))
	require.Equal(t, http.StatusCreated, answer.status, string(answer.body))
	body := answer.json(t)
	require.Equal(t, account, body["id"])
	require.Equal(t, "moving", body["reason"])
	require.Equal(t, "4100000017", body["module"])
	require.Equal(t, "/v1/terminations/"+account, answer.header.Get("Location"))
	require.Nil(t, body["released_at"])

	closed := o.call(t, http.MethodGet, path, o.key, nil).json(t)
	require.Equal(t, "closed", closed["state"])
	require.Empty(t, closed["login_name"], "the login is free")
	require.True(t, o.call(t, http.MethodGet, "/v1/login-names/JohnDoe", o.key, nil).json(t)["available"].(bool))
	module := o.module(t, "4100000017")
	require.Equal(t, "releasing", module["state"])
	require.Contains(t, module["message"], "is being released")
	require.Len(t, o.engine.changes.begun, 1)
	require.Equal(t, onboarding.ChangeTermination, o.engine.changes.begun[0].Kind)

	again := o.call(t, http.MethodPost, path+"/terminate", o.key, terminate("moving"))
	require.Equal(t, http.StatusCreated, again.status, "the same request again answers the same")
	require.Equal(t, account, again.json(t)["id"])
	other := o.call(t, http.MethodPost, path+"/terminate", o.key, terminate("price"))
	require.Equal(t, "This account is closed already.", other.problem(t).Detail)

	taken := o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.johnDoe())
	require.True(t, has(taken.problem(t), "/system/module", "module_releasing"), string(taken.body))
	require.NoError(t, o.store.ModuleReleased(t.Context(), account))
	require.Equal(t, "available", o.module(t, "4100000017")["state"])
	require.NotNil(t, o.call(t, http.MethodGet, "/v1/terminations/"+account, o.key, nil).json(t)["released_at"])
	o.submit(t)
	require.NotContains(t, o.log.String(), "Reston")
}

func TestTerminate_NamesEveryProblem(t *testing.T) {
	t.Parallel()
	o := open(t)
	account := o.completedAccount(t)
	for _, route := range []string{"terminate", "recycle"} {
		for name, c := range map[string]struct {
			body        any
			field, code string
		}{
			"nothing":           {map[string]any{}, "/reason", "required"},
			"no such reason":    {terminate("boredom"), "/reason", "invalid_choice"},
			"another case":      {terminate("Moving"), "/reason", "invalid_choice"},
			"a null byte":       {terminate("mov\x00ing"), "/reason", "invalid_choice"},
			"a long note":       {terminate("moving", change{"note", strings.Repeat("a", 5000)}), "/note", "too_long"},
			"a bidi note":       {terminate("moving", change{"note", "a\u202eb"}), "/note", "malformed"},
			"an unknown field":  {terminate("moving", change{"delay_days", 3}), "/delay_days", "unknown_field"},
			"a number":          {map[string]any{"reason": 5}, "/reason", "malformed"},
			"a text for a body": {`"moving"`, "", "malformed"},
		} {
			answer := o.call(t, http.MethodPost, "/v1/accounts/"+account+"/"+route, o.key, c.body)
			require.Equal(t, http.StatusUnprocessableEntity, answer.status, name)
			require.True(t, has(answer.problem(t), c.field, c.code), "%s %s", name, answer.body)
		}
		require.Equal(t, http.StatusNotFound, o.call(t, http.MethodPost, "/v1/accounts/"+account+"/"+route, o.otherKey, terminate("moving")).status)
		require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPost, "/v1/accounts/"+account+"/"+route, o.opsKey, terminate("moving")).status)
	}
	require.Equal(t, "open", o.call(t, http.MethodGet, "/v1/accounts/"+account, o.key, nil).json(t)["state"])
	require.Empty(t, o.engine.changes.begun)
}

func TestTerminate_RefusesInWords(t *testing.T) {
	t.Parallel()
	o := open(t)
	running := o.submit(t)
	account := o.account(t, running)
	refused := func(accountID, route, sentence string) {
		t.Helper()
		answer := o.call(t, http.MethodPost, "/v1/accounts/"+accountID+"/"+route, o.key, terminate("moving"))
		require.Equal(t, http.StatusConflict, answer.status, string(answer.body))
		require.Contains(t, answer.problem(t).Detail, sentence)
	}
	refused(account, "terminate", "Cancel the onboarding instead")
	o.transition(t, running, 9, onboarding.EventCompleted, onboarding.StatusCompleted)
	o.swap(t, account, "4100000025")
	refused(account, "terminate", "A module swap of this account is under way.")
	refused(account, "recycle", "A module swap of this account is under way.")

	video := o.completedAccount(t, change{"account.type", "standalone_video_access"}, change{"system", map[string]any{}}, change{"forwarding", map[string]any{}},
		change{"package", map[string]any{"package_id": "video_only"}}, change{"login.name", "Video"})
	refused(video, "recycle", "This account has no module")
	begun := len(o.engine.changes.begun)
	ended := o.call(t, http.MethodPost, "/v1/accounts/"+video+"/terminate", o.key, terminate("price"))
	require.Equal(t, "completed", ended.json(t)["status"], "there is nothing to release")
	require.Len(t, o.engine.changes.begun, begun)
}

func TestRecycle_BeginsADraftWithoutTheOldCustomer(t *testing.T) {
	t.Parallel()
	o := open(t)
	account := o.completedAccount(t)
	path := "/v1/accounts/" + account + "/recycle"
	answer := o.call(t, http.MethodPost, path, o.key, terminate("moving"))
	require.Equal(t, http.StatusCreated, answer.status, string(answer.body))
	body := answer.json(t)
	draftID := body["draft_id"].(string)
	require.Equal(t, draftID, body["termination"].(map[string]any)["draft_id"])

	draft := o.call(t, http.MethodGet, body["draft"].(string), o.key, nil)
	require.Equal(t, http.StatusOK, draft.status, string(draft.body))
	require.Contains(t, string(draft.body), "8281 Greensboro Drive")
	require.Contains(t, string(draft.body), "4100000017")
	require.Contains(t, string(draft.body), "twog_gc2")
	for _, word := range []string{"John", "Doe", "john.doe", "5715550100", "1234", "six_hour"} {
		require.NotContains(t, string(draft.body), word)
	}
	require.Equal(t, string(answer.body), string(o.call(t, http.MethodPost, path, o.key, terminate("moving")).body), "the same draft")
	plain := o.call(t, http.MethodPost, "/v1/accounts/"+account+"/terminate", o.key, terminate("moving"))
	require.Equal(t, http.StatusConflict, plain.status)
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodGet, body["draft"].(string), o.otherKey, nil).status)
}

func TestTermination_ParkedIsDecidedAbout(t *testing.T) {
	t.Parallel()
	o := open(t)
	account := o.completedAccount(t)
	require.Equal(t, http.StatusCreated, o.call(t, http.MethodPost, "/v1/accounts/"+account+"/terminate", o.key, terminate("moving")).status)
	o.parkChange(t, account, 1, onboarding.StepReleaseModule, onboarding.ReasonCarrierRefused)
	require.Equal(t, 1, o.openTasks(t, onboarding.TaskTerminationParked, account))
	path := "/v1/terminations/" + account
	require.Equal(t, []any{"retry", "skip"}, o.call(t, http.MethodGet, path, o.key, nil).json(t)["parked"].(map[string]any)["allowed_actions"])
	require.Len(t, o.call(t, http.MethodGet, "/v1/terminations?status=parked", o.key, nil).json(t)["items"], 1)
	require.Empty(t, o.call(t, http.MethodGet, "/v1/terminations?status=parked", o.otherKey, nil).json(t)["items"])

	release := retry(change{"step", "release_module"})
	require.Contains(t, o.call(t, http.MethodPost, path+"/decisions", o.key, retry(change{"step", "release_module"}, change{"action", "cancel"}, change{"reason", "x"})).problem(t).Detail,
		"Choose retry or skip.")
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodPost, path+"/decisions", o.otherKey, release).status)
	require.Equal(t, http.StatusOK, o.call(t, http.MethodPost, path+"/decisions", o.key, release).status)
	require.Equal(t, onboarding.ActionRetry, o.engine.changes.decided[0].Action)
	require.True(t, strings.HasPrefix(o.engine.changes.decided[0].Reason, "audit "))

	o.record(t, account, 2, onboarding.Transition{Kind: onboarding.EventSkipped, Status: onboarding.StatusActive, Step: onboarding.StepReleaseModule})
	require.Zero(t, o.openTasks(t, onboarding.TaskTerminationParked, account))
	require.Equal(t, "retired", o.module(t, "4100000017")["state"], "nobody gets what may still be the carrier's")
}
