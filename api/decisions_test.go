package api_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

func retry(changes ...change) map[string]any {
	decision := map[string]any{"action": "retry", "step": "check_coverage", "park_no": 1}
	for _, c := range changes {
		c.apply(decision)
	}
	return decision
}

func (o *office) parked(t *testing.T) string {
	t.Helper()
	id := o.submit(t)
	o.park(t, id, onboarding.StepCheckCoverage, onboarding.ReasonNoCoverage)
	return id
}

func TestParked_SaysWhatCanBeDecided(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.parked(t)
	row := o.call(t, http.MethodGet, "/v1/onboardings/"+id, o.key, nil).json(t)
	require.Equal(t, "parked", row["status"])
	park := row["parked"].(map[string]any)
	require.Equal(t, "check_coverage", park["step"])
	require.Equal(t, "no_coverage", park["reason"])
	require.InDelta(t, 1, park["park_no"], 0)
	require.Equal(t, []any{"retry", "amend", "override", "cancel"}, park["allowed_actions"])
	require.Equal(t, onboarding.ReasonNoCoverage.Message(), park["message"])

	for query, found := range map[string]int{
		"status=parked": 1, "status=active": 0, "park_reason=no_coverage": 1, "park_reason=low_coverage": 0,
		"step=check_coverage": 1, "source=api": 1, "source=portal": 0, "since=2020-01-01T00:00:00Z": 1, "since=2999-01-01T00:00:00Z": 0,
	} {
		require.Len(t, o.call(t, http.MethodGet, "/v1/onboardings?"+query, o.key, nil).json(t)["items"], found, query)
	}
}

func TestDecide_TellsTheRunWithoutTheWords(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.parked(t)
	answer := o.call(t, http.MethodPost, "/v1/onboardings/"+id+"/decisions", o.key,
		retry(change{"action", "override"}, change{"reason", "Mrs Doe tested a module."}))
	require.Equal(t, http.StatusOK, answer.status, string(answer.body))
	require.Equal(t, "override", answer.json(t)["action"])

	decision := o.engine.decisions[0]
	require.Equal(t, onboarding.ActionOverride, decision.Action)
	require.Equal(t, 1, decision.ParkNo)
	require.Equal(t, "audit "+decision.ID, decision.Reason)
	var reason, request string
	require.NoError(t, o.pool.QueryRow(t.Context(), `SELECT reason, request FROM audit WHERE id = $1 AND action = 'onboarding.decide.override'`, decision.ID).Scan(&reason, &request))
	require.Equal(t, "Mrs Doe tested a module.", reason)
	require.Equal(t, answer.header.Get("X-Request-Id"), request)
	require.NotContains(t, o.log.String(), "Mrs Doe")
}

func TestDecide_RefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.parked(t)
	running := o.submit(t, change{"system.module", "4100000025"}, change{"forwarding.account_number", "1235"})
	cases := map[string]struct {
		id       string
		decision map[string]any
		status   int
		field    string
		code     string
		says     string
	}{
		"nothing":                   {id, map[string]any{}, 422, "/action", "required", ""},
		"an unknown action":         {id, retry(change{"action", "explode"}), 422, "/action", "invalid_choice", ""},
		"no step":                   {id, map[string]any{"action": "retry", "park_no": 1}, 422, "/step", "required", ""},
		"no park_no":                {id, map[string]any{"action": "retry", "step": "check_coverage"}, 422, "/park_no", "required", ""},
		"no reason to cancel":       {id, retry(change{"action", "cancel"}), 422, "/reason", "required", ""},
		"a reason with a null byte": {id, retry(change{"reason", "a\x00b"}), 422, "/reason", "malformed", ""},
		"sections with retry":       {id, retry(change{"sections", map[string]any{}}), 422, "/sections", "not_applicable", ""},
		"amend without sections":    {id, retry(change{"action", "amend"}), 422, "/sections", "required", ""},
		"an unknown section":        {id, retry(change{"action", "amend"}, change{"sections", map[string]any{"card": 1}}), 422, "/sections/card", "unknown_field", ""},
		"another step":              {id, retry(change{"step", "send_letter"}), 409, "", "", "parked at check_coverage with park_no 1"},
		"a stale tab":               {id, retry(change{"park_no", 2}), 409, "", "", "parked at check_coverage with park_no 1"},
		"an action not allowed":     {id, retry(change{"action", "skip"}, change{"reason", "Why not."}), 409, "", "", "retry, amend, override or cancel"},
		"one that is not parked":    {running, retry(), 409, "", "", "not parked"},
	}
	before := o.counts(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			answer := o.call(t, http.MethodPost, "/v1/onboardings/"+c.id+"/decisions", o.key, c.decision)
			require.Equal(t, c.status, answer.status, string(answer.body))
			problem := answer.problem(t)
			if c.status == http.StatusConflict {
				require.Contains(t, problem.Detail, c.says)
				return
			}
			require.True(t, has(problem, c.field, c.code), string(answer.body))
		})
	}
	require.Equal(t, before, o.counts(t))
	require.Empty(t, o.engine.decisions)
}

func TestDecide_PassesOnWhatTheRunSays(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.parked(t)
	o.engine.decide = func(onboarding.Decision) (onboarding.Next, error) {
		return onboarding.Next{}, &onboarding.Refusal{Sentence: "Somebody has decided already."}
	}
	refused := o.call(t, http.MethodPost, "/v1/onboardings/"+id+"/decisions", o.key, retry())
	require.Equal(t, http.StatusConflict, refused.status)
	require.Equal(t, "Somebody has decided already.", refused.problem(t).Detail)

	o.engine.decide = func(onboarding.Decision) (onboarding.Next, error) {
		return onboarding.Next{}, errors.New("rpc error: connection refused")
	}
	away := o.call(t, http.MethodPost, "/v1/onboardings/"+id+"/decisions", o.key, retry())
	require.Equal(t, http.StatusServiceUnavailable, away.status)
	require.Equal(t, "engine_unavailable", away.problem(t).Code)
	require.NotEmpty(t, away.header.Get("Retry-After"))
	require.NotContains(t, string(away.body), "rpc")
}

func TestAmend_WritesTheNextRevision(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.parked(t)
	customer := o.johnDoe(change{"customer.address.street1", "1 Other Street"})["customer"]
	answer := o.call(t, http.MethodPost, "/v1/onboardings/"+id+"/decisions", o.key,
		retry(change{"action", "amend"}, change{"sections", map[string]any{"customer": customer}}))
	require.Equal(t, http.StatusOK, answer.status, string(answer.body))
	require.Equal(t, 2, o.engine.decisions[0].Revision)
	application, err := o.store.Application(t.Context(), id, 2)
	require.NoError(t, err)
	require.Equal(t, "1 Other Street", application.Answers.Customer.Address.Street1)
	require.Equal(t, "4100000017", application.Answers.System.Module, "what was not replaced stays")
}

func TestAmend_IsCheckedLikeANewApplication(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.submit(t, change{"system.module", "4100000025"}, change{"forwarding.account_number", "1235"}, change{"login.name", "taken"})
	id := o.submit(t)
	o.park(t, id, onboarding.StepRegisterModule, onboarding.ReasonModuleUnknown)
	amend := func(sections map[string]any) reply {
		return o.call(t, http.MethodPost, "/v1/onboardings/"+id+"/decisions", o.key,
			map[string]any{"action": "amend", "step": "register_module", "park_no": 1, "sections": sections})
	}
	before := o.counts(t)
	held := amend(map[string]any{"system": map[string]any{"module": "4100000025"}, "login": map[string]any{"name": "taken"}})
	require.Equal(t, http.StatusUnprocessableEntity, held.status)
	require.True(t, has(held.problem(t), "/sections/system/module", "module_held"), string(held.body))
	require.True(t, has(held.problem(t), "/sections/login/name", "login_taken"), string(held.body))

	locked := amend(map[string]any{"customer": o.johnDoe(change{"customer.address.street1", "1 Other Street"})["customer"]})
	require.True(t, has(locked.problem(t), "/sections/customer/address/street1", "locked"), string(locked.body))
	require.Equal(t, before, o.counts(t))

	require.Equal(t, http.StatusOK, amend(map[string]any{"system": map[string]any{"module": "4100000033"}}).status)
}

func TestDecide_RestartsARunThatIsLost(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.submit(t)
	require.NoError(t, o.store.ReportLost(t.Context(), id))
	row := o.call(t, http.MethodGet, "/v1/onboardings/"+id, o.key, nil).json(t)
	park := row["parked"].(map[string]any)
	require.Equal(t, "workflow_lost", park["reason"])
	answer := o.call(t, http.MethodPost, "/v1/onboardings/"+id+"/decisions", o.key,
		map[string]any{"action": "retry", "step": park["step"], "park_no": park["park_no"]})
	require.Equal(t, http.StatusOK, answer.status, string(answer.body))
	require.Equal(t, []onboarding.StartRun{{OnboardingID: id, DealerID: o.dealerID, Source: onboarding.SourceAPI, Revision: 1, ParkNo: 1}}, o.engine.restarted)
	require.Empty(t, o.engine.decisions)
}

func TestCancel_AsksTheRunAndKeepsTheReason(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.submit(t)
	none := o.call(t, http.MethodPost, "/v1/onboardings/"+id+"/cancel", o.key, map[string]any{})
	require.True(t, has(none.problem(t), "/reason", "required"))
	asked := o.call(t, http.MethodPost, "/v1/onboardings/"+id+"/cancel", o.key, map[string]any{"reason": "Withdrawn."})
	require.Equal(t, http.StatusAccepted, asked.status, string(asked.body))
	require.Equal(t, []string{id}, o.engine.cancelled)

	o.transition(t, id, 9, onboarding.EventCancelled, onboarding.StatusCancelled)
	over := o.call(t, http.MethodPost, "/v1/onboardings/"+id+"/cancel", o.key, map[string]any{"reason": "Again."})
	require.Equal(t, http.StatusConflict, over.status)
	require.Contains(t, over.problem(t).Detail, "cancelled")
	require.Len(t, o.engine.cancelled, 1)
}

func TestAdjustWait_MovesTheHourOfAWaitingRun(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.submit(t)
	path := "/v1/onboardings/" + id + "/wait"
	body := map[string]any{"ready_at": time.Now().Add(time.Minute).UTC().Format(time.RFC3339), "reason": "Confirmed."}
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPost, path, o.key, body).status)
	require.Equal(t, http.StatusConflict, o.call(t, http.MethodPost, path, o.opsKey, body).status)

	o.transition(t, id, 6, onboarding.EventWaiting, onboarding.StatusWaiting, func(transition *onboarding.Transition) {
		transition.ReadyAt = time.Now().Add(time.Hour)
	})
	moved := o.call(t, http.MethodPost, path, o.opsKey, body)
	require.Equal(t, http.StatusAccepted, moved.status, string(moved.body))
	require.Regexp(t, `^audit `, o.engine.waits[0].Reason)

	far := o.call(t, http.MethodPost, path, o.opsKey, map[string]any{"ready_at": "2999-01-01T00:00:00Z", "reason": "Slip."})
	require.True(t, has(far.problem(t), "/ready_at", "out_of_range"))
	bad := o.call(t, http.MethodPost, path, o.opsKey, map[string]any{"ready_at": "soon", "reason": "Slip."})
	require.True(t, has(bad.problem(t), "/ready_at", "malformed"), string(bad.body))
}

func TestList_PagesThroughEverythingOnce(t *testing.T) {
	t.Parallel()
	o := open(t)
	want := map[string]bool{}
	for i, serial := range []string{"4100000017", "4100000025", "4100000033"} {
		want[o.submit(t, change{"system.module", serial}, change{"forwarding.account_number", "123" + string(rune('1'+i))})] = true
	}
	path := "/v1/onboardings?limit=1"
	for len(want) > 0 {
		page := o.call(t, http.MethodGet, path, o.key, nil).json(t)
		require.Len(t, page["items"], 1)
		id := page["items"].([]any)[0].(map[string]any)["id"].(string)
		require.True(t, want[id])
		delete(want, id)
		cursor, more := page["next_cursor"].(string)
		require.Equal(t, len(want) > 0, more)
		path = "/v1/onboardings?limit=1&cursor=" + cursor
	}
}
