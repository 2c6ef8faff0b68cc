package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const console = "enterprise_security_console"

// location is an account that may be in an enterprise group: one more of a business.
func (o *office) location(t *testing.T, number int, changes ...change) (accountID string) {
	t.Helper()
	commercial := map[string]any{"package_id": "commercial", "add_ons": []any{map[string]any{"id": console, "quantity": 1}}}
	return o.account(t, o.submit(t, append([]change{
		{"package", commercial},
		{"login.name", fmt.Sprintf("Location%d", number)},
		{"system.module", []string{"4100000017", "4100000025", "4100000033"}[number]},
		{"forwarding.account_number", fmt.Sprintf("%04d", 1000+number)},
	}, changes...)...))
}

func (o *office) group(t *testing.T, accountID, name string) reply {
	t.Helper()
	return o.call(t, http.MethodPost, "/v1/enterprise-groups", o.key, map[string]any{"account_id": accountID, "name": name})
}

func (o *office) put(t *testing.T, accountID, groupID string) reply {
	t.Helper()
	return o.call(t, http.MethodPut, "/v1/accounts/"+accountID+"/enterprise-group", o.key, map[string]any{"group_id": groupID})
}

// groups are the names found.
func (o *office) groups(t *testing.T, key, query string) []string {
	t.Helper()
	names := []string{}
	list := o.call(t, http.MethodGet, "/v1/enterprise-groups?"+query, key, nil)
	require.Equal(t, http.StatusOK, list.status, string(list.body))
	for _, item := range list.json(t)["items"].([]any) {
		names = append(names, item.(map[string]any)["name"].(string))
	}
	return names
}

func TestEnterpriseGroup_IsCreatedJoinedChangedAndLeft(t *testing.T) {
	t.Parallel()
	o := open(t)
	first, second := o.location(t, 0), o.location(t, 1)
	require.Nil(t, o.call(t, http.MethodGet, "/v1/accounts/"+first, o.key, nil).json(t)["enterprise_group"])

	created := o.group(t, first, "  Harvest   Stores ")
	require.Equal(t, http.StatusCreated, created.status, string(created.body))
	harvest := created.json(t)
	require.Equal(t, "Harvest Stores", harvest["name"])
	require.EqualValues(t, 1001, harvest["number"])
	require.Equal(t, first, harvest["administrator_account_id"])
	require.Equal(t, "Location0", harvest["administrator"])
	require.EqualValues(t, 1, harvest["accounts"])
	again := o.group(t, first, "harvest stores")
	require.Equal(t, http.StatusOK, again.status)
	require.Equal(t, harvest, again.json(t))

	joined := o.put(t, second, harvest["id"].(string))
	require.Equal(t, http.StatusOK, joined.status, string(joined.body))
	require.Equal(t, map[string]any{"id": harvest["id"], "number": 1001.0, "name": "Harvest Stores"}, joined.json(t)["enterprise_group"])

	// One group an account: founding another leaves the first, whose oldest account administers it now.
	other := o.group(t, first, "Orchard Bakery")
	require.Equal(t, http.StatusCreated, other.status, string(other.body))
	require.EqualValues(t, 1002, other.json(t)["number"])
	list := o.call(t, http.MethodGet, "/v1/enterprise-groups?q=1001", o.key, nil).json(t)["items"].([]any)
	require.Len(t, list, 1)
	left := list[0].(map[string]any)
	require.Equal(t, "Location1", left["administrator"])
	require.EqualValues(t, 1, left["accounts"])

	out := o.put(t, second, "")
	require.Equal(t, http.StatusOK, out.status)
	require.Nil(t, out.json(t)["enterprise_group"])
	require.Equal(t, http.StatusOK, o.put(t, second, "").status)
	empty := o.call(t, http.MethodGet, "/v1/enterprise-groups?q=harvest", o.key, nil).json(t)["items"].([]any)[0].(map[string]any)
	require.Nil(t, empty["administrator_account_id"])
	require.EqualValues(t, 0, empty["accounts"])

	var actions []string
	require.NoError(t, o.pool.QueryRow(t.Context(), `SELECT array_agg(action ORDER BY at, id) FROM audit WHERE object_id IN ($1, $2)`, first, second).Scan(&actions))
	require.Equal(t, []string{
		"account.create_enterprise_group", "account.join_enterprise_group", "account.create_enterprise_group", "account.leave_enterprise_group",
	}, actions)
}

func TestEnterpriseGroup_IsFoundByNameOrID(t *testing.T) {
	t.Parallel()
	o := open(t)
	account := o.location(t, 0)
	for _, name := range []string{"Harvest Stores", "Store 100% _x", "Élan Bakery"} {
		require.Equal(t, http.StatusCreated, o.group(t, account, name).status)
	}
	for query, found := range map[string][]string{
		"":                       {"Élan Bakery", "Store 100% _x", "Harvest Stores"},
		"harv":                   {"Harvest Stores"},
		"STORE":                  {"Store 100% _x", "Harvest Stores"},
		"ores":                   {},
		"100":                    {"Élan Bakery", "Store 100% _x", "Harvest Stores"},
		"1002":                   {"Store 100% _x"},
		"%":                      {},
		"_":                      {"Store 100% _x"},
		"élan":                   {"Élan Bakery"},
		"'; DROP TABLE accounts": {},
	} {
		require.Equal(t, found, o.groups(t, o.key, "q="+url.QueryEscape(query)), query)
	}
	page := o.call(t, http.MethodGet, "/v1/enterprise-groups?limit=2", o.key, nil).json(t)
	require.Len(t, page["items"], 2)
	require.Equal(t, []string{"Harvest Stores"}, o.groups(t, o.key, "limit=2&cursor="+url.QueryEscape(page["next_cursor"].(string))))
	for query, field := range map[string]string{
		"cursor=none": "cursor", "limit=0": "limit", "q=" + strings.Repeat("x", 201): "q", "q=a%00b": "q", "q=a%E2%80%AEb": "q",
	} {
		answer := o.call(t, http.MethodGet, "/v1/enterprise-groups?"+query, o.key, nil)
		require.Equal(t, http.StatusUnprocessableEntity, answer.status, query)
		require.Equal(t, field, answer.problem(t).Errors[0].Field, query)
	}
}

func TestEnterpriseGroup_ProblemsNameTheField(t *testing.T) {
	t.Parallel()
	o := open(t)
	account, other := o.location(t, 0), o.location(t, 1)
	require.Equal(t, http.StatusCreated, o.group(t, account, "Harvest Stores").status)
	for name, code := range map[string]string{
		"": "required", " ": "required", "HARVEST stores": "taken", strings.Repeat("x", 61): "too_long",
		"a\x00b": "malformed", "a\u202eb": "malformed", "🏪": "malformed",
	} {
		answer := o.group(t, other, name)
		require.Equal(t, http.StatusUnprocessableEntity, answer.status, name)
		require.True(t, has(answer.problem(t), "/name", code), string(answer.body))
	}
	missing := o.call(t, http.MethodPost, "/v1/enterprise-groups", o.key, map[string]any{"name": "A"})
	require.True(t, has(missing.problem(t), "/account_id", "required"), string(missing.body))
	unknown := o.call(t, http.MethodPut, "/v1/accounts/"+other+"/enterprise-group", o.key, map[string]any{"group": "1001"})
	require.True(t, has(unknown.problem(t), "/group", "unknown_field"), string(unknown.body))
	for _, groupID := range []string{"1001", "' OR 1=1", o.otherID} {
		require.Equal(t, http.StatusNotFound, o.put(t, other, groupID).status, groupID)
	}
	require.Nil(t, o.call(t, http.MethodGet, "/v1/accounts/"+other, o.key, nil).json(t)["enterprise_group"])
}

func TestEnterpriseGroup_IsForCommercialAccountsWithTheConsole(t *testing.T) {
	t.Parallel()
	o := open(t)
	harvest := o.group(t, o.location(t, 0), "Harvest Stores").json(t)["id"].(string)
	plain := o.account(t, o.submit(t, change{"system.module", "4100000025"}, change{"login.name", "Gold"}))
	for _, answer := range []reply{o.group(t, plain, "Gold"), o.put(t, plain, harvest), o.put(t, plain, "")} {
		require.Equal(t, http.StatusConflict, answer.status, string(answer.body))
		require.Contains(t, answer.problem(t).Detail, "Commercial Plus")
	}
	o.exec(t, `UPDATE accounts SET state = 'closed', closed_at = now() WHERE enterprise_group_id IS NOT NULL`)
	var closed string
	require.NoError(t, o.pool.QueryRow(t.Context(), `SELECT id::text FROM accounts WHERE state = 'closed'`).Scan(&closed))
	require.Equal(t, http.StatusConflict, o.put(t, closed, "").status)
}

func TestEnterpriseGroup_KeepsDealersApart(t *testing.T) {
	t.Parallel()
	o := open(t)
	account := o.location(t, 0)
	harvest := o.group(t, account, "Harvest Stores").json(t)["id"].(string)
	require.Empty(t, o.groups(t, o.otherKey, ""))
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodPost, "/v1/enterprise-groups", o.otherKey, map[string]any{"account_id": account, "name": "Mine"}).status)
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPost, "/v1/enterprise-groups", o.opsKey, map[string]any{"account_id": account, "name": "Mine"}).status)

	// A sub-dealer's account and the dealer's group are of two dealers, though one person may see both.
	branch := o.call(t, http.MethodPost, "/v1/onboardings", o.subKey, o.johnDoe(
		change{"package", map[string]any{"package_id": "commercial", "add_ons": []any{map[string]any{"id": console, "quantity": 1}}}},
		change{"system.module", "4100000025"}, change{"login.name", "Branch"}, change{"forwarding", map[string]any{"option": "never"}},
	))
	require.Equal(t, http.StatusCreated, branch.status, string(branch.body))
	location := o.account(t, branch.json(t)["id"].(string))
	require.Equal(t, http.StatusNotFound, o.put(t, location, harvest).status)
	same := o.group(t, location, "Harvest Stores")
	require.Equal(t, http.StatusCreated, same.status, "another dealer's group may have the same name")
	require.EqualValues(t, 1001, same.json(t)["number"])
	require.Equal(t, []string{"Harvest Stores"}, o.groups(t, o.key, "dealer_id="+o.subID))
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodGet, "/v1/enterprise-groups?dealer_id="+o.dealerID, o.otherKey, nil).status)
	o.execFails(t, `UPDATE accounts SET enterprise_group_id = $2 WHERE id = $1`, "accounts_enterprise_group", location, harvest)
}

// execFails expects the database itself to refuse, by a constraint.
func (o *office) execFails(t *testing.T, sql, constraint string, args ...any) {
	t.Helper()
	_, err := o.pool.Exec(t.Context(), sql, args...)
	require.ErrorContains(t, err, constraint)
}

func TestEnterpriseGroup_KeyGivesTheSameAnswer(t *testing.T) {
	t.Parallel()
	o := open(t)
	account := o.location(t, 0)
	create := func(key, name string) reply {
		return o.call(t, http.MethodPost, "/v1/enterprise-groups", o.key, map[string]any{"account_id": account, "name": name}, "Idempotency-Key", key)
	}
	first := create("order-1", "Harvest Stores")
	require.Equal(t, http.StatusCreated, first.status, string(first.body))
	require.Equal(t, http.StatusOK, o.put(t, account, "").status)
	again := create("order-1", "Harvest Stores")
	require.Equal(t, http.StatusCreated, again.status)
	require.JSONEq(t, string(first.body), string(again.body))
	require.Equal(t, []string{"Harvest Stores"}, o.groups(t, o.key, ""))
	require.Nil(t, o.call(t, http.MethodGet, "/v1/accounts/"+account, o.key, nil).json(t)["enterprise_group"], "a repetition does nothing")

	for key, name := range map[string]string{"order-1": "Orchard Bakery", "with blank": "Orchard Bakery", strings.Repeat("k", 256): "Orchard Bakery"} {
		refused := create(key, name)
		require.Equal(t, http.StatusUnprocessableEntity, refused.status, key)
		require.Equal(t, "Idempotency-Key", refused.problem(t).Errors[0].Field)
	}
	require.Equal(t, http.StatusUnprocessableEntity, create("order-2", "").status)
	require.Equal(t, http.StatusCreated, create("order-2", "Orchard Bakery").status, "what was refused does not use up its key")
}
