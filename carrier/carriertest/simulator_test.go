package carriertest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/carrier/carriertest"
)

const (
	key    = "0198c0de-0000-7000-8000-000000000001:register_module:1"
	serial = "4100000017"
)

var wanted = carrier.RegistrationRequest{Module: serial, PanelType: "qolsys_iq"}

func start(t *testing.T, options carriertest.Options) (*carriertest.Simulator, *carrier.Client) {
	t.Helper()
	simulator, err := carriertest.New(options)
	require.NoError(t, err)
	require.NoError(t, simulator.Start())
	t.Cleanup(func() { require.NoError(t, simulator.Close()) })
	client, err := carrier.New(carrier.Config{BaseURL: simulator.URL(), Token: options.Token})
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return simulator, client
}

// ask makes a request as a script does and returns the status and body.
func ask(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	client := http.Client{Timeout: 10 * time.Second}
	t.Cleanup(client.CloseIdleConnections)
	response, err := client.Do(request)
	require.NoError(t, err)
	answer, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.StatusCode, string(answer)
}

func TestStateFile_OutlivesAKill(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "carrier.json")
	_, client := start(t, carriertest.Options{StateFile: file})
	made, err := client.RegisterModule(t.Context(), key, wanted)
	require.NoError(t, err)
	require.NoError(t, client.PushTemplate(t.Context(), key, carrier.Template{ID: "tpl_1", PanelType: "qolsys_iq"}))

	// The first simulator is not closed: nothing may depend on a farewell.
	next, client := start(t, carriertest.Options{StateFile: file})

	found, ok, err := client.FindRegistration(t.Context(), key)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, made, found)
	require.Equal(t, "tpl_1", next.Registrations()[0].Template.ID)
	require.NoError(t, client.DeregisterModule(t.Context(), key))
	third, _ := start(t, carriertest.Options{StateFile: file})
	require.Empty(t, third.Registrations())
}

func TestStateFile_DamagedIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "carrier.json")
	require.NoError(t, os.WriteFile(file, []byte(`[{"key":`), 0o600))

	_, err := carriertest.New(carriertest.Options{StateFile: file})

	require.ErrorContains(t, err, "remove it to start afresh")
}

func TestStateFile_ThatCannotBeWrittenRegistersNothing(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "state")
	require.NoError(t, os.Mkdir(folder, 0o700))
	simulator, client := start(t, carriertest.Options{StateFile: filepath.Join(folder, "carrier.json")})
	require.NoError(t, os.Remove(folder))

	_, err := client.RegisterModule(t.Context(), key, wanted)

	require.EqualError(t, err, carrier.Unavailable)
	require.Empty(t, simulator.Registrations())
}

func TestScript_CountsDownAndThenEveryCallIsHonest(t *testing.T) {
	t.Parallel()
	simulator, client := start(t, carriertest.Options{})
	status, body := ask(t, http.MethodPut, simulator.URL()+"/script",
		`[{"call":"register_module","times":2,"fault":"unavailable"},{"call":"find_registration","fault":"rate_limited"}]`)
	require.Equal(t, http.StatusOK, status, body)

	_, err := client.RegisterModule(t.Context(), key, wanted)
	require.EqualError(t, err, carrier.Unavailable)
	_, body = ask(t, http.MethodGet, simulator.URL()+"/script", "")
	require.JSONEq(t, `[{"call":"register_module","times":1,"fault":"unavailable"},{"call":"find_registration","times":0,"fault":"rate_limited"}]`, body)
	_, err = client.RegisterModule(t.Context(), key, wanted)
	require.EqualError(t, err, carrier.Unavailable)
	_, err = client.RegisterModule(t.Context(), key, wanted)
	require.NoError(t, err)

	for range 3 {
		_, _, err = client.FindRegistration(t.Context(), key)
		require.EqualError(t, err, carrier.RateLimited)
	}
	status, body = ask(t, http.MethodPut, simulator.URL()+"/script", `[]`)
	require.Equal(t, http.StatusOK, status)
	require.JSONEq(t, `[]`, body)
	_, _, err = client.FindRegistration(t.Context(), key)
	require.NoError(t, err)
}

func TestScript_CanHitOneModuleOnly(t *testing.T) {
	t.Parallel()
	simulator, client := start(t, carriertest.Options{})
	require.NoError(t, simulator.Script(
		carriertest.Row{Call: carrier.RegisterModule, Fault: "module_sunset", Module: "4100000099"},
		carriertest.Row{Call: carrier.DeregisterModule, Fault: "unavailable", Module: serial},
	))

	_, err := client.RegisterModule(t.Context(), "other:register_module:1", carrier.RegistrationRequest{Module: "4100000099"})
	require.EqualError(t, err, carrier.ModuleSunset)
	_, err = client.RegisterModule(t.Context(), key, wanted)
	require.NoError(t, err)

	require.NoError(t, client.DeregisterModule(t.Context(), "nothing:register_module:1"))
	require.EqualError(t, client.DeregisterModule(t.Context(), key), carrier.Unavailable)
}

func TestScript_RefusesWhatItDoesNotKnowInWords(t *testing.T) {
	t.Parallel()
	simulator, _ := start(t, carriertest.Options{})
	require.NoError(t, simulator.Script(carriertest.Row{Call: carrier.CheckCoverage, Fault: "hang"}))
	for name, test := range map[string]struct{ script, detail string }{
		"call":             {`[{"call":"register","fault":"hang"}]`, `row 1: there is no call \"register\"; the calls are check_coverage, register_module, find_registration, deregister_module, push_template`},
		"fault":            {`[{"call":"find_registration","fault":"hang"},{"call":"check_coverage","fault":"module_sunset"}]`, `row 2: check_coverage has no fault \"module_sunset\"; its faults are address_not_found, carrier_refused, unavailable, rate_limited, hang, answer_then_drop`},
		"no fault":         {`[{"call":"register_module"}]`, `register_module has no fault \"\"`},
		"times":            {`[{"call":"register_module","fault":"hang","times":-1}]`, `times is -1`},
		"module of places": {`[{"call":"check_coverage","fault":"hang","module":"4100000017"}]`, `fits no module`},
		"member":           {`[{"call":"register_module","fault":"hang","time":1}]`, `unknown field`},
		"not a list":       {`{"call":"register_module","fault":"hang"}`, `The body is not what this call takes`},
		"two lists":        {`[][]`, `more than one JSON value`},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := ask(t, http.MethodPut, simulator.URL()+"/script", test.script)
			require.Equal(t, http.StatusBadRequest, status)
			require.Contains(t, body, test.detail)
			_, body = ask(t, http.MethodGet, simulator.URL()+"/script", "")
			require.JSONEq(t, `[{"call":"check_coverage","times":0,"fault":"hang"}]`, body, "the old script stays")
		})
	}
}

func TestCalls_ListWhatCameOfEach(t *testing.T) {
	t.Parallel()
	simulator, client := start(t, carriertest.Options{})
	require.NoError(t, simulator.Script(
		carriertest.Row{Call: carrier.RegisterModule, Times: 1, Fault: "answer_then_drop"},
		carriertest.Row{Call: carrier.PushTemplate, Times: 1, Fault: "template_not_found"},
	))
	_, err := client.RegisterModule(t.Context(), key, wanted)
	require.Error(t, err)
	_, err = client.RegisterModule(t.Context(), "other:register_module:1", wanted)
	require.Error(t, err)
	require.Error(t, client.PushTemplate(t.Context(), key, carrier.Template{ID: "tpl_1"}))
	_, err = client.Coverage(t.Context(), carrier.Place{Country: "US", PostalCode: "22102", Street1: "8281 Greensboro Drive"})
	require.NoError(t, err)

	status, body := ask(t, http.MethodGet, simulator.URL()+"/calls", "")

	require.Equal(t, http.StatusOK, status)
	require.NotContains(t, body, serial)
	require.NotContains(t, body, "Greensboro")
	var calls []carriertest.Received
	require.NoError(t, json.Unmarshal([]byte(body), &calls))
	for i := range calls {
		require.WithinDuration(t, time.Now(), calls[i].At, time.Minute)
		calls[i].At = time.Time{}
	}
	require.Equal(t, []carriertest.Received{
		{N: 1, Call: "register_module", Key: key, ModuleLast4: "0017", Fault: "answer_then_drop", Outcome: "answer_dropped"},
		{N: 2, Call: "register_module", Key: "other:register_module:1", ModuleLast4: "0017", Outcome: "module_already_registered"},
		{N: 3, Call: "push_template", Key: key, ModuleLast4: "0017", Fault: "template_not_found", Outcome: "template_not_found"},
		{N: 4, Call: "check_coverage", Outcome: "ok"},
	}, calls)

	status, _ = ask(t, http.MethodDelete, simulator.URL()+"/calls", "")
	require.Equal(t, http.StatusNoContent, status)
	_, body = ask(t, http.MethodGet, simulator.URL()+"/calls", "")
	require.JSONEq(t, `[]`, body)
}

func TestClose_LetsGoOfHangingRequests(t *testing.T) {
	t.Parallel()
	simulator, client := start(t, carriertest.Options{})
	require.NoError(t, simulator.Script(carriertest.Row{Call: carrier.RegisterModule, Fault: "hang"}))
	ended := make(chan error, 1)
	go func() {
		_, err := client.RegisterModule(t.Context(), key, wanted)
		ended <- err
	}()
	require.Eventually(t, func() bool { return len(simulator.Calls()) == 1 }, 5*time.Second, time.Millisecond)

	require.NoError(t, simulator.Close())

	require.EqualError(t, <-ended, carrier.TimedOut)
}

func TestProtocol_RefusesSlipsOfAClient(t *testing.T) {
	t.Parallel()
	simulator, _ := start(t, carriertest.Options{})
	for name, test := range map[string]struct{ method, path, body, code string }{
		"PUT without its key header": {http.MethodPut, "/v1/registrations/k", `{"module":"4100000017","panel_type":""}`, "idempotency_key_mismatch"},
		"unknown member":             {http.MethodPost, "/v1/coverage", `{"country":"US","zip":"22102"}`, "malformed_request"},
		"not JSON":                   {http.MethodPost, "/v1/coverage", `country=US`, "malformed_request"},
		"oversize":                   {http.MethodPost, "/v1/coverage", strings.Repeat(" ", 1<<20), "malformed_request"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, body := ask(t, test.method, simulator.URL()+test.path, test.body)
			require.Equal(t, http.StatusBadRequest, status)
			require.Contains(t, body, test.code)
		})
	}
}

func TestPage_ShowsRegistrationsFaultsAndCallsWithoutOutsideAssets(t *testing.T) {
	t.Parallel()
	simulator, client := start(t, carriertest.Options{})
	_, body := ask(t, http.MethodGet, simulator.URL()+"/", "")
	require.Contains(t, body, "None yet.")

	require.NoError(t, simulator.Script(carriertest.Row{Call: carrier.PushTemplate, Fault: "hang", Module: serial}))
	_, err := client.RegisterModule(t.Context(), key, wanted)
	require.NoError(t, err)
	status, body := ask(t, http.MethodGet, simulator.URL()+"/", "")

	require.Equal(t, http.StatusOK, status)
	for _, shown := range []string{"Carrier simulator", "…0017", key, "pending_activation", "push_template", "until replaced", "register_module"} {
		require.Contains(t, body, shown)
	}
	require.NotContains(t, body, serial)
	require.NotContains(t, body, "http://")
	require.NotContains(t, body, "https://")
	require.NotContains(t, body, "<script")
}
