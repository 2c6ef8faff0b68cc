package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/api"
)

func TestSubmit_NamesTheFieldOfEveryBadInput(t *testing.T) {
	t.Parallel()
	o := open(t)
	whole := string(written(t, o.johnDoe()))
	cases := map[string]struct {
		body  any
		field string
		code  string
	}{
		"nothing":                     {"", "", "required"},
		"not JSON":                    {"hello", "", "malformed"},
		"half of it":                  {whole[:len(whole)/2], "", "malformed"},
		"two bodies":                  {whole + whole, "", "malformed"},
		"a list":                      {"[]", "", "malformed"},
		"a string":                    {`"John"`, "", "malformed"},
		"null":                        {"null", "", "malformed"},
		"nested without end":          {strings.Repeat(`{"customer":`, 200) + "1" + strings.Repeat("}", 200), "", "malformed"},
		"invalid UTF-8":               {strings.Replace(whole, "John", "Jo\xffhn", 1), "", "malformed"},
		"a field twice":               {strings.Replace(whole, `"first_name"`, `"last_name":"Roe","first_name"`, 1), "/customer/last_name", "duplicate_field"},
		"an unknown field":            {o.johnDoe(change{"customer.nickname", "Jo"}), "/customer/nickname", "unknown_field"},
		"an unknown section":          {o.johnDoe(change{"payment", map[string]any{"card": "4111"}}), "/payment", "unknown_field"},
		"another case":                {o.johnDoe(change{"customer.First_Name", "Jo"}), "/customer/First_Name", "unknown_field"},
		"a field with a dot":          {o.johnDoe(change{"customer.operations", map[string]any{"a.b": 1}}), "/customer/operations", "unknown_field"},
		"a prototype's name":          {o.johnDoe(change{"customer.__proto__", map[string]any{}}), "/customer/__proto__", "unknown_field"},
		"a number for a text":         {o.johnDoe(change{"customer.first_name", 5}), "/customer/first_name", "malformed"},
		"a list for an object":        {o.johnDoe(change{"customer.address", []any{}}), "/customer/address", "malformed"},
		"an object for a text":        {o.johnDoe(change{"customer.email", map[string]any{"a": "b"}}), "/customer/email", "malformed"},
		"a text for a list":           {o.johnDoe(change{"package.add_ons", "six_hour_supervision"}), "/package/add_ons", "malformed"},
		"a text for a truth":          {o.johnDoe(change{"customer.referred", "yes"}), "/customer/referred", "malformed"},
		"a text for a number":         {o.johnDoe(change{"customer.operations.contract_months", "36"}), "/customer/operations/contract_months", "malformed"},
		"a fraction":                  {o.johnDoe(change{"customer.operations.contract_months", 1.5}), "/customer/operations/contract_months", "malformed"},
		"a huge number":               {o.johnDoe(change{"customer.operations.contract_months", json.Number("1e400")}), "/customer/operations/contract_months", "malformed"},
		"a long number":               {o.johnDoe(change{"customer.operations.contract_months", json.Number(strings.Repeat("9", 400))}), "/customer/operations/contract_months", "malformed"},
		"a number out of range":       {o.johnDoe(change{"customer.operations.contract_months", 100000}), "/customer/operations/contract_months", "out_of_range"},
		"a negative number":           {o.johnDoe(change{"customer.operations.contract_months", -1}), "/customer/operations/contract_months", "out_of_range"},
		"an add-on without ID":        {o.johnDoe(change{"package.add_ons", []any{map[string]any{"quantity": 1}}}), "/package/add_ons/0/id", "required"},
		"a wrong entry of a list":     {o.johnDoe(change{"package.add_ons", []any{map[string]any{"id": "locks"}, map[string]any{"id": 7}}}), "/package/add_ons/1/id", "malformed"},
		"a null byte":                 {o.johnDoe(change{"customer.first_name", "Jo\x00hn"}), "/customer/first_name", "malformed"},
		"a null byte in an ID":        {o.johnDoe(change{"forwarding.receiver_id", "a\x00b"}), "/forwarding/receiver_id", "unknown"},
		"a null byte in a free text":  {o.johnDoe(change{"customer.system_description", "a\x00b"}), "/customer/system_description", "malformed"},
		"a bidi override":             {o.johnDoe(change{"customer.last_name", "Doe\u202eexe"}), "/customer/last_name", "malformed"},
		"an emoji":                    {o.johnDoe(change{"customer.first_name", "John 😀"}), "/customer/first_name", "malformed"},
		"a lone surrogate":            {strings.Replace(whole, `"John"`, `"Jo\ud800hn"`, 1), "/customer/first_name", "malformed"},
		"a line break":                {o.johnDoe(change{"customer.address.street1", "1 Road\r\nBcc: x"}), "/customer/address/street1", "malformed"},
		"an overlong name":            {o.johnDoe(change{"customer.first_name", strings.Repeat("a", 100_000)}), "/customer/first_name", "too_long"},
		"a name left out":             {o.johnDoe(change{"customer.first_name", nil}), "/customer/first_name", "required"},
		"two e-mail addresses":        {o.johnDoe(change{"customer.email", "a@example.com, b@example.com"}), "/customer/email", "malformed"},
		"an e-mail's header":          {o.johnDoe(change{"customer.email", "a@example.com\nBcc: b@example.com"}), "/customer/email", "malformed"},
		"e-mails that differ":         {o.johnDoe(change{"customer.email_confirmation", "jane@example.com"}), "/customer/email_confirmation", "mismatch"},
		"a bad phone number":          {o.johnDoe(change{"customer.phone.number", "12"}), "/customer/phone/number", "malformed"},
		"an unknown country":          {o.johnDoe(change{"customer.address.country", "XX"}), "/customer/address/country", "invalid_choice"},
		"a state of another country":  {o.johnDoe(change{"customer.address.state", "ON"}), "/customer/address/state", "invalid_choice"},
		"a bad zip code":              {o.johnDoe(change{"customer.address.postal_code", "ABCDE"}), "/customer/address/postal_code", "malformed"},
		"an unknown time zone":        {o.johnDoe(change{"customer.time_zone", "../../etc/passwd"}), "/customer/time_zone", "invalid_choice"},
		"an unknown language":         {o.johnDoe(change{"customer.language", "tlh"}), "/customer/language", "invalid_choice"},
		"an unknown kind":             {o.johnDoe(change{"kind", "demo"}), "/kind", "invalid_choice"},
		"an unknown account type":     {o.johnDoe(change{"account.type", "castle"}), "/account/type", "invalid_choice"},
		"no account type":             {o.johnDoe(change{"account", map[string]any{}}), "/account/type", "required"},
		"a login with a blank":        {o.johnDoe(change{"login.name", "John Doe"}), "/login/name", "malformed"},
		"no module":                   {o.johnDoe(change{"system.module", ""}), "/system/module", "required"},
		"a short module":              {o.johnDoe(change{"system.module", "123"}), "/system/module", "malformed"},
		"an IMEI with a wrong digit":  {o.johnDoe(change{"system.module", "490154203237519"}), "/system/module", "bad_check_digit"},
		"an unknown module":           {o.johnDoe(change{"system.module", "4199999999"}), "/system/module", "module_unknown"},
		"another dealer's module":     {o.johnDoe(change{"system.module", "4100000041"}), "/system/module", "module_other_dealer"},
		"an unknown package":          {o.johnDoe(change{"package.package_id", "platinum"}), "/package/package_id", "invalid_choice"},
		"another dealer's receiver":   {o.johnDoe(change{"forwarding.receiver_id", o.otherID}), "/forwarding/receiver_id", "unknown"},
		"a bad account number":        {o.johnDoe(change{"forwarding.account_number", "12'; DROP"}), "/forwarding/account_number", "malformed"},
		"an unknown event group":      {o.johnDoe(change{"forwarding.events", []any{"earthquakes"}}), "/forwarding/events/0", "invalid_choice"},
		"an unknown panel template":   {o.johnDoe(change{"templates.panel_template_id", "x"}), "/templates/panel_template_id", "unknown"},
		"an unknown sub-dealer":       {o.johnDoe(change{"customer.operations.sub_dealer_id", o.otherID}), "/customer/operations/sub_dealer_id", "unknown"},
		"a date that is none":         {o.johnDoe(change{"customer.operations.contract_end_date", "2027-02-30"}), "/customer/operations/contract_end_date", "malformed"},
		"a module for a video system": {o.johnDoe(change{"account.type", "standalone_video_access"}), "/system", "not_applicable"},
	}
	before := o.counts(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			answer := o.call(t, http.MethodPost, "/v1/onboardings", o.key, c.body)
			require.Equal(t, http.StatusUnprocessableEntity, answer.status, string(answer.body))
			problem := answer.problem(t)
			require.NotEmpty(t, problem.Errors)
			require.True(t, has(problem, c.field, c.code), string(answer.body))
			for _, one := range problem.Errors {
				require.NotEmpty(t, one.Code)
				require.True(t, strings.HasSuffix(one.Message, "."), one.Message)
			}
			require.Less(t, len(answer.body), 20_000)
		})
	}
	require.Equal(t, before, o.counts(t))
	require.Empty(t, o.engine.started)
}

func has(problem api.Problem, field, code string) bool {
	for _, one := range problem.Errors {
		if one.Field == field && one.Code == code {
			return true
		}
	}
	return false
}

func TestSubmit_NamesEveryProblemAtOnceAndRepeatsNothing(t *testing.T) {
	t.Parallel()
	o := open(t)
	answer := o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.johnDoe(
		change{"customer.email", "zebra"}, change{"customer.phone.number", "giraffe"}, change{"system.module", "hippo"},
	))
	problem := answer.problem(t)
	require.True(t, has(problem, "/customer/email", "malformed"))
	require.True(t, has(problem, "/customer/phone/number", "malformed"))
	require.True(t, has(problem, "/system/module", "malformed"))

	shape := o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.johnDoe(change{"customer.first_name", []any{"zebra"}}, change{"giraffe", "hippo"}))
	for _, word := range []string{"zebra", "hippo", "John"} {
		require.NotContains(t, string(answer.body), word)
		require.NotContains(t, string(shape.body), word)
		require.NotContains(t, o.log.String(), word)
	}
}

func TestRequests_AreRefusedByTheirForm(t *testing.T) {
	t.Parallel()
	o := open(t)
	cases := map[string]struct {
		method, path string
		body         any
		headers      []string
		status       int
		field, code  string
	}{
		"no such address":          {"GET", "/v1/nothing", nil, nil, 404, "", "not_found"},
		"a slash too many":         {"GET", "/v1/onboardings/", nil, nil, 404, "", "not_found"},
		"no such method":           {"PATCH", "/v1/onboardings", nil, nil, 405, "", "method_not_allowed"},
		"a form":                   {"POST", "/v1/onboardings", "a=b", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "", "unsupported_media_type"},
		"a body that is too long":  {"POST", "/v1/onboardings", strings.Repeat(" ", 1<<20) + "{}", nil, 413, "", "too_large"},
		"an unknown parameter":     {"GET", "/v1/onboardings?statsu=parked", nil, nil, 422, "statsu", "unknown_parameter"},
		"a limit of 0":             {"GET", "/v1/onboardings?limit=0", nil, nil, 422, "limit", "out_of_range"},
		"a limit of 201":           {"GET", "/v1/onboardings?limit=201", nil, nil, 422, "limit", "out_of_range"},
		"a limit that is none":     {"GET", "/v1/onboardings?limit=many", nil, nil, 422, "limit", "malformed"},
		"an unknown status":        {"GET", "/v1/onboardings?status=lost", nil, nil, 422, "status", "invalid_choice"},
		"a cursor that is none":    {"GET", "/v1/onboardings?cursor=abc", nil, nil, 422, "cursor", "malformed"},
		"a time that is none":      {"GET", "/v1/onboardings?since=yesterday", nil, nil, 422, "since", "malformed"},
		"an ID that is none":       {"GET", "/v1/onboardings/1%27%20OR%201=1", nil, nil, 404, "", "not_found"},
		"a dealer that is none":    {"GET", "/v1/receivers?dealer_id=%00", nil, nil, 404, "", "not_found"},
		"a key that is too long":   {"POST", "/v1/onboardings", o.johnDoe(), []string{"Idempotency-Key", strings.Repeat("k", 256)}, 422, "Idempotency-Key", "malformed"},
		"a key with a blank":       {"POST", "/v1/onboardings", o.johnDoe(), []string{"Idempotency-Key", "a b"}, 422, "Idempotency-Key", "malformed"},
		"an event ID that is none": {"GET", "/v1/onboardings/" + o.submit(t) + "/events", nil, []string{"Last-Event-ID", "x"}, 422, "Last-Event-ID", "malformed"},
		"a module that is none":    {"GET", "/v1/modules/12%2F3", nil, nil, 422, "identifier", "malformed"},
		"a zip code that is none":  {"GET", "/v1/time-zones?country=US&postal_code=1", nil, nil, 422, "postal_code", "malformed"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			answer := o.call(t, c.method, c.path, o.key, c.body, c.headers...)
			require.Equal(t, c.status, answer.status, string(answer.body))
			problem := answer.problem(t)
			require.Equal(t, answer.header.Get("X-Request-Id"), problem.RequestID)
			if c.status == http.StatusUnprocessableEntity {
				require.True(t, has(problem, c.field, c.code), string(answer.body))
				return
			}
			require.Equal(t, c.code, problem.Code)
		})
	}
	allowed := o.call(t, "PATCH", "/v1/onboardings", o.key, nil).header.Get("Allow")
	require.ElementsMatch(t, []string{"GET", "POST"}, strings.Split(allowed, ", "))
}
