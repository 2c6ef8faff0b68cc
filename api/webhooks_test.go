package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// webhooks is how the installation of these tests sends them.
var webhooks = dealing.Webhooks{Secret: []byte("a secret for tests of the API"), Reach: onboarding.WebhookReachPublic}

const crm = "https://crm.example.com/latchkey"

// webhook adds an endpoint and tests it; it returns both IDs.
func (o *office) webhook(t *testing.T) (endpoint, delivery string) {
	t.Helper()
	added := o.call(t, http.MethodPost, "/v1/webhook-endpoints", o.key, map[string]any{"url": crm})
	require.Equal(t, http.StatusCreated, added.status, string(added.body))
	endpoint = added.json(t)["id"].(string)
	tested := o.call(t, http.MethodPost, "/v1/webhook-endpoints/"+endpoint+"/test", o.key, nil)
	require.Equal(t, http.StatusAccepted, tested.status, string(tested.body))
	return endpoint, tested.json(t)["id"].(string)
}

func items(t *testing.T, answer reply) []any {
	t.Helper()
	require.Equal(t, http.StatusOK, answer.status, string(answer.body))
	return answer.json(t)["items"].([]any)
}

func TestWebhooks_EndpointLivesFromAddingToDeleting(t *testing.T) {
	t.Parallel()
	o := open(t)
	added := o.call(t, http.MethodPost, "/v1/webhook-endpoints", o.key, map[string]any{
		"url": " " + crm + " ", "kinds": []string{"onboarding.parked", "onboarding.created", "onboarding.parked"},
	})
	require.Equal(t, http.StatusCreated, added.status, string(added.body))
	endpoint := added.json(t)
	require.Equal(t, crm, endpoint["url"])
	require.Equal(t, []any{"onboarding.parked", "onboarding.created"}, endpoint["kinds"])
	require.Equal(t, "enabled", endpoint["status"])
	secret := endpoint["secret"].(string)
	require.Regexp(t, `^whsec_[A-Za-z0-9+/]{43}=$`, secret)
	path := "/v1/webhook-endpoints/" + endpoint["id"].(string)

	seen := o.call(t, http.MethodGet, path, o.key, nil)
	require.Equal(t, http.StatusOK, seen.status)
	require.NotContains(t, string(seen.body), "whsec_", "a secret is shown once")
	require.Len(t, items(t, o.call(t, http.MethodGet, "/v1/webhook-endpoints", o.key, nil)), 1)
	require.Len(t, items(t, o.call(t, http.MethodGet, "/v1/webhook-endpoints?dealer_id="+o.dealerID, o.opsKey, nil)), 1)
	require.Empty(t, items(t, o.call(t, http.MethodGet, "/v1/webhook-endpoints?dealer_id="+o.subID, o.key, nil)))

	rotated := o.call(t, http.MethodPost, path+"/rotate-secret", o.key, nil)
	require.Equal(t, http.StatusOK, rotated.status, string(rotated.body))
	require.NotEqual(t, secret, rotated.json(t)["secret"])
	require.NotEqual(t, endpoint["secret_since"], rotated.json(t)["secret_since"])

	disabled := o.call(t, http.MethodPost, path+"/disable", o.key, nil)
	require.Equal(t, "disabled", disabled.json(t)["status"])
	require.Equal(t, "by_hand", disabled.json(t)["disabled_reason"])
	require.Contains(t, o.call(t, http.MethodPost, path+"/test", o.key, nil).problem(t).Detail, "Enable it first")
	for range 2 {
		require.Equal(t, "enabled", o.call(t, http.MethodPost, path+"/enable", o.key, nil).json(t)["status"])
	}
	o.submit(t)
	told := items(t, o.call(t, http.MethodGet, "/v1/webhook-deliveries", o.key, nil))
	require.Len(t, told, 1)
	require.Equal(t, "onboarding.created", told[0].(map[string]any)["kind"])

	require.Equal(t, http.StatusNoContent, o.call(t, http.MethodDelete, path, o.key, nil).status)
	for _, gone := range []reply{
		o.call(t, http.MethodGet, path, o.key, nil), o.call(t, http.MethodDelete, path, o.key, nil), o.call(t, http.MethodPost, path+"/enable", o.key, nil),
		o.call(t, http.MethodPost, path+"/rotate-secret", o.key, nil), o.call(t, http.MethodPost, path+"/test", o.key, nil),
		o.call(t, http.MethodPost, "/v1/webhook-deliveries/"+told[0].(map[string]any)["id"].(string)+"/replay", o.key, nil),
	} {
		require.Equal(t, http.StatusNotFound, gone.status)
	}
	for _, action := range []string{"add_webhook", "rotate_webhook_secret", "disable_webhook", "enable_webhook", "delete_webhook"} {
		require.Positive(t, o.count(t, `SELECT count(*) FROM audit WHERE action = 'settings.' || $1 AND request <> ''`, action), action)
	}
	require.NotContains(t, o.log.String(), "whsec_")
	require.NotContains(t, o.log.String(), "crm.example.com")
}

func TestWebhooks_RepeatedKeyGetsTheSameSecret(t *testing.T) {
	t.Parallel()
	o := open(t)
	add := func(url, key string) reply {
		return o.call(t, http.MethodPost, "/v1/webhook-endpoints", o.key, map[string]any{"url": url}, "Idempotency-Key", key)
	}
	first := add(crm, "crm-1")
	require.Equal(t, http.StatusCreated, first.status, string(first.body))
	id := first.json(t)["id"].(string)
	o.call(t, http.MethodPost, "/v1/webhook-endpoints/"+id+"/rotate-secret", o.key, nil)
	o.call(t, http.MethodPost, "/v1/webhook-endpoints/"+id+"/disable", o.key, nil)
	require.JSONEq(t, string(first.body), string(add(crm, "crm-1").body))
	require.Len(t, items(t, o.call(t, http.MethodGet, "/v1/webhook-endpoints", o.key, nil)), 1)
	require.Zero(t, o.count(t, `SELECT count(*) FROM idempotency_keys WHERE encode(body, 'escape') LIKE '%whsec%'`))

	other := add(crm+"/2", "crm-1")
	require.Equal(t, http.StatusUnprocessableEntity, other.status)
	require.True(t, has(other.problem(t), "Idempotency-Key", "idempotency_key_reused"))
	order := o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.johnDoe(), "Idempotency-Key", "crm-1")
	require.True(t, has(order.problem(t), "Idempotency-Key", "idempotency_key_reused"), string(order.body))
	require.True(t, has(add(crm, "a b").problem(t), "Idempotency-Key", "malformed"))
}

func TestWebhooks_ElevenAreTooMany(t *testing.T) {
	t.Parallel()
	o := open(t)
	var last reply
	for range onboarding.MostWebhookEndpoints + 1 {
		last = o.call(t, http.MethodPost, "/v1/webhook-endpoints", o.key, map[string]any{"url": crm})
	}
	require.Equal(t, http.StatusConflict, last.status)
	require.Contains(t, last.problem(t).Detail, "Delete one that is not used")
	require.Equal(t, http.StatusCreated, o.call(t, http.MethodPost, "/v1/webhook-endpoints?dealer_id="+o.subID, o.key, map[string]any{"url": crm}).status)
}

func TestWebhooks_DeliveriesAreListedAndReplayed(t *testing.T) {
	t.Parallel()
	o := open(t)
	endpoint, delivery := o.webhook(t)
	o.submit(t)
	at := "/v1/webhook-deliveries"
	replay := func() reply { return o.call(t, http.MethodPost, at+"/"+delivery+"/replay", o.key, nil) }
	require.Equal(t, http.StatusConflict, replay().status, "it waits for its first try")
	require.Contains(t, replay().problem(t).Detail, "about to be sent already")

	_, err := o.store.RecordWebhookAttempt(t.Context(), onboarding.WebhookAttempt{DeliveryID: delivery, EndpointID: endpoint, Status: 500, Code: "webhook_refused"})
	require.NoError(t, err)
	givenUp := items(t, o.call(t, http.MethodGet, at+"?state=given_up&kind=webhook.test&endpoint_id="+endpoint, o.key, nil))
	require.Len(t, givenUp, 1)
	was := givenUp[0].(map[string]any)
	require.EqualValues(t, 500, was["last_status"])
	require.Equal(t, "webhook_refused", was["last_code"])
	require.EqualValues(t, 1, was["attempts"])
	require.Nil(t, was["next_attempt_at"])
	replayed := replay()
	require.Equal(t, http.StatusAccepted, replayed.status, string(replayed.body))
	require.Equal(t, "pending", replayed.json(t)["state"])
	require.Equal(t, was["webhook_id"], replayed.json(t)["webhook_id"])
	require.Equal(t, http.StatusConflict, replay().status)

	first := o.call(t, http.MethodGet, at+"?limit=1", o.key, nil)
	require.Len(t, items(t, first), 1)
	second := o.call(t, http.MethodGet, at+"?limit=1&cursor="+first.json(t)["next_cursor"].(string), o.key, nil)
	require.Equal(t, delivery, items(t, second)[0].(map[string]any)["id"])
	require.Nil(t, second.json(t)["next_cursor"])
	require.Empty(t, items(t, o.call(t, http.MethodGet, at, o.otherKey, nil)))
	require.Empty(t, items(t, o.call(t, http.MethodGet, at+"?dealer_id="+o.subID, o.key, nil)))
	require.Len(t, items(t, o.call(t, http.MethodGet, at, o.opsKey, nil)), 2)
	for _, foreign := range []string{"?endpoint_id=" + endpoint, "?endpoint_id='%20OR%201=1"} {
		require.Equal(t, http.StatusNotFound, o.call(t, http.MethodGet, at+foreign, o.otherKey, nil).status, foreign)
	}
	require.Equal(t, http.StatusNoContent, o.call(t, http.MethodDelete, "/v1/webhook-endpoints/"+endpoint, o.key, nil).status)
	require.Empty(t, items(t, o.call(t, http.MethodGet, at, o.key, nil)))
}

func TestWebhooks_RolesDecideWhoMayChange(t *testing.T) {
	t.Parallel()
	o := open(t)
	endpoint, delivery := o.webhook(t)
	body := map[string]any{"url": crm}
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPost, "/v1/webhook-endpoints?dealer_id="+o.dealerID, o.opsKey, body).status)
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPost, "/v1/webhook-endpoints", o.subKey, body).status, "a technician")
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodGet, "/v1/webhook-endpoints", o.subKey, nil).status)
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodGet, "/v1/webhook-deliveries", o.subKey, nil).status)
	require.Equal(t, http.StatusOK, o.call(t, http.MethodGet, "/v1/webhook-endpoints/"+endpoint, o.opsKey, nil).status)
	for _, path := range []string{"/rotate-secret", "/enable", "/disable", "/test"} {
		require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPost, "/v1/webhook-endpoints/"+endpoint+path, o.opsKey, nil).status, path)
	}
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodDelete, "/v1/webhook-endpoints/"+endpoint, o.opsKey, nil).status)
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPost, "/v1/webhook-deliveries/"+delivery+"/replay", o.opsKey, nil).status)
}

func TestWebhooks_ProblemsNameTheField(t *testing.T) {
	t.Parallel()
	o := open(t)
	url := func(value any) map[string]any { return map[string]any{"url": value} }
	for name, c := range map[string]struct {
		body        map[string]any
		field, code string
	}{
		"no address":              {map[string]any{}, "/url", "required"},
		"an empty address":        {url(" "), "/url", "required"},
		"a number":                {url(1), "/url", "malformed"},
		"no address at all":       {url("crm"), "/url", "malformed"},
		"plain HTTP":              {url("http://crm.example.com"), "/url", "https_required"},
		"the loopback":            {url("https://127.0.0.1:8443/"), "/url", "address_forbidden"},
		"the metadata service":    {url("https://169.254.169.254/latest"), "/url", "address_forbidden"},
		"a mapped address":        {url("https://[::ffff:10.0.0.1]/"), "/url", "address_forbidden"},
		"a user in it":            {url("https://a:b@crm.example.com/"), "/url", "malformed"},
		"an overlong address":     {url("https://crm.example.com/" + strings.Repeat("x", 500)), "/url", "too_long"},
		"a null byte":             {url("https://crm.example.com/\x00"), "/url", "malformed"},
		"a bidi override":         {url("https://crm.example.com/\u202e"), "/url", "malformed"},
		"a line break":            {url("https://crm.example.com/\r\nX: y"), "/url", "malformed"},
		"an unknown kind":         {map[string]any{"url": crm, "kinds": []string{"onboarding.created", "' OR 1=1"}}, "/kinds/1", "invalid_choice"},
		"a kind of no meaning":    {map[string]any{"url": crm, "kinds": []string{""}}, "/kinds/0", "invalid_choice"},
		"a test, chosen":          {map[string]any{"url": crm, "kinds": []string{"webhook.test"}}, "/kinds/0", "invalid_choice"},
		"a text for a list":       {map[string]any{"url": crm, "kinds": "onboarding.created"}, "/kinds", "malformed"},
		"a secret of one's own":   {map[string]any{"url": crm, "secret": "whsec_"}, "/secret", "unknown_field"},
		"another dealer's by way": {map[string]any{"url": crm, "dealer_id": o.otherID}, "/dealer_id", "unknown_field"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := o.call(t, http.MethodPost, "/v1/webhook-endpoints", o.key, c.body)
			require.Equal(t, http.StatusUnprocessableEntity, answer.status, string(answer.body))
			require.True(t, has(answer.problem(t), c.field, c.code), string(answer.body))
		})
	}
	for _, query := range []string{"?state=lost", "?cursor=x", "?limit=0", "?nonsense=1", "?kind=" + strings.Repeat("x", 51)} {
		require.Equal(t, http.StatusUnprocessableEntity, o.call(t, http.MethodGet, "/v1/webhook-deliveries"+query, o.key, nil).status, query)
	}
	require.Empty(t, items(t, o.call(t, http.MethodGet, "/v1/webhook-deliveries?kind=nothing", o.key, nil)))
}

func (o *office) count(t *testing.T, sql string, args ...any) (n int) {
	t.Helper()
	require.NoError(t, o.pool.QueryRow(t.Context(), sql, args...).Scan(&n))
	return n
}
