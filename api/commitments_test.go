package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

// stored creates a commitment of the seed's customer without a module.
func (o *office) stored(t *testing.T, changes ...change) map[string]any {
	t.Helper()
	created := o.call(t, http.MethodPost, "/v1/commitments", o.key, o.ahead(changes...))
	require.Equal(t, http.StatusCreated, created.status, string(created.body))
	require.Equal(t, `"1"`, created.header.Get("ETag"))
	return created.json(t)
}

// ahead is the body of a commitment.
func (o *office) ahead(changes ...change) map[string]any {
	body := o.johnDoe(append([]change{{"system.module", ""}}, changes...)...)
	if body["expected"] == nil {
		body["expected"] = map[string]any{}
	}
	return body
}

func (o *office) commitment(t *testing.T, id any) map[string]any {
	t.Helper()
	read := o.call(t, http.MethodGet, "/v1/commitments/"+id.(string), o.key, nil)
	require.Equal(t, http.StatusOK, read.status, string(read.body))
	return read.json(t)
}

func TestCommitment_IsStoredWithoutBeingCharged(t *testing.T) {
	t.Parallel()
	o := open(t)
	soon := time.Now().AddDate(0, 1, 0).UTC().Format(time.DateOnly)
	body := o.stored(t, change{"expected", map[string]any{"install_date": soon, "network": "at&t", "panel_type": "twog_gc2", "installer_rep": "office"}},
		change{"activate_at", soon}, change{"customer.operations.alternate_id", "CRM-7"})

	require.Equal(t, "open", body["state"])
	require.Equal(t, "America/New_York", body["time_zone"])
	require.Equal(t, map[string]any{"install_date": soon, "network": "AT&T", "panel_type": "twog_gc2", "installer_rep": "office"}, body["expected"])
	require.Equal(t, "John", body["customer"].(map[string]any)["first_name"])
	require.Equal(t, "office", body["created_by"])
	require.Nil(t, body["onboarding_id"])
	require.Nil(t, body["account_id"])
	number := body["number"].(string)
	require.Regexp(t, `^C-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`, number)

	typed := url.PathEscape(strings.ToLower(strings.ReplaceAll(number, "-", " ")))
	require.Equal(t, body, o.commitment(t, body["id"]))
	require.Equal(t, body, o.commitment(t, typed))
	after := o.counts(t)
	require.Zero(t, after["onboardings"]+after["logins"]+after["accounts"])
	require.Equal(t, 1, after["audit"])
}

func TestCommitment_NamesEveryProblemAtOnce(t *testing.T) {
	t.Parallel()
	o := open(t)
	before := o.counts(t)
	for name, c := range map[string]struct {
		changes []change
		want    map[string]string
	}{
		"the application": {
			[]change{{"customer.first_name", ""}, {"customer.email", "x"}, {"system.module", "12"}},
			map[string]string{"/customer/first_name": "required", "/customer/email": "malformed", "/customer/email_confirmation": "mismatch", "/system/module": "malformed"},
		},
		"a module of another dealer": {[]change{{"system.module", "4100000041"}}, map[string]string{"/system/module": "module_other_dealer"}},
		"what is expected": {
			[]change{{"expected", map[string]any{"install_date": "2020-02-29", "network": "Tin Can", "panel_type": "toaster", "installer_rep": "other"}}},
			map[string]string{"/expected/install_date": "in_past", "/expected/network": "invalid_choice", "/expected/panel_type": "invalid_choice", "/expected/installer_rep": "unknown"},
		},
		"no day":             {[]change{{"expected", map[string]any{"install_date": "2027-02-29"}}}, map[string]string{"/expected/install_date": "malformed"}},
		"a date in the past": {[]change{{"activate_at", "2020-01-01"}}, map[string]string{"/activate_at": "in_past"}},
		"a date after it expires": {
			[]change{{"activate_at", time.Now().AddDate(1, 0, 0).Format(time.DateOnly)}},
			map[string]string{"/activate_at": "out_of_range"},
		},
		"no date":     {[]change{{"activate_at", "someday"}}, map[string]string{"/activate_at": "malformed"}},
		"an expiry":   {[]change{{"expires_at", "2020-01-01"}}, map[string]string{"/expires_at": "in_past"}},
		"a long life": {[]change{{"expires_at", "2099-01-01"}}, map[string]string{"/expires_at": "out_of_range"}},
	} {
		refused := o.call(t, http.MethodPost, "/v1/commitments", o.key, o.ahead(c.changes...), "Idempotency-Key", "key-1")
		require.Equal(t, http.StatusUnprocessableEntity, refused.status, name)
		found := map[string]string{}
		for _, problem := range refused.problem(t).Errors {
			found[problem.Field] = problem.Code
		}
		require.Equal(t, c.want, found, name)
	}
	require.Equal(t, before, o.counts(t))
}

func TestCommitment_NeverFailsWhateverAFieldHolds(t *testing.T) {
	t.Parallel()
	o := open(t)
	body := o.ahead(change{"expected", map[string]any{"install_date": "", "network": "", "panel_type": "", "installer_rep": ""}},
		change{"activate_at", ""}, change{"expires_at", ""})
	for _, path := range leaves("", body) {
		for _, value := range hostile {
			changes := []change{{"expected", map[string]any{"install_date": "", "network": "", "panel_type": "", "installer_rep": ""}}, {path, value}}
			answer := o.call(t, http.MethodPost, "/v1/commitments", o.key, o.ahead(changes...))
			require.Contains(t, []int{http.StatusCreated, http.StatusUnprocessableEntity}, answer.status, "%s: %.80v: %s", path, value, answer.body)
		}
	}
}

func TestCommitment_PatchNeverFailsWhateverItHolds(t *testing.T) {
	t.Parallel()
	o := open(t)
	path := "/v1/commitments/" + o.stored(t)["id"].(string)
	for _, member := range []string{"account", "customer", "login", "system", "pathway", "package", "forwarding", "templates", "expected", "expires_at", "kind", "state", "customer.phone", "customer.first_name", "package.add_ons", "expected.network"} {
		for _, value := range hostile {
			patch := map[string]any{"customer": map[string]any{}, "package": map[string]any{}, "expected": map[string]any{}}
			change{member, value}.apply(patch)
			version := o.call(t, http.MethodGet, path, o.key, nil).header.Get("ETag")
			answer := o.call(t, http.MethodPatch, path, o.key, patch, "If-Match", version)
			require.Contains(t, []int{http.StatusOK, http.StatusUnprocessableEntity}, answer.status, "%s: %.80v: %s", member, value, answer.body)
		}
	}
	for _, value := range hostile {
		answer := o.call(t, http.MethodPut, path+"/schedule", o.key, map[string]any{"activate_at": value})
		require.Equal(t, http.StatusUnprocessableEntity, answer.status, "%.80v: %s", value, answer.body)
		answer = o.call(t, http.MethodPost, path+"/activate", o.key, map[string]any{"module_serial": value, "panel_type": value})
		require.Equal(t, http.StatusUnprocessableEntity, answer.status, "%.80v: %s", value, answer.body)
		if text, ok := value.(string); ok && len(text) < 1000 && !strings.Contains(text, "\x00") {
			answer = o.call(t, http.MethodGet, "/v1/commitments?q="+url.QueryEscape(text), o.key, nil)
			require.Contains(t, []int{http.StatusOK, http.StatusUnprocessableEntity}, answer.status, "%q: %s", text, answer.body)
			answer = o.call(t, http.MethodGet, "/v1/commitments/"+url.PathEscape(text+"!"), o.key, nil)
			require.Equal(t, http.StatusNotFound, answer.status, "%q: %s", text, answer.body)
		}
	}
}

func TestCommitment_AnswersAKeyTheSame(t *testing.T) {
	t.Parallel()
	o := open(t)
	replies := make([]reply, 12)
	var all sync.WaitGroup
	for i := range replies {
		all.Go(func() {
			replies[i] = o.call(t, http.MethodPost, "/v1/commitments", o.key, o.ahead(), "Idempotency-Key", "order-1")
		})
	}
	all.Wait()
	for _, one := range replies {
		require.Equal(t, http.StatusCreated, one.status, string(one.body))
		require.Equal(t, string(replies[0].body), string(one.body))
		require.Equal(t, "/v1/commitments/"+one.json(t)["id"].(string), one.header.Get("Location"))
	}
	listed := o.call(t, http.MethodGet, "/v1/commitments", o.key, nil).json(t)
	require.Len(t, listed["items"], 1)

	other := o.call(t, http.MethodPost, "/v1/commitments", o.key, o.ahead(change{"customer.first_name", "Jane"}), "Idempotency-Key", "order-1")
	require.Equal(t, "idempotency_key_reused", other.problem(t).Errors[0].Code)
	elsewhere := o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.johnDoe(), "Idempotency-Key", "order-1")
	require.Equal(t, "idempotency_key_reused", elsewhere.problem(t).Errors[0].Code)
	for _, bad := range []string{strings.Repeat("k", 256), "with blank", "umläut"} {
		require.Equal(t, http.StatusUnprocessableEntity, o.call(t, http.MethodPost, "/v1/commitments", o.key, o.ahead(), "Idempotency-Key", bad).status)
	}
}

func TestCommitment_IsChangedMemberByMember(t *testing.T) {
	t.Parallel()
	o := open(t)
	stored := o.stored(t, change{"expected", map[string]any{"network": "AT&T", "installer_rep": "office"}})
	path := "/v1/commitments/" + stored["id"].(string)

	changed := o.call(t, http.MethodPatch, path, o.key,
		`{"customer": {"first_name": "Jane", "phone": {"type": "work"}}, "system": {"module": "4100000017"}, "expected": {"network": ""}, "expires_at": "2027-03-01"}`, "If-Match", `"1"`)
	require.Equal(t, http.StatusOK, changed.status, string(changed.body))
	require.Equal(t, `"2"`, changed.header.Get("ETag"))
	body := changed.json(t)
	customer := body["customer"].(map[string]any)
	require.Equal(t, "Jane", customer["first_name"])
	require.Equal(t, "Doe", customer["last_name"])
	require.Equal(t, map[string]any{"number": "+1 571 555 0100", "type": "work"}, customer["phone"])
	require.Equal(t, map[string]any{"installer_rep": "office"}, body["expected"])
	require.Equal(t, "2027-03-02T05:00:00Z", body["expires_at"])
	require.Equal(t, "4100000017", body["system"].(map[string]any)["module"])

	missing := o.call(t, http.MethodPatch, path, o.key, `{}`)
	require.Equal(t, http.StatusPreconditionRequired, missing.status)
	require.Equal(t, `"2"`, missing.header.Get("ETag"))
	stale := o.call(t, http.MethodPatch, path, o.key, `{"customer": {"first_name": "Joan"}}`, "If-Match", `"1"`)
	require.Equal(t, http.StatusPreconditionFailed, stale.status)
	require.Equal(t, "stale", stale.problem(t).Code)
	require.Equal(t, http.StatusUnprocessableEntity, o.call(t, http.MethodPatch, path, o.key, `{}`, "If-Match", `W/"2"`).status)
	bad := o.call(t, http.MethodPatch, path, o.key, `{"customer": {"email": ""}, "state": "open"}`, "If-Match", `"2"`)
	require.Equal(t, http.StatusUnprocessableEntity, bad.status)
	require.Equal(t, body, o.commitment(t, stored["id"]))
}

func TestCommitment_KeepsOneOfTwoChangesMadeAtOnce(t *testing.T) {
	t.Parallel()
	o := open(t)
	path := "/v1/commitments/" + o.stored(t)["id"].(string)
	statuses := make(chan int, 8)
	var all sync.WaitGroup
	for range cap(statuses) {
		all.Go(func() {
			statuses <- o.call(t, http.MethodPatch, path, o.key, `{"customer": {"first_name": "Jane"}}`, "If-Match", `"1"`).status
		})
	}
	all.Wait()
	close(statuses)
	kept := 0
	for status := range statuses {
		if status == http.StatusOK {
			kept++
			continue
		}
		require.Equal(t, http.StatusPreconditionFailed, status)
	}
	require.Equal(t, 1, kept)
}

func TestCommitment_BecomesACustomerWithEverythingItSays(t *testing.T) {
	t.Parallel()
	o := open(t)
	stored := o.stored(t, change{"expected", map[string]any{"installer_rep": "office"}}, change{"login.name", "JohnDoe77"})
	path := "/v1/commitments/" + stored["number"].(string)

	refused := o.call(t, http.MethodPost, path+"/activate", o.key, `{}`)
	require.Equal(t, http.StatusUnprocessableEntity, refused.status)
	require.Equal(t, "/system/module", refused.problem(t).Errors[0].Field)
	require.Equal(t, "open", o.commitment(t, stored["id"])["state"])

	activated := o.call(t, http.MethodPost, path+"/activate", o.key, `{"module_serial": "41000-00025", "by_expected_installer": true}`, "Idempotency-Key", "act-1")
	require.Equal(t, http.StatusCreated, activated.status, string(activated.body))
	onboardingID := activated.json(t)["id"].(string)
	require.Equal(t, "commitment", activated.json(t)["source"])
	require.Equal(t, "/v1/onboardings/"+onboardingID, activated.header.Get("Location"))
	require.Equal(t, []onboarding.StartRun{{OnboardingID: onboardingID, DealerID: o.dealerID, Source: onboarding.SourceCommitment, CommitmentID: stored["id"].(string)}}, o.engine.started)

	application, err := o.store.Application(t.Context(), onboardingID, 1)
	require.NoError(t, err)
	require.Equal(t, "JohnDoe77", application.Answers.Login.Name)
	require.Equal(t, "4100000025", application.Answers.System.Module)
	require.Equal(t, "office", application.Answers.Customer.Operations.InstallerRep)
	require.Equal(t, "8281 Greensboro Drive", application.Answers.Customer.Address.Street1)

	again := o.call(t, http.MethodPost, path+"/activate", o.key, `{"module_serial": "41000-00025", "by_expected_installer": true}`, "Idempotency-Key", "act-1")
	require.Equal(t, string(activated.body), string(again.body))
	joined := o.call(t, http.MethodPost, path+"/activate", o.key, `{"module_serial": "4100000025"}`)
	require.Equal(t, http.StatusCreated, joined.status, string(joined.body))
	require.Equal(t, onboardingID, joined.json(t)["id"])
	other := o.call(t, http.MethodPost, path+"/activate", o.key, `{"module_serial": "4100000033"}`)
	require.Equal(t, http.StatusConflict, other.status, string(other.body))

	accountID := o.account(t, onboardingID)
	body := o.commitment(t, stored["id"])
	require.Equal(t, "activated", body["state"])
	require.Equal(t, onboardingID, body["onboarding_id"])
	require.Equal(t, accountID, body["account_id"])
	for method, target := range map[string]string{http.MethodDelete: path, http.MethodPut: path + "/schedule"} {
		over := o.call(t, method, target, o.key, `{"activate_at": "2027-01-01"}`)
		require.Equal(t, http.StatusConflict, over.status, string(over.body))
	}
	require.Equal(t, http.StatusConflict, o.call(t, http.MethodPatch, path, o.key, `{}`, "If-Match", `"2"`).status)
}

func TestCommitment_IsActivatedOnceHoweverManyAsk(t *testing.T) {
	t.Parallel()
	o := open(t)
	path := "/v1/commitments/" + o.stored(t)["id"].(string) + "/activate"
	replies := make([]reply, 12)
	var all sync.WaitGroup
	for i := range replies {
		all.Go(func() { replies[i] = o.call(t, http.MethodPost, path, o.key, `{"module_serial": "4100000017"}`) })
	}
	all.Wait()
	for _, one := range replies {
		require.Equal(t, http.StatusCreated, one.status, string(one.body))
		require.Equal(t, replies[0].json(t)["id"], one.json(t)["id"])
	}
	require.Equal(t, 1, o.counts(t)["onboardings"])
}

func TestCommitment_StaysOpenWhenItCannotBeActivated(t *testing.T) {
	t.Parallel()
	o := open(t)
	stored := o.stored(t)
	path := "/v1/commitments/" + stored["id"].(string)
	o.submit(t, change{"system.module", "4100000017"}, change{"forwarding.account_number", "9999"})

	held := o.call(t, http.MethodPost, path+"/activate", o.key, `{"module_serial": "4100000017"}`, "Idempotency-Key", "act")
	require.Equal(t, http.StatusUnprocessableEntity, held.status)
	require.Equal(t, "module_held", held.problem(t).Errors[0].Code)
	require.Equal(t, stored, o.commitment(t, stored["id"]))

	// The run itself finds what the check did not: the commitment opens again.
	accept := o.engine.accept
	o.engine.accept = func(ctx context.Context, start onboarding.StartRun) (onboarding.Verdict, error) {
		problems := onboarding.Problems{{Field: "/login/name", Code: "login_taken", Message: onboarding.LoginTakenMessage}}
		return onboarding.Verdict{Problems: problems}, o.store.Reject(ctx, onboarding.EffectKey{OnboardingID: start.OnboardingID, Step: onboarding.StepValidate, Revision: 1}, problems, []byte(`{}`))
	}
	rejected := o.call(t, http.MethodPost, path+"/activate", o.key, `{"module_serial": "4100000025"}`)
	require.Equal(t, http.StatusUnprocessableEntity, rejected.status, string(rejected.body))
	require.Equal(t, "open", o.commitment(t, stored["id"])["state"])
	o.engine.accept = accept
	activated := o.call(t, http.MethodPost, path+"/activate", o.key, `{"module_serial": "4100000025"}`, "Idempotency-Key", "act")
	require.Equal(t, http.StatusCreated, activated.status, "a refused activation does not use up its key: %s", activated.body)
}

func TestCommitment_HasADateThatCanBeMoved(t *testing.T) {
	t.Parallel()
	o := open(t)
	stored := o.stored(t)
	path := "/v1/commitments/" + stored["id"].(string) + "/schedule"
	for typed, want := range map[string]string{
		"2027-03-14T02:30": "2027-03-14T07:30:00Z", "2027-01-31": "2027-01-31T13:00:00Z", "2027-01-31T10:00:00-08:00": "2027-01-31T18:00:00Z",
	} {
		set := o.call(t, http.MethodPut, path, o.key, map[string]any{"activate_at": typed})
		require.Equal(t, http.StatusOK, set.status, string(set.body))
		require.Equal(t, want, set.json(t)["activate_at"])
	}
	for typed, code := range map[string]string{"": "required", "2020-01-01": "in_past", "2099-01-01": "out_of_range", "soon": "malformed"} {
		refused := o.call(t, http.MethodPut, path, o.key, map[string]any{"activate_at": typed})
		require.Equal(t, code, refused.problem(t).Errors[0].Code)
		require.Equal(t, "/activate_at", refused.problem(t).Errors[0].Field)
	}
	for range 2 {
		away := o.call(t, http.MethodDelete, path, o.key, nil)
		require.Equal(t, http.StatusOK, away.status, string(away.body))
		require.Nil(t, away.json(t)["activate_at"])
	}
}

func TestCommitment_IsGivenUpOnce(t *testing.T) {
	t.Parallel()
	o := open(t)
	stored := o.stored(t, change{"customer.operations.alternate_id", "CRM-1"})
	path := "/v1/commitments/" + stored["id"].(string)
	twice := o.call(t, http.MethodPost, "/v1/commitments", o.key, o.ahead(change{"customer.operations.alternate_id", "CRM-1"}))
	require.Equal(t, "/customer/operations/alternate_id", twice.problem(t).Errors[0].Field)

	require.Equal(t, http.StatusNoContent, o.call(t, http.MethodDelete, path, o.key, nil).status)
	require.Equal(t, http.StatusNoContent, o.call(t, http.MethodDelete, path, o.key, nil).status)
	require.Equal(t, "cancelled", o.commitment(t, stored["id"])["state"])
	refused := o.call(t, http.MethodPost, path+"/activate", o.key, `{"module_serial": "4100000017"}`)
	require.Equal(t, http.StatusConflict, refused.status)
	require.Contains(t, refused.problem(t).Detail, "cancelled")
	o.stored(t, change{"customer.operations.alternate_id", "CRM-1"})
}

func TestCommitment_ExpiresOnTheClockEvenBeforeTheSweep(t *testing.T) {
	t.Parallel()
	o := open(t)
	stored := o.stored(t)
	o.exec(t, `UPDATE commitments SET expires_at = now() - interval '1 second'`)
	refused := o.call(t, http.MethodPost, "/v1/commitments/"+stored["id"].(string)+"/activate", o.key, `{"module_serial": "4100000017"}`)
	require.Equal(t, http.StatusConflict, refused.status)
	require.Contains(t, refused.problem(t).Detail, "expired")
}

func TestCommitments_AreListedAndFound(t *testing.T) {
	t.Parallel()
	o := open(t)
	john := o.stored(t)
	ann := o.stored(t, change{"customer.first_name", "Ann"}, change{"customer.last_name", "O'Brien"}, change{"customer.phone", map[string]any{"number": "(703) 555-0199"}},
		change{"forwarding.account_number", "7777"}, change{"expected", map[string]any{"install_date": "2027-01-31"}})
	ids := func(query string) []any {
		listed := o.call(t, http.MethodGet, "/v1/commitments?"+query, o.key, nil)
		require.Equal(t, http.StatusOK, listed.status, string(listed.body))
		found := []any{}
		for _, item := range listed.json(t)["items"].([]any) {
			found = append(found, item.(map[string]any)["id"])
		}
		return found
	}
	require.Equal(t, []any{ann["id"], john["id"]}, ids(""))
	require.Equal(t, []any{ann["id"]}, ids("q=obrien"))
	require.Equal(t, []any{ann["id"]}, ids("q=703+555"))
	require.Equal(t, []any{john["id"]}, ids("q="+strings.ToLower(john["number"].(string))))
	require.Equal(t, []any{ann["id"]}, ids("install_date=2027-01-31&state=open"))
	require.Empty(t, ids("state=expired"))
	require.Equal(t, []any{ann["id"], john["id"]}, ids("dealer_id="+o.dealerID))
	require.Empty(t, ids("dealer_id="+o.subID))
	first := o.call(t, http.MethodGet, "/v1/commitments?limit=1", o.key, nil).json(t)
	require.Equal(t, []any{john["id"]}, ids("limit=1&cursor="+first["next_cursor"].(string)))
	for _, bad := range []string{"state=lost", "install_date=2027-02-29", "install_date=x", "limit=0", "limit=201", "cursor=x", "q=%00", "q=" + strings.Repeat("x", 201), "colour=red"} {
		require.Equal(t, http.StatusUnprocessableEntity, o.call(t, http.MethodGet, "/v1/commitments?"+bad, o.key, nil).status, bad)
	}
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodGet, "/v1/commitments?dealer_id="+o.otherID, o.key, nil).status)
}

func TestCommitments_OfAnotherDealerDoNotExist(t *testing.T) {
	t.Parallel()
	o := open(t)
	stored := o.stored(t)
	for _, id := range []string{stored["id"].(string), stored["number"].(string), uuid.NewString(), "C-0000-0000", "x"} {
		path := "/v1/commitments/" + id
		for _, request := range []struct{ method, path, body string }{
			{http.MethodGet, path, ""},
			{http.MethodPatch, path, `{}`},
			{http.MethodDelete, path, ""},
			{http.MethodPost, path + "/activate", `{"module_serial": "4100000017"}`},
			{http.MethodPut, path + "/schedule", `{"activate_at": "2027-01-31"}`},
			{http.MethodDelete, path + "/schedule", ""},
		} {
			for _, key := range []string{o.otherKey, o.subKey} {
				var body any
				if request.body != "" {
					body = request.body
				}
				answer := o.call(t, request.method, request.path, key, body, "If-Match", `"1"`)
				require.Equal(t, http.StatusNotFound, answer.status, "%s %s: %s", request.method, request.path, answer.body)
			}
		}
	}
	require.Equal(t, stored, o.commitment(t, stored["id"]))
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodPost, "/v1/commitments?dealer_id="+o.dealerID, o.otherKey, o.ahead()).status)
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPost, "/v1/commitments?dealer_id="+o.dealerID, o.opsKey, o.ahead()).status)
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPost, "/v1/commitments/"+stored["id"].(string)+"/activate", o.opsKey, `{}`).status)
	require.Equal(t, http.StatusOK, o.call(t, http.MethodGet, "/v1/commitments/"+stored["id"].(string), o.opsKey, nil).status)

	// A dealer sees what its sub-dealers do.
	branch := o.call(t, http.MethodPost, "/v1/commitments", o.subKey, o.ahead(change{"forwarding", map[string]any{"option": "never"}}))
	require.Equal(t, http.StatusCreated, branch.status, string(branch.body))
	require.Equal(t, o.subID, o.commitment(t, branch.json(t)["id"])["dealer_id"])
}

func TestCommitment_LeavesNoPersonalDataInTheLog(t *testing.T) {
	t.Parallel()
	o := open(t)
	stored := o.stored(t)
	o.call(t, http.MethodPost, "/v1/commitments/"+stored["id"].(string)+"/activate", o.key, json.RawMessage(`{"module_serial": "4100000017"}`))
	o.call(t, http.MethodGet, "/v1/commitments?q=Doe", o.key, nil)
	for _, word := range []string{"John", "Doe", "john.doe", "Greensboro", "571 555", "4100000017"} {
		require.NotContains(t, o.log.String(), word)
	}
}
