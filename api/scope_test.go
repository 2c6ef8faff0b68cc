package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

// listedOperation is one of the document's.
type listedOperation struct {
	method, path string
	hasBody      bool
}

func operationsOf(t *testing.T, o *office) []listedOperation {
	t.Helper()
	var read struct {
		Paths map[string]map[string]struct {
			RequestBody map[string]any `json:"requestBody"`
		} `json:"paths"`
	}
	require.NoError(t, json.Unmarshal(document(t, o.url), &read))
	var operations []listedOperation
	for path, methods := range read.Paths {
		for method, operation := range methods {
			operations = append(operations, listedOperation{strings.ToUpper(method), path, operation.RequestBody != nil})
		}
	}
	return operations
}

// bodyFor is a body that is in order, so that nothing but the scope is in its way.
func (o *office) bodyFor(path string) any {
	switch {
	case path == "/v1/onboardings", path == "/v1/commitments":
		return o.johnDoe()
	case path == "/v1/commitments/{id}":
		return map[string]any{}
	case strings.HasSuffix(path, "/activate"):
		return map[string]any{"module_serial": "4100000025"}
	case strings.HasSuffix(path, "/schedule"):
		return map[string]any{"activate_at": "2027-01-31"}
	case path == "/v1/quotes":
		return map[string]any{"package": map[string]any{"package_id": "interactive_gold"}}
	case strings.HasSuffix(path, "/decisions"):
		return map[string]any{"action": "retry", "step": "check_coverage", "park_no": 1}
	case strings.HasSuffix(path, "/module-swap"):
		return map[string]any{"module_serial": "4100000025", "reason": "It is broken."}
	case strings.HasSuffix(path, "/terminate"), strings.HasSuffix(path, "/recycle"):
		return map[string]any{"reason": "moving"}
	case strings.HasSuffix(path, "/cancel"):
		return map[string]any{"reason": "The customer withdrew."}
	case strings.HasSuffix(path, "/erase"):
		return map[string]any{"reason": "Request 14."}
	case strings.HasSuffix(path, "/wait"):
		return map[string]any{"ready_at": "2026-01-31T15:04:05Z", "reason": "Confirmed."}
	case strings.HasSuffix(path, "/resume"):
		return map[string]any{"reason": "carrier_unavailable", "note": "It is back."}
	case path == "/v1/panel-events":
		return map[string]any{"event_id": "evt_1", "module": "4100000017", "kind": "communicated", "at": "2026-01-31T15:04:05Z"}
	case path == "/v1/monitoring-stations":
		return map[string]any{"name": "Night Station"}
	case path == "/v1/receivers":
		return map[string]any{"station_id": o.otherID, "name": "Night line", "protocol": "sia"}
	case strings.HasPrefix(path, "/v1/panel-templates"):
		return map[string]any{"name": "Cabin", "panel_type": "twog_gc2"}
	case strings.HasSuffix(path, "/import"):
		return csvBody("customer.operations.alternate_id\nCRM-1\n")
	case strings.HasSuffix(path, "/enterprise-group"):
		return map[string]any{"group_id": ""}
	case path == "/v1/webhook-endpoints":
		return map[string]any{"url": "https://crm.example.com/"}
	case path == "/v1/accounts/{id}":
		return map[string]any{"system_description": "Cabin"}
	case strings.HasSuffix(path, "/login-name"):
		return map[string]any{"name": "NewName"}
	case strings.HasSuffix(path, "/name-correction"):
		return map[string]any{"first_name": "Jon", "last_name": "Doe", "reason": "Misspelt."}
	case strings.HasSuffix(path, "/dismiss"):
		return map[string]any{"reason": "Called."}
	case path == "/v1/default-notifications":
		return map[string]any{"notifications": []string{"alarms"}}
	case path == "/v1/drafts":
		return map[string]any{"kind": "customer"}
	case strings.HasPrefix(path, "/v1/drafts/{id}/") && !strings.HasSuffix(path, "/submit"):
		return map[string]any{}
	default:
		return nil
	}
}

func TestEveryOperation_WantsAKey(t *testing.T) {
	t.Parallel()
	o := open(t)
	before := o.counts(t)
	for _, operation := range operationsOf(t, o) {
		for _, key := range []string{"", "lk_nobody", "Bearer", o.key + "x"} {
			path := strings.NewReplacer("{id}", o.dealerID, "{name}", "JohnDoe", "{identifier}", "4100000017").Replace(operation.path)
			answer := o.call(t, operation.method, path, key, o.bodyFor(operation.path))
			require.Equal(t, http.StatusUnauthorized, answer.status, "%s %s", operation.method, operation.path)
			require.NotEmpty(t, answer.header.Get("WWW-Authenticate"))
			answer.problem(t)
		}
	}
	require.Equal(t, before, o.counts(t))
}

func TestEveryOperation_KeepsDealersApart(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.submit(t)
	account := o.account(t, id)
	o.park(t, id, onboarding.StepCheckCoverage, onboarding.ReasonNoCoverage)
	draft := strings.TrimPrefix(o.draft(t), "/v1/drafts/")
	template := o.call(t, http.MethodGet, "/v1/panel-templates", o.key, nil).json(t)["items"].([]any)[0].(map[string]any)["id"].(string)
	commitment := o.stored(t, change{"forwarding.account_number", "4321"})["id"].(string)
	endpoint, delivery := o.webhook(t)
	swapped := o.completedAccount(t, change{"system.module", "4100000025"}, change{"login.name", "Swapped"}, change{"forwarding.account_number", "5432"})
	swap := o.swap(t, swapped, "4100000033")
	before := o.counts(t)
	for _, operation := range operationsOf(t, o) {
		name := operation.method + " " + operation.path
		switch {
		case strings.Contains(operation.path, "{id}"):
			object := id
			if strings.Contains(operation.path, "accounts") {
				object = account
			}
			if strings.Contains(operation.path, "drafts") {
				object = draft
			}
			if strings.Contains(operation.path, "panel-templates") {
				object = template
			}
			if strings.Contains(operation.path, "commitments") {
				object = commitment
			}
			if strings.Contains(operation.path, "webhook-endpoints") {
				object = endpoint
			}
			if strings.Contains(operation.path, "module-swaps") {
				object = swap
			}
			if strings.Contains(operation.path, "webhook-deliveries") {
				object = delivery
			}
			path := strings.ReplaceAll(operation.path, "{id}", object)
			body := o.bodyFor(operation.path)
			foreign := o.call(t, operation.method, path, o.otherKey, body)
			unknown := o.call(t, operation.method, strings.ReplaceAll(operation.path, "{id}", o.otherID), o.otherKey, body)
			if strings.HasSuffix(operation.path, "/wait") || strings.HasSuffix(operation.path, "/erase") {
				require.Equal(t, http.StatusForbidden, foreign.status, name) // the role alone decides, before anything is looked up
				require.Equal(t, foreign.status, unknown.status, name)
				continue
			}
			require.Equal(t, http.StatusNotFound, foreign.status, name)
			// What exists elsewhere and what does not exist look the same.
			require.Equal(t, http.StatusNotFound, unknown.status, name)
			require.Equal(t, unknown.problem(t).Detail, foreign.problem(t).Detail, name)
		case operation.method == http.MethodPost && operation.path == "/v1/enterprise-groups":
			answer := o.call(t, operation.method, operation.path, o.otherKey, map[string]any{"account_id": account, "name": "Harvest Stores"})
			require.Equal(t, http.StatusNotFound, answer.status, name)
		case takesDealer(operation.path):
			path := strings.NewReplacer("{identifier}", "4100000025").Replace(operation.path)
			answer := o.call(t, operation.method, path+"?dealer_id="+o.dealerID, o.otherKey, o.bodyFor(operation.path))
			require.Equal(t, http.StatusNotFound, answer.status, name)
		}
	}
	require.Equal(t, before, o.counts(t))
	require.Empty(t, o.engine.decisions)
	require.Empty(t, o.engine.cancelled)
	require.Empty(t, o.engine.changes.decided)
	require.Empty(t, o.engine.changes.cancelled)
	require.Empty(t, o.engine.changes.waits)

	list := o.call(t, http.MethodGet, "/v1/onboardings", o.otherKey, nil)
	require.Empty(t, list.json(t)["items"])
	for _, path := range []string{"/v1/receivers", "/v1/panel-templates", "/v1/package-templates", "/v1/monitoring-stations", "/v1/reps"} {
		require.Empty(t, o.call(t, http.MethodGet, path, o.otherKey, nil).json(t)["items"], path)
		require.NotEmpty(t, o.call(t, http.MethodGet, path, o.key, nil).json(t)["items"], path)
	}
}

func takesDealer(path string) bool {
	for _, without := range []string{"/v1/ops/", "/v1/login-names", "/v1/coverage", "/v1/time-zones", "/v1/panel-events"} {
		if strings.HasPrefix(path, without) {
			return false
		}
	}
	return true
}

func TestScope_ReachesDownToSubDealersAndUpToOperators(t *testing.T) {
	t.Parallel()
	o := open(t)
	branch := o.call(t, http.MethodPost, "/v1/onboardings", o.subKey, o.johnDoe(change{"forwarding", map[string]any{"option": "never"}}))
	require.Equal(t, http.StatusCreated, branch.status, string(branch.body))
	own := o.submit(t, change{"system.module", "4100000025"})

	at := branch.header.Get("Location")
	require.Equal(t, http.StatusOK, o.call(t, http.MethodGet, at, o.key, nil).status)
	require.Equal(t, http.StatusOK, o.call(t, http.MethodGet, at, o.opsKey, nil).status)
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodGet, "/v1/onboardings/"+own, o.subKey, nil).status)
	require.Len(t, o.call(t, http.MethodGet, "/v1/onboardings", o.key, nil).json(t)["items"], 2)
	require.Len(t, o.call(t, http.MethodGet, "/v1/onboardings", o.opsKey, nil).json(t)["items"], 2)
	require.Len(t, o.call(t, http.MethodGet, "/v1/onboardings", o.subKey, nil).json(t)["items"], 1)
	require.Len(t, o.call(t, http.MethodGet, "/v1/onboardings?dealer_id="+o.subID, o.key, nil).json(t)["items"], 1)
}

// Revoked past this replica: dealing.Desk.Authenticate promises a second. What is revoked through
// it ends at once, see TestSettings_APIKeyIsMadeOnceAndEndsAtOnce.
func TestScope_EndsWithTheKey(t *testing.T) {
	t.Parallel()
	o := open(t)
	require.Equal(t, http.StatusOK, o.call(t, http.MethodGet, "/v1/onboardings", o.key, nil).status)
	o.exec(t, `UPDATE api_keys SET revoked_at = now()`)
	require.Eventually(t, func() bool {
		return o.call(t, http.MethodGet, "/v1/onboardings", o.key, nil).status == http.StatusUnauthorized
	}, 5*time.Second, 10*time.Millisecond)
}

func TestOperators_DoWhatDealersMayNot(t *testing.T) {
	t.Parallel()
	o := open(t)
	resume := map[string]any{"reason": "carrier_unavailable", "step": "register_module", "dealer_id": o.dealerID, "note": "It is back."}
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPost, "/v1/ops/onboardings/resume", o.key, resume).status)

	resumed := o.call(t, http.MethodPost, "/v1/ops/onboardings/resume", o.opsKey, resume)
	require.Equal(t, http.StatusAccepted, resumed.status, string(resumed.body))
	require.Equal(t, "batch-1", resumed.json(t)["batch_id"])
	batch := o.engine.batches[0]
	require.Equal(t, onboarding.ReasonCarrierUnavailable, batch.Reason)
	require.Equal(t, o.dealerID, batch.DealerID)
	require.Regexp(t, `^audit [0-9a-f-]{36}$`, batch.Note)

	bad := o.call(t, http.MethodPost, "/v1/ops/onboardings/resume", o.opsKey, map[string]any{"reason": "' OR 1=1", "step": "x", "dealer_id": "y"})
	problem := bad.problem(t)
	require.True(t, has(problem, "/reason", "invalid_choice"))
	require.True(t, has(problem, "/step", "invalid_choice"))
	require.True(t, has(problem, "/dealer_id", "unknown"))
	require.True(t, has(problem, "/note", "required"))
}
