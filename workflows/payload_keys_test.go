package workflows_test

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enums "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/proxy"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/payloadcodec"
	"github.com/latchkey/latchkey/workflows"
	"github.com/latchkey/latchkey/workflows/temporaltest"
)

var (
	firstKey  = bytes.Repeat([]byte("1"), 32)
	secondKey = bytes.Repeat([]byte("2"), 32)
)

// use starts a worker, and connects whoever asks, with the keys of a codec.
func (l *live) use(t *testing.T, codec *payloadcodec.Codec) (stop func()) {
	t.Helper()
	connect := func(payloads payloadcodec.Converters) client.Client {
		connection, err := client.Dial(client.Options{
			HostPort: temporaltest.Server(t), Namespace: l.namespace, Identity: "test", Logger: quiet(),
			DataConverter: payloads.Data, FailureConverter: payloads.Failure,
		})
		require.NoError(t, err)
		t.Cleanup(connection.Close)
		return connection
	}
	l.temporal = connect(codec.ForWorker())
	stop = l.startWorker(t)
	l.temporal = connect(codec.ForClient())
	l.Client = workflows.NewClient(l.temporal, l.namespace, codec.ForClient().Data)
	return stop
}

func (r *liveRun) history() []*historypb.HistoryEvent {
	r.t.Helper()
	var events []*historypb.HistoryEvent
	history := r.live.temporal.GetWorkflowHistory(r.context(), r.workflowID(), "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for history.HasNext() {
		event, err := history.Next()
		require.NoError(r.t, err)
		events = append(events, event)
	}
	return events
}

// payloadsOf are those of an event that are not search attributes.
func payloadsOf(t *testing.T, event *historypb.HistoryEvent) []*commonpb.Payload {
	t.Helper()
	var found []*commonpb.Payload
	require.NoError(t, proxy.VisitPayloads(t.Context(), event, proxy.VisitPayloadsOptions{
		SkipSearchAttributes: true,
		Visitor: func(_ *proxy.VisitPayloadsContext, payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
			found = append(found, payloads...)
			return payloads, nil
		},
	}))
	return found
}

func TestPayloadKeys_MayBeTurnedOnAndRotatedUnderARun(t *testing.T) {
	t.Parallel()
	l := newLonelyLive(t)
	stop := l.use(t, payloadcodec.New(nil))
	begunPlain := l.newRun(t)
	begunPlain.fail("RegisterModule", "module_unknown", "module_unknown", "module_unknown")
	begunPlain.begin()
	begunPlain.awaitParked(1)
	stop()

	stop = l.use(t, payloadcodec.New(firstKey))
	begunPlain.mustDecide(onboarding.ActionRetry)
	begunPlain.awaitParked(2)
	begunFirst := l.newRun(t)
	begunFirst.fail("RegisterModule", "module_unknown")
	begunFirst.begin()
	begunFirst.awaitParked(1)
	stop()

	stop = l.use(t, payloadcodec.New(secondKey, firstKey))
	begunPlain.mustDecide(onboarding.ActionRetry)
	begunPlain.awaitParked(3)
	stop()

	stop = l.use(t, payloadcodec.New(nil, secondKey, firstKey)) // turned off
	defer stop()
	for _, run := range []*liveRun{begunPlain, begunFirst} {
		run.mustDecide(onboarding.ActionRetry)
		run.requireCompleted()
	}
	encodings := map[string]bool{}
	for _, event := range begunPlain.history() {
		for _, payload := range payloadsOf(t, event) {
			encodings[string(payload.GetMetadata()[payloadcodec.MetadataKeyID])] = true
		}
	}
	require.Len(t, encodings, 3, "no key, the first and the second")
}

func TestPayloadKeys_LeaveNothingReadableInAHistory(t *testing.T) {
	t.Parallel()
	l := newLonelyLive(t)
	defer l.use(t, payloadcodec.New(firstKey))()
	run := l.newRun(t)
	run.fail("RegisterModule", "carrier_refused")
	run.begin()
	run.awaitParked(1)
	l.resumeAll(t, onboarding.Batch{Reason: onboarding.ReasonCarrierRefused, By: "user-1", Note: "audit 1"})
	run.requireCompleted()
	events := run.history()
	payloads := 0
	for _, event := range events {
		for _, payload := range payloadsOf(t, event) {
			payloads++
			require.Equal(t, payloadcodec.Encoding, string(payload.GetMetadata()["encoding"]), "%s has %s", event.GetEventType(), payload.GetData())
		}
		text, err := protojson.Marshal(event)
		require.NoError(t, err)
		require.NotContains(t, string(text), "account-1")
		require.NotContains(t, string(text), "stackTrace\":\"go")
	}
	require.Greater(t, payloads, 20)
}

// Their forms and commands know nothing of keys, unless a codec server is set.
func TestPayloadKeys_LetOperatorsTypePlainJSON(t *testing.T) {
	t.Parallel()
	l := newLonelyLive(t)
	plain := l.temporal
	defer l.use(t, payloadcodec.New(firstKey))()
	run := l.newRun(t)
	run.fail("RegisterModule", "module_unknown", "module_unknown")
	run.begin()
	parked := run.awaitParked(1)

	require.NoError(t, plain.SignalWorkflow(run.context(), run.workflowID(), "", workflows.SignalResume, json.RawMessage(`{"by":"ana","reason":"INC-42"}`)))
	parked = run.awaitParked(parked.ParkNo + 1)
	_, err := plain.UpdateWorkflow(run.context(), client.UpdateWorkflowOptions{
		WorkflowID: run.workflowID(), UpdateName: workflows.UpdateDecide, WaitForStage: client.WorkflowUpdateStageCompleted,
		Args: []any{json.RawMessage(`{"action":"retry","step":"register_module","park_no":2,"by":"ana","reason":"INC-42"}`)},
	})
	require.NoError(t, err)
	run.requireCompleted()
	require.Equal(t, []string{"parked", "resumed", "parked", "resumed", "waiting", "completed"}, run.kinds())
	require.Equal(t, 2, parked.ParkNo)
}

// A worker that was forgotten when keys were handed out does no harm.
func TestPayloadKeys_WorkerWithoutThemStopsRunsAndFailsNone(t *testing.T) {
	t.Parallel()
	l := newLonelyLive(t)
	stop := l.use(t, payloadcodec.New(firstKey))
	run := l.newRun(t)
	run.fail("RegisterModule", "module_unknown")
	run.begin()
	run.awaitParked(1)
	stop()

	stop = l.use(t, payloadcodec.New(nil))
	knowing := payloadcodec.New(firstKey).ForClient()
	message, err := knowing.Data.ToPayload(workflows.Resume{By: "user-1", Reason: "audit 1"})
	require.NoError(t, err)
	require.NoError(t, l.temporal.SignalWorkflow(context.WithoutCancel(t.Context()), run.workflowID(), "", workflows.SignalResume, converter.NewRawValue(message)))
	eventually(t, "the worker has tried", func() bool {
		for _, event := range run.history() {
			if event.GetEventType() == enums.EVENT_TYPE_WORKFLOW_TASK_FAILED {
				return true
			}
		}
		return false
	})
	stop()

	defer l.use(t, payloadcodec.New(secondKey, firstKey))()
	run.requireCompleted()
	require.Equal(t, []string{"parked", "resumed", "waiting", "completed"}, run.kinds())
}
