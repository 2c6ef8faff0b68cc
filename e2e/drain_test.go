package e2e

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	enums "go.temporal.io/api/enums/v1"

	"github.com/latchkey/latchkey/localstack"
	"github.com/latchkey/latchkey/workflows"
)

func TestAPI_SaysThatItStopsBeforeItStops(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	port, err := localstack.FreePort()
	require.NoError(t, err)
	address := "127.0.0.1:" + strconv.Itoa(port)
	replica, err := launch(append(s.api.args, "--listen", address, "--drain", "5s")...)
	require.NoError(t, err)
	replica.showIfFailed(t)
	t.Cleanup(func() { require.NoError(t, replica.stop()) })
	office := caller{"http://" + address, s.office.key}
	ready := func(status int) answer {
		return await(t, "a replica whose readiness is "+strconv.Itoa(status), func() (answer, bool) {
			got, err := office.try(t.Context(), http.MethodGet, "/readyz", nil)
			return got, err == nil && got.status == status
		})
	}
	ready(http.StatusOK)

	require.NoError(t, replica.cmd.Process.Signal(syscall.SIGTERM))
	require.Contains(t, string(ready(http.StatusServiceUnavailable).body), `"stopping":"failing"`)
	require.Equal(t, http.StatusOK, office.get(t, "/v1/onboardings").status, "what still comes is served")
	require.Zero(t, replica.exitCode(t))
}

// requireDrain stops a worker while the carrier has done what it was asked for and not said
// so yet: the call ends in order, and what comes meanwhile and afterwards is another worker's.
func (s *stack) requireDrain(t *testing.T) {
	t.Helper()
	slow := newSlowCarrier(t, s.carrier.URL())
	require.NoError(t, s.worker.stop())
	first, err := launch(append(s.worker.args, "--carrier-url", slow.url, "--metrics-listen", "")...)
	require.NoError(t, err)
	first.showIfFailed(t)
	t.Cleanup(func() { require.NoError(t, first.stop()) })
	awaitPolling(t, first, 1)
	under, next := s.newCustomer(t), s.newCustomer(t)
	id := s.submit(t, under).ID
	<-slow.registered
	starts := s.worker.starts() + 1
	require.NoError(t, s.worker.start())
	awaitPolling(t, s.worker, starts)

	require.NoError(t, first.cmd.Process.Signal(syscall.SIGTERM))
	idOfNext := s.submit(t, next).ID
	require.False(t, first.over(), "it waits for the call")
	slow.answer()
	require.Zero(t, first.exitCode(t))

	for id, c := range map[string]customer{id: under, idOfNext: next} {
		s.complete(t, id)
		s.requireOneOfEach(t, id, c)
		require.Equal(t, []string{"ok"}, s.outcomesOf(c.serial()))
		history := s.client.GetWorkflowHistory(t.Context(), workflows.OnboardingWorkflowID(id), "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		for history.HasNext() {
			event, err := history.Next()
			require.NoError(t, err)
			require.NotContains(t, []enums.EventType{enums.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT, enums.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT}, event.GetEventType(),
				"nothing was given to the worker that had stopped: %s", event)
			require.LessOrEqual(t, event.GetActivityTaskStartedEventAttributes().GetAttempt(), int32(1), event)
		}
	}
}

// starts is how often a worker began to work on all its queues.
func (p *program) starts() int {
	return strings.Count(p.output.String(), `"msg":"Started Worker"`) / 4
}

func awaitPolling(t *testing.T, worker *program, starts int) {
	t.Helper()
	await(t, "the worker to ask for work", func() (int, bool) { return worker.starts(), worker.starts() == starts })
}

// slowCarrier does what it is asked for at once, and holds back the answer to the first
// registration.
type slowCarrier struct {
	url        string
	registered chan struct{} // closed when the answer is there to be held back
	answer     func()
}

func newSlowCarrier(t *testing.T, carrierURL string) *slowCarrier {
	t.Helper()
	to, err := url.Parse(carrierURL)
	require.NoError(t, err)
	slow := &slowCarrier{registered: make(chan struct{})}
	held := make(chan struct{})
	slow.answer = sync.OnceFunc(func() { close(held) })
	var first sync.Once
	road := httputil.NewSingleHostReverseProxy(to)
	road.ModifyResponse = func(response *http.Response) error {
		if response.Request.Method == http.MethodPut {
			first.Do(func() {
				close(slow.registered)
				<-held
			})
		}
		return nil
	}
	server := httptest.NewServer(road)
	t.Cleanup(server.Close)
	t.Cleanup(slow.answer)
	slow.url = server.URL
	return slow
}
