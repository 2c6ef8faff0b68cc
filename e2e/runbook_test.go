package e2e

import (
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/latchkey/latchkey/carrier/carriertest"
	"github.com/latchkey/latchkey/localstack"
)

// fenced is a block of a document, also one that stands in a list.
var fenced = regexp.MustCompile("(?ms)^ *```(\\w*)\n(.*?)^ *```$")

// reader is an operator at the terminal with the runbook open.
type reader struct {
	*stack
	environment []string
}

func newReader(t *testing.T) *reader {
	t.Helper()
	s := startStack(t)
	cli, err := localstack.FindTemporal(t.Context(), localstack.Quiet)
	require.NoError(t, err)
	// The CLI goes by another name in the cache.
	bin := t.TempDir()
	require.NoError(t, os.Symlink(cli, filepath.Join(bin, "temporal")))
	return &reader{s, []string{
		"PATH=" + bin + ":" + os.Getenv("PATH"), "TEMPORAL_ADDRESS=" + s.temporal.Address,
		"LATCHKEY_TEMPORAL_UI_URL=http://127.0.0.1", "LATCHKEY_API_URL=" + s.office.url, "LATCHKEY_API_KEY=" + s.ops.key,
		"api=" + s.office.url, "key=" + s.office.key, "ops_key=" + s.ops.key,
	}}
}

// types runs a block as a person would; what stands in for this case alone is given as
// words to replace and variables.
func (r *reader) types(t *testing.T, block string, variables ...string) string {
	t.Helper()
	return shellWith(t, t.TempDir(), block, append(r.environment, variables...)...)
}

// stuck is an onboarding that waits because its module is registered elsewhere.
func (r *reader) stuck(t *testing.T) (c customer, id string, release func()) {
	t.Helper()
	c = r.newCustomer(t)
	release = r.registerElsewhere(t, c.serial())
	id = r.submit(t, c).ID
	r.awaitPark(t, id, "register_module", "module_already_registered")
	return c, id, release
}

// decided runs a block that lets one onboarding go on.
func (r *reader) decided(t *testing.T, block string) {
	t.Helper()
	_, id, release := r.stuck(t)
	release()
	r.types(t, block, "id="+id)
	r.awaitEndOfPark(t, id, 1)
	r.awaitStatus(t, id, "waiting")
}

// resumed runs a block that lets many go on. What they wait for is a quicker reason than
// an outage of half an hour.
func (r *reader) resumed(t *testing.T, block string) {
	t.Helper()
	_, id, release := r.stuck(t)
	release()
	query := "OnboardingStatus = 'parked' AND WorkflowId = 'onboarding-" + id + "'"
	await(t, "the park to be listed", func() (struct{}, bool) {
		listed, err := r.client.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Query: query})
		return struct{}{}, err == nil && listed.GetCount() == 1
	})
	r.types(t, strings.ReplaceAll(block, "carrier_unavailable", "module_already_registered"))
	r.awaitEndOfPark(t, id, 1)
	r.awaitStatus(t, id, "waiting")
	r.awaitNoBatch(t)
}

// awaitNoBatch waits for the one batch that a namespace may have at a time.
func (r *reader) awaitNoBatch(t *testing.T) {
	t.Helper()
	await(t, "the end of the batch", func() (struct{}, bool) {
		listed, err := r.client.WorkflowService().ListBatchOperations(t.Context(), &workflowservice.ListBatchOperationsRequest{Namespace: "default"})
		require.NoError(t, err)
		for _, batch := range listed.GetOperationInfo() {
			if batch.GetState() == enums.BATCH_OPERATION_STATE_RUNNING {
				return struct{}{}, false
			}
		}
		return struct{}{}, true
	})
}

// blocks says of each block of the runbook, known by something that stands in it, how a
// reader comes to need it and what must have happened then.
var blocks = []struct {
	has string
	run func(t *testing.T, r *reader, block string)
}{
	{"temporal workflow list --query", func(t *testing.T, r *reader, block string) { r.types(t, block) }},
	{"latchkey ops views", func(t *testing.T, r *reader, block string) {
		links := regexp.MustCompile(`\?(query=\S+)`).FindAllStringSubmatch(r.types(t, block), -1)
		require.Greater(t, len(links), 30)
		for _, link := range links {
			query, err := url.ParseQuery(link[1])
			require.NoError(t, err)
			require.NotEmpty(t, query.Get("savedQuery"))
			_, err = r.client.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Query: query.Get("query")})
			require.NoError(t, err, query.Get("query"))
		}
	}},
	{"latchkey ops stuck", func(t *testing.T, r *reader, block string) {
		c, id, release := r.stuck(t)
		printed := r.types(t, block)
		require.Equal(t, 2, strings.Count(printed, id), printed)
		require.Contains(t, printed, "retry amend cancel")
		for _, word := range c.privateWords() {
			require.NotContains(t, printed, word)
		}
		release()
	}},
	{"SELECT step, revision", func(t *testing.T, r *reader, block string) {
		_, id, release := r.stuck(t)
		for statement := range strings.SplitSeq(strings.TrimSpace(block), "\n") {
			rows, err := r.rows.Query(t.Context(), strings.ReplaceAll(statement, "…", id))
			require.NoError(t, err)
			require.Equal(t, !strings.Contains(statement, "account_changes"), rows.Next(), statement) // it has an onboarding and no changes yet
			rows.Close()
		}
		release()
	}},
	{`"action": "retry"`, func(t *testing.T, r *reader, block string) { r.decided(t, block) }},
	{`"action": "amend"`, func(t *testing.T, r *reader, block string) {
		_, id, _ := r.stuck(t)
		r.types(t, strings.ReplaceAll(block, "4100000018", r.nextModule(t)), "id="+id)
		r.awaitStatus(t, id, "waiting")
		require.Equal(t, 2, r.onboarding(t, id).Revision)
	}},
	{`{"action":"retry","step":"register_module","park_no":1,"by":"ana","reason":"INC-42"}` + "\n", func(t *testing.T, r *reader, block string) {
		_, id, release := r.stuck(t)
		release()
		// As the UI's form sends it.
		handle, err := r.client.UpdateWorkflow(t.Context(), client.UpdateWorkflowOptions{
			WorkflowID: "onboarding-" + id, UpdateName: "decide", Args: []any{json.RawMessage(block)}, WaitForStage: client.WorkflowUpdateStageCompleted,
		})
		require.NoError(t, err)
		require.NoError(t, handle.Get(t.Context(), nil))
		r.awaitStatus(t, id, "waiting")
	}},
	{"temporal workflow update execute --workflow-id \"onboarding-$id\" --name decide", func(t *testing.T, r *reader, block string) { r.decided(t, block) }},
	{"latchkey ops resume", func(t *testing.T, r *reader, block string) { r.resumed(t, block) }},
	{"/v1/ops/onboardings/resume", func(t *testing.T, r *reader, block string) { r.resumed(t, block) }},
	{"temporal workflow signal --name resume", func(t *testing.T, r *reader, block string) { r.resumed(t, block) }},
	{"temporal activity pause", func(t *testing.T, r *reader, block string) {
		c := r.newCustomer(t)
		require.NoError(t, r.carrier.Script(carriertest.Row{Call: "register_module", Times: 5, Fault: "unavailable"}))
		id := r.submit(t, c).ID
		pending := await(t, "a step that is tried again", func() (string, bool) {
			described, err := r.client.DescribeWorkflowExecution(t.Context(), "onboarding-"+id, "")
			require.NoError(t, err)
			for _, activity := range described.GetPendingActivities() {
				if activity.GetActivityType().GetName() == "RegisterModule" && activity.GetAttempt() > 1 {
					return activity.GetActivityId(), true
				}
			}
			return "", false
		})
		r.types(t, block, "id="+id, "activity="+pending)
		require.NoError(t, r.carrier.Script())
		r.awaitStatus(t, id, "waiting")
	}},
	{"/wait\"", func(t *testing.T, r *reader, block string) {
		id := r.submit(t, r.newCustomer(t)).ID
		r.awaitStatus(t, id, "waiting")
		soon := time.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)
		r.types(t, strings.ReplaceAll(block, "2027-01-31T15:04:05Z", soon), "id="+id)
		r.complete(t, id)
	}},
	{"/letters\"", func(t *testing.T, r *reader, block string) {
		id := r.submit(t, r.newCustomer(t)).ID
		require.Contains(t, r.types(t, block, "account="+r.complete(t, id).AccountID), `"accepted"`)
	}},
	{"temporal workflow reset", func(t *testing.T, r *reader, block string) {
		c := r.newCustomer(t)
		id := r.submit(t, c).ID
		r.awaitStatus(t, id, "waiting")
		r.types(t, block, "id="+id)
		r.complete(t, id)
		r.requireOneOfEach(t, id, c)
	}},
	{"temporal workflow terminate", func(t *testing.T, r *reader, block string) {
		c := r.newCustomer(t)
		id := r.submit(t, c).ID
		r.awaitStatus(t, id, "waiting")
		r.types(t, block, "id="+id)
		parked := r.reconcileUntil(t, id, "parked").Parked
		require.Equal(t, "workflow_lost", parked.Reason)
		r.sendOn(t, id, decisionOn(parked, "retry", "Terminated by mistake."))
		r.complete(t, id)
		r.requireOneOfEach(t, id, c)
	}},
	{"temporal schedule describe", func(t *testing.T, r *reader, block string) {
		reconcile := r.client.ScheduleClient().GetHandle(t.Context(), "reconcile")
		require.NoError(t, reconcile.Pause(t.Context(), client.SchedulePauseOptions{Note: "INC-42"}))
		r.types(t, block)
		described, err := reconcile.Describe(t.Context())
		require.NoError(t, err)
		require.False(t, described.Schedule.State.Paused)
	}},
}

// Some commands are for emergencies and break what they are used on, so this reader has a
// stack of their own. They go one after another: a namespace has one batch at a time.
func TestRunbook_ItsCommandsDoWhatItSays(t *testing.T) {
	t.Parallel()
	r := newReader(t)
	runbook, err := os.ReadFile("../docs/runbook.md")
	require.NoError(t, err)
	found := fenced.FindAllStringSubmatch(string(runbook), -1)
	require.Len(t, found, len(blocks), "each block of the runbook is run by one row of this test")
	for i, block := range found {
		require.Contains(t, block[2], blocks[i].has, "the rows of this test are in the order of the runbook's blocks")
		t.Run(strings.TrimSpace(blocks[i].has), func(t *testing.T) { blocks[i].run(t, r, block[2]) })
	}

	many := regexp.MustCompile("(?m)^- many at once: `(.*)`$").FindAllStringSubmatch(string(runbook), -1)
	require.Greater(t, len(many), 20)
	for _, line := range many {
		// What has ended may be taken for running for a moment longer.
		await(t, "the batch before to be over", func() (string, bool) {
			printed, err := tryShell(t, t.TempDir(), line[1], r.environment...)
			require.True(t, err == nil || strings.Contains(printed, "Another batch is at work"), printed)
			return printed, err == nil && strings.Contains(printed, "has begun")
		})
	}
}

func TestOps_RefusesInTheWordsOfTheAPI(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	for arguments, want := range map[string]string{
		"resume --reason nonsense --note x":  "reason",
		"resume --reason no_coverage":        "--note",
		"stuck --api-key lk_nobody":          "key",
		"stuck --api-url http://127.0.0.1:1": "--api-url",
		"views":                              "--temporal-ui-url",
	} {
		built, err := binary()
		require.NoError(t, err)
		command := exec.CommandContext(t.Context(), built, append([]string{"ops"}, strings.Fields(arguments)...)...)
		command.Env = append(os.Environ(), "LATCHKEY_API_URL="+s.office.url, "LATCHKEY_API_KEY="+s.office.key)
		if strings.Contains(arguments, "nonsense") {
			command.Env = append(command.Env, "LATCHKEY_API_KEY="+s.ops.key)
		}
		output, err := command.CombinedOutput()
		printed := string(output)
		require.Error(t, err, arguments)
		require.Contains(t, strings.ToLower(printed), want, arguments)
	}
}
