package workflows

import (
	"context"
	"fmt"
	"time"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/latchkey/latchkey/onboarding"
)

// changeWorkflows is what runs a change of each kind, and its name for people.
var changeWorkflows = map[onboarding.ChangeKind]struct {
	workflow any
	summary  string
}{
	onboarding.ChangeModuleSwap:  {SwapModule, "Module swap"},
	onboarding.ChangeTermination: {TerminateAccount, "Termination"},
}

// BeginChange starts the run of a change without waiting for anything; one that has begun
// is success.
func (c *Client) BeginChange(ctx context.Context, start onboarding.StartChange) error {
	return c.beginChange(ctx, start, enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE)
}

// RestartChange begins the run of a change whose workflow is gone anew, under the same ID.
func (c *Client) RestartChange(ctx context.Context, start onboarding.StartChange) error {
	return c.beginChange(ctx, start, enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
}

func (c *Client) beginChange(ctx context.Context, start onboarding.StartChange, reuse enums.WorkflowIdReusePolicy) error {
	kind := changeWorkflows[start.Kind]
	_, err := c.temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID:                       ChangeWorkflowID(start.Kind, start.ID),
		TaskQueue:                QueueOnboarding,
		WorkflowIDReusePolicy:    reuse,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		TypedSearchAttributes: temporal.NewSearchAttributes(
			AttributeStatus.ValueSet(string(onboarding.StatusActive)),
			AttributeStep.ValueSet(string(start.Kind.Steps()[0])),
			AttributeDealerID.ValueSet(start.DealerID),
			AttributeParkCount.ValueSet(int64(start.ParkNo)),
		),
		StaticSummary: fmt.Sprintf("%s %.8s · dealer %.8s", kind.summary, start.ID, start.DealerID),
		Priority:      temporal.Priority{PriorityKey: priorities[onboarding.SourcePortal], FairnessKey: start.DealerID},
	}, kind.workflow, ChangeAccountInput{
		ChangeID: start.ID, AccountID: start.AccountID, OnboardingID: start.OnboardingID, Revision: start.Revision, ParkNo: start.ParkNo,
	})
	return err
}

// ChangeLives reports whether the workflow of a change is open.
func (c *Client) ChangeLives(ctx context.Context, kind onboarding.ChangeKind, changeID string) (bool, error) {
	return c.lives(ctx, ChangeWorkflowID(kind, changeID))
}

// DecideChange sends a decision about a parked change. *onboarding.Refusal when it does not
// fit the run as it stands.
func (c *Client) DecideChange(ctx context.Context, kind onboarding.ChangeKind, changeID string, decision onboarding.Decision) (onboarding.Next, error) {
	return c.decide(ctx, ChangeWorkflowID(kind, changeID), decision)
}

// CancelSwap asks a swap to stop and take back what it did. One that has switched the
// module already goes on.
func (c *Client) CancelSwap(ctx context.Context, changeID string) error {
	return c.cancel(ctx, ChangeWorkflowID(onboarding.ChangeModuleSwap, changeID))
}

// AdjustSwapWait moves the end of a swap's network hour. *onboarding.Refusal when the run
// does not wait.
func (c *Client) AdjustSwapWait(ctx context.Context, changeID string, readyAt time.Time, by, reason string) error {
	return c.adjustWait(ctx, ChangeWorkflowID(onboarding.ChangeModuleSwap, changeID), WaitAdjustment{ReadyAt: readyAt, By: by, Reason: reason})
}
