package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

// completedAccount is one whose onboarding is over.
func (o *office) completedAccount(t *testing.T, changes ...change) (accountID string) {
	t.Helper()
	_, accountID = o.completed(t, changes...)
	return accountID
}

func swapTo(serial string, changes ...change) map[string]any {
	body := map[string]any{"module_serial": serial, "reason": "The old one is broken."}
	for _, c := range changes {
		c.apply(body)
	}
	return body
}

// swap begins a swap and returns its ID.
func (o *office) swap(t *testing.T, accountID, serial string) (id string) {
	t.Helper()
	answer := o.call(t, http.MethodPost, "/v1/accounts/"+accountID+"/module-swap", o.key, swapTo(serial))
	require.Equal(t, http.StatusCreated, answer.status, string(answer.body))
	return answer.json(t)["id"].(string)
}

// record moves a change as its run does.
func (o *office) record(t *testing.T, id string, no int, transition onboarding.Transition) {
	t.Helper()
	transition.No, transition.At = no, time.Now()
	require.NoError(t, o.store.RecordChange(t.Context(), "run-"+id, id, transition))
}

func (o *office) parkChange(t *testing.T, id string, no int, step onboarding.Step, reason onboarding.Reason) {
	t.Helper()
	o.record(t, id, no, onboarding.Transition{
		Kind: onboarding.EventParked, Status: onboarding.StatusParked, Step: step, ParkNo: 1, Reason: reason,
	})
}

func (o *office) module(t *testing.T, serial string) map[string]any {
	t.Helper()
	answer := o.call(t, http.MethodGet, "/v1/modules/"+serial, o.key, nil)
	require.Equal(t, http.StatusOK, answer.status, string(answer.body))
	return answer.json(t)
}

func TestSwap_HoldsTheNewModuleAndBeginsARun(t *testing.T) {
	t.Parallel()
	o := open(t)
	account := o.completedAccount(t)
	answer := o.call(t, http.MethodPost, "/v1/accounts/"+account+"/module-swap", o.key, swapTo("4100000025"))
	require.Equal(t, http.StatusCreated, answer.status, string(answer.body))
	body := answer.json(t)
	require.Equal(t, "4100000017", body["old_module"])
	require.Equal(t, "4100000025", body["new_module"])
	require.Equal(t, "submitted", body["status"])
	require.NotEmpty(t, body["created_at"])
	require.Equal(t, answer.header.Get("Location"), body["links"].(map[string]any)["self"])
	require.Len(t, body["steps"], 4)

	require.Len(t, o.engine.changes.begun, 1)
	begun := o.engine.changes.begun[0]
	require.Equal(t, body["id"], begun.ID)
	require.Equal(t, account, begun.AccountID)
	require.Equal(t, onboarding.ChangeModuleSwap, begun.Kind)
	require.Equal(t, "held", o.module(t, "4100000025")["state"])
	require.Equal(t, "in_use", o.module(t, "4100000017")["state"], "the old one works on")

	again := o.call(t, http.MethodPost, "/v1/accounts/"+account+"/module-swap", o.key, swapTo("4100000025"))
	require.Equal(t, body["id"], again.json(t)["id"], "the same request is the same swap")
	other := o.call(t, http.MethodPost, "/v1/accounts/"+account+"/module-swap", o.key, swapTo("4100000033"))
	require.Equal(t, http.StatusConflict, other.status)
	require.Contains(t, other.problem(t).Detail, "is under way")

	for path, found := range map[string]int{"": 1, "?status=submitted": 1, "?status=parked": 0, "?account_id=" + account: 1, "?account_id=" + uuid.NewString(): 0, "?account_id=x": 0} {
		require.Len(t, o.call(t, http.MethodGet, "/v1/module-swaps"+path, o.key, nil).json(t)["items"], found, path)
	}
	for _, word := range []string{"broken", "4100000025"} {
		require.NotContains(t, o.log.String(), word)
	}
}

func TestSwap_NamesEveryProblem(t *testing.T) {
	t.Parallel()
	o := open(t)
	account := o.completedAccount(t)
	o.exec(t, `INSERT INTO modules (id, serial, network, panel_types, default_pathway, pathways) VALUES ($1, '4100000066', 'AT&T', '{simon_xt}', 'cell', '{cell}')`, uuid.NewString())
	o.exec(t, `INSERT INTO modules (id, serial, network, panel_types, default_pathway, pathways, sunset_on) VALUES ($1, '4100000074', 'AT&T', '{twog_gc2}', 'cell', '{cell}', '2020-01-01')`, uuid.NewString())
	o.exec(t, `INSERT INTO modules (id, serial, network, panel_types, default_pathway, pathways, retired_at) VALUES ($1, '4100000082', 'AT&T', '{twog_gc2}', 'cell', '{cell}', now())`, uuid.NewString())
	other := o.submit(t, change{"system.module", "4100000033"}, change{"forwarding.account_number", "4321"}, change{"login.name", "Other"})
	before := o.counts(t)
	for name, c := range map[string]struct {
		body  any
		field string
		code  string
	}{
		"nothing":                  {map[string]any{}, "/module_serial", "required"},
		"no reason":                {swapTo("4100000025", change{"reason", ""}), "/reason", "required"},
		"a long reason":            {swapTo("4100000025", change{"reason", strings.Repeat("a", 100_000)}), "/reason", "too_long"},
		"a null byte":              {swapTo("4100000025", change{"reason", "a\x00b"}), "/reason", "malformed"},
		"a bidi override":          {swapTo("4100000025", change{"reason", "a\u202eb"}), "/reason", "malformed"},
		"a serial with a null":     {swapTo("41000000\x0025"), "/module_serial", "malformed"},
		"a bidi serial":            {swapTo("\u202e4100000025"), "/module_serial", "malformed"},
		"an overlong serial":       {swapTo(strings.Repeat("4", 10_000)), "/module_serial", "malformed"},
		"a short serial":           {swapTo("123"), "/module_serial", "malformed"},
		"an IMEI's wrong digit":    {swapTo("490154203237519"), "/module_serial", "bad_check_digit"},
		"an unknown module":        {swapTo("4199999999"), "/module_serial", "module_unknown"},
		"the same module":          {swapTo("4100000017"), "/module_serial", "same_module"},
		"the same one, spelt out":  {swapTo("11317 4100000017"), "/module_serial", "same_module"},
		"another dealer's module":  {swapTo("4100000041"), "/module_serial", "module_other_dealer"},
		"a held module":            {swapTo("4100000033"), "/module_serial", "module_held"},
		"a network of the past":    {swapTo("4100000074"), "/module_serial", "module_sunset"},
		"one out of service":       {swapTo("4100000082"), "/module_serial", "module_retired"},
		"one of another panel":     {swapTo("4100000066"), "/panel_type", "panel_unsupported"},
		"a panel that is none":     {swapTo("4100000025", change{"panel_type", "toaster"}), "/panel_type", "invalid_choice"},
		"an unknown field":         {swapTo("4100000025", change{"force", true}), "/force", "unknown_field"},
		"a number for the serial":  {map[string]any{"module_serial": 4100000025, "reason": "x"}, "/module_serial", "malformed"},
		"a list":                   {"[]", "", "malformed"},
		"half of it":               {`{"module_serial": "41`, "", "malformed"},
		"an object for the reason": {swapTo("4100000025", change{"reason", map[string]any{}}), "/reason", "malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := o.call(t, http.MethodPost, "/v1/accounts/"+account+"/module-swap", o.key, c.body)
			require.Equal(t, http.StatusUnprocessableEntity, answer.status, string(answer.body))
			require.True(t, has(answer.problem(t), c.field, c.code), string(answer.body))
		})
	}
	require.Equal(t, before, o.counts(t))
	require.Empty(t, o.engine.changes.begun)
	require.NotEmpty(t, other)

	both := o.call(t, http.MethodPost, "/v1/accounts/"+account+"/module-swap", o.key, swapTo("123", change{"reason", ""})).problem(t)
	require.Len(t, both.Errors, 2, "all problems at once")
}

func TestSwap_TakesAnotherPanel(t *testing.T) {
	t.Parallel()
	o := open(t)
	account := o.completedAccount(t)
	o.exec(t, `INSERT INTO modules (id, serial, network, panel_types, default_pathway, pathways) VALUES ($1, '4100000066', 'AT&T', '{simon_xt}', 'cell', '{cell}')`, uuid.NewString())
	answer := o.call(t, http.MethodPost, "/v1/accounts/"+account+"/module-swap", o.key, swapTo("4100000066", change{"panel_type", "auto"}))
	require.Equal(t, http.StatusCreated, answer.status, string(answer.body))
	require.Equal(t, "simon_xt", answer.json(t)["panel_type"])
}

func TestSwap_RefusesInWords(t *testing.T) {
	t.Parallel()
	o := open(t)
	early := o.submit(t)
	account := o.account(t, early)
	path := "/v1/accounts/" + account + "/module-swap"
	refused := func(path, sentence string) {
		t.Helper()
		answer := o.call(t, http.MethodPost, path, o.key, swapTo("4100000025"))
		require.Equal(t, http.StatusConflict, answer.status, string(answer.body))
		require.Contains(t, answer.problem(t).Detail, sentence)
	}
	refused(path, "The onboarding of this account is not over")
	o.transition(t, early, 9, onboarding.EventCompleted, onboarding.StatusCompleted)

	video := o.completedAccount(t, change{"account.type", "standalone_video_access"}, change{"system", map[string]any{}}, change{"forwarding", map[string]any{}},
		change{"package", map[string]any{"package_id": "video_only"}}, change{"login.name", "Video"})
	refused("/v1/accounts/"+video+"/module-swap", "This account has no module")

	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPost, path, o.opsKey, swapTo("4100000025")).status)
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodPost, path, o.otherKey, swapTo("4100000025")).status)
	require.Equal(t, http.StatusCreated, o.call(t, http.MethodPost, "/v1/accounts/"+account+"/terminate", o.key, map[string]any{"reason": "moving"}).status)
	refused(path, "This account is closed.")
}

func TestSwap_WithAKeyIsDoneOnce(t *testing.T) {
	t.Parallel()
	o := open(t)
	account := o.completedAccount(t)
	path := "/v1/accounts/" + account + "/module-swap"
	bad := o.call(t, http.MethodPost, path, o.key, swapTo("123"), "Idempotency-Key", "swap-1")
	require.Equal(t, http.StatusUnprocessableEntity, bad.status, "does not use the key up")
	first := o.call(t, http.MethodPost, path, o.key, swapTo("4100000025"), "Idempotency-Key", "swap-1")
	require.Equal(t, http.StatusCreated, first.status, string(first.body))
	o.record(t, first.json(t)["id"].(string), 1, onboarding.Transition{Kind: onboarding.EventCompleted, Status: onboarding.StatusCompleted})
	again := o.call(t, http.MethodPost, path, o.key, swapTo("4100000025"), "Idempotency-Key", "swap-1")
	require.Equal(t, string(first.body), string(again.body), "the first answer, however late")
	require.Equal(t, first.header.Get("Location"), again.header.Get("Location"))
	other := o.call(t, http.MethodPost, path, o.key, swapTo("4100000033"), "Idempotency-Key", "swap-1")
	require.True(t, has(other.problem(t), "Idempotency-Key", "idempotency_key_reused"))
	elsewhere := o.call(t, http.MethodPost, "/v1/accounts/"+account+"/terminate", o.key, map[string]any{"reason": "moving"}, "Idempotency-Key", "swap-1")
	require.True(t, has(elsewhere.problem(t), "Idempotency-Key", "idempotency_key_reused"))
}

func TestSwap_ParkedIsDecidedAbout(t *testing.T) {
	t.Parallel()
	o := open(t)
	account := o.completedAccount(t)
	id := o.swap(t, account, "4100000025")
	path := "/v1/module-swaps/" + id
	decision := func(changes ...change) map[string]any {
		return retry(append([]change{{"step", "register_replacement"}}, changes...)...)
	}
	early := o.call(t, http.MethodPost, path+"/decisions", o.key, decision())
	require.Contains(t, early.problem(t).Detail, "This module swap is not parked")

	o.parkChange(t, id, 1, onboarding.StepRegisterReplacement, onboarding.ReasonModuleAlreadyRegistered)
	row := o.call(t, http.MethodGet, path, o.key, nil).json(t)
	require.Equal(t, "parked", row["status"])
	require.Equal(t, []any{"retry", "amend", "cancel"}, row["parked"].(map[string]any)["allowed_actions"])
	require.Equal(t, 1, o.openTasks(t, onboarding.TaskSwapParked, account))
	require.Len(t, o.call(t, http.MethodGet, "/v1/module-swaps?status=parked&park_reason=module_already_registered", o.key, nil).json(t)["items"], 1)

	for name, c := range map[string]struct {
		body   map[string]any
		status int
		words  string
	}{
		"a wrong step":           {decision(change{"step", "release_module"}), 409, "parked at register_replacement with park_no 1"},
		"an older park":          {decision(change{"park_no", 7}), 409, "park_no 1"},
		"not allowed":            {decision(change{"action", "skip"}, change{"reason", "x"}), 409, "The action skip does not fit here. Choose retry, amend or cancel."},
		"no such action":         {decision(change{"action", "explode"}), 422, "Choose an action"},
		"amend without a module": {decision(change{"action", "amend"}), 422, "Give the serial number of the other module."},
		"retry with a module":    {decision(change{"module_serial", "4100000033"}), 422, "with the action amend only"},
		"amend with a bad one":   {decision(change{"action", "amend"}, change{"module_serial", "4199999999"}), 422, "No module with this number is known."},
		"amend with the old one": {decision(change{"action", "amend"}, change{"module_serial", "4100000017"}), 422, "This is the module that the account has already."},
		"cancel without reason":  {decision(change{"action", "cancel"}), 422, "Give the reason"},
	} {
		answer := o.call(t, http.MethodPost, path+"/decisions", o.key, c.body)
		require.Equal(t, c.status, answer.status, name)
		require.Contains(t, string(answer.body), c.words, name)
	}
	require.Empty(t, o.engine.changes.decided)

	answer := o.call(t, http.MethodPost, path+"/decisions", o.key, decision(change{"action", "amend"}, change{"module_serial", "4100000033"}))
	require.Equal(t, http.StatusOK, answer.status, string(answer.body))
	require.Equal(t, 2, o.engine.changes.decided[0].Revision)
	require.Equal(t, "available", o.module(t, "4100000025")["state"], "given back")
	require.Equal(t, "held", o.module(t, "4100000033")["state"])

	// The amend is stored but never reached the run, whose park still stands.
	retried := o.call(t, http.MethodPost, path+"/decisions", o.key, decision())
	require.Equal(t, http.StatusOK, retried.status, string(retried.body))
	require.Equal(t, 2, o.engine.changes.decided[1].Revision, "a retry brings the newest revision along")

	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodPost, path+"/decisions", o.otherKey, decision()).status)
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodPost, "/v1/terminations/"+id+"/decisions", o.key, decision()).status)
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodGet, "/v1/terminations/"+id, o.key, nil).status)
}

func (o *office) openTasks(t *testing.T, kind onboarding.TaskKind, objectID string) (n int) {
	t.Helper()
	require.NoError(t, o.pool.QueryRow(t.Context(),
		`SELECT count(*) FROM tasks WHERE kind = $1 AND object_id = $2 AND closed_at IS NULL`, kind, objectID).Scan(&n))
	return n
}

func TestSwap_IsCancelledUntilTheAccountHasItsNewModule(t *testing.T) {
	t.Parallel()
	o := open(t)
	account := o.completedAccount(t)
	id := o.swap(t, account, "4100000025")
	path := "/v1/module-swaps/" + id + "/cancel"
	noReason := o.call(t, http.MethodPost, path, o.key, map[string]any{})
	require.True(t, has(noReason.problem(t), "/reason", "required"))
	require.Equal(t, http.StatusAccepted, o.call(t, http.MethodPost, path, o.key, map[string]any{"reason": "Not needed."}).status)
	require.Equal(t, []string{id}, o.engine.changes.cancelled)

	o.switchTo(t, id)
	late := o.call(t, http.MethodPost, path, o.key, map[string]any{"reason": "Not needed."})
	require.Contains(t, late.problem(t).Detail, "has its new module already")
	require.Nil(t, o.call(t, http.MethodGet, "/v1/module-swaps/"+id, o.key, nil).json(t)["links"].(map[string]any)["cancel"])

	o.record(t, id, 5, onboarding.Transition{Kind: onboarding.EventCompleted, Status: onboarding.StatusCompleted})
	over := o.call(t, http.MethodPost, path, o.key, map[string]any{"reason": "Not needed."})
	require.Contains(t, over.problem(t).Detail, "This module swap is over")
	require.Len(t, o.engine.changes.cancelled, 1)
}

// switchTo does what a swap's run does up to the pivot.
func (o *office) switchTo(t *testing.T, id string) {
	t.Helper()
	require.NoError(t, o.store.ReplacementRegistered(t.Context(), id, 1))
	_, err := o.store.SwitchModule(t.Context(), id, time.Hour)
	require.NoError(t, err)
}

func TestSwap_ItsNetworkHourIsMovedByOperators(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.swap(t, o.completedAccount(t), "4100000025")
	path := "/v1/module-swaps/" + id + "/wait"
	body := map[string]any{"ready_at": time.Now().Add(time.Minute).UTC().Format(time.RFC3339), "reason": "Confirmed."}
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPost, path, o.key, body).status)
	early := o.call(t, http.MethodPost, path, o.opsKey, body)
	require.Equal(t, http.StatusConflict, early.status)
	require.Contains(t, early.problem(t).Detail, "This module swap is not waiting for the network: its status is submitted.")

	o.switchTo(t, id)
	o.record(t, id, 1, onboarding.Transition{
		Kind: onboarding.EventWaiting, Status: onboarding.StatusWaiting, Step: onboarding.StepAwaitNetwork, ReadyAt: time.Now().Add(time.Hour),
	})
	moved := o.call(t, http.MethodPost, path, o.opsKey, body)
	require.Equal(t, http.StatusAccepted, moved.status, string(moved.body))
	require.Equal(t, id, moved.json(t)["id"])
	require.Len(t, o.engine.changes.waits, 1)
	require.Regexp(t, `^audit [0-9a-f-]{36}$`, o.engine.changes.waits[0].Reason)
	require.Equal(t, 1, o.count(t, `SELECT count(*) FROM audit WHERE action = 'account.module_swap.adjust_wait' AND reason = 'Confirmed.'`))

	for name, c := range map[string]struct {
		body        map[string]any
		field, code string
	}{
		"too far ahead":   {map[string]any{"ready_at": "2999-01-01T00:00:00Z", "reason": "Slip."}, "/ready_at", "out_of_range"},
		"no time":         {map[string]any{"ready_at": "soon", "reason": "Slip."}, "/ready_at", "malformed"},
		"no reason":       {map[string]any{"ready_at": body["ready_at"]}, "/reason", "required"},
		"a null byte":     {map[string]any{"ready_at": body["ready_at"], "reason": "a\x00b"}, "/reason", "malformed"},
		"a bidi override": {map[string]any{"ready_at": body["ready_at"], "reason": "a\u202eb"}, "/reason", "malformed"},
		"a long reason":   {map[string]any{"ready_at": body["ready_at"], "reason": strings.Repeat("a", 501)}, "/reason", "too_long"},
	} {
		answer := o.call(t, http.MethodPost, path, o.opsKey, c.body)
		require.Equal(t, http.StatusUnprocessableEntity, answer.status, name)
		require.True(t, has(answer.problem(t), c.field, c.code), "%s %s", name, answer.body)
	}
	for _, unknown := range []string{uuid.NewString(), "' OR 1=1"} {
		require.Equal(t, http.StatusNotFound, o.call(t, http.MethodPost, "/v1/module-swaps/"+url.PathEscape(unknown)+"/wait", o.opsKey, body).status)
	}
	require.Len(t, o.engine.changes.waits, 1)
}

func TestSwap_ShowsHowOftenEachStepWasTried(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.swap(t, o.completedAccount(t), "4100000025")
	tried := func() (attempts []float64) {
		for _, step := range o.call(t, http.MethodGet, "/v1/module-swaps/"+id, o.key, nil).json(t)["steps"].([]any) {
			attempts = append(attempts, step.(map[string]any)["attempts"].(float64))
		}
		return attempts
	}
	require.Equal(t, []float64{0, 0, 0, 0}, tried())
	for range 3 {
		_, err := o.store.BeginChangeStep(t.Context(), id, onboarding.StepRegisterReplacement)
		require.NoError(t, err)
	}
	_, err := o.store.BeginChangeStep(t.Context(), id, onboarding.StepSwitchModule)
	require.NoError(t, err)
	for no := range 2 {
		o.record(t, id, 1+no, onboarding.Transition{
			Kind: onboarding.EventWaiting, Status: onboarding.StatusWaiting, Step: onboarding.StepAwaitNetwork, ReadyAt: time.Now().Add(time.Hour),
		})
	}
	require.Equal(t, []float64{3, 1, 1, 0}, tried())
}

// heard is what the API answers to a panel that communicates through a module.
func (o *office) heard(t *testing.T, id, module string) int {
	t.Helper()
	body, headers := communicated(t, panelSecret, time.Now(), event(change{"event_id", id}, change{"module", module}))
	return o.call(t, http.MethodPost, "/v1/panel-events", "", body, headers...).status
}

func TestSwap_ExpectsThePanelToCommunicateAgain(t *testing.T) {
	t.Parallel()
	o := open(t)
	account := o.completedAccount(t)
	id := o.swap(t, account, "4100000025")
	o.switchTo(t, id)
	row := o.call(t, http.MethodGet, "/v1/module-swaps/"+id, o.key, nil).json(t)
	require.Nil(t, row["panel_communicated_at"])
	require.NotNil(t, row["ready_at"])

	require.Equal(t, http.StatusAccepted, o.heard(t, "event-1", "4100000025"))
	require.Equal(t, []string{id}, o.engine.changes.heard)
	require.Equal(t, []string{"event-1"}, o.engine.panels, "the first communication of a panel that was silent so far")
	require.NoError(t, o.store.ReplacementCommunicated(t.Context(), id, time.Now()))
	require.NotNil(t, o.call(t, http.MethodGet, "/v1/module-swaps/"+id, o.key, nil).json(t)["panel_communicated_at"])
	require.Equal(t, http.StatusAccepted, o.heard(t, "event-2", "4100000025"))
	require.Len(t, o.engine.changes.heard, 1)
	require.Equal(t, http.StatusAccepted, o.heard(t, "event-3", "4100000017"), "the old module may still speak")
	require.Len(t, o.engine.changes.heard, 1)
}

func TestSwap_WhoseWorkflowIsGoneIsBegunAnew(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.swap(t, o.completedAccount(t), "4100000025")
	require.NoError(t, o.store.ReportLostChange(t.Context(), id))
	answer := o.call(t, http.MethodPost, "/v1/module-swaps/"+id+"/decisions", o.key, retry(change{"step", "register_replacement"}))
	require.Equal(t, http.StatusOK, answer.status, string(answer.body))
	require.Len(t, o.engine.changes.restarted, 1)
	require.Equal(t, 1, o.engine.changes.restarted[0].ParkNo)
	all := o.call(t, http.MethodPost, "/v1/ops/onboardings/resume", o.opsKey, map[string]any{"reason": "workflow_lost", "note": "Restored."})
	require.Equal(t, http.StatusAccepted, all.status, string(all.body))
	require.Len(t, o.engine.changes.restarted, 2, "with all others that are gone")
	cancelled := o.call(t, http.MethodPost, "/v1/module-swaps/"+id+"/cancel", o.key, map[string]any{"reason": "x"})
	require.Contains(t, cancelled.problem(t).Detail, "is gone")
}
