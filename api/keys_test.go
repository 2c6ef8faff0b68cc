package api_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

// creation is a request that makes something.
type creation struct {
	path string
	body any
	// other asks for something else, refused for what cannot be.
	other, refused any
	// made counts what is made.
	made string
}

// creations are the operations that take an Idempotency-Key, each with what it needs.
var creations = map[string]func(*testing.T, *office) creation{
	"/v1/onboardings": func(_ *testing.T, o *office) creation {
		return creation{
			body: o.johnDoe(), other: o.johnDoe(change{"system.module", "4100000025"}), refused: o.johnDoe(change{"customer.email", "x"}),
			made: `SELECT count(*) FROM onboardings`,
		}
	},
	"/v1/commitments": func(_ *testing.T, o *office) creation {
		known := func(id string) change { return change{"customer.operations", map[string]any{"alternate_id": id}} }
		return creation{
			body: o.johnDoe(known("CRM-1")), other: o.johnDoe(known("CRM-2")), refused: o.johnDoe(change{"customer.email", "x"}),
			made: `SELECT count(*) FROM commitments`,
		}
	},
	"/v1/commitments/{id}/activate": func(t *testing.T, o *office) creation {
		module := func(serial string) map[string]any { return map[string]any{"module_serial": serial} }
		return creation{
			path: "/v1/commitments/" + o.stored(t)["id"].(string) + "/activate",
			body: module("4100000025"), other: module("4100000033"), refused: module("123"),
			made: `SELECT count(*) FROM onboardings`,
		}
	},
	"/v1/drafts": func(*testing.T, *office) creation {
		return creation{
			body: map[string]any{"kind": "virtual"}, other: map[string]any{"kind": "customer"}, refused: map[string]any{"kind": "gift"},
			made: `SELECT count(*) FROM drafts`,
		}
	},
	"/v1/monitoring-stations": func(*testing.T, *office) creation {
		return creation{
			body: map[string]any{"name": "Night Station"}, other: map[string]any{"name": "Day Station"}, refused: map[string]any{"name": "Sample Station"},
			made: `SELECT count(*) FROM monitoring_stations`,
		}
	},
	"/v1/receivers": func(t *testing.T, o *office) creation {
		station := items(t, o.call(t, http.MethodGet, "/v1/monitoring-stations", o.key, nil))[0].(map[string]any)["id"]
		line := func(name string) map[string]any {
			return map[string]any{"station_id": station, "name": name, "protocol": "sia"}
		}
		return creation{body: line("Line 8"), other: line("Line 9"), refused: line("Main"), made: `SELECT count(*) FROM receivers`}
	},
	"/v1/panel-templates": func(*testing.T, *office) creation {
		template := func(name string) map[string]any {
			return map[string]any{"name": name, "panel_type": "twog_gc2"}
		}
		return creation{body: template("Cabin"), other: template("Hut"), refused: template("Standard"), made: `SELECT count(*) FROM panel_templates`}
	},
	"/v1/enterprise-groups": func(t *testing.T, o *office) creation {
		account := o.location(t, 0)
		group := func(name string) map[string]any { return map[string]any{"account_id": account, "name": name} }
		return creation{body: group("Harvest Stores"), other: group("Orchard Bakery"), refused: group(" "), made: `SELECT count(*) FROM enterprise_groups`}
	},
	"/v1/webhook-endpoints": func(*testing.T, *office) creation {
		url := func(url string) map[string]any { return map[string]any{"url": url} }
		return creation{body: url(crm), other: url(crm + "/2"), refused: url("http://127.0.0.1"), made: `SELECT count(*) FROM webhook_endpoints`}
	},
	"/v1/accounts/{id}/module-swap": func(t *testing.T, o *office) creation {
		return creation{
			path: "/v1/accounts/" + o.completedAccount(t) + "/module-swap",
			body: swapTo("4100000025"), other: swapTo("4100000033"), refused: swapTo("4100000041"),
			made: `SELECT count(*) FROM account_changes`,
		}
	},
	"/v1/accounts/{id}/terminate": func(t *testing.T, o *office) creation { return o.ending(t, "terminate") },
	"/v1/accounts/{id}/recycle":   func(t *testing.T, o *office) creation { return o.ending(t, "recycle") },
}

func (o *office) ending(t *testing.T, route string) creation {
	return creation{
		path: "/v1/accounts/" + o.completedAccount(t) + "/" + route,
		body: terminate("moving"), other: terminate("price"), refused: terminate("boredom"),
		made: `SELECT count(*) FROM account_changes c LEFT JOIN drafts d ON d.id = c.draft_id`,
	}
}

// withoutKey create without an Idempotency-Key, for a reason.
var withoutKey = map[string]string{
	"/v1/drafts/{id}/submit": "a draft becomes one onboarding, however often it is submitted",
}

// keysDocumented are the paths whose POST takes an Idempotency-Key, and those that answer 201.
func keysDocumented(t *testing.T, o *office) (keyed, creating []string) {
	t.Helper()
	var read struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name, In string }
			Responses  map[string]any
		}
	}
	require.NoError(t, json.Unmarshal(document(t, o.url), &read))
	for path, methods := range read.Paths {
		for method, operation := range methods {
			for _, parameter := range operation.Parameters {
				if parameter.In == "header" && parameter.Name == "Idempotency-Key" {
					require.Equal(t, "post", method, path)
					keyed = append(keyed, path)
				}
			}
			if _, creates := operation.Responses["201"]; creates {
				creating = append(creating, path)
			}
		}
	}
	slices.Sort(keyed)
	slices.Sort(creating)
	return keyed, creating
}

// Whoever adds an operation that creates gives it a key, and a row above.
func TestEveryCreation_TakesAKey(t *testing.T) {
	t.Parallel()
	keyed, creating := keysDocumented(t, open(t))
	require.Equal(t, slices.Sorted(maps.Keys(creations)), keyed)
	for _, path := range creating {
		require.True(t, slices.Contains(keyed, path) || withoutKey[path] != "", path)
	}
}

// atOnce sends a request eight times at the same time, and expects one answer.
func (o *office) atOnce(t *testing.T, path string, body any, key string) reply {
	t.Helper()
	const many = 8
	replies := make(chan reply, many)
	for range many {
		go func() { replies <- o.call(t, http.MethodPost, path, o.key, body, "Idempotency-Key", key) }()
	}
	first := <-replies
	for range many - 1 {
		requireSameAnswer(t, first, <-replies)
	}
	return first
}

func requireSameAnswer(t *testing.T, first, again reply) {
	t.Helper()
	require.Equal(t, first.status, again.status, "%s\n%s", first.body, again.body)
	require.Equal(t, string(first.body), string(again.body))
	for _, name := range []string{"Location", "ETag"} {
		require.Equal(t, first.header.Get(name), again.header.Get(name))
	}
}

func TestEveryCreation_HappensOnceForAKeyAndHasOneAnswer(t *testing.T) {
	t.Parallel()
	for operation, prepare := range creations {
		t.Run(strings.TrimPrefix(operation, "/v1/"), func(t *testing.T) {
			t.Parallel()
			o := open(t)
			c := prepare(t, o)
			if c.path == "" {
				c.path = operation
			}
			post := func(body any, key string) reply {
				return o.call(t, http.MethodPost, c.path, o.key, body, "Idempotency-Key", key)
			}
			before := o.count(t, c.made)
			require.True(t, has(post(c.body, "a key").problem(t), "Idempotency-Key", "malformed"))
			refused := post(c.refused, "order-1")
			require.Equal(t, http.StatusUnprocessableEntity, refused.status, string(refused.body))
			require.Equal(t, before, o.count(t, c.made))

			first := o.atOnce(t, c.path, c.body, "order-1")
			require.Equal(t, http.StatusCreated, first.status, "what was refused has not used up its key: %s", first.body)
			require.Equal(t, before+1, o.count(t, c.made))
			requireSameAnswer(t, first, post(c.body, "order-1"))

			for _, body := range []any{c.other, c.refused} {
				reused := post(body, "order-1")
				require.Equal(t, http.StatusUnprocessableEntity, reused.status, string(reused.body))
				require.True(t, has(reused.problem(t), "Idempotency-Key", "idempotency_key_reused"), string(reused.body))
			}

			// What is left when the API dies between making it and keeping the answer.
			o.exec(t, `UPDATE idempotency_keys SET status = NULL, body = NULL`)
			requireSameAnswer(t, first, o.atOnce(t, c.path, c.body, "order-1"))
			require.Equal(t, before+1, o.count(t, c.made))
		})
	}
}

// A repetition is about what was made, also when that has moved on before an answer was kept.
func TestCreation_IsTheSameHoweverLateItIsRepeated(t *testing.T) {
	t.Parallel()
	o := open(t)
	account := o.completedAccount(t)
	swap := func() reply {
		return o.call(t, http.MethodPost, "/v1/accounts/"+account+"/module-swap", o.key, swapTo("4100000025"), "Idempotency-Key", "swap-1")
	}
	terminated := func() reply {
		return o.call(t, http.MethodPost, "/v1/accounts/"+account+"/terminate", o.key, terminate("moving"), "Idempotency-Key", "end-1")
	}
	forget := func() { o.exec(t, `UPDATE idempotency_keys SET status = NULL, body = NULL`) }
	first := swap()
	require.Equal(t, http.StatusCreated, first.status, string(first.body))
	id := first.json(t)["id"].(string)
	o.switchTo(t, id)
	o.over(t, id)
	forget()
	again := swap()
	require.Equal(t, http.StatusCreated, again.status, "no second swap, and no refusal because the account has the module: %s", again.body)
	require.Equal(t, id, again.json(t)["id"])
	require.Equal(t, first.header.Get("Location"), again.header.Get("Location"))
	require.Equal(t, "completed", again.json(t)["status"], "as it is by now")
	requireSameAnswer(t, again, swap())

	require.Equal(t, http.StatusCreated, terminated().status)
	o.over(t, account)
	forget()
	require.Equal(t, account, terminated().json(t)["id"])
	require.Equal(t, id, swap().json(t)["id"], "also of an account that is closed")
	require.Equal(t, 2, o.count(t, `SELECT count(*) FROM account_changes`))
}

// over ends a change as its run does.
func (o *office) over(t *testing.T, id string) {
	t.Helper()
	require.NoError(t, o.store.ModuleReleased(t.Context(), id))
	o.record(t, id, 9, onboarding.Transition{Kind: onboarding.EventCompleted, Status: onboarding.StatusCompleted, Step: onboarding.StepReleaseModule})
}

// An answer about what was there already is kept like any other.
func TestCreation_ThatFindsItsThingIsRepeatedToo(t *testing.T) {
	t.Parallel()
	o := open(t)
	account := o.completedAccount(t)
	path := "/v1/accounts/" + account + "/module-swap"
	id := o.swap(t, account, "4100000025")
	first := o.call(t, http.MethodPost, path, o.key, swapTo("4100000025"), "Idempotency-Key", "swap-1")
	require.Equal(t, id, first.json(t)["id"])
	requireSameAnswer(t, first, o.call(t, http.MethodPost, path, o.key, swapTo("4100000025"), "Idempotency-Key", "swap-1"))

	location := o.location(t, 2)
	group := func(key string) reply {
		return o.call(t, http.MethodPost, "/v1/enterprise-groups", o.key, map[string]any{"account_id": location, "name": "Harvest Stores"}, "Idempotency-Key", key)
	}
	require.Equal(t, http.StatusCreated, group("group-1").status)
	found := group("group-2")
	require.Equal(t, http.StatusOK, found.status, string(found.body))
	requireSameAnswer(t, found, group("group-2"))
	require.Equal(t, http.StatusCreated, group("group-1").status)
}
