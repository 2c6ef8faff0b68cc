package carrier_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
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

var (
	place = carrier.Place{
		Country: "US", PostalCode: "22102", Street1: "8281 Greensboro Drive", City: "Tysons", State: "VA",
	}
	wanted   = carrier.RegistrationRequest{Module: serial, Network: "AT&T", Pathway: "cell_only", PanelType: "qolsys_iq"}
	template = carrier.Template{ID: "tpl_1", PanelType: "qolsys_iq"}
)

func startSimulator(t *testing.T, options carriertest.Options) *carriertest.Simulator {
	t.Helper()
	simulator, err := carriertest.New(options)
	require.NoError(t, err)
	require.NoError(t, simulator.Start())
	t.Cleanup(func() { require.NoError(t, simulator.Close()) })
	return simulator
}

func newClient(t *testing.T, config carrier.Config) *carrier.Client {
	t.Helper()
	client, err := carrier.New(config)
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return client
}

func start(t *testing.T) (*carriertest.Simulator, *carrier.Client) {
	t.Helper()
	simulator := startSimulator(t, carriertest.Options{})
	return simulator, newClient(t, carrier.Config{BaseURL: simulator.URL()})
}

func TestCoverage_ReportsTheNetworksOfAPlace(t *testing.T) {
	t.Parallel()
	_, client := start(t)

	report, err := client.Coverage(t.Context(), place)

	require.NoError(t, err)
	require.True(t, report.Estimated)
	require.Len(t, report.Networks, 3)
	require.Equal(t, carrier.Network{
		Name: "AT&T", Provider: "AT&T", Coverage: carrier.CoverageFull, Generation: "4g", Recommended: true,
		MapURL: "https://www.att.com/maps/wireless-coverage.html",
	}, report.Networks[0])
	require.True(t, report.Networks[2].Sunset)
}

func TestRegisterModule_SameKeyGivesTheSameRegistration(t *testing.T) {
	t.Parallel()
	simulator, client := start(t)

	first, err := client.RegisterModule(t.Context(), key, wanted)
	require.NoError(t, err)
	second, err := client.RegisterModule(t.Context(), key, wanted)
	require.NoError(t, err)

	require.Equal(t, first, second)
	require.Equal(t, serial, first.Module)
	require.Equal(t, carrier.SIMPendingActivation, first.SIMState)
	require.WithinDuration(t, time.Now(), first.RegisteredAt, time.Minute)
	require.Len(t, simulator.Registrations(), 1)
}

func TestRegisterModule_SameKeyForAnotherModuleIsRefused(t *testing.T) {
	t.Parallel()
	simulator, client := start(t)
	_, err := client.RegisterModule(t.Context(), key, wanted)
	require.NoError(t, err)

	_, err = client.RegisterModule(t.Context(), key, carrier.RegistrationRequest{Module: "4100000018", PanelType: "qolsys_iq"})

	requireFault(t, err, carrier.Refused, http.StatusUnprocessableEntity)
	require.Len(t, simulator.Registrations(), 1)
}

func TestRegisterModule_RefusesAModuleAnotherKeyHolds(t *testing.T) {
	t.Parallel()
	_, client := start(t)
	_, err := client.RegisterModule(t.Context(), key, wanted)
	require.NoError(t, err)

	_, err = client.RegisterModule(t.Context(), "another:register_module:1", wanted)

	requireFault(t, err, carrier.ModuleAlreadyRegistered, http.StatusConflict)
}

func TestRegisterModule_HasOneWinnerWhenKeysRaceForAModule(t *testing.T) {
	t.Parallel()
	simulator, client := start(t)
	keys := []string{"a:register_module:1", "b:register_module:1", "c:register_module:1", "d:register_module:1"}
	errs := make([]error, len(keys))

	var racing sync.WaitGroup
	for i, key := range keys {
		racing.Go(func() { _, errs[i] = client.RegisterModule(t.Context(), key, wanted) })
	}
	racing.Wait()

	winners := 0
	for _, err := range errs {
		if err == nil {
			winners++
			continue
		}
		requireFault(t, err, carrier.ModuleAlreadyRegistered, http.StatusConflict)
	}
	require.Equal(t, 1, winners)
	require.Len(t, simulator.Registrations(), 1)
}

func TestRegisterModule_SucceedsOnceAfterALostAnswer(t *testing.T) {
	t.Parallel()
	simulator, client := start(t)
	require.NoError(t, simulator.Script(carriertest.Row{Call: carrier.RegisterModule, Times: 1, Fault: "answer_then_drop"}))

	_, err := client.RegisterModule(t.Context(), key, wanted)
	requireFault(t, err, carrier.TimedOut, 0)
	registration, err := client.RegisterModule(t.Context(), key, wanted)
	require.NoError(t, err)

	found, ok, err := client.FindRegistration(t.Context(), key)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, registration, found)
	require.Len(t, simulator.Registrations(), 1)
}

func TestWrites_AreSentOnceEvenWhenAKeptConnectionBreaks(t *testing.T) {
	t.Parallel()
	for _, call := range []carrier.Call{carrier.RegisterModule, carrier.DeregisterModule, carrier.PushTemplate} {
		simulator, client := start(t)
		require.NoError(t, client.Check(t.Context())) // leaves a connection to be used again
		require.NoError(t, simulator.Script(carriertest.Row{Call: call, Fault: "answer_then_drop"}))

		requireFault(t, perform(t.Context(), client, call), carrier.TimedOut, 0)

		require.Len(t, simulator.Calls(), 1, call)
	}
}

func TestFindRegistration_TellsWhetherThereIsOne(t *testing.T) {
	t.Parallel()
	_, client := start(t)

	_, found, err := client.FindRegistration(t.Context(), key)
	require.NoError(t, err)
	require.False(t, found)

	made, err := client.RegisterModule(t.Context(), key, wanted)
	require.NoError(t, err)
	registration, found, err := client.FindRegistration(t.Context(), key)
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, made, registration)
}

func TestDeregisterModule_FreesTheModuleAndMayBeRepeated(t *testing.T) {
	t.Parallel()
	_, client := start(t)
	_, err := client.RegisterModule(t.Context(), key, wanted)
	require.NoError(t, err)

	require.NoError(t, client.DeregisterModule(t.Context(), key))
	require.NoError(t, client.DeregisterModule(t.Context(), key))

	_, found, err := client.FindRegistration(t.Context(), key)
	require.NoError(t, err)
	require.False(t, found)
	_, err = client.RegisterModule(t.Context(), "another:register_module:1", wanted)
	require.NoError(t, err)
}

func TestPushTemplate_KeepsTheLastOnePushed(t *testing.T) {
	t.Parallel()
	simulator, client := start(t)
	requireFault(t, client.PushTemplate(t.Context(), key, template), carrier.ModuleUnknown, http.StatusUnprocessableEntity)
	_, err := client.RegisterModule(t.Context(), key, wanted)
	require.NoError(t, err)

	require.NoError(t, client.PushTemplate(t.Context(), key, carrier.Template{ID: "tpl_0", PanelType: "qolsys_iq"}))
	require.NoError(t, client.PushTemplate(t.Context(), key, template))
	require.NoError(t, client.PushTemplate(t.Context(), key, template))

	require.Equal(t, &template, simulator.Registrations()[0].Template)
}

func TestCheck_TellsAWrongTokenAndACarrierThatIsDown(t *testing.T) {
	t.Parallel()
	simulator := startSimulator(t, carriertest.Options{Token: "right"})

	require.NoError(t, newClient(t, carrier.Config{BaseURL: simulator.URL(), Token: "right"}).Check(t.Context()))
	requireFault(t, newClient(t, carrier.Config{BaseURL: simulator.URL(), Token: "wrong"}).Check(t.Context()),
		carrier.Refused, http.StatusUnauthorized)
	_, err := newClient(t, carrier.Config{BaseURL: simulator.URL()}).Coverage(t.Context(), place)
	requireFault(t, err, carrier.Refused, http.StatusUnauthorized)

	down := httptest.NewServer(http.NotFoundHandler())
	down.Close()
	requireFault(t, newClient(t, carrier.Config{BaseURL: down.URL}).Check(t.Context()), carrier.Unavailable, 0)
}

func TestClient_WorksBelowAPath(t *testing.T) {
	t.Parallel()
	simulator, err := carriertest.New(carriertest.Options{})
	require.NoError(t, err)
	server := httptest.NewServer(http.StripPrefix("/gateway/carrier", simulator))
	t.Cleanup(server.Close)
	client := newClient(t, carrier.Config{BaseURL: server.URL + "/gateway/carrier/"})

	_, err = client.RegisterModule(t.Context(), key, wanted)

	require.NoError(t, err)
}

// What is typed about a customer, and the whole serial, may stand in bodies only.
func TestClient_PutsNoPersonalDataInURLsHeadersOrErrors(t *testing.T) {
	t.Parallel()
	secrets := []string{place.Street1, "Greensboro", place.PostalCode, place.City, serial, "the-token"}
	var mu sync.Mutex
	var urls, bodies strings.Builder
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Header.Del("Authorization")
		mu.Lock()
		defer mu.Unlock()
		urls.WriteString(r.RequestURI + "\n")
		_ = r.Header.Write(&urls)
		bodies.Write(body)
		w.WriteHeader(http.StatusConflict)
		_, _ = w.Write([]byte(`{"code":"whatever","detail":"` + place.Street1 + " " + serial + `"}`))
	}))
	t.Cleanup(server.Close)
	client := newClient(t, carrier.Config{BaseURL: server.URL, Token: "the-token"})

	for _, call := range carrier.Calls() {
		err := perform(t.Context(), client, call)
		require.Error(t, err)
		for _, secret := range secrets {
			require.NotContains(t, err.Error(), secret)
		}
	}

	for _, secret := range secrets {
		require.NotContains(t, urls.String(), secret)
	}
	require.Contains(t, bodies.String(), place.Street1)
	require.Contains(t, bodies.String(), serial)
}

func TestClient_RefusesKeysThatCouldArriveAsAnother(t *testing.T) {
	t.Parallel()
	simulator, client := start(t)
	for _, bad := range []string{"", ".", "..", "a/b", "a?b", "a b", "a%2fb", "ä", strings.Repeat("k", 201)} {
		_, err := client.RegisterModule(t.Context(), bad, wanted)
		requireFault(t, err, carrier.Refused, 0)
		requireFault(t, client.DeregisterModule(t.Context(), bad), carrier.Refused, 0)
	}
	require.Empty(t, simulator.Calls())
}

func TestNew_RefusesAnUnusableConfig(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]carrier.Config{
		"empty":            {},
		"no scheme":        {BaseURL: "carrier.example.com"},
		"another scheme":   {BaseURL: "ftp://carrier.example.com"},
		"password":         {BaseURL: "https://user:hunter2@carrier.example.com"},
		"query":            {BaseURL: "https://carrier.example.com?token=hunter2"},
		"unparseable":      {BaseURL: "https://carrier.example.com:hunter2/%"},
		"negative timeout": {BaseURL: "https://carrier.example.com", Timeout: -time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := carrier.New(config)
			require.Error(t, err)
			require.NotContains(t, err.Error(), "hunter2")
		})
	}
}

// perform makes one call of the name, with the fixtures of this file.
func perform(ctx context.Context, client *carrier.Client, call carrier.Call) error {
	var err error
	switch call {
	case carrier.CheckCoverage:
		_, err = client.Coverage(ctx, place)
	case carrier.RegisterModule:
		_, err = client.RegisterModule(ctx, key, wanted)
	case carrier.FindRegistration:
		_, _, err = client.FindRegistration(ctx, key)
	case carrier.DeregisterModule:
		err = client.DeregisterModule(ctx, key)
	case carrier.PushTemplate:
		err = client.PushTemplate(ctx, key, template)
	}
	return err
}

func requireFault(t *testing.T, err error, code string, status int) *carrier.Fault {
	t.Helper()
	var fault *carrier.Fault
	require.ErrorAs(t, err, &fault)
	require.Equal(t, code, fault.Code)
	require.Equal(t, code, err.Error())
	require.Equal(t, status, fault.Status)
	return fault
}
