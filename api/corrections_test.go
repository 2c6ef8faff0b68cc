package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/api"
	"github.com/latchkey/latchkey/onboarding"
)

func soon() time.Time { return time.Now().Add(time.Hour) }

// patch sends a correction against the revision there is.
func (o *office) patch(t *testing.T, account string, body map[string]any) reply {
	t.Helper()
	return o.call(t, http.MethodPatch, "/v1/accounts/"+account, o.key, body, "If-Match", o.call(t, http.MethodGet, "/v1/accounts/"+account, o.key, nil).header.Get("ETag"))
}

func fieldsOf(problem api.Problem) map[string]string {
	fields := map[string]string{}
	for _, err := range problem.Errors {
		fields[err.Field] = err.Message
	}
	return fields
}

func TestCorrectAccount_ChangesWhatMayChange(t *testing.T) {
	t.Parallel()
	o := open(t)
	onboardingID, account := o.completed(t)
	corrected := o.patch(t, account, map[string]any{
		"phone": map[string]any{"number": "571 555 0199"}, "language": "es", "property_type": "business", "company_name": "Doe & Sons",
		"system_description": "Warehouse", "operations": map[string]any{"alternate_id": "CRM-7"},
		"address": map[string]any{"street1": "1 Main Street", "city": "Chicago", "state": "IL", "postal_code": "60601"},
	})
	require.Equal(t, http.StatusOK, corrected.status, string(corrected.body))
	require.Equal(t, `"2"`, corrected.header.Get("ETag"))

	details := o.call(t, http.MethodGet, "/v1/accounts/"+account, o.key, nil)
	require.Equal(t, `"2"`, details.header.Get("ETag"))
	body := details.json(t)
	require.Equal(t, "Doe & Sons", body["company_name"])
	require.Equal(t, "es", body["language"])
	customer := body["customer"].(map[string]any)
	require.Equal(t, map[string]any{"number": "+15715550199", "type": "home"}, customer["phone"])
	require.Equal(t, "1 Main Street", customer["address"].(map[string]any)["street1"])
	require.Equal(t, "8281 Greensboro Drive", customer["installation_address"].(map[string]any)["street1"], "the system stays where it is")
	require.Equal(t, "America/New_York", customer["time_zone"])
	require.Equal(t, "John", customer["first_name"])

	for _, found := range []string{"warehouse", "CRM-7", "5550199"} {
		items := o.call(t, http.MethodGet, "/v1/accounts?q="+found, o.key, nil).json(t)["items"].([]any)
		if found != "warehouse" { // a system description is no word to search by
			require.Len(t, items, 1, found)
		}
	}
	var announced, audited int
	require.NoError(t, o.pool.QueryRow(t.Context(), `SELECT count(*) FROM announcements WHERE kind = 'account.corrected' AND account_id = $1`, account).Scan(&announced))
	require.Equal(t, 1, announced)
	require.NoError(t, o.pool.QueryRow(t.Context(), `SELECT count(*) FROM audit WHERE action = 'account.correct' AND object_id = $1 AND reason LIKE '%phone%' AND reason NOT LIKE '%571%'`, account).Scan(&audited))
	require.Equal(t, 1, audited)
	require.EqualValues(t, 2, o.call(t, http.MethodGet, "/v1/onboardings/"+onboardingID, o.key, nil).json(t)["revision"])

	same := o.patch(t, account, map[string]any{"language": "es"})
	require.Equal(t, http.StatusOK, same.status)
	require.Equal(t, `"2"`, same.header.Get("ETag"), "what changes nothing is no correction")
}

func TestCorrectAccount_WantsTheRevisionThatWasSeen(t *testing.T) {
	t.Parallel()
	o := open(t)
	_, account := o.completed(t)
	path := "/v1/accounts/" + account
	blind := o.call(t, http.MethodPatch, path, o.key, map[string]any{"language": "fr"})
	require.Equal(t, http.StatusPreconditionRequired, blind.status)
	require.Equal(t, `"1"`, blind.header.Get("ETag"))
	require.Equal(t, http.StatusOK, o.call(t, http.MethodPatch, path, o.key, map[string]any{"language": "fr"}, "If-Match", `"1"`).status)
	stale := o.call(t, http.MethodPatch, path, o.key, map[string]any{"language": "en"}, "If-Match", `"1"`)
	require.Equal(t, http.StatusPreconditionFailed, stale.status)
	require.Equal(t, `"2"`, stale.header.Get("ETag"))
	require.Equal(t, http.StatusUnprocessableEntity, o.call(t, http.MethodPatch, path, o.key, map[string]any{"language": "en"}, "If-Match", "2").status)
	require.Equal(t, "fr", o.call(t, http.MethodGet, path, o.key, nil).json(t)["language"])
}

func TestCorrectAccount_RefusesWhatIsLocked(t *testing.T) {
	t.Parallel()
	o := open(t)
	_, account := o.completed(t)
	const name = "The name entered for the customer on this page cannot be edited after the account has been created."
	for what, test := range map[string]struct {
		body  map[string]any
		field string
		says  string
	}{
		"first name":                    {map[string]any{"first_name": "Jon"}, "/first_name", name},
		"last name emptied":             {map[string]any{"last_name": ""}, "/last_name", name},
		"installation address":          {map[string]any{"installation_address": map[string]any{"country": "US", "street1": "1 Main Street", "city": "Tysons", "state": "VA", "postal_code": "22102"}}, "/installation_address/street1", "installation address cannot change"},
		"module":                        {map[string]any{"system": map[string]any{"module": "4100000025"}}, "/system", "module has been registered"},
		"package":                       {map[string]any{"package": map[string]any{"package_id": "x"}}, "/package", "charged with this service package"},
		"forwarding":                    {map[string]any{"forwarding": map[string]any{}}, "/forwarding", "forwarding settings"},
		"login":                         {map[string]any{"login": map[string]any{"name": "x"}}, "/login", "Change it on the account"},
		"e-mail without its repetition": {map[string]any{"email": "j@example.test"}, "/email_confirmation", "Re-enter"},
		"e-mail repeated wrong":         {map[string]any{"email": "j@example.test", "email_confirmation": "k@example.test"}, "/email_confirmation", "differ"},
		"overlong":                      {map[string]any{"company_name": strings.Repeat("x", 101)}, "/company_name", ""},
		"bidi":                          {map[string]any{"system_description": "a\u202Eb"}, "/system_description", ""},
		"NUL":                           {map[string]any{"system_description": "a\x00b"}, "/system_description", ""},
		"unknown rep":                   {map[string]any{"operations": map[string]any{"sales_rep": "nobody"}}, "/operations/sales_rep", "rep"},
		"no text":                       {map[string]any{"language": 7}, "/language", "text"},
		"unknown member":                {map[string]any{"colour": "red"}, "/colour", "no such field"},
	} {
		t.Run(what, func(t *testing.T) {
			refused := o.patch(t, account, test.body)
			require.Equal(t, http.StatusUnprocessableEntity, refused.status, string(refused.body))
			require.Contains(t, fieldsOf(refused.problem(t)), test.field)
			require.Contains(t, fieldsOf(refused.problem(t))[test.field], test.says)
		})
	}
	require.Equal(t, `"1"`, o.call(t, http.MethodGet, "/v1/accounts/"+account, o.key, nil).header.Get("ETag"))
}

func TestCorrectAccount_IsForTheDealerAndForCompletedOnboardings(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.submit(t)
	account := o.account(t, id)
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPatch, "/v1/accounts/"+account, o.opsKey, map[string]any{"language": "es"}, "If-Match", `"1"`).status)
	running := o.patch(t, account, map[string]any{"language": "es"})
	require.Equal(t, http.StatusConflict, running.status)
	require.Contains(t, running.problem(t).Detail, "when it is completed")
	o.park(t, id, onboarding.StepSendLetter, onboarding.ReasonRecipientRejected)
	parked := o.patch(t, account, map[string]any{"language": "es"})
	require.Equal(t, http.StatusConflict, parked.status)
	require.Contains(t, parked.problem(t).Detail, "waits for a decision")
}

func TestCorrectAccount_SendsTheLetterToANewAddressUnlessThePasswordIsSet(t *testing.T) {
	t.Parallel()
	o := open(t)
	_, account := o.completed(t)
	first := o.call(t, http.MethodPost, "/v1/accounts/"+account+"/welcome-letter/email", o.key, nil).json(t)["letter_id"].(string)
	require.NoError(t, o.store.LetterSending(t.Context(), first, [32]byte{1}, soon()))
	require.NoError(t, o.store.LetterAgainAccepted(t.Context(), first, "250 queued"))

	corrected := o.patch(t, account, map[string]any{"email": "j.doe@example.test", "email_confirmation": "j.doe@example.test"})
	require.Equal(t, http.StatusOK, corrected.status, string(corrected.body))
	letter := corrected.json(t)["letter_id"].(string)
	require.Equal(t, letter, o.engine.again[1].LetterID)
	letters := o.letters(t, account)
	require.Equal(t, "void", letters[0].(map[string]any)["state"])
	require.Equal(t, "correction", letters[1].(map[string]any)["origin"])

	require.NoError(t, o.store.LetterSending(t.Context(), letter, [32]byte{2}, soon()))
	require.NoError(t, o.store.LetterAgainAccepted(t.Context(), letter, "250 queued"))
	_, err := o.store.UseSetupLink(t.Context(), [32]byte{2}, "$argon2id$own")
	require.NoError(t, err)
	quiet := o.patch(t, account, map[string]any{"email": "john@example.test", "email_confirmation": "john@example.test"})
	require.Equal(t, http.StatusOK, quiet.status, string(quiet.body))
	require.Nil(t, quiet.json(t)["letter_id"])
	require.Len(t, o.letters(t, account), 2)
	require.Equal(t, "own", o.call(t, http.MethodGet, "/v1/accounts/"+account, o.key, nil).json(t)["password"])
}

func TestCorrectAccount_IsMadeAlsoWhenNoMoreLettersMayGoOut(t *testing.T) {
	t.Parallel()
	o := open(t)
	_, account := o.completed(t)
	for i, address := range []string{"a", "b", "c", "d", "e", "f"} {
		corrected := o.patch(t, account, map[string]any{"email": address + "@example.test", "email_confirmation": address + "@example.test"}).json(t)
		require.Equal(t, i < 5, corrected["letter_id"] != nil)
		require.Equal(t, i == 5, corrected["letter_at"] != nil)
	}
	require.Equal(t, "f@example.test", o.call(t, http.MethodGet, "/v1/accounts/"+account, o.key, nil).json(t)["email"])
	for _, letter := range o.letters(t, account) {
		require.Equal(t, "void", letter.(map[string]any)["state"], "nothing goes to an old address")
	}
}

// A rep who has left is no reason to keep an old phone number.
func TestCorrectAccount_AsksOnlyAboutWhatChanges(t *testing.T) {
	t.Parallel()
	o := open(t)
	_, account := o.completed(t, change{"customer.operations", map[string]any{"sales_rep": "office", "contract_months": 1}})
	o.exec(t, `UPDATE users SET sales_rep = false WHERE login_name = 'office'`)
	corrected := o.patch(t, account, map[string]any{"phone": map[string]any{"number": "571 555 0199"}})
	require.Equal(t, http.StatusOK, corrected.status, string(corrected.body))
	operations := corrected.json(t)["account"].(map[string]any)["customer"].(map[string]any)["operations"].(map[string]any)
	require.Equal(t, "office", operations["sales_rep"])
}

func TestChangeLoginName_AtAnyTimeWhileTheAccountIsOpen(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.submit(t)
	account := o.account(t, id)
	path := "/v1/accounts/" + account + "/login-name"
	renamed := o.call(t, http.MethodPut, path, o.key, map[string]any{"name": "JohnsNewName"})
	require.Equal(t, http.StatusOK, renamed.status, string(renamed.body))
	require.Equal(t, "JohnsNewName", renamed.json(t)["login_name"])
	require.Len(t, o.call(t, http.MethodGet, "/v1/accounts?q=JohnsNewName", o.key, nil).json(t)["items"], 1)
	require.Empty(t, o.call(t, http.MethodGet, "/v1/accounts?q=JohnDoe", o.key, nil).json(t)["items"])

	taken := o.account(t, o.submit(t, change{"system.module", "4100000025"}, change{"forwarding.account_number", "4321"}, change{"login.name", "Emma"}))
	require.NotEmpty(t, taken)
	for _, typed := range []string{"", " ", "a b", "jöhn", "a\x00b", strings.Repeat("x", 100), "EMMA"} {
		refused := o.call(t, http.MethodPut, path, o.key, map[string]any{"name": typed})
		require.Equal(t, http.StatusUnprocessableEntity, refused.status, typed)
		require.Contains(t, fieldsOf(refused.problem(t)), "/name", typed)
	}
	require.Equal(t, onboarding.LoginTakenMessage, fieldsOf(o.call(t, http.MethodPut, path, o.key, map[string]any{"name": "emma"}).problem(t))["/name"])
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPut, path, o.opsKey, map[string]any{"name": "Free"}).status)
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodPut, path, o.otherKey, map[string]any{"name": "Free"}).status)

	o.exec(t, `UPDATE accounts SET state = 'closed', closed_at = now() WHERE id = $1`, account)
	require.Equal(t, http.StatusConflict, o.call(t, http.MethodPut, path, o.key, map[string]any{"name": "Free"}).status)
}

// The customer may rename the login, and somebody else take the old name.
func TestAmendment_IsNotRefusedForALoginNameThatWasGivenUp(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.submit(t)
	account := o.account(t, id)
	require.NoError(t, o.store.RenameLogin(t.Context(), account, "JohnsNewName"))
	o.submit(t, change{"system.module", "4100000025"}, change{"forwarding.account_number", "4321"}, change{"login.name", "JohnDoe"})
	o.park(t, id, onboarding.StepSendLetter, onboarding.ReasonRecipientRejected)
	amended := o.call(t, http.MethodPost, "/v1/onboardings/"+id+"/decisions", o.key, map[string]any{
		"action": "amend", "step": "send_letter", "park_no": 1, "sections": map[string]any{"customer": o.johnDoe(
			change{"customer.email", "john@example.test"}, change{"customer.email_confirmation", "john@example.test"})["customer"]},
	})
	require.Equal(t, http.StatusOK, amended.status, string(amended.body))
	details := o.call(t, http.MethodGet, "/v1/accounts/"+account, o.key, nil).json(t)
	require.Equal(t, "JohnsNewName", details["login_name"])
	require.Equal(t, "john@example.test", details["email"])
}

func TestCorrectName_IsForAdministratorsWithAReason(t *testing.T) {
	t.Parallel()
	o := open(t)
	adminKey := o.user(t, "root", "administrator", nil)
	_, account := o.completed(t)
	path := "/v1/accounts/" + account + "/name-correction"
	body := map[string]any{"first_name": "Jon", "last_name": "Dow", "reason": "Misspelt on the order."}
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPost, path, o.key, body).status)
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPost, path, o.opsKey, body).status)
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodPost, path, o.otherKey, body).status)

	bad := o.call(t, http.MethodPost, path, adminKey, map[string]any{"first_name": "a\u202Eb", "last_name": strings.Repeat("x", 300)})
	require.Equal(t, http.StatusUnprocessableEntity, bad.status)
	for _, field := range []string{"/first_name", "/last_name", "/reason"} {
		require.Contains(t, fieldsOf(bad.problem(t)), field)
	}
	corrected := o.call(t, http.MethodPost, path, adminKey, body)
	require.Equal(t, http.StatusOK, corrected.status, string(corrected.body))
	details := o.call(t, http.MethodGet, "/v1/accounts/"+account, o.key, nil).json(t)
	require.Equal(t, "Jon", details["first_name"])
	require.Equal(t, "Dow", details["customer"].(map[string]any)["last_name"])
	require.Len(t, o.call(t, http.MethodGet, "/v1/accounts?q=dow", o.key, nil).json(t)["items"], 1)
	var noted int
	require.NoError(t, o.pool.QueryRow(t.Context(), `SELECT count(*) FROM audit JOIN announcements ON account_id::text = object_id
		WHERE action = 'account.correct_name' AND reason = 'Misspelt on the order.' AND kind = 'account.corrected'`).Scan(&noted))
	require.Equal(t, 1, noted)
}

func TestListAccounts_PagesAndKeepsDealersApart(t *testing.T) {
	t.Parallel()
	o := open(t)
	_, older := o.completed(t)
	_, newer := o.completed(t, change{"system.module", "4100000025"}, change{"forwarding.account_number", "4321"})
	o.submit(t, change{"system.module", "4100000033"}, change{"forwarding.account_number", "5321"}) // no account yet
	first := o.call(t, http.MethodGet, "/v1/accounts?limit=1", o.key, nil).json(t)
	require.Equal(t, newer, first["items"].([]any)[0].(map[string]any)["id"])
	second := o.call(t, http.MethodGet, "/v1/accounts?limit=1&cursor="+first["next_cursor"].(string), o.key, nil).json(t)
	require.Equal(t, older, second["items"].([]any)[0].(map[string]any)["id"])
	require.Nil(t, second["next_cursor"])
	require.Empty(t, o.call(t, http.MethodGet, "/v1/accounts", o.otherKey, nil).json(t)["items"])
	require.Empty(t, o.call(t, http.MethodGet, "/v1/accounts?state=closed", o.key, nil).json(t)["items"])
	require.Equal(t, http.StatusUnprocessableEntity, o.call(t, http.MethodGet, "/v1/accounts?state=odd", o.key, nil).status)
	require.Equal(t, http.StatusUnprocessableEntity, o.call(t, http.MethodGet, "/v1/accounts?cursor=odd", o.key, nil).status)
	require.Equal(t, http.StatusUnprocessableEntity, o.call(t, http.MethodGet, "/v1/accounts?q=%00", o.key, nil).status)
}
