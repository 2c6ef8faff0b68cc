package workflows_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/workflows"
)

// state brings a run to one of its states, where it stays at the time given.
type state struct {
	name    string
	prepare func(*world)
	at      time.Duration
	// release lets the run come to its end.
	release func(*world)
	// notParked and notWaiting are what a message that does not fit is told; empty when it fits.
	notParked, notWaiting string
}

func states() []state {
	return []state{
		{
			name: "before the verdict", at: 10 * time.Second,
			prepare:    func(w *world) { w.down("Validate", "store_unavailable") },
			release:    func(w *world) { w.up("Validate") },
			notParked:  "The run is not parked; there is nothing to decide. It is active at validate.",
			notWaiting: "The run does not wait for the network; it is active at validate.",
		},
		{
			name: "at work", at: time.Minute,
			prepare:    func(w *world) { w.down("CheckCoverage", "carrier_unavailable") },
			release:    func(w *world) { w.up("CheckCoverage") },
			notParked:  "The run is not parked; there is nothing to decide. It is active at check_coverage.",
			notWaiting: "The run does not wait for the network; it is active at check_coverage.",
		},
		{
			name: "parked", at: time.Minute,
			prepare:    func(w *world) { w.coverage = []onboarding.Reason{onboarding.ReasonNoCoverage} },
			release:    func(*world) {},
			notWaiting: "The run does not wait for the network; it is parked at check_coverage.",
		},
		{
			name: "waiting", at: 30 * time.Minute,
			prepare: func(*world) {}, release: func(*world) {},
			notParked: "The run is not parked; there is nothing to decide. It is waiting at await_network.",
		},
		{
			name: "sending the letter", at: time.Hour + time.Minute,
			prepare:    func(w *world) { w.down("SendLetter", "mail_server_unavailable") },
			release:    func(w *world) { w.up("SendLetter") },
			notParked:  "The run is not parked; there is nothing to decide. It is active at send_letter.",
			notWaiting: "The run does not wait for the network; it is active at send_letter.",
		},
		{
			name: "compensating", at: 11 * time.Minute,
			prepare: func(w *world) {
				w.down("UndoRegisterModule", "carrier_unavailable")
				w.after(10*time.Minute, w.CancelWorkflow)
			},
			release:    func(w *world) { w.up("UndoRegisterModule") },
			notParked:  "The run is not parked; there is nothing to decide. It is compensating at undo_register_module.",
			notWaiting: "The run does not wait for the network; it is compensating at undo_register_module.",
		},
		{
			name: "parked at an undo", at: 11 * time.Minute,
			prepare: func(w *world) {
				w.fail("UndoRegisterModule", "module_not_owned")
				w.after(10*time.Minute, w.CancelWorkflow)
			},
			release:    func(*world) {},
			notWaiting: "The run does not wait for the network; it is parked at undo_register_module.",
		},
	}
}

func TestMessages_DecideFitsAParkedRunOnly(t *testing.T) {
	t.Parallel()
	for _, state := range states() {
		t.Run(state.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			state.prepare(w)
			var answer *reply
			w.after(state.at, func() { answer = w.decide(onboarding.ActionRetry) })
			w.after(state.at+time.Second, func() { state.release(w) })
			w.run()
			requireAnswer(t, answer, state.notParked)
			if state.notParked == "" {
				require.IsType(t, workflows.DecisionAnswer{}, answer.value)
			}
		})
	}
}

func TestMessages_AdjustWaitFitsAWaitingRunOnly(t *testing.T) {
	t.Parallel()
	for _, state := range states() {
		t.Run(state.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			state.prepare(w)
			var answer *reply
			w.after(state.at, func() { answer = w.adjust(2 * time.Hour) })
			w.after(state.at+time.Second, func() {
				state.release(w)
				if w.parkedStep() != "" {
					w.decide(onboarding.ActionRetry)
				}
			})
			w.run()
			requireAnswer(t, answer, state.notWaiting)
		})
	}
}

func TestMessages_ValidateAnswersInEveryState(t *testing.T) {
	t.Parallel()
	for _, state := range states() {
		t.Run(state.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			state.prepare(w)
			var answer *reply
			w.after(state.at, func() { answer = w.update(workflows.UpdateValidate, nil) })
			w.after(state.at+time.Second, func() {
				require.Equal(t, state.name != "before the verdict", answer.done)
				state.release(w)
				if w.parkedStep() != "" {
					w.decide(onboarding.ActionRetry)
				}
			})
			w.run()
			requireAnswer(t, answer, "")
			require.Equal(t, workflows.Verdict{Accepted: true}, answer.value)
		})
	}
}

// requireAnswer: refused with exactly the sentence, or carried out when it is empty.
func requireAnswer(t *testing.T, answer *reply, sentence string) {
	t.Helper()
	require.NotNil(t, answer)
	if sentence != "" {
		var said *temporal.ApplicationError
		require.ErrorAs(t, answer.rejected, &said)
		require.Equal(t, sentence, said.Message())
		return
	}
	require.NoError(t, answer.rejected)
	require.NoError(t, answer.err)
	require.True(t, answer.done)
}

func (w *world) adjust(d time.Duration) *reply {
	return w.update(workflows.UpdateAdjustWait, workflows.WaitAdjustment{ReadyAt: w.Now().Add(d), By: "user-1", Reason: "audit 1"})
}

// object is a message as a person may type it.
type object = map[string]any

func TestMessages_DecideSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	const possible = "[retry amend override cancel]"
	good := object{"action": "retry", "step": "check_coverage", "park_no": 1, "by": "user-1", "reason": "audit 1"}
	with := func(changes object) object {
		changed := object{}
		for _, source := range []object{good, changes} {
			for key, value := range source {
				changed[key] = value
			}
		}
		for key, value := range changes {
			if value == nil {
				delete(changed, key)
			}
		}
		return changed
	}
	const revision = `"revision" must be the corrected application, greater than 1. Store it first (POST /v1/onboardings/{id}/decisions does both).`
	const by = `Say who decides ("by") and why ("reason"); both are kept in the audit trail.`
	for name, c := range map[string]struct {
		message any
		told    string
	}{
		"no object":               {nil, `Give an "action": one of ` + possible + "."},
		"empty object":            {object{}, `Give an "action": one of ` + possible + "."},
		"no action":               {with(object{"action": nil}), `Give an "action": one of ` + possible + "."},
		"unknown action":          {with(object{"action": "explode"}), `"explode" is not possible here. Possible: ` + possible + "."},
		"action of another step":  {with(object{"action": "skip"}), `"skip" is not possible here. Possible: ` + possible + "."},
		"action in capitals":      {with(object{"action": "RETRY"}), `"RETRY" is not possible here. Possible: ` + possible + "."},
		"no step":                 {with(object{"step": nil}), `"step" must be "check_coverage", the step that is parked.`},
		"wrong step":              {with(object{"step": "send_letter"}), `"step" must be "check_coverage", the step that is parked.`},
		"no park number":          {with(object{"park_no": nil}), `"park_no" must be 1: an older number is a decision about an earlier park.`},
		"future park number":      {with(object{"park_no": 2}), `"park_no" must be 1: an older number is a decision about an earlier park.`},
		"nobody":                  {with(object{"by": nil}), by},
		"no reason":               {with(object{"reason": ""}), by},
		"amend without revision":  {with(object{"action": "amend"}), revision},
		"amend with the same one": {with(object{"action": "amend", "revision": 1}), revision},
		"retry with an older one": {with(object{"revision": -1}), `"revision" must be the newest one, at least 1; leave it out to go on with that.`},
		"cancel with a revision":  {with(object{"action": "cancel", "revision": 2}), `"revision" goes with the actions amend and retry only.`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.coverage = []onboarding.Reason{onboarding.ReasonNoCoverage}
			var answer, good2 *reply
			w.after(time.Minute, func() { answer = w.update(workflows.UpdateDecide, c.message) })
			w.after(2*time.Minute, func() { good2 = w.update(workflows.UpdateDecide, good) })
			w.run()
			requireAnswer(t, answer, c.told)
			requireAnswer(t, good2, "")
			require.Equal(t, workflows.DecisionAnswer{ParkNo: 1, Action: onboarding.ActionRetry, Step: onboarding.StepCheckCoverage}, good2.value)
			require.Equal(t, onboarding.StatusCompleted, w.result().Status)
		})
	}
}

func TestMessages_DecisionAboutAnEarlierParkIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fail("RegisterModule", "module_unknown", "module_unknown")
	w.after(time.Minute, func() { w.decide(onboarding.ActionRetry) })
	var late, second *reply
	w.after(2*time.Minute, func() {
		late = w.decide(onboarding.ActionRetry, func(d *workflows.Decision) { d.ParkNo = 1 })
		second = w.decide(onboarding.ActionRetry)
	})
	w.run()
	requireAnswer(t, late, `"park_no" must be 2: an older number is a decision about an earlier park.`)
	requireAnswer(t, second, "")
	require.Equal(t, onboarding.StatusCompleted, w.result().Status)
}

func TestMessages_OfTwoDecisionsTheFirstCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.coverage = []onboarding.Reason{onboarding.ReasonNoCoverage}
	var first, second *reply
	w.after(time.Minute, func() {
		first = w.decide(onboarding.ActionOverride)
		second = w.decide(onboarding.ActionCancel)
	})
	w.run()
	requireAnswer(t, first, "")
	require.Error(t, second.rejected)
	require.Equal(t, onboarding.StatusCompleted, w.result().Status)
}

func TestMessages_AdjustWaitSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	at := func(d time.Duration) string {
		return time.Date(2026, 3, 1, 9, 10, 0, 0, time.UTC).Add(d).Format(time.RFC3339)
	}
	const by = `Say who moves the wait ("by") and why ("reason"); both are kept in the audit trail.`
	const missing = `Give "ready_at", a time such as 2026-01-31T15:04:05Z.`
	const bounds = `"ready_at" must lie between now and 7 days ahead.`
	for name, c := range map[string]struct {
		message any
		told    string
	}{
		"no object":        {nil, by},
		"empty object":     {object{}, by},
		"nobody":           {object{"ready_at": at(time.Hour), "reason": "audit 1"}, by},
		"no reason":        {object{"ready_at": at(time.Hour), "by": "user-1"}, by},
		"no time":          {object{"by": "user-1", "reason": "audit 1"}, missing},
		"in the past":      {object{"ready_at": at(-time.Hour), "by": "user-1", "reason": "audit 1"}, bounds},
		"over seven days":  {object{"ready_at": at(7*24*time.Hour + time.Minute), "by": "user-1", "reason": "audit 1"}, bounds},
		"a year of typing": {object{"ready_at": "2062-03-01T10:00:00Z", "by": "user-1", "reason": "audit 1"}, bounds},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			start := w.Now()
			var answer *reply
			w.after(10*time.Minute, func() { answer = w.update(workflows.UpdateAdjustWait, c.message) })
			w.run()
			requireAnswer(t, answer, c.told)
			require.WithinDuration(t, start.Add(time.Hour), w.lastCalled("SendLetter"), time.Second, "the hour stays as it was")
		})
	}
}

func TestMessages_UnreadableUpdatesAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.coverage = []onboarding.Reason{onboarding.ReasonNoCoverage}
	var broken, text *reply
	w.after(time.Minute, func() {
		broken = w.update(workflows.UpdateDecide, unreadable())
		text = w.update(workflows.UpdateDecide, "retry")
	})
	w.after(2*time.Minute, func() { w.decide(onboarding.ActionRetry) })
	w.run()
	require.Error(t, broken.rejected)
	require.Error(t, text.rejected)
	require.Equal(t, onboarding.StatusCompleted, w.result().Status)
}

// unreadable is a payload that says it is JSON and is not.
func unreadable() converter.RawValue {
	return converter.NewRawValue(&commonpb.Payload{
		Metadata: map[string][]byte{converter.MetadataEncoding: []byte(converter.MetadataEncodingJSON)}, Data: []byte(`{"by":`),
	})
}

func TestMessages_HundredsOfParksDoNotBreakARun(t *testing.T) {
	t.Parallel()
	const parks = 300
	w := newWorld(t)
	w.fail("RegisterModule", slices.Repeat([]string{"module_unknown"}, parks)...)
	var seen []int
	for i := range parks {
		w.after(time.Duration(i+1)*time.Minute, func() {
			seen = append(seen, w.progress().ParkNo)
			if i%2 == 0 {
				w.decide(onboarding.ActionRetry)
			} else {
				w.SignalWorkflow(workflows.SignalResume, workflows.Resume{By: "user-1", Reason: "audit 1"})
			}
		})
	}
	w.run()
	require.Equal(t, onboarding.StatusCompleted, w.result().Status)
	require.Equal(t, parks+1, w.count("RegisterModule"))
	require.Len(t, seen, parks)
	require.Equal(t, parks, seen[parks-1])
}

func TestMessages_StepIsToldHowOftenTheRunWasParked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fail("CheckCoverage", "address_not_found")
	w.fail("SendLetter", "unknown_outcome", "unknown_outcome")
	for _, at := range []time.Duration{time.Minute, 2 * time.Hour, 3 * time.Hour} {
		w.after(at, func() { w.decide(onboarding.ActionRetry) })
	}
	w.run()
	require.Equal(t, onboarding.StatusCompleted, w.result().Status)
	require.Equal(t, []int{1, 2, 3}, w.parkNos["SendLetter"])
	require.Equal(t, []int{0, 1}, w.parkNos["CheckCoverage"])
}
