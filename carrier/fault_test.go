package carrier_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/carrier/carriertest"
)

func TestCalls_ClassifyEveryScriptedFault(t *testing.T) {
	t.Parallel()
	transient := map[string]string{
		"unavailable":      carrier.Unavailable,
		"rate_limited":     carrier.RateLimited,
		"hang":             carrier.TimedOut,
		"answer_then_drop": carrier.TimedOut,
	}
	for _, call := range carrier.Calls() {
		for _, scripted := range carriertest.Faults(call) {
			t.Run(string(call)+"/"+scripted, func(t *testing.T) {
				t.Parallel()
				simulator := startSimulator(t, carriertest.Options{})
				patient := newClient(t, carrier.Config{BaseURL: simulator.URL()})
				client := newClient(t, carrier.Config{BaseURL: simulator.URL()})
				if scripted == "hang" {
					client = newClient(t, carrier.Config{BaseURL: simulator.URL(), Timeout: time.Second})
				}
				if call != carrier.RegisterModule {
					require.NoError(t, perform(t.Context(), patient, carrier.RegisterModule))
				}
				require.NoError(t, simulator.Script(carriertest.Row{Call: call, Times: 1, Fault: scripted}))

				err := perform(t.Context(), client, call)

				var fault *carrier.Fault
				require.ErrorAs(t, err, &fault)
				if code, passes := transient[scripted]; passes {
					require.Equal(t, code, fault.Code)
					require.True(t, fault.Retryable)
					require.NoError(t, perform(t.Context(), patient, call), "the next attempt goes well")
				} else {
					require.Equal(t, scripted, fault.Code)
					require.False(t, fault.Retryable)
				}
				if scripted == "rate_limited" {
					require.Equal(t, time.Second, fault.RetryAfter)
				}
			})
		}
	}
}

func TestCalls_EndWithTheirContext(t *testing.T) {
	t.Parallel()
	hang := carriertest.Row{Call: carrier.RegisterModule, Fault: "hang"}
	t.Run("deadline", func(t *testing.T) {
		t.Parallel()
		simulator, client := start(t)
		require.NoError(t, simulator.Script(hang))
		require.NoError(t, client.Check(t.Context())) // connects, so that the deadline falls into the wait
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()

		err := perform(ctx, client, carrier.RegisterModule)

		requireFault(t, err, carrier.TimedOut, 0)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Empty(t, simulator.Registrations())
	})
	t.Run("cancellation", func(t *testing.T) {
		t.Parallel()
		simulator, client := start(t)
		require.NoError(t, simulator.Script(hang))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		ended := make(chan error, 1)
		go func() { ended <- perform(ctx, client, carrier.RegisterModule) }()
		outcome := func(want string) func() bool {
			return func() bool { calls := simulator.Calls(); return len(calls) == 1 && calls[0].Outcome == want }
		}
		require.Eventually(t, outcome("pending"), 10*time.Second, time.Millisecond)

		cancel()

		err := <-ended
		requireFault(t, err, carrier.TimedOut, 0)
		require.ErrorIs(t, err, context.Canceled)
		require.Eventually(t, outcome("client_left"), 10*time.Second, time.Millisecond)
	})
	t.Run("ended before anything was sent", func(t *testing.T) {
		t.Parallel()
		_, client := start(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()

		requireFault(t, perform(ctx, client, carrier.RegisterModule), carrier.Unavailable, 0)
	})
}

func TestRegisterModule_ClassifiesWhatIsNotTheProtocol(t *testing.T) {
	t.Parallel()
	const registration = `{"registration_id":"reg_1","module":"4100000017","registered_at":"2026-01-02T03:04:05Z","sim_state":"active"}`
	for name, test := range map[string]struct {
		status int
		body   string
		code   string
	}{
		"html with a good status":            {200, "<html>Sign in to the hotel's network</html>", carrier.Garbled},
		"empty":                              {200, "", carrier.Garbled},
		"null":                               {200, "null", carrier.Garbled},
		"cut JSON":                           {200, registration[:40], carrier.Garbled},
		"two answers":                        {200, registration + registration, carrier.Garbled},
		"without an ID":                      {200, strings.Replace(registration, "reg_1", "", 1), carrier.Garbled},
		"with a time that is none":           {200, strings.Replace(registration, "2026-01-02T03:04:05Z", "yesterday", 1), carrier.Garbled},
		"about another module":               {200, strings.Replace(registration, "4100000017", "4100000018", 1), carrier.Garbled},
		"oversize":                           {200, registration + strings.Repeat(" ", 2<<20), carrier.Garbled},
		"redirect":                           {307, "", carrier.Garbled},
		"not modified":                       {304, "", carrier.Garbled},
		"refusal in HTML":                    {403, "<html>", carrier.Refused},
		"refusal with a new code":            {409, `{"code":"module_on_the_moon"}`, carrier.Refused},
		"refusal with another call's code":   {422, `{"code":"address_not_found"}`, carrier.Refused},
		"refusal with a retryable code":      {400, `{"code":"carrier_unavailable"}`, carrier.Refused},
		"the key is unknown to a proxy":      {404, `not found`, carrier.Refused},
		"known refusal, unexpected status":   {400, `{"code":"module_sunset"}`, carrier.ModuleSunset},
		"gateway down, in HTML":              {502, "<html>", carrier.Unavailable},
		"down, naming a permanent code":      {503, `{"code":"module_sunset"}`, carrier.Unavailable},
		"down, with an oversize page":        {500, strings.Repeat("x", 2<<20), carrier.Unavailable},
		"the request did not arrive in time": {408, "", carrier.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := newClient(t, carrier.Config{BaseURL: answering(t, test.status, http.Header{"Location": {"/elsewhere"}}, test.body)})
			_, err := client.RegisterModule(t.Context(), key, wanted)
			var fault *carrier.Fault
			require.ErrorAs(t, err, &fault)
			require.Equal(t, test.code, fault.Code)
		})
	}
}

func TestRegisterModule_TakesAnAnswerCutShortForALostOne(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusCreated, http.StatusConflict} {
		client := newClient(t, carrier.Config{BaseURL: answering(t, status, http.Header{"Content-Length": {"1000"}}, `{"code":`)})
		_, err := client.RegisterModule(t.Context(), key, wanted)
		requireFault(t, err, carrier.TimedOut, status)
	}
}

// A wrong base URL answers 404 to everything; that must not pass for "released"
// or "never registered".
func TestLookUps_DoNotBelieveAForeign404(t *testing.T) {
	t.Parallel()
	client := newClient(t, carrier.Config{BaseURL: answering(t, http.StatusNotFound, nil, "404 page not found")})

	_, _, err := client.FindRegistration(t.Context(), key)
	requireFault(t, err, carrier.Refused, http.StatusNotFound)
	requireFault(t, client.DeregisterModule(t.Context(), key), carrier.Refused, http.StatusNotFound)
}

func TestAnswers_ReadNewWordsAsUnknown(t *testing.T) {
	t.Parallel()
	coverage := newClient(t, carrier.Config{BaseURL: answering(t, http.StatusOK, nil,
		`{"networks":[{"name":"AT&T","coverage":"splendid","added_later":true}],"estimated":false}`)})
	report, err := coverage.Coverage(t.Context(), place)
	require.NoError(t, err)
	require.Equal(t, carrier.CoverageUnknown, report.Networks[0].Coverage)

	registered := newClient(t, carrier.Config{BaseURL: answering(t, http.StatusCreated, nil,
		`{"registration_id":"reg_1","module":"4100000017","registered_at":"2026-01-02T03:04:05Z","sim_state":"levitating"}`)})
	registration, err := registered.RegisterModule(t.Context(), key, wanted)
	require.NoError(t, err)
	require.Equal(t, carrier.SIMUnknown, registration.SIMState)
}

func TestCoverage_TakesAReportWithoutItsListForGarbled(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `{"networks":null}`, `{"networks":[{"coverage":"full"}]}`, `[]`} {
		client := newClient(t, carrier.Config{BaseURL: answering(t, http.StatusOK, nil, body)})
		_, err := client.Coverage(t.Context(), place)
		requireFault(t, err, carrier.Garbled, 0)
	}
}

func TestFault_TellsHowLongTheCarrierAskedToWait(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		header   string
		low, top time.Duration
	}{
		"seconds":     {"7", 7 * time.Second, 7 * time.Second},
		"date":        {time.Now().Add(90 * time.Second).UTC().Format(http.TimeFormat), 60 * time.Second, 90 * time.Second},
		"date passed": {time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat), 0, 0},
		"none":        {"", 0, 0},
		"negative":    {"-1", 0, 0},
		"nonsense":    {"soon", 0, 0},
		"a year":      {strconv.Itoa(365 * 24 * 3600), carrier.MaxRetryAfter, carrier.MaxRetryAfter},
		"far date":    {"Fri, 31 Dec 9999 23:59:59 GMT", carrier.MaxRetryAfter, carrier.MaxRetryAfter},
	} {
		for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
			t.Run(name+"/"+strconv.Itoa(status), func(t *testing.T) {
				t.Parallel()
				client := newClient(t, carrier.Config{BaseURL: answering(t, status, http.Header{"Retry-After": {test.header}}, "")})
				var fault *carrier.Fault
				require.ErrorAs(t, perform(t.Context(), client, carrier.RegisterModule), &fault)
				require.GreaterOrEqual(t, fault.RetryAfter, test.low)
				require.LessOrEqual(t, fault.RetryAfter, test.top)
			})
		}
	}
}

func TestCodes_EachHasOneRowThatSaysEverything(t *testing.T) {
	t.Parallel()
	var names []string
	for _, code := range carrier.Codes() {
		require.NotContains(t, names, code.Name)
		names = append(names, code.Name)
		require.NotEmpty(t, code.Calls, code.Name)
		require.NotEmpty(t, code.Means, code.Name)
	}
	for _, call := range carrier.Calls() {
		require.True(t, slices.Contains(carrier.PermanentCodes(call), carrier.Refused), call)
	}
}

// answering serves one and the same answer to everything, and returns its URL.
func answering(t *testing.T, status int, header http.Header, body string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	return server.URL
}
