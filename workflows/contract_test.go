package workflows_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/workflows"
)

var update = flag.Bool("update", false, "write the files of testdata/contract anew")

// payloads are every struct that a history can hold. The two Problems look the same.
var payloads = []any{
	activities.StepInput{},
	activities.ValidateResult{},
	activities.CheckCoverageResult{},
	activities.RegisterModuleResult{},
	activities.CreateAccountResult{},
	activities.ApplyTemplateResult{},
	activities.SendLetterResult{},
	activities.UndoResult{},
	activities.Transition{},
	activities.PanelWait{},
	activities.ChangeInput{},
	activities.RegisterReplacementResult{},
	activities.SwitchModuleResult{},
	activities.ReleaseModuleResult{},
	activities.ChangeTransition{},
	activities.PanelInput{},
	activities.PushTemplateResult{},
	activities.CommunicatedInput{},
	activities.NoticeInput{},
	activities.ReconcileResult{},
	activities.SweepResult{},
	activities.Problem{},
	activities.LetterInput{},
	activities.SendLetterAgainResult{},
	activities.GiveUpLetterInput{},

	workflows.OnboardAccountInput{},
	workflows.OnboardAccountResult{},
	workflows.ChangeAccountInput{},
	workflows.ChangeAccountResult{},
	workflows.Verdict{},
	workflows.Problem{},
	workflows.Decision{},
	workflows.DecisionAnswer{},
	workflows.WaitAdjustment{},
	workflows.Resume{},
	workflows.SendLetterNow{},
	workflows.ActivatePanelInput{},
	workflows.Expectation{},
	workflows.PanelCommunicated{},
	workflows.Progress{},
	workflows.StepProgress{},
}

// A history is a wire format: a run begun by an old version is replayed by a new one.
// Fields may be added (run with -update); none may be renamed, retyped or taken away.
func TestContract_PayloadsKeepTheirShape(t *testing.T) {
	t.Parallel()
	for _, payload := range payloads {
		kind := reflect.TypeOf(payload)
		t.Run(kind.Name(), func(t *testing.T) {
			t.Parallel()
			filled := reflect.New(kind)
			fill(t, filled.Elem(), "")
			encoded, err := json.MarshalIndent(filled.Interface(), "", "  ")
			require.NoError(t, err)
			encoded = append(encoded, '\n')
			golden := filepath.Join("testdata", "contract", kind.Name()+".json")
			kept, err := os.ReadFile(golden)
			if *update {
				if err == nil {
					requireOnlyMore(t, kept, encoded)
				}
				require.NoError(t, os.MkdirAll(filepath.Dir(golden), 0o755))
				require.NoError(t, os.WriteFile(golden, encoded, 0o644))
				return
			}
			require.NoError(t, err, "a new payload: run with -update")
			require.Equal(t, string(kept), string(encoded))

			decoder := json.NewDecoder(bytes.NewReader(kept))
			decoder.DisallowUnknownFields()
			read := reflect.New(kind)
			require.NoError(t, decoder.Decode(read.Interface()))
			require.Equal(t, filled.Interface(), read.Interface(), "what was written is read back whole")
		})
	}
}

// requireOnlyMore holds -update to what a history allows: whatever was there is still
// there.
func requireOnlyMore(t *testing.T, kept, encoded []byte) {
	t.Helper()
	var before, now any
	require.NoError(t, json.Unmarshal(kept, &before))
	require.NoError(t, json.Unmarshal(encoded, &now))
	requireWithin(t, "", before, now)
}

func requireWithin(t *testing.T, path string, before, now any) {
	t.Helper()
	switch before := before.(type) {
	case map[string]any:
		object, ok := now.(map[string]any)
		require.True(t, ok, path)
		for key, value := range before {
			require.Contains(t, object, key, "%s was written by runs that are still open", path+"/"+key)
			requireWithin(t, path+"/"+key, value, object[key])
		}
	case []any:
		list, ok := now.([]any)
		require.True(t, ok, path)
		for i, value := range before {
			requireWithin(t, path, value, list[i])
		}
	default:
		require.Equal(t, before, now, path)
	}
}

// fill gives every field a value of its own, so that none is left out and no two can be
// mistaken for each other.
func fill(t *testing.T, value reflect.Value, name string) {
	t.Helper()
	switch {
	case value.Type() == reflect.TypeFor[time.Time]():
		value.Set(reflect.ValueOf(time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC).Add(time.Duration(len(name)) * time.Second)))
	case value.Kind() == reflect.Struct:
		for i := range value.NumField() {
			fill(t, value.Field(i), value.Type().Field(i).Name)
		}
	case value.Kind() == reflect.Slice:
		value.Set(reflect.MakeSlice(value.Type(), 1, 1))
		fill(t, value.Index(0), name)
	case value.Kind() == reflect.String:
		value.SetString("a " + name)
	case value.Kind() == reflect.Bool:
		value.SetBool(true)
	case value.CanInt():
		value.SetInt(int64(len(name)))
	default:
		t.Fatalf("a payload has a field of kind %s, which this test does not know", value.Kind())
	}
}

func TestContract_EveryPayloadIsListed(t *testing.T) {
	t.Parallel()
	var listed []string
	for _, payload := range payloads {
		listed = append(listed, reflect.TypeOf(payload).Name())
	}
	for _, file := range []string{"contract.go", filepath.Join("..", "activities", "contract.go")} {
		for _, name := range structsIn(t, file) {
			require.Contains(t, listed, name, file)
		}
	}
	goldens, err := filepath.Glob(filepath.Join("testdata", "contract", "*.json"))
	require.NoError(t, err)
	for _, golden := range goldens {
		require.Contains(t, listed, strings.TrimSuffix(filepath.Base(golden), ".json"), "a payload of old runs is gone")
	}
}

func structsIn(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	var names []string
	for _, declaration := range parsed.Decls {
		declared, ok := declaration.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range declared.Specs {
			if typ, ok := spec.(*ast.TypeSpec); ok {
				if _, ok := typ.Type.(*ast.StructType); ok && typ.Name.IsExported() {
					names = append(names, typ.Name.Name)
				}
			}
		}
	}
	return names
}

// Names that a namespace, a script or an open run refers to.
func TestContract_NamesStay(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"onboarding", "carrier", "mail"}, []string{workflows.QueueOnboarding, workflows.QueueCarrier, workflows.QueueMail})
	require.Equal(t, []string{"validate", "decide", "adjust_wait", "resume", "send_letter_now", "panel_communicated", "expect_panel", "progress"}, []string{
		workflows.UpdateValidate, workflows.UpdateDecide, workflows.UpdateAdjustWait, workflows.SignalResume, workflows.SignalSendLetterNow,
		workflows.SignalPanelCommunicated, workflows.SignalExpectPanel, workflows.QueryProgress,
	})
	require.Equal(t, "onboarding-x", workflows.OnboardingWorkflowID("x"))
	require.Equal(t, "panel-x", workflows.PanelWorkflowID("x"))
	require.Equal(t, "letter-x", workflows.LetterWorkflowID("x"))
	require.Equal(t, "swap-x", workflows.ChangeWorkflowID(onboarding.ChangeModuleSwap, "x"))
	require.Equal(t, "terminate-x", workflows.ChangeWorkflowID(onboarding.ChangeTermination, "x"))
	var names []string
	for name := range workflows.SearchAttributes {
		names = append(names, name)
	}
	slices.Sort(names)
	require.Equal(t, []string{
		"CommitmentId", "DealerId", "OnboardingSource", "OnboardingStatus", "OnboardingStep", "ParkCount", "ParkReason", "ParkedSince", "ReadyAt",
	}, names)
}
