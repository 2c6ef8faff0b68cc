package workflows

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/mail"
	"github.com/latchkey/latchkey/onboarding"
)

// rowedSteps are the steps with an activity: all but the wait.
func rowedSteps() []onboarding.Step {
	return slices.DeleteFunc(onboarding.EveryStep(), func(s onboarding.Step) bool { return s == onboarding.StepAwaitNetwork })
}

// endless are the rows without a budget, and why nobody is asked.
var endless = map[string]string{
	"transition":    "the record must be told, and a run has nothing better to do than to wait for its own database",
	"panel":         "a panel's first communication is worth waiting for the carrier, for ever",
	"letter record": "the dealer must hear of a letter that nobody got, and only our own database can hold that up",
	"panel record":  "the customer cannot log in before the block is lifted, and only our own database can hold that up",
}

func allRows() map[string]stepRow {
	rows := map[string]stepRow{
		"transition": transitionRow, "panel": panelRow, "panel record": panelRecordRow, "notice": noticeRow, "reconcile": reconcileRow,
		"sweep": sweepRow, "webhook": webhookRow, "webhook end": webhookEndRow,
		"letter": letterRow, "letter record": letterRecordRow,
	}
	for step, row := range stepRows {
		rows[string(step)] = row
	}
	return rows
}

func TestRows_EveryStepAndUndoHasOne(t *testing.T) {
	t.Parallel()
	require.ElementsMatch(t, rowedSteps(), slices.Collect(maps.Keys(stepRows)))
}

func TestRows_AreComplete(t *testing.T) {
	t.Parallel()
	for name, row := range allRows() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, []string{QueueOnboarding, QueueCarrier, QueueMail, QueueWebhook}, row.queue)
			require.Positive(t, row.attempt)
			require.Positive(t, row.maxInterval)
			require.True(t, row.silence.Known(), "a time-out without a word has a reason people can read")
			if row.budget == 0 {
				require.NotEmpty(t, endless[name], "no budget needs a reason")
			} else {
				require.Greater(t, row.budget, row.attempt, "there is time for a second try")
				require.NotContains(t, endless, name)
			}
			if row.local {
				require.Equal(t, QueueOnboarding, row.queue, "what crosses the network is not local")
				require.Less(t, row.localOptions().ScheduleToCloseTimeout, 10*time.Second, "a workflow task's time")
				require.LessOrEqual(t, row.localOptions().StartToCloseTimeout, row.attempt)
			}
			for _, reason := range row.permanent {
				require.True(t, reason.Known(), reason)
				require.Contains(t, row.retryPolicy().NonRetryableErrorTypes, string(reason))
				require.NotEqual(t, row.silence, reason, "an outage is not permanent")
			}
			require.True(t, row.options().WaitForCancellation)
		})
	}
}

// What a carrier's answer can never mend is not asked again for half an hour.
func TestRows_KnowEveryPermanentCodeOfTheirCall(t *testing.T) {
	t.Parallel()
	for step, call := range map[onboarding.Step]carrier.Call{
		onboarding.StepCheckCoverage:  carrier.CheckCoverage,
		onboarding.StepRegisterModule: carrier.RegisterModule,
		onboarding.UndoRegisterModule: carrier.DeregisterModule,

		onboarding.StepRegisterReplacement: carrier.RegisterModule,
		onboarding.UndoRegisterReplacement: carrier.DeregisterModule,
		onboarding.StepReleaseModule:       carrier.DeregisterModule,
	} {
		for _, code := range carrier.PermanentCodes(call) {
			require.Contains(t, stepRows[step].permanent, onboarding.Reason(code), step)
		}
	}
	for _, code := range []string{mail.CodeRecipientRejected, mail.CodeMessageRejected, mail.CodeAuthFailed, mail.CodeUnknownOutcome} {
		require.Contains(t, stepRows[onboarding.StepSendLetter].permanent, onboarding.Reason(code))
		require.Contains(t, noticeRow.permanent, onboarding.Reason(code))
	}
}

func TestRows_WaitForTheCarrierAsLongAsTheInstallationSaysAndNoLonger(t *testing.T) {
	t.Parallel()
	for step, row := range stepRows {
		require.Equal(t, row, row.within(0), step)
		require.Equal(t, row, row.within(24*time.Hour), step)
		want := row.budget
		if row.queue == QueueCarrier {
			want = time.Minute
		}
		require.Equal(t, want, row.within(time.Minute).budget, step)
	}
}

func TestRows_NeverCallAPassingFaultPermanent(t *testing.T) {
	t.Parallel()
	passing := []onboarding.Reason{onboarding.ReasonStoreUnavailable, mail.CodeServerUnavailable, onboarding.ReasonInternal}
	for _, code := range carrier.Codes() {
		if code.Retryable {
			passing = append(passing, onboarding.Reason(code.Name))
		}
	}
	for name, row := range allRows() {
		for _, reason := range passing {
			require.NotContains(t, row.permanent, reason, name)
		}
	}
}

func TestSteps_AreMethodsOfActivitiesInAFileOfTheirName(t *testing.T) {
	t.Parallel()
	methods := reflect.TypeFor[*activities.Activities]()
	for _, step := range onboarding.Steps {
		if step == onboarding.StepAwaitNetwork {
			continue
		}
		t.Run(string(step), func(t *testing.T) {
			t.Parallel()
			names := []string{activities.Name(step)}
			if undo, ok := step.Undo(); ok {
				names = append(names, activities.Name(undo))
			}
			declared := methodsIn(t, filepath.Join("..", "activities", string(step)+".go"))
			for _, name := range names {
				_, found := methods.MethodByName(name)
				require.True(t, found, "%s is an activity", name)
				require.Contains(t, declared, name, "a step and its undo share the step's file")
			}
		})
	}
	for _, name := range []string{
		activities.RecordTransitionName, activities.PushTemplateName, activities.LiftLoginBlockName,
		activities.TellDealerName, activities.StartSubmittedName, activities.ReportLostName,
		activities.ActivateDueName, activities.ExpireCommitmentsName,
	} {
		_, found := methods.MethodByName(name)
		require.True(t, found, "%s is an activity", name)
	}
}

func methodsIn(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	var names []string
	for _, declaration := range parsed.Decls {
		if function, ok := declaration.(*ast.FuncDecl); ok && function.Recv != nil {
			names = append(names, function.Name.Name)
		}
	}
	return names
}

func TestMeaning_EveryDecisionIsExplainedAndRecorded(t *testing.T) {
	t.Parallel()
	actions := map[onboarding.Action]bool{}
	for _, step := range rowedSteps() {
		for _, reason := range onboarding.Reasons() {
			for _, action := range onboarding.AllowedActions(step, reason) {
				actions[action] = true
			}
		}
	}
	for action := range actions {
		require.NotEmpty(t, meaning[action], action)
		require.NotEmpty(t, eventOf[action], action)
	}
	require.Len(t, meaning, len(actions))
	require.Len(t, eventOf, len(actions))
}

func TestSearchAttributes_FitASQLVisibilityStore(t *testing.T) {
	t.Parallel()
	room := map[string]int{"Keyword": 10, "Datetime": 3, "Int": 3} // per namespace, on PostgreSQL
	for name, kind := range SearchAttributes {
		room[kind]--
		require.GreaterOrEqual(t, room[kind], 0, "no room for %s", name)
		require.False(t, strings.EqualFold(name, "Status"), "the Temporal UI hides an attribute of that name")
	}
}
