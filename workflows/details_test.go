package workflows_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	sdkpb "go.temporal.io/api/sdk/v1"
	"go.temporal.io/sdk/temporal"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/workflows"
)

// metadata is what the Temporal UI asks a run for.
func (w *world) metadata() *sdkpb.WorkflowMetadata {
	w.t.Helper()
	value, err := w.QueryWorkflow("__temporal_workflow_metadata")
	require.NoError(w.t, err)
	var metadata sdkpb.WorkflowMetadata
	require.NoError(w.t, value.Get(&metadata))
	return &metadata
}

func (w *world) details() string { return w.metadata().GetCurrentDetails() }

var pasteable = regexp.MustCompile("(?s)```json\n(.*?)\n```")

// parks are every step and undo, with a reason it parks for.
var parks = map[onboarding.Step]onboarding.Reason{
	onboarding.StepValidate:       onboarding.ReasonStoreUnavailable,
	onboarding.StepCheckCoverage:  onboarding.ReasonAddressNotFound,
	onboarding.StepRegisterModule: onboarding.ReasonModuleAlreadyRegistered,
	onboarding.StepCreateAccount:  onboarding.ReasonLoginTaken,
	onboarding.StepApplyTemplate:  onboarding.ReasonTemplateNotFound,
	onboarding.StepSendLetter:     onboarding.ReasonRecipientRejected,
	onboarding.UndoValidate:       onboarding.ReasonStoreUnavailable,
	onboarding.UndoRegisterModule: onboarding.ReasonModuleNotOwned,
	onboarding.UndoCreateAccount:  onboarding.ReasonPanelCommunicating,
	onboarding.UndoApplyTemplate:  onboarding.ReasonStoreUnavailable,
	onboarding.UndoSendLetter:     onboarding.ReasonStoreUnavailable,
}

// parkAt makes a run park at a step; it is parked after three hours.
func (w *world) parkAt(step onboarding.Step, reason onboarding.Reason) {
	name := activities.Name(step)
	if reason == onboarding.ReasonStoreUnavailable {
		w.down(name, string(reason))
	} else {
		w.fail(name, string(reason))
	}
	if step.IsUndo() {
		w.fail("SendLetter", "letter_render_failed")
		w.after(2*time.Hour, w.CancelWorkflow)
	}
}

func TestDetails_ParkedSheetCanBePastedAsItIs(t *testing.T) {
	t.Parallel()
	for step, reason := range parks {
		for i, action := range onboarding.AllowedActions(step, reason) {
			t.Run(string(step)+"_"+string(action), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				w.parkAt(step, reason)
				var sheet string
				var forms []string
				var answer *reply
				w.after(3*time.Hour, func() {
					sheet = w.details()
					for _, form := range pasteable.FindAllStringSubmatch(sheet, -1) {
						forms = append(forms, form[1])
					}
					w.up(activities.Name(step))
					require.Len(t, forms, len(onboarding.AllowedActions(step, reason)), "one form for each possible decision")
					answer = w.update(workflows.UpdateDecide, json.RawMessage(forms[i]))
				})

				w.run()

				require.True(t, w.IsWorkflowCompleted())
				requireAnswer(t, answer, "")
				require.Equal(t, action, answer.value.(workflows.DecisionAnswer).Action)
				require.Contains(t, sheet, fmt.Sprintf("## Parked at `%s`: `%s`", step, reason))
				require.Contains(t, sheet, reason.Message())
				require.Contains(t, sheet, "docs/runbook.md#"+string(reason))
				require.Contains(t, sheet, "park number ")
				decoder := json.NewDecoder(strings.NewReader(forms[i]))
				decoder.DisallowUnknownFields()
				var decision workflows.Decision
				require.NoError(t, decoder.Decode(&decision))
				require.Equal(t, step, decision.Step)
			})
		}
	}
}

func TestDetails_OffersTheOverrideOfCoverage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.coverage = []onboarding.Reason{onboarding.ReasonLowCoverage}
	var answer *reply
	w.after(time.Minute, func() {
		for _, form := range pasteable.FindAllStringSubmatch(w.details(), -1) {
			if strings.Contains(form[1], "override") {
				answer = w.update(workflows.UpdateDecide, json.RawMessage(form[1]))
			}
		}
	})
	w.run()
	requireAnswer(t, answer, "")
	require.Equal(t, onboarding.StatusCompleted, w.result().Status)
}

func TestDetails_FollowTheRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.coverage = []onboarding.Reason{onboarding.ReasonNoCoverage}
	w.down("RegisterModule", "carrier_unavailable")
	w.down("UndoRegisterModule", "carrier_unavailable")
	var parked, active, waiting, moved, compensating string
	w.after(time.Minute, func() {
		parked = w.details()
		w.decide(onboarding.ActionOverride)
	})
	w.after(2*time.Minute, func() {
		active = w.details()
		w.up("RegisterModule")
	})
	w.after(10*time.Minute, func() {
		waiting = w.details()
		w.adjust(5 * time.Hour)
	})
	w.after(11*time.Minute, func() {
		moved = w.details()
		w.CancelWorkflow()
	})
	w.after(12*time.Minute, func() {
		compensating = w.details()
		w.up("UndoRegisterModule")
	})

	w.run()

	w.requireCancelled()
	require.Contains(t, parked, "## Parked at `check_coverage`: `no_coverage`")
	require.NotContains(t, active, "Parked")
	require.Contains(t, active, "Nothing to do.")
	require.Contains(t, waiting, "## Waiting for the network until 2026-03-01T10:0")
	require.Contains(t, waiting, "adjust_wait")
	require.Contains(t, waiting, "send_letter_now")
	require.Contains(t, moved, "## Waiting for the network until 2026-03-01T14:10:00Z")
	require.Contains(t, compensating, "## Taking back what was done")
	require.Contains(t, compensating, "4 steps to undo")
	require.Contains(t, w.details(), "## Cancelled")
}

func TestDetails_EveryMessageIsDescribed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var metadata *sdkpb.WorkflowMetadata
	w.after(time.Minute, func() { metadata = w.metadata() })
	w.run()
	described := map[string]string{}
	for _, messages := range [][]*sdkpb.WorkflowInteractionDefinition{
		metadata.GetDefinition().GetQueryDefinitions(), metadata.GetDefinition().GetSignalDefinitions(), metadata.GetDefinition().GetUpdateDefinitions(),
	} {
		for _, message := range messages {
			described[message.GetName()] = message.GetDescription()
		}
	}
	for _, name := range []string{
		workflows.UpdateValidate, workflows.UpdateDecide, workflows.UpdateAdjustWait,
		workflows.SignalResume, workflows.SignalSendLetterNow, workflows.QueryProgress,
	} {
		require.NotEmpty(t, described[name], name)
	}
}

// published collects every change of the search attributes.
func (w *world) published() *[]temporal.SearchAttributes {
	var all []temporal.SearchAttributes
	w.OnUpsertTypedSearchAttributes(mock.Anything).Run(func(args mock.Arguments) {
		all = append(all, args.Get(0).(temporal.SearchAttributes))
	}).Return(nil).Maybe()
	return &all
}

func TestDetails_SearchAttributesFollowTheRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	published := w.published()
	start := w.Now()
	w.coverage = []onboarding.Reason{onboarding.ReasonNoCoverage}
	w.after(time.Minute, func() { w.decide(onboarding.ActionOverride) })

	w.run()

	require.Equal(t, onboarding.StatusCompleted, w.result().Status)
	all := *published
	require.Len(t, all, 4, "one call for each change that people search by: parked, sent on, waiting, completed")

	parked := all[0]
	requireKeyword(t, parked, workflows.AttributeStatus, "parked")
	requireKeyword(t, parked, workflows.AttributeStep, "check_coverage")
	requireKeyword(t, parked, workflows.AttributeParkReason, "no_coverage")
	since, ok := parked.GetTime(workflows.AttributeParkedSince)
	require.True(t, ok)
	require.WithinDuration(t, start, since, time.Second)
	count, _ := parked.GetInt64(workflows.AttributeParkCount)
	require.EqualValues(t, 1, count)

	for i, status := range map[int]string{1: "active", 2: "waiting", 3: "completed"} {
		requireKeyword(t, all[i], workflows.AttributeStatus, status)
		_, set := all[i].GetKeyword(workflows.AttributeParkReason)
		require.False(t, set, "%s: nobody has to look any more", status)
		_, set = all[i].GetTime(workflows.AttributeParkedSince)
		require.False(t, set, status)
		_, set = all[i].GetInt64(workflows.AttributeParkCount)
		require.False(t, set, "%s: it stays what it was", status)
	}
	readyAt, ok := all[2].GetTime(workflows.AttributeReadyAt)
	require.True(t, ok)
	require.WithinDuration(t, start.Add(61*time.Minute), readyAt, time.Second)
	requireKeyword(t, all[2], workflows.AttributeStep, "await_network")
	requireKeyword(t, all[3], workflows.AttributeStep, "send_letter")
}

func requireKeyword(t *testing.T, attributes temporal.SearchAttributes, key temporal.SearchAttributeKeyKeyword, want string) {
	t.Helper()
	got, ok := attributes.GetKeyword(key)
	require.True(t, ok, key.GetName())
	require.Equal(t, want, got, key.GetName())
}

// What is published is never encrypted: codes and times, nothing that a person typed.
func TestDetails_PublishNothingThatAPersonTyped(t *testing.T) {
	t.Parallel()
	for step, reason := range parks {
		t.Run(string(step), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			published := w.published()
			w.parkAt(step, reason)
			const typed = "Mx-Example-typed-this"
			var sheets []string
			w.after(time.Second, func() { sheets = append(sheets, w.details()) })
			w.after(3*time.Hour, func() {
				sheets = append(sheets, w.details())
				w.up(activities.Name(step))
				w.decide(onboarding.ActionRetry, func(d *workflows.Decision) { d.By, d.Reason = typed+"-by", typed+"-reason" })
			})
			w.run()
			sheets = append(sheets, w.details())
			require.True(t, w.IsWorkflowCompleted())
			for _, sheet := range sheets {
				require.NotContains(t, sheet, typed)
			}
			code := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
			require.NotEmpty(t, *published)
			for _, attributes := range *published {
				for key, value := range attributes.GetUntypedValues() {
					require.Contains(t, workflows.SearchAttributes, key.GetName())
					if word, ok := value.(string); ok {
						require.Regexp(t, code, word, key.GetName())
					}
				}
			}
		})
	}
}

// The start of the letter changes no search attribute: it is a moment, unless the mail server
// is away, and then people read what the run is at.
func TestDetails_SayWhatTheRunIsAtWhenTheHourIsOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	published := w.published()
	w.down("SendLetter", "mail_server_unavailable")
	var sending string
	w.after(65*time.Minute, func() {
		sending = w.details()
		w.up("SendLetter")
	})
	w.run()
	require.Equal(t, onboarding.StatusCompleted, w.result().Status)
	require.Contains(t, sending, "## At work on `send_letter`")
	require.Len(t, *published, 2, "waiting and completed")
}
