//go:build release

package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	enums "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/workflowservice/v1"
)

// What docs/deploy.md promises of a new version, in the order of a roll-out and a roll-back.
// Each part leaves runs behind that the next one, with other programs, has to finish.
func TestRelease_TheVersionBeforeAndThisOneFinishWhatTheOtherBegan(t *testing.T) {
	u := startUpgrade(t)
	before := u.schema(t)
	ofOld := u.leaveBehind(t)

	t.Run("the version before works on the new schema", func(t *testing.T) {
		u.migrate(t)
		t.Logf("schema %d became %d", before, u.schema(t))
		u.liveOnce(t)
	})

	t.Run("both serve side by side", func(t *testing.T) {
		u.start(t, u.now)
		u.serve(t, u.old, u.now)
		for range 4 { // requests take turns, and so do the workers
			u.liveOnce(t)
		}
	})

	var ofNow leftBehind
	t.Run("this version finishes what the version before began", func(t *testing.T) {
		u.serve(t, u.now)
		u.stops(t, u.old)
		u.finish(t, ofOld)
		ended := u.liveOnce(t)
		u.runs(t, u.now, "erase", ended.ID, "--reason", "Request 14.")
		ofNow = u.leaveBehind(t)
	})

	t.Run("the version before comes back and finishes what this one began", func(t *testing.T) {
		u.start(t, u.old)
		u.serve(t, u.old)
		u.stops(t, u.now)
		u.finish(t, ofNow)
		u.liveOnce(t)
		for _, list := range []string{"/v1/onboardings", "/v1/accounts", "/v1/commitments", "/v1/tasks"} {
			require.Equal(t, http.StatusOK, u.office.get(t, list).status, list)
		}
	})

	u.requireNoBrokenRun(t)
	for _, v := range []*version{u.old, u.now} {
		for _, p := range []*program{v.api, v.worker} {
			require.NotContains(t, p.output.String(), `"level":"ERROR"`, p.args[0])
		}
	}
}

// leftBehind are customers who are not finished.
type leftBehind struct {
	waiting, parked, panel left
	release                func()
	committed              customer
	commitment             string
}

type left struct {
	customer
	id string
}

// leaveBehind begins what may outlive a version: a wait, a park, a silent panel, a commitment.
func (u *upgrade) leaveBehind(t *testing.T) (l leftBehind) {
	t.Helper()
	order := func() left {
		c := u.newCustomer(t)
		return left{c, u.submit(t, c).ID}
	}
	l.waiting, l.panel = order(), order()
	parked := u.newCustomer(t)
	l.release = u.registerElsewhere(u.whole, parked.serial()) // released in a later part
	l.parked = left{parked, u.submit(t, parked).ID}
	u.awaitPark(t, l.parked.id, "register_module", "module_already_registered")
	u.awaitStatus(t, l.waiting.id, "waiting")
	u.complete(t, l.panel.id)
	l.committed = u.newCustomer(t)
	l.commitment = as[struct {
		ID string `json:"id"`
	}](t, u.office.post(t, "/v1/commitments", l.committed.Application), http.StatusCreated).ID
	return l
}

// finish sees through what another version began.
func (u *upgrade) finish(t *testing.T, l leftBehind) {
	t.Helper()
	u.complete(t, l.waiting.id)
	u.requireOneOfEach(t, l.waiting.id, l.waiting.customer)

	l.release()
	u.sendOn(t, l.parked.id, decisionOn(u.onboarding(t, l.parked.id).Parked, "retry", ""))
	u.complete(t, l.parked.id)
	u.requireOneOfEach(t, l.parked.id, l.parked.customer)

	u.communicate(t, l.panel.serial(), "evt-"+l.panel.id)
	u.awaitLogin(t, u.onboarding(t, l.panel.id).AccountID)
	u.requireOneOfEach(t, l.panel.id, l.panel.customer)

	activated := u.office.post(t, "/v1/commitments/"+l.commitment+"/activate", map[string]any{})
	require.Contains(t, []int{http.StatusCreated, http.StatusAccepted}, activated.status, string(activated.body))
	made := as[onboarding](t, activated, activated.status)
	u.complete(t, made.ID)
	u.requireOneOfEach(t, made.ID, l.committed)
}

// liveOnce takes one customer from the order to the end of their account, one through a
// correction, and one back before the hour is over.
func (u *upgrade) liveOnce(t *testing.T) (ended onboarding) {
	t.Helper()
	c, withdrawn, mistyped := u.newCustomer(t), u.newCustomer(t), u.newCustomer(t)
	key := []string{"Idempotency-Key", "order-" + c.Login.Name}
	id := u.submit(t, c, key...).ID
	require.Equal(t, id, u.submit(t, c, key...).ID, "whichever version answers")

	u.registerElsewhere(t, mistyped.serial())
	corrected := u.submit(t, mistyped).ID
	parked := u.awaitPark(t, corrected, "register_module", "module_already_registered")
	mistyped.System.Module = u.nextModule(t)
	amend := decisionOn(parked, "amend", "Mistyped on the phone.")
	amend.Sections = map[string]any{"system": mistyped.System}
	u.sendOn(t, corrected, amend)

	back := u.submit(t, withdrawn).ID
	u.awaitStatus(t, back, "waiting")
	require.Equal(t, http.StatusAccepted, u.office.post(t, "/v1/onboardings/"+back+"/cancel", map[string]string{"reason": "The customer withdrew."}).status)
	u.awaitStatus(t, back, "cancelled")
	require.Zero(t, u.registrationsOf(withdrawn.serial()))

	u.complete(t, corrected)
	u.requireOneOfEach(t, corrected, mistyped)
	ended = u.complete(t, id)
	u.requireOneOfEach(t, id, c)
	require.NotEmpty(t, u.printedPassword(t, ended.AccountID))
	u.communicate(t, c.serial(), "evt-"+id)
	u.awaitLogin(t, ended.AccountID)
	u.terminate(t, ended.AccountID)
	require.Zero(t, u.registrationsOf(c.serial()))
	return ended
}

// requireNoBrokenRun: a run that meets a version which does not understand it has a failed
// workflow task, or fails.
func (u *upgrade) requireNoBrokenRun(t *testing.T) {
	t.Helper()
	broken, err := u.client.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Query: "ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated')"})
	require.NoError(t, err)
	require.Zero(t, broken.GetCount())
	runs := 0
	for page := []byte(nil); ; {
		list, err := u.client.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{NextPageToken: page})
		require.NoError(t, err)
		for _, execution := range list.GetExecutions() {
			runs++
			id := execution.GetExecution()
			history := u.client.GetWorkflowHistory(t.Context(), id.GetWorkflowId(), id.GetRunId(), false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
			for history.HasNext() {
				event, err := history.Next()
				require.NoError(t, err)
				failed := event.GetWorkflowTaskFailedEventAttributes()
				require.True(t, failed == nil || harmless(failed, id.GetWorkflowId()), "%s: %s", id.GetWorkflowId(), failed)
			}
		}
		if page = list.GetNextPageToken(); len(page) == 0 {
			break
		}
	}
	require.Greater(t, runs, 20)
}

// harmless are a message that came while the run was about to end, which is handled first,
// and a schedule that the version before does not know: its run waits for a worker that does.
func harmless(failed *historypb.WorkflowTaskFailedEventAttributes, workflowID string) bool {
	aboutNobody := !idsOfAll.MatchString(workflowID)
	return failed.GetCause() == enums.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND ||
		aboutNobody && strings.HasPrefix(failed.GetFailure().GetMessage(), "unable to find workflow type")
}
